"""The keys of services by their paths, with own names as ``{service}``: siblings share them.

Items of lists are found by their names; those without a name have no path.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache

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
    text_of,
)
from deploylint.documents.regex import regex
from deploylint.model.own_name import SELF, with_service
from deploylint.model.service import Service

MOST_OUTLINES = 1_000
"""How many kinds of files are remembered."""

Path = tuple[str, ...]


def common_names(services: Sequence[Service]) -> Set[str]:
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


class Outline:
    """The keys of services that are written alike, by their paths.

    ``places`` are rows counted from that of the root, entries in a tree of several files.
    """

    def __init__(self, places: Mapping[Path, int | Entry]) -> None:
        self.places = places
        self._both = dict[Outline, Sequence[tuple[Path, int | Entry, int | Entry]]]()

    def both(self, other: Outline) -> Sequence[tuple[Path, int | Entry, int | Entry]]:
        """The paths that are in another outline too, each with both places."""
        if other not in self._both:
            alike = ((path, place, other.places.get(path)) for path, place in self.places.items())
            self._both[other] = [(path, a, b) for path, a, b in alike if b is not None]
        return self._both[other]

    @cached_property
    def entries(self) -> Mapping[Path, Sequence[str]]:
        """The keys of each mapping."""
        entries: dict[Path, list[str]] = {}
        for path in self.places:
            entries.setdefault(path[:-1], []).append(path[-1])
        return entries

    @cached_property
    def only_entries(self) -> Mapping[Path, str]:
        """The key of each mapping that has one alone, with a mapping as its value."""
        alone = ((path, keys[0]) for path, keys in self.entries.items() if len(keys) == 1)
        return {path: key for path, key in alone if path and (*path, key) in self.entries}


class ServiceKeys:
    """The keys of a service by their paths, items by name with own names as ``{service}``."""

    def __init__(self, service: Service, known: dict[object, Outline], common: Set[str]) -> None:
        """``known`` are the outlines of the services before, ``common`` is no own name in a key."""
        self.service = service
        self._common = common
        self._table, self._first = service.root.table, service.root.row
        if type(service.root) is Collection:
            self.outline = self._written(service.root.end_row, known)
        else:
            self.outline = Outline(dict(self._walk(service.root, ())))

    def _written(self, end: int, known: dict[object, Outline]) -> Outline:
        """The keys of a mapping as it is written."""
        paths, texts = self._table.paths[self._first : end], self._table.texts
        steps = [self._item(texts[self._first + at]) for at in _rows_of_names(paths)]
        key = paths, tuple(steps)
        if key not in known:
            names = _names_of(paths).difference(self._common)
            own = {name: self._key(name) for name in names if self._key(name) != name}
            known[key] = Outline(_places(paths, steps, own))
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
        return f"[name={self._key(name)}]" if name else None

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
        return self._text_at(self.outline.places[path])

    def _text_at(self, place: int | Entry) -> Text:
        if isinstance(place, Entry):
            return place.value.content if isinstance(place.value.content, str) else None
        return self._table.texts[self._first + place]

    def other_texts(self, other: ServiceKeys) -> Iterator[tuple[Path, str, str]]:
        """The paths at which another service has another text, with both texts."""
        texts, first = self._table.texts, self._first
        others, other_first = other._table.texts, other._first
        for path, at, other_at in self.outline.both(other.outline):
            text = texts[first + at] if type(at) is int else self._text_at(at)
            if type(other_at) is int:
                wanted = others[other_first + other_at]
            else:
                wanted = other._text_at(other_at)
            is_other = text is not wanted and text != wanted
            if is_other and isinstance(text, str) and isinstance(wanted, str):
                yield path, text, wanted

    def owns(self, path: Path) -> bool:
        """Whether an element owns something at a path or below it."""
        depth = len(path)
        return any(self.is_owned(p) for p in self.outline.places if p[:depth] == path)

    def is_owned(self, path: Path) -> bool:
        """Whether an element owns what is at a path, or an item of a list there."""
        value = self.entry(path).value
        owned = self._owned.get(value.table, frozenset())
        is_list = not (value.is_scalar or value.is_mapping)
        return not owned.isdisjoint(range(value.row, value.end_row) if is_list else (value.row,))

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

    @property
    def lacked(self) -> set[tuple[Node, str]]:
        """The fields that a mapping has to have and does not, each with the mapping's key."""
        return {(fault.node, field) for fault in self.service.faults for field in fault.lacks}


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
