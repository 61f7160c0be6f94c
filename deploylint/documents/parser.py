"""YAML text to nodes, over the event stream of ruamel.yaml's C parser.

The only module that knows ruamel.yaml. A file from a stranger is read here, so this is where size,
depth and alias bombs end. Events are turned into tuples in one loop: measured at a quarter of the
stream's own cost, where ruamel's own constructors cost six to thirty times as much.
"""

from __future__ import annotations

from typing import Any, cast

# ``ruamel.yaml[libyaml]`` installs its C parser as ``_ruamel_yaml_clibz``; ``YAML(typ="safe")`` of
# 0.19.1 still looks for the older name and silently falls back to the pure parser, so it is named.
from _ruamel_yaml_clibz import (
    AliasEvent,
    CParser,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)
from ruamel.yaml.error import YAMLError

from deploylint.documents.nodes import Entry, Mark, Node, Problem, Source, scalar
from deploylint.documents.scalars import go_text

MAX_DEPTH = 100
"""Nesting beyond this is refused: no deployment file needs it, and walks below may recurse."""

MAX_EXPANDED = 1_000_000
"""How many nodes a file may mean after its aliases are followed (go-yaml has the same guard)."""


class Unreadable(Exception):
    """A text that cannot be read; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse(source: Source) -> list[Node]:
    """All documents of a text as nodes; an empty document is left out.

    Raises Unreadable with the place of the first thing that is not YAML, not allowed as a key, or
    too deep or too large to be a deployment file.
    """
    try:
        return _Builder(source).documents()
    except YAMLError as error:
        raise Unreadable(_problem(source, error)) from None


class _Builder:
    """Consumes one event stream. Holds what a YAML stream has as state: anchors and sizes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.expanded = 0

    def documents(self) -> list[Node]:
        get_event = CParser(self.source.text).get_event
        get_event()  # the start of the stream
        found: list[Node] = []
        while type(get_event()) is DocumentStartEvent:
            self.anchors.clear()
            found.append(self._node(get_event(), get_event, 0))
            get_event()  # the end of the document
        return [node for node in found if node.content or node.style]

    def _node(self, event: Any, get_event: Any, depth: int) -> Node:
        """The node that begins with this event; what belongs to it is taken from the stream."""
        before = self.expanded
        kind = type(event)
        if kind is ScalarEvent:
            node = _scalar(event, self.source)
        elif kind is AliasEvent:
            return self._alias(event)
        else:
            node = self._collection(event, get_event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.expanded - before + 1)
        return node

    def _collection(self, event: Any, get_event: Any, depth: int) -> Node:
        if depth == MAX_DEPTH:
            raise self._refused(event.start_mark, f"nested more than {MAX_DEPTH} levels deep")
        build = self._mapping if type(event) is MappingStartEvent else self._sequence
        content, end = build(get_event, depth + 1)
        self._count(len(content), event.start_mark)
        return Node(content, event.start_mark, end, "", event.tag, self.source)

    def _sequence(self, get_event: Any, depth: int) -> tuple[list[Node], Mark]:
        items: list[Node] = []
        while type(event := get_event()) is not SequenceEndEvent:
            items.append(self._node(event, get_event, depth))
        return items, event.end_mark

    def _mapping(self, get_event: Any, depth: int) -> tuple[dict[str, Entry], Mark]:
        entries: dict[str, Entry] = {}
        merged: list[Node] = []
        source = self.source
        while type(event := get_event()) is not MappingEndEvent:
            key = self._node(event, get_event, depth)
            event = get_event()
            if type(event) is ScalarEvent and event.anchor is None:
                value = _scalar(event, source)
            else:
                value = self._node(event, get_event, depth)
            if key.content == "<<" and not key.style:
                merged += self._merged(value)
                continue
            name = self._key(key)
            if name in entries:
                source.duplicates.append((entries[name].key, key))
            entries[name] = Entry(key, value)
        for node in merged:
            for name, entry in cast("dict[str, Entry]", node.content).items():
                entries.setdefault(name, entry)
        return entries, event.end_mark

    def _key(self, key: Node) -> str:
        """A key as JSON has it: sigs.k8s.io/yaml turns numbers and booleans to text."""
        if isinstance(key.content, str) and key.style:
            return key.content
        if not isinstance(key.content, str):
            hint = "; is this a template ({{ ... }}) that has to be rendered first?"
            raise self._refused(key.start, f"a mapping or a list cannot be a key{hint}")
        value = scalar(key)
        if value is None:
            raise self._refused(key.start, "null cannot be a key; quote it if a text is meant")
        return value if isinstance(value, str) else go_text(value)

    def _merged(self, value: Node) -> list[Node]:
        nodes = value.content if isinstance(value.content, list) else [value]
        for node in nodes:
            if not isinstance(node.content, dict):
                message = "a merge key (<<) takes a mapping or a list of mappings"
                raise self._refused(value.start, message)
            self._count(len(node.content), value.start)
        return nodes

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self.anchors:
            message = f"alias *{event.anchor} has no anchor &{event.anchor} above it"
            raise self._refused(event.start_mark, message)
        node, size = self.anchors[event.anchor]
        self._count(size, event.start_mark)
        return node

    def _count(self, nodes: int, mark: Mark) -> None:
        self.expanded += nodes
        if self.expanded > MAX_EXPANDED:
            message = f"means more than {MAX_EXPANDED:,} values once its aliases are followed"
            raise self._refused(mark, message)

    def _refused(self, mark: Mark, message: str) -> Unreadable:
        return Unreadable(Problem(self.source.file, mark.line + 1, mark.column + 1, message))


def _scalar(event: Any, source: Source) -> Node:
    return Node(event.value, event.start_mark, event.end_mark, event.style, event.tag, source)


def _problem(source: Source, error: YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # a character that no YAML may hold; the position counts characters
        position = int(getattr(error, "position", 0))
        before = source.text[:position]
        line, column = before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
        reason = getattr(error, "reason", str(error))
        return Problem(source.file, line, column, f"not YAML: {reason}")
    reason = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    message = f"not YAML: {reason}" + (f" {context}" if context else "")
    line_text = source.lines[min(mark.line, len(source.lines) - 1)]
    if "{{" in line_text or source.text.lstrip().startswith("{{"):
        message += "; this looks like a template, which has to be rendered first (helm template)"
    return Problem(source.file, mark.line + 1, mark.column + 1, message)
