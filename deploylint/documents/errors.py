r"""Problems of texts that are not read, as libyaml or Helm refuses them.

Helm refuses some of what libyaml reads: infinity and NaN, which have no JSON, and three things that
go-yaml v2 reads by an older grammar: a ``?`` in an unquoted text in brackets ends it, the escape
``\/`` is unknown, and a comma belongs to the tag that it follows. A glance at the text shows
whether a walk over it is needed.
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
)
from deploylint.documents.nodes import Node, Problem, Source, leaves, scalar
from deploylint.documents.scalars import NOT_FINITE

_TEMPLATE = "; this looks like a template, which has to be rendered first (helm template)"
_RENDER = "has to be rendered first"
"""The text in every message about a template; the parser has one more."""

ONLY_1_1 = "Helm and kubectl read YAML 1.1 only; remove the %YAML line"
_COLON = "Helm takes this colon for a part of the text, deploylint does not; write a space after it"
_SPACE = "not YAML: a colon without a space after it; write one"
_ESCAPE = "Helm knows the escape \"\\'\", deploylint does not; write ' alone"
_TAG = "not YAML: a tag ends with a space; write one after it"

# Messages of libyaml about what Helm reads, or without advice: how the message begins, what is
# written from its mark on up to the location of the problem (a regular expression: only a file with
# a mistake has it compiled), and the message instead.
_OWN = (
    ("found unexpected ':'", r"(?=:[,\]}])", f"{_COLON}, or put the text in quotes"),
    ("found unexpected ':'", "(?=:)", f"{_SPACE}, or put the text in quotes"),
    ("found unknown escape character", r"(?=\\')", _ESCAPE),
    ("did not find expected whitespace or line break while scanning a tag", "", _TAG),
    ("did not find expected tag URI", "!!(?=[,[])", _TAG),
    ("did not find expected", r"""(?<=['"])(?=:\S)""", _SPACE),
    ("could not find expected ':'", r"""(?:'[^'\n]*'|"[^"\n]*")(?=:\S)""", _SPACE),
    ("found incompatible YAML document", "(?=%)", ONLY_1_1),
)


def is_template(problem: Problem) -> bool:
    """Whether a text is not YAML because it is a template that yields YAML."""
    return _RENDER in problem.message


def not_yaml(source: Source, error: Exception) -> Problem:
    """A YAML parser's error as a problem at its location, with a hint where one is known."""
    context_mark = getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None) or context_mark
    if mark is None:  # a character that no YAML may hold; the position counts bytes of UTF-8
        before = source.text.encode()[: int(getattr(error, "position", 0))]
        reason = f"not YAML: {getattr(error, 'reason', str(error))}"
        return source.problem(len(before.decode(errors="ignore")), reason)
    message = getattr(error, "problem", None) or str(error)
    if context := getattr(error, "context", None):
        message = f"{message} {context}"
    at, message = _in_own_words(source.text, message, (mark, context_mark)) or (
        _last_written(source, mark),
        f"not YAML: {message}",
    )
    line = source.line(source.position(at)[0])
    if "{{" in line or source.text.lstrip().startswith("{{"):
        message += _TEMPLATE
    return source.problem(at, message)


def _in_own_words(text: str, message: str, marks: Iterable[Any]) -> tuple[int, str] | None:
    """The position of a mistake, and our own message; None if libyaml's is shown."""
    for beginning, written, own in _OWN:
        for mark in marks if message.startswith(beginning) else ():
            if mark is not None and (match := re.compile(written).match(text, mark.index)):
                return match.end(), own
    return None


def _last_written(source: Source, mark: Any) -> int:
    """The position of a mark; the end of the last written line for one in blank lines."""
    at = int(mark.index)
    line, _ = source.position(at)
    is_blank = source.line_start(line) > 0 and not source.line(line).strip()
    return len(source.text[:at].rstrip()) if is_blank or mark.line + source.above > line else at


# --- what Helm refuses ----------------------------------------------------------------------------

# These are only needed for a text that holds one of their characters.
_COMMENT_OR_QUESTION = r"(?:^|(?<=\s))#[^\n\r\x85\u2028\u2029]*|(\?)"
_WORD_WITH_TAG_AND_COMMA = r"(?<!\S)[^\s!]*!\S*,"
_SLASH = r"(?s)(?:[^\\]|\\[^/])*\\/"
_PROPERTIES = r"(?:[!&]\S*\s+)*"


def refused_by_go(source: Source, documents: Iterable[Node]) -> Problem | None:
    """The first thing that Helm and kubectl cannot read, as a problem, or None."""
    refused = None
    if _may_be_written_wrong(source.text):
        refused = next(_written_wrong(source.text), None)
    if refused is None and any(word in source.text for word in NOT_FINITE):
        refused = next(_without_json(documents), None)
    return None if refused is None else source.problem(*refused)


def _may_be_written_wrong(text: str) -> bool:
    return (
        "\\/" in text
        or ("!" in text and re.search(_WORD_WITH_TAG_AND_COMMA, text) is not None)
        or ("?" in text and any(match[1] for match in re.finditer(_COMMENT_OR_QUESTION, text)))
    )


def _written_wrong(text: str) -> Iterator[tuple[int, str]]:
    """The positions where go-yaml stops, and why; also in values that a later key replaces."""
    next_event: Any = CParser(text).get_event
    brackets = 0
    while not isinstance(event := next_event(), StreamEndEvent):
        if isinstance(event, (SequenceStartEvent, MappingStartEvent)):
            brackets += bool(event.flow_style)  # all that is in brackets is written in brackets
        elif isinstance(event, (SequenceEndEvent, MappingEndEvent)):
            brackets -= brackets > 0
        elif isinstance(event, ScalarEvent):
            yield from _wrong_scalar(text, event, brackets > 0)


def _wrong_scalar(text: str, event: Any, in_brackets: bool) -> Iterator[tuple[int, str]]:
    first, behind = event.start_mark.index, event.end_mark.index
    written = text[first:behind]
    if event.style == '"' and re.match(_SLASH, written):
        yield first, 'Helm does not know the escape "\\/"; write / alone'
    if event.style or not in_brackets:
        return
    if text[behind : behind + 1] == "," and _is_tag(written):
        yield behind, "Helm takes this comma for a part of the tag; write a space before it"
    properties = re.match(_PROPERTIES, written + " ")
    at = written.find("?", properties.end() if properties else 0)
    if at >= 0:
        yield first + at, "Helm reads no ? in an unquoted text in brackets; put the text in quotes"


def _is_tag(written: str) -> bool:
    """Whether a scalar ends with its tag: it has no text then."""
    return written.startswith(("!", "&")) and written.split()[-1].startswith("!")


def _without_json(documents: Iterable[Node]) -> Iterator[tuple[int, str]]:
    """The positions of values without JSON; keys have it, and replaced values do not count."""
    for node in (leaf for root in documents for leaf in leaves(root) if leaf.is_scalar):
        value = scalar(node)
        if isinstance(value, float) and not math.isfinite(value):
            hint = "infinity and NaN have no JSON; quote it if a text is meant"
            yield node.start, f"Helm cannot read {node.content}: {hint}"
