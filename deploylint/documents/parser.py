"""YAML text to nodes, over the event stream of PyYAML's C parser.

A file from a stranger is read here, so this is where size, depth and alias bombs end. Events are
turned into tuples in one loop: measured at half of the stream's own cost, where the constructors of
YAML libraries cost six to thirty times as much. What only a few files hold (``go_yaml``) is looked
for in a second walk, which the others are spared.
"""

from sys import intern
from typing import Any, NamedTuple

from deploylint.documents import go_yaml
from deploylint.documents.errors import ONLY_1_1, Unreadable, not_yaml
from deploylint.documents.libyaml import (
    AliasEvent,
    CParser,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    YAMLError,
    end,
    start,
)
from deploylint.documents.nodes import Entry, Node, Problem, Source, is_empty, scalar
from deploylint.documents.scalars import MERGE_TAGS, Scalar, go_text, resolve

MAX_DEPTH = 100
"""Deeper nesting, aliases followed, is refused: no deployment file needs it, and walks recurse."""

MAX_EXPANDED = 1_000_000
"""How many nodes a file may mean after its aliases are followed (go-yaml has such a guard too)."""


def parse(source: Source) -> list[Node]:
    """All documents of a text as nodes; an empty document is left out.

    Raises Unreadable with the place of the first thing that is not YAML, not allowed as a key, or
    too deep or too large to be a deployment file.
    """
    try:
        documents = _Builder(source, source.text).documents()
    except YAMLError as error:
        raise _refusal(source, error) from None
    if (problem := go_yaml.refused_by_go(source, documents)) is not None:
        raise Unreadable(problem)
    return [node for node in documents if not is_empty(node)]


def _refusal(source: Source, error: YAMLError) -> Unreadable:
    """Why a text is not read.

    Libyaml looks ahead and has a limit of 1,000 levels from 0.2.6 on: up to where it stopped, the
    text is read again for the place where our own limit is passed.
    """
    problem = not_yaml(source, error)
    if "nesting depth" in problem.message:
        at = source.starts[problem.line - 1] + problem.column - 1
        try:
            _Builder(source, source.text[:at]).documents()
        except Unreadable as deeper:
            return deeper
    return Unreadable(problem)


class _Anchored(NamedTuple):
    """What an alias stands for; ``size`` in nodes and ``height`` in levels, aliases followed."""

    node: Node
    size: int
    height: int


# A NamedTuple's own constructor is written in Python and costs twice as much.
_tuple = tuple.__new__


class _Builder:
    """Consumes one event stream. Holds what that has as state: anchors, sizes and depths."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.next_event: Any = CParser(text).get_event
        self.anchors: dict[str, _Anchored | None] = {}
        """None while what the anchor is on is still being read."""
        self.expanded = 0
        self.deepest = 0

    def documents(self) -> list[Node]:
        next_event = self.next_event
        next_event()  # the start of the stream
        found: list[Node] = []
        while type(event := next_event()) is DocumentStartEvent:
            if event.version not in (None, (1, 1)):
                raise self._refused(start(event), ONLY_1_1)
            self.anchors.clear()
            found.append(self._node(next_event(), 0))
            next_event()  # the end of the document
        self.source.meant = self.expanded
        return found

    def _node(self, event: Any, depth: int) -> Node:
        """The node that begins with this event; what belongs to it is taken from the stream."""
        if type(event) is AliasEvent:
            return self._alias(event, depth)
        if event.anchor is not None:
            return self._anchored(event, depth)
        return self._unanchored(event, depth)

    def _unanchored(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is MappingStartEvent:
            return self._mapping(event, depth + 1)
        if kind is SequenceStartEvent:
            return self._sequence(event, depth + 1)
        node = _scalar(event, self.source)
        if node.tag is not None:
            self._value(node)
        return node

    def _anchored(self, event: Any, depth: int) -> Node:
        """A node with an anchor; its size and height count again for each of its aliases."""
        before, outer = self.expanded, self.deepest
        self.anchors[event.anchor] = None
        self.deepest = depth
        node = self._unanchored(event, depth)
        size = self.expanded - before + 1
        self.anchors[event.anchor] = _Anchored(node, size, self.deepest - depth)
        self.deepest = max(outer, self.deepest)
        return node

    def _sequence(self, begin: Any, depth: int) -> Node:
        at = begin.start_mark.index
        self._enter(at, depth)
        items: list[Node] = []
        next_event, build = self.next_event, self._node
        while type(event := next_event()) is not SequenceEndEvent:
            items.append(build(event, depth))
        self._count(len(items), at)
        return _tuple(Node, (items, at, end(event), "", begin.tag, self.source))

    def _mapping(self, begin: Any, depth: int) -> Node:
        at = begin.start_mark.index
        self._enter(at, depth)
        entries: dict[str, Entry] = {}
        merged: frozenset[str] = frozenset()  # names that so far only a merge key has given
        source, next_event, build = self.source, self.next_event, self._node
        while (kind := type(event := next_event())) is not MappingEndEvent:
            if kind is ScalarEvent and event.anchor is None and event.tag is None:
                key = _scalar(event, source)
                text = intern(event.value)
                name = text if event.style else resolve(text)
            else:
                key = build(event, depth)
                name = None
            event = next_event()
            if type(event) is ScalarEvent and event.anchor is None and event.tag is None:
                value = _scalar(event, source)
            else:
                value = build(event, depth)
            if type(name) is not str:
                name = self._name(key)
            if name == "<<" and not key.style and key.tag in MERGE_TAGS:
                merged |= self._merge(value, entries, merged)
                continue
            if name in entries:
                if name not in merged:
                    source.duplicates.append((entries[name].key, key))
                merged -= {name}
            entries[name] = _tuple(Entry, (key, value))
        self._count(len(entries), at)
        return _tuple(Node, (entries, at, event.end_mark.index, "", begin.tag, source))

    def _name(self, key: Node) -> str:
        """A key as JSON has it: sigs.k8s.io/yaml turns numbers and booleans to text."""
        if not isinstance(key.content, str):
            hint = "; is this a template ({{ ... }}) that has to be rendered first?"
            raise self._refused(key.start, f"a mapping or a list cannot be a key{hint}")
        value = self._value(key)
        if value is None:
            raise self._refused(key.start, "null cannot be a key; quote it if a text is meant")
        try:
            return go_text(value)
        except ValueError as error:
            raise self._refused(key.start, str(error)) from None

    def _value(self, node: Node) -> Scalar:
        """The value of a scalar, refused where it is no spelling of its tag."""
        try:
            return scalar(node)
        except ValueError as error:
            raise self._refused(node.start, str(error)) from None

    def _merge(self, value: Node, entries: dict[str, Entry], merged: frozenset[str]) -> set[str]:
        """Lay a merge key's mappings over the entries so far; the first of several mappings wins.

        Helm's parser goes by the order: what stands above a merge key loses to it, against the YAML
        specification. Such a key is kept as lost. Gives the names that came in.
        """
        nodes = value.content if isinstance(value.content, list) else [value]
        found: dict[str, Entry] = {}
        for node in nodes:
            if not isinstance(node.content, dict):
                message = "a merge key (<<) takes a mapping or a list of mappings"
                raise self._refused(node.start, message)
            self._count(len(node.content), value.start)
            for name, entry in node.content.items():
                found.setdefault(name, entry)
        lost = [name for name in found if name in entries and name not in merged]
        self.source.duplicates += [(entries[name].key, found[name].key) for name in lost]
        entries.update(found)
        return set(found)

    def _alias(self, event: Any, depth: int) -> Node:
        anchor = event.anchor
        if anchor not in self.anchors:
            message = f"alias *{anchor} has no anchor &{anchor} above it"
            raise self._refused(event.start_mark.index, message)
        anchored = self.anchors[anchor]
        if anchored is None:
            message = f"alias *{anchor} stands inside what it stands for, which has no end"
            raise self._refused(event.start_mark.index, message)
        self._enter(event.start_mark.index, depth + anchored.height)
        self._count(anchored.size, event.start_mark.index)
        return anchored.node

    def _enter(self, at: int, depth: int) -> None:
        if depth > self.deepest:
            self.deepest = depth
            if depth > MAX_DEPTH:
                raise self._refused(at, f"nested more than {MAX_DEPTH} levels deep")

    def _count(self, nodes: int, at: int) -> None:
        self.expanded += nodes
        if self.expanded > MAX_EXPANDED:
            message = f"means more than {MAX_EXPANDED:,} values once its aliases are followed"
            raise self._refused(at, message)

    def _refused(self, at: int, message: str) -> Unreadable:
        line, column = self.source.position(at)
        return Unreadable(Problem(self.source.file, line + 1, column + 1, message))


def _scalar(event: Any, source: Source) -> Node:
    """The node of a scalar; the files of a fleet hold the same words, so each is kept once."""
    first, behind = event.start_mark.index, event.end_mark.index
    return _tuple(Node, (intern(event.value), first, behind, event.style, event.tag, source))
