"""Why a text or a file is not read, as a problem with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from deploylint.documents.nodes import Problem, Source, split_lines


class Unreadable(Exception):
    """A text that cannot be read; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


_TEMPLATE = "; this looks like a template, which has to be rendered first (helm template)"
_RENDER = "has to be rendered first"
"""What every message about a template says; the parser has one more."""


ONLY_1_1 = "Helm and kubectl read YAML 1.1 only; remove the %YAML line"

# What libyaml says of what Helm reads, or says without a word of what to do: how that begins, what
# is written from its mark on up to the place that is told (a regular expression: only a file with
# a mistake has it compiled), and what is said of it instead.
_OWN = (
    (
        "found unexpected ':'",
        r"(?=:[,\]}])",
        "Helm takes this colon for a part of the text, deploylint does not; "
        "write a space after it, or put the text in quotes",
    ),
    (
        "found unexpected ':'",
        "(?=:)",
        "not YAML: a colon without a space after it; write one, or put the text in quotes",
    ),
    (
        "found unknown escape character",
        r"(?=\\')",
        "Helm knows the escape \"\\'\", deploylint does not; write ' alone",
    ),
    (
        "did not find expected whitespace or line break while scanning a tag",
        "",
        "not YAML: a tag ends with a space; write one after it",
    ),
    (
        "did not find expected tag URI",
        "!!(?=[,[])",
        "not YAML: a tag ends with a space; write one after it",
    ),
    (
        "did not find expected",
        r"""(?<=['"])(?=:\S)""",
        "not YAML: a colon without a space after it; write one",
    ),
    (
        "could not find expected ':'",
        r"""(?:'[^'\n]*'|"[^"\n]*")(?=:\S)""",
        "not YAML: a colon without a space after it; write one",
    ),
    ("found incompatible YAML document", "(?=%)", ONLY_1_1),
)


def is_template(problem: Problem) -> bool:
    """Whether a text is not YAML because it is a template that yields YAML."""
    return _RENDER in problem.message


def not_yaml(source: Source, error: Exception) -> Problem:
    """What a YAML parser's error says, at its place in the text, with a hint where one is known."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # a character that no YAML may hold; the position counts bytes of UTF-8
        data = source.text.encode()[: int(getattr(error, "position", 0))]
        before = split_lines(data.decode(errors="ignore"))
        reason = f"not YAML: {getattr(error, 'reason', str(error))}"
        return Problem(source.file, len(before), len(before[-1]) + 1, reason)
    reason = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    message = f"{reason} {context}" if context else reason
    own = _own(source.text, message, (mark, getattr(error, "context_mark", None)))
    if own is None:
        line, column = _last_written(source, mark)
        message = f"not YAML: {message}"
    else:
        at, message = own
        line, column = source.position(at)
    if "{{" in source.lines[line] or source.text.lstrip().startswith("{{"):
        message += _TEMPLATE
    return Problem(source.file, line + 1, column + 1, message)


def _own(text: str, said: str, marks: Iterable[Any]) -> tuple[int, str] | None:
    """What is said of a mistake in our own words, and where; None where libyaml's have to do."""
    for beginning, written, message in _OWN:
        for mark in marks if said.startswith(beginning) else ():
            if mark is not None and (found := re.compile(written).match(text, mark.index)):
                return found.end(), message
    return None


def _last_written(source: Source, mark: Any) -> tuple[int, int]:
    """Where a mark is; what is missing at the end of a text is shown at its last written line."""
    line, column = mark.line, mark.column
    while line >= len(source.lines) or (line and not source.lines[line].strip()):
        line -= 1
        column = len(source.lines[line].rstrip())
    return line, column
