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
# is written from its mark on up to the place that is told, and what is said of it instead.
_OWN = (
    (
        "found unexpected ':'",
        re.compile(r"(?=:[,\]}])"),
        "Helm takes this colon for a part of the text, deploylint does not; "
        "write a space after it, or put the text in quotes",
    ),
    (
        "found unexpected ':'",
        re.compile("(?=:)"),
        "not YAML: a colon without a space after it; write one, or put the text in quotes",
    ),
    (
        "found unknown escape character",
        re.compile(r"(?=\\')"),
        "Helm knows the escape \"\\'\", deploylint does not; write ' alone",
    ),
    (
        "did not find expected whitespace or line break while scanning a tag",
        re.compile(r"!\S*?(?=[,\[\]{}]|$)", re.MULTILINE),
        "not YAML: a tag ends with a space; write one after it",
    ),
    (
        "did not find expected tag URI",
        re.compile("!!(?=[,[])"),
        "not YAML: a tag ends with a space; write one after it",
    ),
    (
        "did not find expected",
        re.compile(r"""(?<=['"])(?=:\S)"""),
        "not YAML: a colon without a space after it; write one",
    ),
    (
        "could not find expected ':'",
        re.compile(r"""(?:'[^'\n]*'|"[^"\n]*")(?=:\S)"""),
        "not YAML: a colon without a space after it; write one",
    ),
    ("found incompatible YAML document", re.compile("(?=%)"), ONLY_1_1),
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
    own = _own(source, message, (mark, getattr(error, "context_mark", None)))
    return own or _as_said(source, mark, f"not YAML: {message}")


def _own(source: Source, said: str, marks: Iterable[Any]) -> Problem | None:
    """What is said of a mistake in our own words, at one of the marks of libyaml's, or None."""
    for beginning, written, message in _OWN:
        for mark in marks if said.startswith(beginning) else ():
            if mark is not None and (found := written.match(source.text, mark.index)):
                line, column = source.position(found.end())
                return Problem(source.file, line + 1, column + 1, message)
    return None


def _as_said(source: Source, mark: Any, message: str) -> Problem:
    """What libyaml says, at its own mark."""
    line, column = mark.line, mark.column
    while line >= len(source.lines) or (line and not source.lines[line].strip()):
        line -= 1  # what is missing at the end of a text is shown at its last written line
        column = len(source.lines[line].rstrip())
    if "{{" in source.lines[line] or source.text.lstrip().startswith("{{"):
        message += _TEMPLATE
    return Problem(source.file, line + 1, column + 1, message)
