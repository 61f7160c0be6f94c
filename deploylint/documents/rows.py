"""The rows of a document while it is read, and what is made of them in the end.

Most documents are as their text says. Where a key is written twice, or a merge key (``<<``) brings
keys in, ``settled`` makes the rows that Helm and kubectl see.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

from deploylint.documents.key_paths import ROOT, KeyPath
from deploylint.documents.nodes import (
    KEY_START,
    NEXT,
    START,
    STYLES,
    WIDTH,
    NodeTable,
    Source,
    Text,
)

_PATHS: dict[tuple[KeyPath, ...], tuple[KeyPath, ...]] = {}
"""The key paths of documents: those that are written alike have the same."""

MOST_PATHS = 10_000
"""In a fleet that has more of them few are met twice."""

_NONE: dict[int, Any] = {}
"""What most documents hold of tags, aliases and keys that mean another text; never written to."""


class NotMergeable(Exception):
    """A merge key whose value is neither a mapping nor a list of mappings."""

    def __init__(self, start: int) -> None:
        super().__init__()
        self.start = start


class Rows:
    """Rows that are still added to; the columns are those of ``NodeTable``.

    ``merges`` are the rows of merge keys.
    """

    __slots__ = ("aliases", "merges", "numbers", "paths", "tags", "texts", "written_keys")

    def __init__(self) -> None:
        self.paths: list[KeyPath] = []
        self.texts: list[Text] = []
        self.numbers: list[int] = []
        self.tags: dict[int, str] = {}
        self.written_keys: dict[int, str] = {}
        self.merges: set[int] = set()
        self.aliases: dict[int, int] = {}

    def table(self, source: Source) -> NodeTable:
        """The rows as a document of a text."""
        paths = tuple(self.paths)
        if len(_PATHS) > MOST_PATHS:
            _PATHS.clear()
        return NodeTable(
            source,
            _PATHS.setdefault(paths, paths),
            tuple(self.texts),
            array("I", self.numbers),
            self.tags or _NONE,
            self.written_keys or _NONE,
            self.aliases or _NONE,
        )

    def add_scalar(
        self, path: KeyPath, text: str, places: tuple[int, int, int, int], style: str
    ) -> int:
        """Add the row of a scalar, and give its number."""
        row = len(self.paths)
        self.paths.append(path)
        self.texts.append(text)
        self.numbers += (*places, STYLES.index(style), row + 1)
        return row

    def rows_below(self, row: int) -> Iterator[int]:
        """The rows of a mapping's values or of a list's items, in order."""
        at, end = row + 1, self.numbers[row * WIDTH + NEXT]
        while at < end:
            yield at
            at = self.numbers[at * WIDTH + NEXT]

    def height(self, row: int) -> int:
        """How many collections stand in each other here, at most."""
        deepest = self.paths[row].depth - 1
        for at in range(row, self.numbers[row * WIDTH + NEXT]):
            if not isinstance(self.texts[at], str):
                deepest = max(deepest, self.paths[at].depth)
        return deepest - self.paths[row].depth + 1

    def begin(self, rows: Rows, row: int, path: KeyPath, key: tuple[int, int]) -> int:
        """Add one row of some rows at another path, under another key; give its number."""
        at = len(self.paths)
        self.paths.append(path)
        self.texts.append(rows.texts[row])
        numbers = rows.numbers[row * WIDTH + START : row * WIDTH + NEXT]
        self.numbers += (*key, *numbers, at + 1)
        if row in rows.tags:
            self.tags[at] = rows.tags[row]
        return at

    def repeat(self, row: int, path: KeyPath, key: tuple[int, int]) -> None:
        """Add a row and all below it once more, at another path: what an alias stands for."""
        moved = {self.paths[row]: path}
        first = len(self.paths)
        for at in range(row, self.numbers[row * WIDTH + NEXT]):
            old = self.paths[at]
            if at > row:
                assert old.parent is not None
                path = moved[old.parent].like(old)
                moved[old] = path
            self._repeat_row(at, path, first - row)
        self.numbers[first * WIDTH : first * WIDTH + 2] = key

    def _repeat_row(self, row: int, path: KeyPath, shift: int) -> None:
        at = len(self.paths)
        self.paths.append(path)
        self.texts.append(self.texts[row])
        numbers = self.numbers[row * WIDTH : row * WIDTH + NEXT]
        self.numbers += (*numbers, self.numbers[row * WIDTH + NEXT] + shift)
        self.aliases[at] = self.aliases.get(row, row)
        if row in self.tags:
            self.tags[at] = self.tags[row]
        if row in self.written_keys:
            self.written_keys[at] = self.written_keys[row]
        if row in self.merges:
            self.merges.add(at)


def settled(rows: Rows, source: Source) -> NodeTable:
    """The document that rows come to where keys are written twice or merged.

    The last of equal keys wins. A merge key is gone by the order, as in Helm's parser and against
    the YAML specification: what stands above it loses to it, what stands below it wins; of several
    mappings the first wins. Keys that are lost are kept in ``source.duplicates``.

    Raises NotMergeable.
    """
    return _Settling(rows, source).table()


class _Settling:
    """Makes new rows of those of a text."""

    def __init__(self, rows: Rows, source: Source) -> None:
        self.rows, self.source = rows, source
        self.made = Rows()
        self.raw = rows.table(source)
        self.lost: dict[int, tuple[int, int]] = {}
        """By where a winning key is written: the rows of the lost key and of the winning one."""
        self.first: dict[int, int] = {}
        """The new row of each row, and of what several rows repeat the first."""
        self.entries: dict[int, dict[str, int]] = {}
        """The rows of the values of each mapping that was looked at, by key."""

    def table(self) -> NodeTable:
        """The document."""
        self._add(0, ROOT, 0)
        table = self.made.table(self.source)
        duplicates = [(self.raw.key(lost), self.raw.key(wins)) for lost, wins in self.lost.values()]
        self.source.duplicates += duplicates
        return table

    def _add(self, row: int, path: KeyPath, key_row: int) -> None:
        """Add the rows of a value; ``key_row`` is the row under whose key it is found."""
        rows, made = self.rows, self.made
        numbers = rows.numbers
        first = key_row * WIDTH + KEY_START
        at = made.begin(rows, row, path, (numbers[first], numbers[first + 1]))
        original = rows.aliases.get(row, row)
        if self.first.setdefault(original, at) != at:
            made.aliases[at] = self.first[original]
        if key_row in rows.written_keys:
            made.written_keys[at] = rows.written_keys[key_row]
        if rows.texts[row] is None:
            for name, below in self._entries(row).items():
                self._add(below, path.child(name), below)
        elif rows.texts[row] == ():
            for number, below in enumerate(rows.rows_below(row)):
                self._add(below, path.item(number), below)
        made.numbers[at * WIDTH + NEXT] = len(made.paths)

    def _entries(self, row: int) -> dict[str, int]:
        """The rows of a mapping's values by key, merge keys followed."""
        known = self.entries.get(row)
        if known is not None:
            return known
        entries, merged = dict[str, int](), set[str]()
        for below in self.rows.rows_below(row):
            if below in self.rows.merges:
                brought = self._brought(below)
                for name in brought.keys() & entries.keys() - merged:
                    self._lose(entries[name], brought[name])
                entries |= brought
                merged |= brought.keys()
                continue
            name = self.rows.paths[below].name
            if name in entries and name not in merged:
                self._lose(entries[name], below)
            merged.discard(name)
            entries[name] = below
        self.entries[row] = entries
        return entries

    def _brought(self, row: int) -> dict[str, int]:
        """The keys that a merge key brings in; the first of several mappings wins."""
        is_list = self.rows.texts[row] == ()
        brought = dict[str, int]()
        for below in self.rows.rows_below(row) if is_list else (row,):
            if self.rows.texts[below] is not None:
                raise NotMergeable(self.rows.numbers[below * WIDTH + START])
            for name, value in self._entries(below).items():
                brought.setdefault(name, value)
        return brought

    def _lose(self, lost: int, wins: int) -> None:
        self.lost.setdefault(self.rows.numbers[wins * WIDTH + KEY_START], (lost, wins))
