r"""What Helm's YAML parser refuses and ours accepts: looked for in the few texts that can hold it.

Infinity and NaN, which have no JSON; and three things that go-yaml v2 reads by an older grammar: a
``?`` in an unquoted text in brackets ends it, the escape ``\/`` is unknown, and a comma belongs to
the tag that it follows. A glance at the text says whether a walk over it is worth its time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from deploylint.documents.libyaml import (
    CParser,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    end,
    start,
)
from deploylint.documents.nodes import Node, Problem, Source, scalar, split_lines
from deploylint.documents.regex import regex

_NO_JSON = regex(r"\.(?:inf|nan)", re.IGNORECASE)
# These are only needed for a text that holds one of their characters.
_SLASH = r"(?s)(?:[^\\]|\\[^/])*\\/"
_TAG_AND_COMMA = r"!\S*,"
_PROPERTIES = r"(?:[!&]\S*\s+)*"
_COMMENT = r"(?:^|\s)#"


def refused_by_go(source: Source, documents: Iterable[Node]) -> Problem | None:
    """The first thing that Helm and kubectl cannot read, as a problem, or None."""
    found = None
    if _may_be_written_wrong(source.text):
        found = next(_written_wrong(source.text), None)
    if found is None and _NO_JSON.search(source.text) is not None:
        found = next(_without_json(documents), None)
    if found is None:
        return None
    at, message = found
    line, column = source.position(at)
    return Problem(source.file, line + 1, column + 1, message)


def _may_be_written_wrong(text: str) -> bool:
    if "\\/" in text or ("!" in text and re.search(_TAG_AND_COMMA, text)):
        return True
    at = text.find("?")
    while at >= 0:
        before = split_lines(text[text.rfind("\n", 0, at) + 1 : at])[-1]
        if re.search(_COMMENT, before) is None:
            return True
        at = text.find("?", at + 1)
    return False


def _written_wrong(text: str) -> Iterator[tuple[int, str]]:
    """Where go-yaml stops at what is written, and why. Also in what a later key makes lost."""
    next_event: Any = CParser(text).get_event
    brackets = 0
    while not isinstance(event := next_event(), StreamEndEvent):
        if isinstance(event, (SequenceStartEvent, MappingStartEvent)):
            brackets += bool(event.flow_style)  # all that is in brackets is written in brackets
        elif isinstance(event, (SequenceEndEvent, MappingEndEvent)):
            brackets -= brackets > 0
        elif isinstance(event, ScalarEvent):
            yield from _wrong_scalar(text, event, brackets > 0)


def _wrong_scalar(text: str, event: ScalarEvent, in_brackets: bool) -> Iterator[tuple[int, str]]:
    first, behind = start(event), end(event)
    written = text[first:behind]
    if event.style == '"' and re.match(_SLASH, written):
        yield first, 'Helm does not know the escape "\\/"; write / alone'
    if event.style or not in_brackets:
        return
    if text[behind : behind + 1] == "," and _is_tag(written):
        yield behind, "Helm takes this comma for a part of the tag; write a space before it"
    at = written.find("?", _end_of_properties(written))
    if at >= 0:
        yield first + at, "Helm reads no ? in an unquoted text in brackets; put the text in quotes"


def _is_tag(written: str) -> bool:
    """Whether a scalar ends with its tag: it has no text then."""
    return written.startswith(("!", "&")) and written.split()[-1].startswith("!")


def _end_of_properties(written: str) -> int:
    """Where the text of a scalar begins, behind its tag and its anchor."""
    found = re.match(_PROPERTIES, written + " ")
    return 0 if found is None else found.end()


def _without_json(documents: Iterable[Node]) -> Iterator[tuple[int, str]]:
    """Where a value has no JSON. A key has, and what a later key makes lost is no value."""
    for node in _values(documents):
        value = scalar(node)
        if isinstance(value, float) and not math.isfinite(value):
            hint = "infinity and NaN have no JSON; quote it if a text is meant"
            yield node.start, f"Helm cannot read {node.content}: {hint}"


def _values(documents: Iterable[Node]) -> Iterator[Node]:
    """Every scalar that is a value, in order."""
    stack = list(documents)[::-1]
    while stack:
        node = stack.pop()
        content = node.content
        if isinstance(content, str):
            yield node
        elif isinstance(content, list):
            stack += reversed(content)
        else:
            stack += [entry.value for entry in reversed(content.values())]
