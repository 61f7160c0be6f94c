"""YAML as a flat table that remembers where each key and value is written.

A document is a ``NodeTable``: its keys and values in the order of the text, as parallel columns.
A ``Node`` is a view of one row, made on demand. Its data (``plain``) and location (``span``) are
computed only for the few nodes that a finding names.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

from deploylint.documents.key_paths import ROOT, KeyPath, Paths
from deploylint.documents.record import Record
from deploylint.documents.scalars import Scalar, resolve, resolve_tagged
from deploylint.documents.source import Problem as Problem
from deploylint.documents.source import Source as Source
from deploylint.documents.source import Span as Span
from deploylint.documents.source import split_lines as split_lines

WIDTH = 6
"""How many numbers a row of a table has."""

KEY_START, KEY_END, START, END, STYLE, NEXT = range(WIDTH)
"""The numbers of a row.

Where its key begins and ends (of an item of a list, and of a root, its value), where its value
begins and ends, how that is written (an index of ``STYLES``), and the row behind all that is below
it. Positions are in characters of the text.
"""

STYLES = ("", "'", '"', "|", ">")
"""How a scalar is written: plain, in quotes, as a block."""

Text = str | None | tuple[()]
"""The content of a row: the text of a scalar, None for a mapping, ``()`` for a list."""


class NodeTable:
    """The rows of one document, in the order of its text.

    ``paths`` are the key paths of the rows.
    ``texts`` are the texts of scalars, None for a mapping and ``()`` for a list.
    ``numbers`` are ``WIDTH`` numbers for each row, ``KEY_START`` and those beside it.
    ``tags`` are explicit tags by row, ``written_keys`` keys that mean another text than is written.
    ``aliases`` are the rows that an alias repeats, each with the original row: both are one node,
    where it is written.
    """

    COLUMNS = ("source", "paths", "texts", "numbers", "tags", "written_keys", "aliases")

    __slots__ = (*COLUMNS, "_contents", "nodes")

    def __init__(
        self,
        source: Source,
        paths: Paths,
        texts: tuple[Text, ...],
        numbers: array[int],
        tags: dict[int, str],
        written_keys: dict[int, str],
        aliases: dict[int, int],
    ) -> None:
        self.source = source
        self.paths = paths
        self.texts = texts
        self.numbers = numbers
        self.tags = tags
        self.written_keys = written_keys
        self.aliases = aliases
        self.nodes: dict[int, Node] = {}
        self._contents: dict[int, dict[str, Entry] | list[Node]] = {}

    def forget_nodes(self) -> None:
        """Drop the views that were made: they and the table refer to each other."""
        self.nodes.clear()
        self._contents.clear()

    def node(self, row: int) -> Node:
        """The value of a row."""
        if self.aliases:
            row = self.aliases.get(row, row)
        node = self.nodes.get(row)
        if node is None:
            text, tag = self.texts[row], self.tags.get(row) if self.tags else None
            if isinstance(text, str):
                style = STYLES[self.numbers[row * WIDTH + STYLE]]
                node = _tuple(Node, (self, row, style, tag, text))
            else:
                node = _tuple(Collection, (self, row, "", tag, None))
            self.nodes[row] = node
        return node

    def key(self, row: int) -> Node:
        """The key of a row; its own row is ``~row``."""
        node = self.nodes.get(~row)
        if node is None:
            text = self.written_keys.get(row) or self.paths[row].name
            node = self.nodes[~row] = _tuple(Node, (self, ~row, "", None, text))
        return node

    def is_written(self, node: Node) -> bool:
        """Whether a node of this document is as its row is written, and was not made of it."""
        row = node.row
        if self.nodes.get(row) is node:
            return True
        if row < 0:
            return node.content == (self.written_keys.get(~row) or self.paths[~row].name)
        if type(node) is Collection:
            return True
        style = STYLES[self.numbers[row * WIDTH + STYLE]]
        return (node.content, node.style, node.tag) == (self.texts[row], style, self.tags.get(row))

    def content(self, row: int) -> dict[str, Entry] | list[Node]:
        """The content of the mapping or the list in a row."""
        content = self._contents.get(row)
        if content is None:
            rows = self.rows_below(row)
            if self.texts[row] is None:
                content = {
                    self.paths[at].name: Entry._make((self.key(at), self.node(at))) for at in rows
                }
            else:
                content = [self.node(at) for at in rows]
            self._contents[row] = content
        return content

    def changed(self, **columns: Any) -> NodeTable:
        """The document with other values in some columns, or of another source."""
        return NodeTable(*(columns.get(name, getattr(self, name)) for name in self.COLUMNS))

    def row_above(self, row: int) -> int:
        """The row of the mapping or list that a row is in; -1 for the root."""
        above = self.paths[row].parent
        return -1 if above is None else self.paths.rows[above]

    def rows_below(self, row: int) -> Iterator[int]:
        """The rows of a mapping's values or of a list's items, in order."""
        numbers = self.numbers
        at, end = row + 1, numbers[row * WIDTH + NEXT]
        while at < end:
            yield at
            at = numbers[at * WIDTH + NEXT]


class Node(Record):
    """One YAML value, or the key of one, and where it was read.

    ``table`` and ``row`` locate it; of a key ``row`` is negative (``~row``).
    ``style`` is how a scalar is written: ``""`` plain, else its quote or block sign.
    ``tag`` is an explicit tag or None.
    ``content`` is the text of a scalar, a dict from key to ``Entry`` of a mapping, or a list of
    nodes of a sequence.
    What is as it is written is a Node where it is a scalar and else a Collection.
    """

    table: NodeTable
    row: int
    style: str
    tag: str | None
    content: Content

    @property
    def source(self) -> Source:
        """The document that it belongs to."""
        return self.table.source

    @property
    def start(self) -> int:
        """Where it begins, in characters of the text."""
        row = self.row
        return self.table.numbers[row * WIDTH + START if row >= 0 else ~row * WIDTH + KEY_START]

    @property
    def end(self) -> int:
        """Where it ends."""
        row = self.row
        return self.table.numbers[row * WIDTH + END if row >= 0 else ~row * WIDTH + KEY_END]

    @property
    def end_row(self) -> int:
        """The row behind all that is below it."""
        return self.table.numbers[self.row * WIDTH + NEXT]

    @property
    def path(self) -> KeyPath:
        """The keys that lead to it in its document."""
        return self.table.paths[self.row if self.row >= 0 else ~self.row]

    @property
    def key(self) -> Node:
        """The key that is written in its row; of an item of a list its number."""
        return self.table.key(self.row)

    @property
    def is_scalar(self) -> bool:
        """Whether it is a text, and neither a mapping nor a list."""
        return isinstance(self.content, str)

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return isinstance(self.content, dict)

    def made(self, content: Content, style: str | None = None) -> Node:
        """A node of another content in the same place; written in a ``style``, it has no tag."""
        if style is None:
            return _tuple(Node, (self.table, self.row, self.style, self.tag, content))
        return _tuple(Node, (self.table, self.row, style, None, content))

    def __hash__(self) -> int:
        """By its place."""
        return hash((id(self.table), self.row))

    def __repr__(self) -> str:
        return f"Node({self.content!r}, {self.source.file!r}, {self.start})"


class Collection(Node):
    """A mapping or a list as it is written; its content is made when it is first asked for."""

    __slots__ = ()

    @property
    def content(self) -> Content:
        """Its entries or items."""
        return self.table.content(self.row)

    @property
    def is_scalar(self) -> bool:
        """Whether it is a text."""
        return False

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return self.table.texts[self.row] is None


# The constructor of a record is written in Python and costs three times as much.
_tuple = tuple.__new__


class Entry(Record):
    """A key of a mapping and its value."""

    key: Node
    value: Node


Content = str | dict[str, Entry] | list[Node]
"""The content of a node: a text, or entries by key, or items."""


def text_node(source: Source, text: str, start: int, end: int, style: str = "") -> Node:
    """A text alone somewhere in a source, which need not be YAML."""
    numbers = array("I", (start, end, start, end, STYLES.index(style), 1))
    return NodeTable(source, Paths([ROOT]), (text,), numbers, {}, {}, {}).node(0)


_CORE = "tag:yaml.org,2002:"


def scalar(node: Node) -> Scalar:
    """The value of a scalar node as Helm and kubectl read it.

    Quoted and block scalars are strings; plain ones go through go-yaml's table. With a tag of one's
    own (``!vault``) every text is a string.

    Raises ValueError for a text that is no spelling of its tag; the parser lets none through.
    """
    text = node.content
    assert isinstance(text, str)
    return scalar_value(text, node.style, node.tag)


def scalar_value(text: str, style: str, tag: str | None) -> Scalar:
    """The value of a text as it is written. Raises ValueError as ``scalar`` does."""
    if tag is not None:
        return resolve_tagged(text, tag) if tag.startswith(_CORE) else text
    return text if style else resolve(text)


def plain(node: Node) -> object:
    """A node as plain data: dicts, lists and scalars, without places."""
    if type(node) is Collection:
        return _plain_row(node.table, node.row)
    content = node.content
    if isinstance(content, str):
        return scalar(node)
    if isinstance(content, dict):
        return {key: plain(entry.value) for key, entry in content.items()}
    return [plain(item) for item in content]


def _plain_row(table: NodeTable, row: int) -> object:
    """The value of a row as plain data."""
    if table.aliases:
        row = table.aliases.get(row, row)
    text = table.texts[row]
    if isinstance(text, str):
        style = STYLES[table.numbers[row * WIDTH + STYLE]]
        return scalar_value(text, style, table.tags.get(row) if table.tags else None)
    if text is None:
        return {table.paths[at].name: _plain_row(table, at) for at in table.rows_below(row)}
    return [_plain_row(table, at) for at in table.rows_below(row)]


def is_empty(node: Node) -> bool:
    """Whether a node is empty: null, ``{}``, ``[]`` or ``""``."""
    if node.is_scalar:
        text = node.content
        return not text or (not node.style and scalar(node) is None)
    if type(node) is Collection:
        return node.table.numbers[node.row * WIDTH + NEXT] == node.row + 1
    return not node.content


def span(node: Node) -> Span:
    """Where a node is written. A block collection or block scalar ends with its last line."""
    source = node.source
    line, column = source.position(node.start)
    end_line, end_column = source.position(node.end)
    is_scalar = isinstance(node.content, str)
    while end_line > line:
        written = source.line(end_line)[:end_column].lstrip()
        if written and (is_scalar or not written.startswith("#")):
            break
        end_line -= 1
        end_column = len(source.line(end_line))
    return Span._make((line + 1, column + 1, end_line + 1, end_column + 1))


def child(node: Node, key: str) -> Node | None:
    """The value under a key of a mapping; None for another kind of node or a missing key."""
    if type(node) is Collection:
        table, paths = node.table, node.table.paths
        above = paths[node.row]
        path = above.children.get(key) or above.quoted_children.get(key)
        at = None if path is None else paths.rows.get(path)
        return None if at is None else table.nodes.get(at) or table.node(at)
    entry = entries_of(node).get(key)
    return None if entry is None else entry.value


def child_at(node: Node | None, *keys: str) -> Node | None:
    """The value under keys one after the other; None where one of them is missing."""
    for key in keys:
        if node is None:
            return None
        node = child(node, key)
    return node


def text_of(node: Node | None) -> str:
    """The text of a scalar; "" of another node, and of none."""
    content = None if node is None or type(node) is Collection else node.content
    return content if isinstance(content, str) else ""


def items_of(node: Node | None) -> list[Node]:
    """The items of a list; none of another node."""
    content = None if node is None else node.content
    return content if isinstance(content, list) else []


def entries_of(node: Node | None) -> dict[str, Entry]:
    """The entries of a mapping; none of another node."""
    content = None if node is None else node.content
    return content if isinstance(content, dict) else {}


def leaves(node: Node) -> Iterator[Node]:
    """Every scalar and every empty collection below a node, in order.

    A value reached through an alias or a merge key is given once for each place that uses it.
    """
    if type(node) is Collection:
        table, numbers = node.table, node.table.numbers
        for row in range(node.row, numbers[node.row * WIDTH + NEXT]):
            if isinstance(table.texts[row], str) or numbers[row * WIDTH + NEXT] == row + 1:
                yield table.node(row)
        return
    if node.is_scalar or not node.content:
        yield node
    for entry in entries_of(node).values():
        yield from leaves(entry.value)
    for item in items_of(node):
        yield from leaves(item)
