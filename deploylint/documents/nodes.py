"""YAML as a tree that remembers where each key and value stands.

A ``Node`` is a plain tuple, because a fleet holds millions of them; what it means (``plain``),
where it stands (``span``) and what stands around it are worked out only for the few that a finding
names.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from deploylint.documents.scalars import resolve, resolve_tagged


class Span(NamedTuple):
    """Where something stands in a file: 1-based lines and columns, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Node(NamedTuple):
    """One YAML value and where it was read.

    ``content`` is the text of a scalar, a dict from key to ``Entry`` of a mapping, or a list of
    nodes of a sequence. ``style`` is how a scalar is written: ``""`` plain, else its quote or block
    sign. ``tag`` is an explicit tag or None. ``source`` is the document it belongs to, ``start``
    and ``end`` are positions in its text, in characters.
    """

    content: str | dict[str, Entry] | list[Node]
    start: int
    end: int
    style: str
    tag: str | None
    source: Source


class Entry(NamedTuple):
    """A key of a mapping and its value."""

    key: Node
    value: Node


class Problem(NamedTuple):
    """Something wrong with a file, where, and what to do about it."""

    file: str
    line: int
    column: int
    message: str


class Source:
    """The text that nodes were read from, and what is odd about it but not fatal."""

    __slots__ = ("_starts", "duplicates", "file", "meant", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.duplicates: list[tuple[Node, Node]] = []
        """Keys written twice in one mapping: (the key that is lost, the key that wins)."""
        self.meant = 0
        """How many nodes the text means once its aliases are followed."""
        self._starts: array[int] | None = None

    @property
    def starts(self) -> array[int]:
        """Where each line begins, as a YAML 1.1 parser counts lines."""
        if self._starts is None:
            ends = (end.end() for end in _LINE_END.finditer(self.text))
            self._starts = array("I", (0, *ends))  # a tenth of a list: large sets hold all texts
        return self._starts

    @property
    def lines(self) -> list[str]:
        """The text's lines without their ends."""
        return split_lines(self.text)

    def line(self, number: int) -> str:
        """One line, counted from 0, without its end; "" beyond the last."""
        if number >= len(self.starts):
            return ""
        begin = self.starts[number]
        end = _LINE_END.search(self.text, begin)
        return self.text[begin : end.start() if end else len(self.text)]

    def position(self, at: int) -> tuple[int, int]:
        """The line and the column of a position in the text, both from 0."""
        line = bisect_right(self.starts, at) - 1
        return line, at - self.starts[line]


_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def split_lines(text: str) -> list[str]:
    """A text's lines as YAML 1.1 counts them, without their ends; one more than there are ends."""
    return _LINE_END.split(text)


_CORE = "tag:yaml.org,2002:"


def scalar(node: Node) -> str | int | float | bool | None:
    """The value of a scalar node as Helm and kubectl read it.

    Quoted and block scalars are strings; plain ones go through go-yaml's table. With a tag of one's
    own (``!vault``) every text is a string.

    Raises ValueError for a text that is no spelling of its tag; the parser lets none through.
    """
    text = node.content
    assert isinstance(text, str)
    if node.tag is not None:
        return resolve_tagged(text, node.tag) if node.tag.startswith(_CORE) else text
    return text if node.style else resolve(text)


def plain(node: Node) -> object:
    """A node as plain data: dicts, lists and scalars, without places."""
    content = node.content
    if isinstance(content, str):
        return scalar(node)
    if isinstance(content, dict):
        return {key: plain(entry.value) for key, entry in content.items()}
    return [plain(item) for item in content]


def is_empty(node: Node) -> bool:
    """Whether a node holds nothing: null, ``{}``, ``[]`` or ``""``."""
    content = node.content
    return not content or (isinstance(content, str) and not node.style and scalar(node) is None)


def span(node: Node) -> Span:
    """Where a node stands. A block collection or block scalar ends with its last written line."""
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
    return Span(line + 1, column + 1, end_line + 1, end_column + 1)


def child(node: Node, key: str) -> Node | None:
    """The value under a key of a mapping; None for another kind of node or a missing key."""
    if isinstance(node.content, dict):
        entry: Entry | None = node.content.get(key)
        return None if entry is None else entry.value
    return None


def leaves(node: Node) -> Iterator[Node]:
    """Every scalar and every empty collection below a node, in order.

    A value reached through an alias or a merge key is given once for each place that uses it.
    """
    content = node.content
    if isinstance(content, dict) and content:
        for entry in content.values():
            yield from leaves(entry.value)
    elif isinstance(content, list) and content:
        for item in content:
            yield from leaves(item)
    else:
        yield node


def key_path(root: Node, wanted: Node) -> tuple[str, ...]:
    """The keys that lead from ``root`` to a node, a key's own among them; list items are ``[0]``.

    Goes down by where things stand in the text, so that a file is not searched for each finding;
    only what was put together from several places is searched. A node that is not in the tree (the
    lost one of two equal keys) gets the keys around it; a mapping that other files are merged into
    those of the one that stands in its place.
    """
    path: tuple[str, ...] = ()
    node, at = root, wanted.start
    while node is not wanted and not _in_place_of(node, wanted):
        step = _step(node, at) if node.source is wanted.source else None
        if step is None:
            break
        key, name, below = step
        path = (*path, key)
        node = below
        if name is not None and at < name.end:
            node = name
            break
    if node is wanted or _in_place_of(node, wanted):
        return path
    return _found(root, wanted) or path


def _in_place_of(node: Node, wanted: Node) -> bool:
    """Whether two mappings stand in the same place: one of them may be merged."""
    both_mappings = isinstance(node.content, dict) and isinstance(wanted.content, dict)
    same = (node.start, node.end) == (wanted.start, wanted.end)
    return both_mappings and same and node.source is wanted.source


def _step(node: Node, at: int) -> tuple[str, Node | None, Node] | None:
    """The key that holds a position, as it is called and as it is written, and its value."""
    if isinstance(node.content, dict):
        for key, (name, value) in node.content.items():
            if name.start <= at < max(value.end, name.end + 1):
                return key, name, value
    elif isinstance(node.content, list):
        for number, item in enumerate(node.content):
            if item.start <= at < item.end:
                return f"[{number}]", None, item
    return None


def _found(root: Node, wanted: Node) -> tuple[str, ...]:
    """The keys that lead to a node wherever it stands; none where it is not in the tree."""
    stack: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    seen: set[int] = set()
    while stack:
        node, path = stack.pop()
        if id(node) in seen or isinstance(node.content, str):
            continue
        seen.add(id(node))
        for key, name, value in _below(node):
            if wanted is value or wanted is name:
                return (*path, key)
            stack.append((value, (*path, key)))
    return ()


def _below(node: Node) -> Iterator[tuple[str, Node | None, Node]]:
    if isinstance(node.content, dict):
        yield from ((key, entry.key, entry.value) for key, entry in node.content.items())
    elif isinstance(node.content, list):
        yield from ((f"[{number}]", None, item) for number, item in enumerate(node.content))
