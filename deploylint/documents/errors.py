"""Why a text or a file is not read, as a problem with its place."""

from __future__ import annotations

from deploylint.documents.nodes import Problem, Source, split_lines


class Unreadable(Exception):
    """A text that cannot be read; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


_TEMPLATE = "; this looks like a template, which has to be rendered first (helm template)"
_RENDER = "has to be rendered first"
"""What every message about a template says; the parser has one more."""


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
    message = f"not YAML: {reason}" + (f" {context}" if context else "")
    line, column = mark.line, mark.column
    while line >= len(source.lines) or (line and not source.lines[line].strip()):
        line -= 1  # what is missing at the end of a text is shown at its last written line
        column = len(source.lines[line].rstrip())
    if "{{" in source.lines[line] or source.text.lstrip().startswith("{{"):
        message += _TEMPLATE
    return Problem(source.file, line + 1, column + 1, message)
