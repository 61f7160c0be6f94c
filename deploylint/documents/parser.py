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
    MappingEnd,
    MappingStart,
    ScalarValue,
    SequenceEnd,
    SequenceStart,
    YAMLError,
)
from deploylint.documents.nodes import (
    END,
    NEXT,
    STYLES,
    WIDTH,
    Node,
    Source,
    is_empty,
    scalar_value,
)
from deploylint.documents.rows import (
    MAX_DEPTH,
    MAX_EXPANDED,
    TOO_DEEP,
    TOO_MUCH,
    Rows,
    settle_rows,
)
from deploylint.documents.scalars import MERGE_TAGS, Scalar, go_text, resolve
from deploylint.documents.source import Unreadable

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
        """Whether no key is written twice, none is a merge key, and no value is an alias."""
        self.anchors: dict[str, tuple[Any, int | None]] = {}
        """The event that an anchor is on, and its row; a key has none."""

    def roots(self) -> list[Node]:
        """The roots of all documents."""
        next_event = self.next_event
        next_event()  # the start of the stream
        roots = []
        while type(event := next_event()) is DocumentStartEvent:
            if event.version not in (None, (1, 1)):
                raise self._refused(event, ONLY_1_1)
            self.rows, self.is_settled = Rows(), True
            self.anchors.clear()
            event = next_event()
            self._read(event, ROOT, event.start_mark.index, event.end_mark.index)
            next_event()  # the end of the document
            roots.append(self._root())
            self.expanded += len(roots[-1].table.paths)
        self.source.meant = self.expanded
        return roots

    def _root(self) -> Node:
        """The root of the document that was read."""
        if self.is_settled:
            return self.rows.table(self.source).node(0)
        return settle_rows(self.rows, self.source, MAX_EXPANDED - self.expanded).node(0)

    def _read(self, event: Any, path: KeyPath, key_start: int, key_end: int) -> None:
        """Add the rows of the value that begins with an event, at a path, under a key."""
        kind = type(event)
        if kind is AliasEvent:
            self._alias(event, path, key_start, key_end)
            return
        rows, row = self.rows, len(self.rows.paths)
        rows.paths.append(path)
        if self.is_careful:
            self._properties(event, row)
        if kind is ScalarValue:
            _, tag, _, text, start, end, style = event.args
            rows.texts.append(intern(text))
            rows.numbers += (key_start, key_end, start.index, end.index, _STYLE[style], row + 1)
            if tag is not None:
                self._value(event, event)
            return
        if path.depth >= MAX_DEPTH:
            raise self._refused(event, TOO_DEEP)
        is_mapping = kind is MappingStart
        rows.texts.append(None if is_mapping else ())
        rows.numbers += (key_start, key_end, event.args[3].index, 0, 0, 0)
        closing = self._mapping(path) if is_mapping else self._list(path, event)
        rows.numbers[row * WIDTH + END] = closing.args[1].index
        rows.numbers[row * WIDTH + NEXT] = len(rows.paths)
        if self.expanded + len(rows.paths) > MAX_EXPANDED:
            raise self._refused(event, TOO_MUCH)

    def _mapping(self, here: KeyPath) -> Any:
        """Add the rows of a mapping's values; gives the event that ends it."""
        next_event, children, is_careful = self.next_event, here.children, self.is_careful
        paths, texts, numbers = self.rows.paths, self.rows.texts, self.rows.numbers
        mapping = next(_MAPPINGS)
        while (kind := type(event := next_event())) is not MappingEnd:
            path = None
            if kind is ScalarValue and not is_careful:
                _, _, _, text, start, end, _ = event.args
                path = children.get(text)
            if path is None:
                path = self._key(event, here)
                children = here.children
                start, end = event.start_mark, event.end_mark
            if path.stamp == mapping:
                self.is_settled = False
            path.stamp = mapping
            key_start, key_end = start.index, end.index
            event = next_event()
            if is_careful or type(event) is not ScalarValue:
                self._read(event, path, key_start, key_end)
                continue
            _, _, _, text, start, end, style = event.args
            paths.append(path)
            texts.append(intern(text))
            numbers += (key_start, key_end, start.index, end.index, _STYLE[style], len(paths))
        return event

    def _list(self, here: KeyPath, opening: Any) -> Any:
        """Add the rows of the items of a list that an event opens; gives the event that ends it."""
        next_event, number = self.next_event, 0
        while type(event := next_event()) is not SequenceEnd:
            if number > MAX_EXPANDED:
                raise self._refused(opening, TOO_MUCH)
            begin, end = event.start_mark.index, event.end_mark.index
            self._read(event, here.item(number), begin, end)
            number += 1
        return event

    def _key(self, event: Any, here: KeyPath) -> KeyPath:
        """The path of a key that is new here, or that may mean another text than is written.

        A key that needs its quotes (``"yes"``) is kept apart, so that a plain one is found by its
        text.
        """
        key = self._key_event(event)
        try:  # sigs.k8s.io/yaml turns numbers and booleans to text, as JSON has them
            name = go_text(self._value(key, event))
        except ValueError as error:
            raise self._refused(event, str(error)) from None
        row = len(self.rows.paths)
        if name != key.value:
            self.rows.written_keys[row] = key.value
        if name == _MERGE and not key.style and key.tag in MERGE_TAGS:
            self.rows.merges.add(row)
            self.is_settled = False
        path = here.children.get(name) or here.quoted_children.get(name)
        if path is None:
            only_quoted = name == _MERGE or resolve(name) != name
            path = here.add_child(name, only_quoted=only_quoted)
        return path

    def _key_event(self, event: Any) -> Any:
        """The scalar that is a key, also where an alias repeats it."""
        key = self._anchored(event)[0] if type(event) is AliasEvent else event
        if type(key) is ScalarValue:
            if key is event and key.anchor is not None:
                self.anchors[key.anchor] = key, None
            return key
        if key is event:
            self._skip()  # a mistake inside the key comes first
        raise self._refused(event, _NO_KEY)

    def _skip(self) -> None:
        """Read to the end of the collection that was begun, without keeping anything of it."""
        depth = 1
        while depth:
            kind = type(self.next_event())
            if kind is MappingStart or kind is SequenceStart:
                depth += 1
            elif kind is MappingEnd or kind is SequenceEnd:
                depth -= 1

    def _value(self, scalar: Any, event: Any) -> Scalar:
        """The value of a scalar; at an event it is refused if it is no spelling of its tag."""
        try:
            return scalar_value(scalar.value, scalar.style or "", scalar.tag)
        except ValueError as error:  # the text itself may be a secret
            message = str(error).replace(f" `{scalar.value}`", " text")
            raise self._refused(event, message) from None

    def _properties(self, event: Any, row: int) -> None:
        """Keep the anchor and the tag of a value."""
        if event.anchor is not None:
            self.anchors[event.anchor] = event, row
        if event.tag is not None:
            self.rows.tags[row] = event.tag

    def _anchored(self, event: Any) -> tuple[Any, int | None]:
        """The event that an alias repeats, and its row."""
        known = self.anchors.get(event.anchor)
        if known is None:
            message = "this alias has no anchor above it; put a text that begins with * in quotes"
            raise self._refused(event, message)
        row = known[1]
        if row is not None and not self.rows.numbers[row * WIDTH + NEXT]:
            message = "this alias is inside the value that it repeats"
            raise self._refused(event, message)
        return known

    def _alias(self, event: Any, path: KeyPath, key_start: int, key_end: int) -> None:
        """Add the row of an alias; for a key it is a scalar of its own."""
        rows, row = self.rows, len(self.rows.paths)
        known, target = self._anchored(event)
        if target is None:
            self._read(known, path, key_start, key_end)
            return
        rows.aliases[row] = target
        self.is_settled = False
        rows.paths.append(path)
        rows.texts.append("")
        place = event.start_mark.index, event.end_mark.index
        rows.numbers += (key_start, key_end, *place, 0, row + 1)

    def _refused(self, event: Any, message: str) -> Unreadable:
        return Unreadable(self.source.problem(event.start_mark.index, message))


_MERGE = "<<"
_NO_KEY = (
    "a mapping or a list cannot be a key; "
    "is this a template ({{ ... }}) that has to be rendered first?"
)
