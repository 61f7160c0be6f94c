"""The rows of a document while it is read, and what is made of them in the end.

Most documents mean what their text holds. Where a key is written twice, a merge key (``<<``) adds
keys, or an alias repeats a value, ``settled`` makes the rows that Helm and kubectl see.
"""

from __future__ import annotations

from array import array
from typing import Any

from deploylint.documents.key_paths import ROOT, KeyPath, Paths
from deploylint.documents.nodes import KEY_START, NEXT, START, WIDTH, NodeTable, Source, Text
from deploylint.documents.source import Unreadable

_PATHS: dict[Paths, Paths] = {}
"""The key paths of documents: those that are written alike have the same."""

MOST_PATHS = 2_000
"""In a fleet that has more of them few are met twice."""

_NONE: dict[int, Any] = {}
"""The empty table of tags, aliases or changed keys that most documents share; never changed."""

MAX_DEPTH = 100
"""Deeper nesting, aliases followed, is refused: no deployment file needs it, and walks recurse."""
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"

MAX_EXPANDED = 1_000_000
"""How many nodes a file may mean after its aliases are followed (go-yaml has such a guard too)."""
TOO_MUCH = f"means more than {MAX_EXPANDED:,} values once its aliases are followed"


class Rows:
    """Rows that are still added to; the columns are those of ``NodeTable``.

    ``merges`` are the rows of merge keys.
    ``aliases`` are the rows that hold an alias as it is written, with the row of its anchor.
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
        paths = Paths(self.paths)
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


def settle_rows(rows: Rows, source: Source, room: int) -> NodeTable:
    """The document of at most ``room`` rows, with duplicate keys, merge keys and aliases resolved.

    The last of equal keys wins. A merge key follows the order, as in Helm's parser and against
    the YAML specification: keys above it lose to it, keys below it win; of several mappings the
    first wins. Keys that are lost are kept in ``source.duplicates``. The rows of an
    alias are those of its anchor once more, at its own path.

    Raises Unreadable.
    """
    return _Settling(rows, source, room).table()


class _Settling:
    """Makes new rows of those of a text."""

    def __init__(self, rows: Rows, source: Source, room: int) -> None:
        self.rows, self.source, self.room = rows, source, room
        self.made = Rows()
        self.raw = rows.table(source)
        self.lost: dict[int, tuple[int, int]] = {}
        """By where a winning key is written: the rows of the lost key and of the winning one."""
        self.first: dict[int, int] = {}
        """The first new row of each row."""
        self.entries: dict[int, dict[str, int]] = {}
        """The rows of the values of each mapping that was looked at, by key."""

    def table(self) -> NodeTable:
        """The document."""
        self._add(0, ROOT)
        duplicates = [(self.raw.key(lost), self.raw.key(wins)) for lost, wins in self.lost.values()]
        self.source.duplicates += duplicates
        return self.made.table(self.source)

    def _add(self, row: int, path: KeyPath, alias: int | None = None) -> None:
        """Add the rows of a value at a path; ``alias`` is the outermost one that leads to it."""
        rows, made, at = self.rows, self.made, len(self.made.paths)
        meant = rows.aliases.get(row, row)
        alias = row if meant != row and alias is None else alias
        text, first = rows.texts[meant], meant * WIDTH
        self._bound(text, path, row if alias is None else alias)
        made.paths.append(path)
        made.texts.append(text)
        key = rows.numbers[row * WIDTH : row * WIDTH + START]
        made.numbers += (*key, *rows.numbers[first + START : first + NEXT], 0)
        if meant in rows.tags:
            made.tags[at] = rows.tags[meant]
        if row in rows.written_keys:
            made.written_keys[at] = rows.written_keys[row]
        if self.first.setdefault(meant, at) != at:
            made.aliases[at] = self.first[meant]
        if text is None:
            for name, below in self._entries(meant).items():
                self._add(below, path.child(name), alias)
        elif text == ():
            for number, below in enumerate(self.raw.rows_below(meant)):
                self._add(below, path.item(number), alias)
        made.numbers[at * WIDTH + NEXT] = len(made.paths)

    def _bound(self, text: Text, path: KeyPath, row: int) -> None:
        """Refuse what is too deep or too much at the place of a row."""
        is_too_deep = path.depth >= MAX_DEPTH and not isinstance(text, str)
        if is_too_deep or len(self.made.paths) >= self.room:
            at = self.rows.numbers[row * WIDTH + START]
            raise Unreadable(self.source.problem(at, TOO_DEEP if is_too_deep else TOO_MUCH))

    def _entries(self, row: int) -> dict[str, int]:
        """The rows of a mapping's values by key, merge keys followed."""
        known = self.entries.get(row)
        if known is not None:
            return known
        entries, merged = dict[str, int](), set[str]()
        for below in self.raw.rows_below(row):
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
        """The keys that a merge key adds; the first of several mappings wins."""
        aliases, texts = self.rows.aliases, self.rows.texts
        row = aliases.get(row, row)
        brought = dict[str, int]()
        for below in self.raw.rows_below(row) if texts[row] == () else (row,):
            mapping = aliases.get(below, below)
            if texts[mapping] is not None:
                at = self.rows.numbers[mapping * WIDTH + START]
                message = "a merge key (<<) takes a mapping or a list of mappings"
                raise Unreadable(self.source.problem(at, message))
            for name, value in self._entries(mapping).items():
                brought.setdefault(name, value)
        return brought

    def _lose(self, lost: int, wins: int) -> None:
        self.lost.setdefault(self.rows.numbers[wins * WIDTH + KEY_START], (lost, wins))
