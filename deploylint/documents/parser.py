"""YAML text to node tables, over the event stream of PyYAML's C parser.

A file from a stranger is read here, so this is where size, depth and alias bombs end. Events are
turned into rows as they come. What only a few files hold (anchors, tags, keys that mean another
text than is written, keys written twice, merge keys) is left to methods of its own, and to
``settled``.
"""

from __future__ import annotations

from itertools import count
from sys import intern
from typing import Any

from deploylint.documents.errors import ONLY_1_1, not_yaml, refused_by_go
from deploylint.documents.key_paths import ROOT, KeyPath
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
)
from deploylint.documents.nodes import (
    END,
    NEXT,
    STYLE,
    STYLES,
    WIDTH,
    Node,
    Source,
    is_empty,
    scalar_value,
)
from deploylint.documents.record import Record
from deploylint.documents.rows import NotMergeable, Rows, settled
from deploylint.documents.scalars import MERGE_TAGS, Scalar, go_text, resolve
from deploylint.documents.source import Unreadable

MAX_DEPTH = 100
"""Deeper nesting, aliases followed, is refused: no deployment file needs it, and walks recurse."""

MAX_EXPANDED = 1_000_000
"""How many nodes a file may mean after its aliases are followed (go-yaml has such a guard too)."""

_MAPPINGS = count(1)
"""The number of each mapping of a run: it marks the keys that the mapping holds."""

_STYLE = {style: number for number, style in enumerate(STYLES)} | {None: 0}


def parse(source: Source) -> list[Node]:
    """The roots of all documents of a text; an empty document is left out.

    Raises Unreadable with the place of the first thing that is not YAML, not allowed as a key, or
    too deep or too large to be a deployment file.
    """
    try:
        roots = _Parser(source, source.text).roots()
    except YAMLError as error:
        raise _refusal(source, error) from None
    if (problem := refused_by_go(source, roots)) is not None:
        raise Unreadable(problem)
    return [root for root in roots if not is_empty(root)]


def _refusal(source: Source, error: YAMLError) -> Unreadable:
    """Why a text is not read.

    Libyaml looks ahead and has a limit of 1,000 levels from 0.2.6 on: up to where it stopped, the
    text is read again for the place where our own limit is passed.
    """
    problem = not_yaml(source, error)
    if "nesting depth" in problem.message:
        at = source.line_start(problem.line - 1) + problem.column - 1
        try:
            _Parser(source, source.text[:at]).roots()
        except Unreadable as deeper:
            return deeper
    return Unreadable(problem)


class _Key(Record):
    """A scalar that is a key and has an anchor."""

    text: str
    style: str
    tag: str | None
    start: int
    end: int


class _Parser:
    """Turns one event stream into tables. Holds the rows of the document that is being read."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.next_event: Any = CParser(text).get_event
        self.is_careful = "&" in text or "!" in text
        """Whether anything may have an anchor or a tag."""
        self.expanded = 0
        """How many rows the documents before have."""
        self.rows = Rows()
        self.is_settled = True
        """Whether no key is written twice, and none is a merge key."""
        self.anchors: dict[str, int | _Key] = {}
        """What an anchor is on: the first row of a value, or a key."""

    def roots(self) -> list[Node]:
        """The roots of all documents."""
        next_event = self.next_event
        next_event()  # the start of the stream
        roots = []
        while type(event := next_event()) is DocumentStartEvent:
            if event.version not in (None, (1, 1)):
                raise self._refused(event.start_mark.index, ONLY_1_1)
            self.rows, self.is_settled = Rows(), True
            self.anchors.clear()
            event = next_event()
            self._read(event, ROOT, event.start_mark.index, event.end_mark.index, 0)
            next_event()  # the end of the document
            self._count(0, event)
            self.expanded += len(self.rows.paths)
            roots.append(self._root())
        self.source.meant = self.expanded
        return roots

    def _root(self) -> Node:
        """The root of the document that was read."""
        if self.is_settled:
            return self.rows.table(self.source).node(0)
        try:
            return settled(self.rows, self.source).node(0)
        except NotMergeable as error:
            message = "a merge key (<<) takes a mapping or a list of mappings"
            raise self._refused(error.start, message) from None

    def _read(self, event: Any, path: KeyPath, key_start: int, key_end: int, depth: int) -> None:
        """Add the rows of the value that begins with an event, at a path, under a key."""
        kind = type(event)
        if kind is AliasEvent:
            self._alias(event, path, (key_start, key_end), depth)
            return
        rows, row = self.rows, len(self.rows.paths)
        begin = event.start_mark.index
        rows.paths.append(path)
        if self.is_careful:
            self._properties(event, row)
        if kind is ScalarEvent:
            rows.texts.append(intern(event.value))
            end, style = event.end_mark.index, _STYLE[event.style]
            rows.numbers += (key_start, key_end, begin, end, style, row + 1)
            if event.tag is not None:
                self._value(event.value, event.style or "", event.tag, begin)
            return
        if depth >= MAX_DEPTH:
            raise self._refused(begin, f"nested more than {MAX_DEPTH} levels deep")
        is_mapping = kind is MappingStartEvent
        rows.texts.append(None if is_mapping else ())
        rows.numbers += (key_start, key_end, begin, 0, 0, 0)
        if is_mapping:
            closing = self._mapping(path, depth + 1)
        else:
            closing = self._list(path, depth + 1, begin)
        rows.numbers[row * WIDTH + END] = closing.end_mark.index
        rows.numbers[row * WIDTH + NEXT] = len(rows.paths)
        self._count(0, event)

    def _mapping(self, here: KeyPath, depth: int) -> Any:
        """Add the rows of a mapping's values; gives the event that ends it."""
        next_event, children, is_careful = self.next_event, here.children, self.is_careful
        paths, texts, numbers = self.rows.paths, self.rows.texts, self.rows.numbers
        mapping = next(_MAPPINGS)
        while (kind := type(event := next_event())) is not MappingEndEvent:
            path = None
            if kind is ScalarEvent and not is_careful:
                path = children.get(event.value)
            if path is None:
                path = self._key(event, here)
                children = here.children
            if path.stamp == mapping:
                self.is_settled = False
            path.stamp = mapping
            key_start, key_end = event.start_mark.index, event.end_mark.index
            event = next_event()
            kind = type(event)
            if kind is not ScalarEvent or is_careful:
                self._read(event, path, key_start, key_end, depth)
                continue
            paths.append(path)
            texts.append(intern(event.value))
            place = event.start_mark.index, event.end_mark.index
            numbers += (key_start, key_end, *place, _STYLE[event.style], len(paths))
        return event

    def _list(self, here: KeyPath, depth: int, start: int) -> Any:
        """Add the rows of the items of a list that begins at ``start``; gives its last event."""
        next_event, number = self.next_event, 0
        while type(event := next_event()) is not SequenceEndEvent:
            begin, end = event.start_mark.index, event.end_mark.index
            if number > MAX_EXPANDED:
                raise self._refused(start, _TOO_MUCH)
            self._read(event, here.item(number), begin, end, depth)
            number += 1
        return event

    def _key(self, event: Any, here: KeyPath) -> KeyPath:
        """The path of a key that is new here, or that may mean another text than is written.

        A key whose quotes matter (``"yes"``) is kept apart, so that a plain one is found by what is
        written.
        """
        key = self._written_key(event)
        name = self._key_name(key)
        row = len(self.rows.paths)
        if name != key.text:
            self.rows.written_keys[row] = key.text
        if name == _MERGE and not key.style and key.tag in MERGE_TAGS:
            self.rows.merges.add(row)
            self.is_settled = False
        path = here.children.get(name) or here.quoted_children.get(name)
        if path is None:
            only_quoted = name == _MERGE or resolve(name) != name
            path = here.add_child(name, only_quoted=only_quoted)
        return path

    def _written_key(self, event: Any) -> _Key:
        begin, end = event.start_mark.index, event.end_mark.index
        if type(event) is ScalarEvent:
            key = _Key(event.value, event.style or "", event.tag, begin, end)
            if event.anchor is not None:
                self.anchors[event.anchor] = key
            return key
        if type(event) is AliasEvent:
            known = self._anchored(event)
            if isinstance(known, _Key):
                return known
            text = self.rows.texts[known]
            if isinstance(text, str):
                style = STYLES[self.rows.numbers[known * WIDTH + STYLE]]
                return _Key(text, style, self.rows.tags.get(known), begin, end)
            raise self._refused(begin, _NO_KEY)
        self._skip()  # what is no YAML inside the key is told first
        raise self._refused(begin, _NO_KEY)

    def _skip(self) -> None:
        """Read to the end of the collection that was begun, without keeping anything of it."""
        depth = 1
        while depth:
            kind = type(self.next_event())
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                depth += 1
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                depth -= 1

    def _key_name(self, key: _Key) -> str:
        """A key as JSON has it: sigs.k8s.io/yaml turns numbers and booleans to text."""
        value = self._value(key.text, key.style, key.tag, key.start)
        if value is None:
            raise self._refused(key.start, "null cannot be a key; quote it if a text is meant")
        try:
            return go_text(value)
        except ValueError as error:
            raise self._refused(key.start, str(error)) from None

    def _value(self, text: str, style: str, tag: str | None, start: int) -> Scalar:
        """The value of a scalar, refused where it is no spelling of its tag."""
        try:
            return scalar_value(text, style, tag)
        except ValueError as error:
            raise self._refused(start, str(error)) from None

    def _properties(self, event: Any, row: int) -> None:
        """Keep the anchor and the tag of a value."""
        if event.anchor is not None:
            self.anchors[event.anchor] = row
        if event.tag is not None:
            self.rows.tags[row] = event.tag

    def _anchored(self, event: Any) -> int | _Key:
        """What an alias stands for."""
        known, begin = self.anchors.get(event.anchor), event.start_mark.index
        if known is None:
            message = f"alias *{event.anchor} has no anchor &{event.anchor} above it"
            raise self._refused(begin, message)
        if isinstance(known, int) and not self.rows.numbers[known * WIDTH + NEXT]:
            message = f"alias *{event.anchor} stands inside what it stands for, which has no end"
            raise self._refused(begin, message)
        return known

    def _alias(self, event: Any, path: KeyPath, key: tuple[int, int], depth: int) -> None:
        """Add the rows that an alias stands for once more, at its own path."""
        known, rows = self._anchored(event), self.rows
        if isinstance(known, _Key):
            row = rows.add_scalar(path, known.text, (*key, known.start, known.end), known.style)
            if known.tag is not None:
                rows.tags[row] = known.tag
            return
        self._count(rows.numbers[known * WIDTH + NEXT] - known, event)
        if depth + rows.height(known) > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            raise self._refused(event.start_mark.index, message)
        rows.repeat(known, path, key)

    def _count(self, more: int, event: Any) -> None:
        if self.expanded + len(self.rows.paths) + more > MAX_EXPANDED:
            raise self._refused(event.start_mark.index, _TOO_MUCH)

    def _refused(self, at: int, message: str) -> Unreadable:
        return Unreadable(self.source.problem(at, message))


_MERGE = "<<"
_TOO_MUCH = f"means more than {MAX_EXPANDED:,} values once its aliases are followed"
_NO_KEY = (
    "a mapping or a list cannot be a key; "
    "is this a template ({{ ... }}) that has to be rendered first?"
)
