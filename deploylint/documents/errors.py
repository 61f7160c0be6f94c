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
from deploylint.documents.regex import regex
from deploylint.documents.scalars import NOT_FINITE

_TEMPLATE = "; this looks like a template, which has to be rendered first"
_HELM = " (helm template)"
_RENDER = "has to be rendered first"
"""The text in every message about a template; the parser has one more."""

ONLY_1_1 = "Helm and kubectl read YAML 1.1 only; remove the %YAML line"
_COLON = "Helm takes this colon for a part of the text, deploylint does not; write a space after it"
_SPACE = "not YAML: a colon without a space after it; write one"
_ESCAPE = "Helm knows the escape \"\\'\", deploylint does not; write ' alone"
_NO_ESCAPE = "not YAML: there is no such escape; write \\\\ for a backslash"
_QUOTES = "not YAML: no text begins with * or &; put it in quotes"
_COMMA = "not YAML: a comma is missing before this, or quotes around the text"
_BEHIND = "not YAML: the quote before this ends the text; put all of it in other quotes"
_DOCUMENT = "not YAML: the document ends above this line; write --- before it"
_BLOCK = "not YAML: a text that begins with | or > begins in the next line, or in quotes"
_ITEM = "not YAML: an item of a list in a line where none begins; begin the list below its key"
_TAG = "not YAML: a tag ends with a space; write one after it"

# Messages of libyaml about what Helm reads, or without advice: how the message begins, what is
# written from its mark on up to the location of the problem (a regular expression: only a file with
# a mistake has it compiled), and the message instead.
_OWN = (
    ("found unexpected ':'", r"(?=:[,\]}])", f"{_COLON}, or put the text in quotes"),
    ("found unexpected ':'", "(?=:)", f"{_SPACE}, or put the text in quotes"),
    ("found unknown escape character", r"(?=\\')", _ESCAPE),
    ("found unknown escape character", "", _NO_ESCAPE),
    ("did not find expected alphabetic or numeric character while scanning a", "(?=[*&])", _QUOTES),
    ("did not find expected ',' or", r"(?=[^{\[\s])", _COMMA),
    (
        "did not find expected ',' or",
        r"(?=[{\[])",
        "not YAML: put a text with this bracket in quotes",
    ),
    ("block sequence entries are not allowed", "(?=-)", _ITEM),
    ("did not find expected comment or line break while scanning a block", "", _BLOCK),
    ("did not find expected whitespace or line break while scanning a tag", "", _TAG),
    ("did not find expected tag URI", "!!(?=[,[])", _TAG),
    ("did not find expected", r"""(?<=['"])(?=:\S)""", _SPACE),
    ("could not find expected ':'", r"""(?:'[^'\n]*'|"[^"\n]*")(?=:\S)""", _SPACE),
    ("did not find expected key", "(?=,)", "not YAML: no comma ends a line outside of brackets"),
    ("did not find expected key", r"""(?<=['"])(?=\S)|(?<=['"] )(?=\S)""", _BEHIND),
    ("did not find expected key", "(?=- )", _ITEM),
    ("did not find expected <document start>", "", _DOCUMENT),
    ("found incompatible YAML document", "(?=%)", ONLY_1_1),
)


_STATEMENTS = (
    (regex(r"^[ \t]*%\{.*\}", re.MULTILINE), " (terraform)"),
    (regex(r"^[ \t]*\{%.*%\}", re.MULTILINE), ""),
    (regex(r"^[ \t]*\{\{(?:-?[ \t]*(?:if|range|with|end)\b|.*\}\}[ \t]*$)", re.MULTILINE), _HELM),
)
"""A statement alone in a line of a template, and what renders it: of Terraform, Jinja, and Go."""


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
    at, message = (
        _common_slip(source, message, mark, context_mark)
        or _in_own_words(source.text, message, (mark, context_mark))
        or (_last_written(source, mark), f"not YAML: {message}")
    )
    number, _ = source.position(at)
    line = source.line(number)
    message += _template_advice(source.text, line)
    return source.problem(at, message)._replace(written=_written(source, number))


def _template_advice(text: str, line: str) -> str:
    """What to do with a text that is a template, by what is wrong in it or in a line; or ""."""
    tools = (tool for statement, tool in _STATEMENTS if statement.search(text))
    is_go = "{{" in line or text.lstrip().startswith("{{")
    tool = next(tools, _HELM if is_go else None)
    return "" if tool is None else _TEMPLATE + tool


def _written(source: Source, number: int) -> tuple[str, ...]:
    """A line, counted from 0, after those that it is below."""
    lines = [source.line(number)]
    room = _depth(lines[0])
    while room and number > source.above:
        number -= 1
        line = source.line(number)
        if line.strip() and _depth(line) < room:
            lines.append(line)
            room = _depth(line)
    return tuple(reversed(lines))


def _depth(line: str) -> int:
    """How deep a line is: an item may be indented like the key of its list, and is below that."""
    return _indent(line) + line.lstrip().startswith("-")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


_CONFLICT = regex(r"^[ \t]*(?:<{7}|>{7}) .*$", re.MULTILINE)
_MARKER = regex(r"[ \t]*(?:={7}|\|{7}.*)")
"""A line of a merge conflict that may be a line of a text, too."""
_NO_SPACE = regex(r"(?:^[ \t]*|:)([\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff])")
"""What looks like a space, or like nothing, where YAML has spaces."""
_KEY_ALONE = regex(r"[ \t]*(?:- +(?=\S+ ))?[^\s#:'\"{}\[\]&*!|>%@-][^:#'\"{}\[\]]*")


def _common_slip(
    source: Source, message: str, mark: Any, context_mark: Any
) -> tuple[int, str] | None:
    """Where one of the commonest slips is, and what to do; None for another mistake."""
    number = source.position(mark.index)[0]
    line = source.line(number)
    if slip := _odd_line(source, number):
        return slip
    if context_mark is not None and (slip := _slip_from(source, message, mark, context_mark)):
        return slip
    if message.startswith("found character that cannot start") and line[mark.column :]:
        return mark.index, f"not YAML: no text begins with {line[mark.column]}; put it in quotes"
    if message.startswith("mapping values are not allowed"):
        while number > source.above and not source.line(number - 1).strip():
            number -= 1
        before = source.line(number - 1) if number > source.above else ""
        slip = _without_colon(before) if ":" not in line[: mark.column] else None
        if slip is not None:
            return source.line_start(number - 1) + slip[0], slip[1]
        if ":" in line[: mark.column]:
            return mark.index, "not YAML: a second colon in one line; put the text in quotes"
        holders = [kind for sign, kind in _HOLDERS if sign in before]
        if _indent(before) < _indent(line) and holders:
            what = f"not YAML: this line is indented below {holders[0]} that has a value"
            return mark.index, what
    return _open_quote(source.text, mark.index)


_HOLDERS = ((": ", "a key"), ("- ", "an item"))


def _odd_line(source: Source, number: int) -> tuple[int, str] | None:
    """Where a sign that no YAML has is in a line or the one before it, and what to do."""
    if (conflict := _CONFLICT.search(source.text)) is not None:
        indent = _indent(conflict[0])
        return conflict.start() + indent, _RESOLVE
    for at in range(max(number - 1, source.above), number + 1):
        line, start = source.line(at), source.line_start(at)
        if _MARKER.fullmatch(line):
            return start + _indent(line), _RESOLVE
        if (space := _NO_SPACE.search(line)) is not None:
            message = f"not YAML: U+{ord(space[1]):04X} is no space; write one, or remove it"
            return start + space.start(1), message
        tab = line[: _indent(line)].find("\t")
        if at == number and tab >= 0:
            return start + tab, "not YAML: a tab indents this line; write spaces"
    return None


_RESOLVE = "not YAML: a merge conflict marker; resolve the conflict"


def _open_quote(text: str, end: int) -> tuple[int, str] | None:
    """Where the quote is that one in a later line closes, just before a position; None for none."""
    closing = len(text[:end].rstrip()) - 1
    start = text.rfind(text[closing], 0, closing) if closing > 0 else -1
    line = text[text.rfind("\n", 0, start) + 1 : start + 1]
    if _OPENED.fullmatch(line) and "\n" in text[start:closing]:
        return start, "not YAML: this quote is not closed; write one behind the text"
    return None


_OPENED = regex(r"""[ \t]*(?:- +)?[\w./-]+:[ \t]+["']""")


def _slip_from(
    source: Source, message: str, mark: Any, context_mark: Any
) -> tuple[int, str] | None:
    """Where a mistake begins, if the parser has met its end, and what to do."""
    start: int = context_mark.index
    number = source.position(start)[0]
    if message.startswith("could not find expected ':'"):
        slip = _without_colon(source.line(number))
        return None if slip is None else (source.line_start(number) + slip[0], slip[1])
    closing = message.partition(" or '")[2][:1]
    is_in_brackets = message.startswith("did not find expected ',' or")
    if is_in_brackets and source.text.startswith(("]", "}"), mark.index):
        return (
            mark.index,
            f"not YAML: another bracket is open here; write {closing} before this one",
        )
    if mark.line == context_mark.line:
        return None
    if "end of stream while scanning a quoted scalar" in message:
        return start, "not YAML: this quote is not closed; write one behind the text"
    if is_in_brackets:
        return start, f"not YAML: this bracket is not closed; write {closing} behind the last item"
    is_first = not source.line(source.position(mark.index)[0])[: mark.column].strip()
    if is_first and message.startswith("did not find expected '-' indicator"):
        return mark.index, "not YAML: this line is no item of the list above; begin it with -"
    is_elsewhere = is_first and mark.column != context_mark.column
    if is_elsewhere and message.startswith("did not find expected key while parsing a block"):
        return mark.index, "not YAML: this line is indented unlike the keys above it"
    return None


def _without_colon(line: str) -> tuple[int, str] | None:
    """Where a line has no colon and space after its key, and what to do; None where it has."""
    if (joined := _JOINED.match(line)) is not None:
        return joined.end(), _SPACE
    if _KEY_ALONE.fullmatch(line) or _KEY_AND_QUOTES.fullmatch(line):
        return _indent(line), "not YAML: this line has no colon after its key; write one"
    return None


_JOINED = regex(r"[ \t]*(?:- +)?[\w./-]+:(?=[^\s:/][^:]*$)")
_KEY_AND_QUOTES = regex(r"""[ \t]*(?:- +)?[\w./-]+ +(?:"[^"]*"|'[^']*')[ \t]*""")


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
    if refused is None and _may_be_infinite(source.text):
        refused = next(_without_json(documents), None)
    return None if refused is None else source.problem(*refused)


def _may_be_infinite(text: str) -> bool:
    return (".inf" in text.lower() or ".nan" in text.lower()) and any(
        word in text for word in NOT_FINITE
    )


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
