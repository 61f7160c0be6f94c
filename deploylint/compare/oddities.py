"""What one service writes another way than all its siblings: keys that no element owns, and sizes.

Only where siblings are many and all but one agree is the one a slip. A key is asked about by its
presence; by its value where that is a flag or a plain word, and names nothing. Sizes differ
rightly, but one that differs from an equal size of all others by a unit or a digit is a slip.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache

from deploylint.compare.majority import GroupVotes
from deploylint.documents.key_paths import KeyPath
from deploylint.documents.nodes import (
    Collection,
    Entry,
    Node,
    NodeTable,
    Text,
    child,
    entries_of,
    items_of,
    scalar,
    text_of,
)
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import distance
from deploylint.model.fields import ADDRESSES
from deploylint.model.locations import dotted_path
from deploylint.model.own_name import SELF, holds_word, with_service
from deploylint.model.secret_signs import may_name_a_secret
from deploylint.model.service import Service, is_written
from deploylint.model.types import SIZES

ODD_KEY, UNIT_SLIP, UNKNOWN_KEY = "odd-key", "unit-slip", "unknown-key"
MANY, MANY_SIZES = 5, 4
"""How many siblings are asked about a key, and about a size."""
FEW_SLIPS = 5
"""A service that lacks more keys of its siblings is of another kind."""
MOST_OUTLINES = 1_000
"""How many kinds of files are remembered."""
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
    groups = defaultdict[object, list[Service]](list)
    for service in votes.services:
        for number, keys in votes.siblings.keys(service):
            if number == 0:
                groups[keys[-2]].append(service)
    names = {name for service in votes.services for name in service.own_names}
    for services in groups.values():
        if len(services) >= MANY_SIZES:
            yield from _unit_slips(services)
        if len(services) >= MANY:
            known = dict[object, _Outline]()
            yield from _odd_keys([_Keys(service, known) for service in services], names)


# --- keys -----------------------------------------------------------------------------------------


class _Outline:
    """The keys of services that are written alike, by their paths.

    ``places`` are rows counted from that of the root, entries in a tree of several files.
    """

    def __init__(self, places: Mapping[Path, int | Entry]) -> None:
        self.places = places


class _Keys:
    """The keys of a service by their paths, items by name with own names as ``{service}``."""

    def __init__(self, service: Service, known: dict[object, _Outline]) -> None:
        """``known`` are the outlines of the services before."""
        self.service = service
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
            known[key] = _Outline(_places(paths, steps))
        return known[key]

    def _walk(self, node: Node, path: Path) -> Iterator[tuple[Path, Entry]]:
        """The keys below a node of a tree."""
        for name, entry in entries_of(node).items():
            yield (*path, name), entry
            yield from self._walk(entry.value, (*path, name))
        for item in items_of(node):
            if step := self._item(text_of(child(item, "name"))):
                yield (*path, step), Entry(item, item)
                yield from self._walk(item, (*path, step))

    def _item(self, name: Text) -> str | None:
        """The step to an item of a list by its name; None for none."""
        return with_service(f"[name={name}]", self.service.own_names) if name else None

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
    def places(self) -> set[Node]:
        """The keys that a fault is reported at."""
        return {fault.node for fault in self.service.faults}


_WORD = regex(r"[A-Za-z]+")


@lru_cache(maxsize=MOST_OUTLINES)
def _rows_of_names(paths: tuple[KeyPath, ...]) -> tuple[int, ...]:
    """The rows of the names of items, counted from the first of some rows."""
    above = ((path, path.parent) for path in paths)
    return tuple(n for n, (p, up) in enumerate(above) if p.name == "name" and up and up.is_item)


def _places(paths: tuple[KeyPath, ...], steps: Sequence[str | None]) -> dict[Path, int]:
    """The rows of the keys below the first of some rows, with the steps to named items."""
    rows = _rows_of_names(paths)
    named = {paths[row].parent: step for row, step in zip(rows, steps, strict=True)}
    known: dict[KeyPath | None, Path] = {paths[0]: ()}
    places = dict[Path, int]()
    for row, path in enumerate(paths[1:], 1):
        above, step = known.get(path.parent), named.get(path) if path.is_item else path.name
        if above is not None and step is not None:
            known[path] = here = (*above, step)
            places[here] = row
    return places


def _odd_keys(every: Sequence[_Keys], names: Set[str]) -> Iterator[Oddity]:
    """The keys that one of some services lacks, misspells or has with another word."""
    often = Counter[Path]()
    for outline, count in Counter(keys.outline for keys in every).items():
        often.update(dict.fromkeys(outline.places, count))
    almost = [path for path, count in often.items() if count >= len(every) - 1]
    missing = {keys.outline: _lacked(keys.outline, almost) for keys in every}
    for keys in every:
        if len(missing[keys.outline]) <= FEW_SLIPS:
            for path in missing[keys.outline]:
                yield from _missing(keys, path, every, often)
    for path in almost:
        if often[path] == len(every) and not may_name_a_secret(path[-1]):
            yield from _other_word(path, every, names)


def _lacked(outline: _Outline, wanted: Iterable[Path]) -> list[Path]:
    """The keys that are not in a mapping which is there."""
    places = outline.places
    return [p for p in wanted if p not in places and (len(p) == 1 or p[:-1] in places)]


def _missing(
    keys: _Keys, path: Path, every: Sequence[_Keys], often: Mapping[Path, int]
) -> Iterator[Oddity]:
    """A key that one service lacks: it is misspelt, or it is not there."""
    first = next(other for other in every if path in other.outline.places)
    entry, share = first.entry(path), f"{len(every) - 1} of {len(every)} services"
    for near in keys.outline.places:
        is_beside = near[:-1] == path[:-1] and often[near] == 1
        if is_beside and _is_misspelt(near[-1], path[-1]) and _alike(keys.entry(near), entry):
            here = keys.entry(near).key
            if here not in keys.places:
                message = f"unknown key {near[-1]!r}; did you mean {path[-1]!r}, as in {share}?"
                yield Oddity(keys.service, UNKNOWN_KEY, here, message, entry.key)
            return
    with_it = [other for other in every if path in other.outline.places]
    if not any(other.owns(path) for other in with_it) and not _is_for_itself(path, with_it):
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


# --- sizes ----------------------------------------------------------------------------------------


def _unit_slips(services: Sequence[Service]) -> Iterator[Oddity]:
    """The sizes that differ by a unit or a digit from an equal size of all other services."""
    for address, kind in ADDRESSES.items():
        if kind not in SIZES:
            continue
        if len({_written_size(service, address) for service in services}) == 1:
            continue
        values = [service.main.value(address) for service in services]
        written = [
            (s, v) for s, v in zip(services, values, strict=True) if is_written(v) and v.node
        ]
        texts = [str(value.data) for _, value in written]
        ranked = Counter(texts).most_common(2)
        if len(texts) < MANY_SIZES or len(ranked) != 2 or ranked[0][1] != len(texts) - 1:
            continue
        (most, _), (odd, _) = ranked
        if _is_slip(odd, most):
            service, value = written[texts.index(odd)]
            other = written[texts.index(most)][1].node
            assert value.node is not None
            assert other is not None
            share = f"{len(texts) - 1} of {len(texts)} services have {most}"
            message = f"{address} is {odd}; {share}, so a digit or the unit is a slip"
            yield Oddity(service, UNIT_SLIP, value.node, message, other)


def _written_size(service: Service, address: str) -> str:
    size = service.main.values.fields.get(address)
    return "" if size is None else str(size.data)


_SIZE = regex(r"(\d{1,15})([A-Za-z]*)")


def _is_slip(text: str, most: str) -> bool:
    """Whether two sizes have the same digits and other units, or one digit more, less or off."""
    written, expected = _SIZE.fullmatch(text), _SIZE.fullmatch(most)
    if written is None or expected is None:
        return False
    (digits, unit), (wanted, wanted_unit) = written.groups(), expected.groups()
    if unit != wanted_unit:
        return digits == wanted
    is_digit_more = digits == f"{wanted}0" or wanted == f"{digits}0"
    return is_digit_more or (len(wanted) > 1 and abs(int(digits) - int(wanted)) == 1)
