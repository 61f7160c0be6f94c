"""What one service writes another way than all its siblings: keys that no element owns.

Only where siblings are many and all but one agree is the one a slip. Those that have a mapping are
asked about its keys: by presence, and by value where that is a flag or a plain word, and names
nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache

from deploylint.compare.majority import GroupVotes
from deploylint.compare.siblings import is_unread
from deploylint.documents.key_paths import KeyPath
from deploylint.documents.nodes import (
    Collection,
    Entry,
    Node,
    NodeTable,
    Text,
    child,
    entries_of,
    is_empty,
    items_of,
    scalar,
    text_of,
)
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import distance
from deploylint.model.locations import dotted_path
from deploylint.model.own_name import SELF, holds_word, with_service
from deploylint.model.secret_signs import may_name_a_secret
from deploylint.model.service import Service

ODD_KEY, UNKNOWN_KEY = "odd-key", "unknown-key"
MANY = 5
"""How many siblings are asked about a key."""
FEW_SLIPS = 5
"""A service that lacks more keys of its siblings is of another kind."""
MOST_OUTLINES = 1_000
"""How many kinds of files are remembered."""
VARIANTS = ("type", "kind")
"""The keys that say which of several variants a mapping is of: each has keys of its own."""
SHORTEST, LONG = 5, 8
"""How long a misspelt key is at least, and how long one of two wrong letters."""

Path = tuple[str, ...]


class Oddity(Record):
    """What a service writes another way: the check that reports it, the node, and the message.

    ``other`` is the node of a sibling that has what most have.
    """

    service: Service
    check: str
    node: Node
    message: str
    other: Node


def oddities(votes: GroupVotes) -> Iterator[Oddity]:
    """What single services of a group write another way than all their siblings."""
    names = {name for service in votes.services for name in service.own_names}
    for services in sibling_groups(votes):
        if len(services) >= MANY:
            known, common = dict[object, _Outline](), _common_names(services)
            yield from _odd_keys([_Keys(service, known, common) for service in services], names)


def sibling_groups(votes: GroupVotes) -> Iterable[list[Service]]:
    """The services of a group by the kinds of their main components."""
    groups = defaultdict[object, list[Service]](list)
    for service in votes.services:
        for number, keys in votes.siblings.keys(service):
            if number == 0:
                groups[keys[-2]].append(service)
    return groups.values()


def _common_names(services: Sequence[Service]) -> Set[str]:
    """The names that the keys of several services have: none of them is a service's own."""
    often = Counter[str]()
    for names, count in Counter(_names_below(service.root) for service in services).items():
        often.update(dict.fromkeys(names, count))
    return {name for name, count in often.items() if count > 1}


def _names_below(root: Node) -> frozenset[str]:
    """The names of all keys below a node."""
    if type(root) is Collection:
        return _names_of(root.table.paths[root.row : root.end_row])
    names = set[str]()
    for name, entry in entries_of(root).items():
        names |= {name} | _names_below(entry.value)
    for item in items_of(root):
        names |= _names_below(item)
    return frozenset(names)


class _Outline:
    """The keys of services that are written alike, by their paths.

    ``places`` are rows counted from that of the root, entries in a tree of several files.
    """

    def __init__(self, places: Mapping[Path, int | Entry]) -> None:
        self.places = places


class _Keys:
    """The keys of a service by their paths, items by name with own names as ``{service}``."""

    def __init__(self, service: Service, known: dict[object, _Outline], common: Set[str]) -> None:
        """``known`` are the outlines of the services before, ``common`` is no own name in a key."""
        self.service = service
        self._common = common
        self._table, self._first = service.root.table, service.root.row
        if type(service.root) is Collection:
            self.outline = self._written(service.root.end_row, known)
        else:
            self.outline = _Outline(dict(self._walk(service.root, ())))

    def _written(self, end: int, known: dict[object, _Outline]) -> _Outline:
        """The keys of a mapping as it is written."""
        paths, texts = self._table.paths[self._first : end], self._table.texts
        steps = [self._item(texts[self._first + at]) for at in _rows_of_names(paths)]
        key = paths, tuple(steps)
        if key not in known:
            names = _names_of(paths).difference(self._common)
            own = {name: self._key(name) for name in names if self._key(name) != name}
            known[key] = _Outline(_places(paths, steps, own))
        return known[key]

    def _walk(self, node: Node, path: Path) -> Iterator[tuple[Path, Entry]]:
        """The keys below a node of a tree."""
        for name, entry in entries_of(node).items():
            here = (*path, name if name in self._common else self._key(name))
            yield here, entry
            yield from self._walk(entry.value, here)
        for item in items_of(node):
            if step := self._item(text_of(child(item, "name"))):
                yield (*path, step), Entry(item, item)
                yield from self._walk(item, (*path, step))

    def _item(self, name: Text) -> str | None:
        """The step to an item of a list by its name; None for none."""
        return with_service(f"[name={name}]", self.service.own_names) if name else None

    def _key(self, name: str) -> str:
        """A key with own names as ``{service}``."""
        return with_service(name, self.service.own_names)

    def entry(self, path: Path) -> Entry:
        """The key and the value at a path."""
        place = self.outline.places[path]
        if isinstance(place, Entry):
            return place
        row = self._first + place
        value = self._table.node(row)
        return Entry(value if self._table.paths[row].is_item else self._table.key(row), value)

    def text(self, path: Path) -> Text:
        """The text at a path; something else for a mapping or a list."""
        place = self.outline.places[path]
        if isinstance(place, Entry):
            return place.value.content if isinstance(place.value.content, str) else None
        return self._table.texts[self._first + place]

    def owns(self, path: Path) -> bool:
        """Whether an element owns something at a path or below it."""
        depth = len(path)
        return any(self.is_owned(p) for p in self.outline.places if p[:depth] == path)

    def is_owned(self, path: Path) -> bool:
        """Whether an element owns what is at a path."""
        value = self.entry(path).value
        return value.row in self._owned.get(value.table, ())

    @cached_property
    def _owned(self) -> Mapping[NodeTable, Set[int]]:
        """The rows of the leaves that elements own."""
        rows: dict[NodeTable, set[int]] = {}
        for values in (part.values for part in self.service.components):
            numbers = {leaf for value in values.fields.row for leaf in value.leaves}
            for table, of_table in values.rows.rows(numbers).items():
                rows.setdefault(table, set()).update(of_table)
        return rows

    def word(self, path: Path) -> str:
        """The flag or word at a path, an own name as ``{service}``; "" for something else."""
        written = self.text(path)
        text = with_service(written, self.service.own_names) if isinstance(written, str) else ""
        return text if text == SELF or _WORD.fullmatch(text) else ""

    @property
    def faulty(self) -> set[Node]:
        """The keys that a fault is reported at."""
        return {fault.node for fault in self.service.faults}


_WORD = regex(r"[A-Za-z]+")


@lru_cache(maxsize=MOST_OUTLINES)
def _rows_of_names(paths: tuple[KeyPath, ...]) -> tuple[int, ...]:
    """The rows of the names of items, counted from the first of some rows."""
    above = ((path, path.parent) for path in paths)
    return tuple(n for n, (p, up) in enumerate(above) if p.name == "name" and up and up.is_item)


@lru_cache(maxsize=MOST_OUTLINES)
def _names_of(paths: tuple[KeyPath, ...]) -> frozenset[str]:
    """The names of the keys at some paths."""
    return frozenset(path.name for path in paths)


def _places(
    paths: tuple[KeyPath, ...], steps: Sequence[str | None], own: Mapping[str, str]
) -> dict[Path, int]:
    """The rows of the keys below the first of some rows.

    ``steps`` are those to named items, ``own`` are keys that have an own name.
    """
    rows = _rows_of_names(paths)
    named = {paths[row].parent: step for row, step in zip(rows, steps, strict=True)}
    known: dict[KeyPath | None, Path] = {paths[0]: ()}
    places = dict[Path, int]()
    for row, path in enumerate(paths[1:], 1):
        above, step = known.get(path.parent), named.get(path)
        if not path.is_item:
            step = own.get(path.name, path.name)
        if above is not None and step is not None:
            known[path] = here = (*above, step)
            places[here] = row
    return places


def _odd_keys(every: Sequence[_Keys], names: Set[str]) -> Iterator[Oddity]:
    """The keys that one of some services lacks, misspells or has with another word."""
    often = Counter[Path]({(): len(every)})
    for outline, count in Counter(keys.outline for keys in every).items():
        often.update(dict.fromkeys(outline.places, count))
    asked = {path: often[path[:-1]] for path in often if path and often[path[:-1]] >= MANY}
    almost = [path for path, count in asked.items() if often[path] >= count - 1]
    missing = {keys.outline: _lacked(keys.outline, almost) for keys in every}
    for keys in every:
        if len(missing[keys.outline]) <= FEW_SLIPS:
            for path in missing[keys.outline]:
                yield from _missing(keys, path, every, often)
    for path in almost:
        is_asked = often[path] == asked[path] and _MADE.fullmatch(path[-1]) is None
        if is_asked and not may_name_a_secret(path[-1]):
            yield from _other_word(path, _with(path, every), names)


def _with(path: Path, every: Sequence[_Keys]) -> Sequence[_Keys]:
    """Those that have something at a path."""
    return [keys for keys in every if path in keys.outline.places]


def _lacked(outline: _Outline, wanted: Iterable[Path]) -> list[Path]:
    """The keys that are not in a mapping which is there."""
    places = outline.places
    return [p for p in wanted if p not in places and (len(p) == 1 or p[:-1] in places)]


def _missing(
    keys: _Keys, path: Path, every: Sequence[_Keys], often: Mapping[Path, int]
) -> Iterator[Oddity]:
    """A key that one service lacks: it is misspelt, or it is not there."""
    with_it, asked = _with(path, every), often[path[:-1]]
    entry, share = with_it[0].entry(path), f"{asked - 1} of {asked} services"
    for near in keys.outline.places:
        is_beside = near[:-1] == path[:-1] and often[near] == 1
        if is_beside and _is_misspelt(near[-1], path[-1]) and _alike(keys.entry(near), entry):
            here = keys.entry(near).key
            if here not in keys.faulty:
                message = f"unknown key {near[-1]!r}; did you mean {path[-1]!r}, as in {share}?"
                yield Oddity(keys.service, UNKNOWN_KEY, here, message, entry.key)
            return
    is_owned = any(other.owns(path) for other in with_it)
    if not is_owned and not _is_right(keys, path, with_it):
        message = f"{dotted_path(path)}: not set; {share} set it"
        node = keys.service.root if len(path) == 1 else keys.entry(path[:-1]).key
        yield Oddity(keys.service, ODD_KEY, node, message, entry.key)


def _is_misspelt(name: str, known: str) -> bool:
    if min(len(name), len(known)) < SHORTEST or not name.isalpha():
        return False
    return 0 < distance(name, known) <= (2 if len(known) >= LONG else 1)


def _alike(entry: Entry, other: Entry) -> bool:
    """Whether two values are of one type."""
    value, wanted = entry.value, other.value
    if value.is_scalar and wanted.is_scalar:
        return type(scalar(value)) is type(scalar(wanted))
    return value.is_mapping == wanted.is_mapping and value.is_scalar == wanted.is_scalar


def _is_for_itself(path: Path, every: Sequence[_Keys]) -> bool:
    """Whether each service has something of its own at a key: no two have the same there."""
    texts = [text for text in (keys.text(path) for keys in every) if isinstance(text, str)]
    return len(texts) > 1 and len(set(texts)) == len(every)


def _is_nothing(path: Path, every: Sequence[_Keys]) -> bool:
    """Whether no service says anything at a key of its values: a template takes nothing for it.

    Go counts them as empty: https://pkg.go.dev/text/template#hdr-Actions
    """
    if any(keys.service.shape != "values" for keys in every):
        return False
    values = (keys.entry(path).value for keys in every)
    return all(is_empty(one) or (one.is_scalar and scalar(one) is False) for one in values)


def _is_right(keys: _Keys, path: Path, with_it: Sequence[_Keys]) -> bool:
    """Whether a service has a reason to lack a key: an item that another needs is its own."""
    return (
        path[-1].startswith("[")
        or _is_for_itself(path, with_it)
        or _is_nothing(path, with_it)
        or _is_a_variant(keys, path, with_it)
        or is_unread(keys.service, path, (other.service for other in with_it))
    )


def _is_a_variant(keys: _Keys, path: Path, with_it: Sequence[_Keys]) -> bool:
    """Whether a key is one of a variant that a service does not have, by the word beside it."""
    for name in VARIANTS:
        beside = (*path[:-1], name)
        if beside in keys.outline.places:
            texts = {other.text(beside) for other in _with(beside, with_it)}
            if keys.text(beside) not in texts:
                return True
    return False


_MADE = regex(r".*Create|create|.*Suspend|suspend")
"""Keys that say whether a chart makes an object or a run is held: this differs rightly."""


def _other_word(path: Path, every: Sequence[_Keys], names: Set[str]) -> Iterator[Oddity]:
    """The one service with another flag or word than all others, or with another's name."""
    texts = [keys.text(path) for keys in every]
    if texts.count(texts[0]) == len(texts):
        return
    words = [keys.word(path) for keys in every]
    if words.count(words[0]) == len(words):
        return
    owned = [bool(word) and keys.is_owned(path) for keys, word in zip(every, words, strict=True)]
    words = ["" if is_owned else word for word, is_owned in zip(words, owned, strict=True)]
    ranked = Counter(filter(None, words)).most_common(1)
    if not ranked or ranked[0][1] != len(every) - 1:
        return
    most = ranked[0][0]
    number = next(number for number, word in enumerate(words) if word != most)
    odd, text = every[number], texts[number]
    if not isinstance(text, str) or odd.is_owned(path) or text == odd.service.name:
        return
    is_name = any(holds_word(text, name) for name in names)
    if is_name if most == SELF else (not is_name and words[number]):
        first = every[0 if number else 1].entry(path).value
        share = f"{len(every) - 1} of {len(every)} services have {most}"
        message = f"{dotted_path(path)} is {text}; {share}"
        yield Oddity(odd.service, ODD_KEY, odd.entry(path).value, message, first)
