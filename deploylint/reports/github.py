"""Annotations of a GitHub workflow: a command for each finding, and the summary as a plain line.

The runner reads ``::error file=,line=,endLine=,col=,endColumn=,title=::message`` and decodes
``%0A`` and its like (https://docs.github.com/actions/reference/workflow-commands-for-github-actions,
actions/toolkit, command.ts). It shows ten errors and ten warnings of a step, so these come first.
"""

from __future__ import annotations

from deploylint.documents.nodes import Problem
from deploylint.engine.result import Report
from deploylint.model.finding import Finding
from deploylint.reports import Look
from deploylint.reports.fix import what_to_do
from deploylint.reports.text.escape import inert, safe
from deploylint.reports.text.summary import summary

_ORDER = ("error", "warning", "notice")
"""The commands, the most urgent first: what is allowed or unknown is a notice."""

_NEXT_LINE = "%0A"
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def write(report: Report, look: Look) -> str:
    """The commands, errors first; with -v also a notice for what is allowed or unknown."""
    findings = report.shown(look.verbosity)
    commands = [*map(_of_problem, report.problems), *map(_of_finding, findings)]
    lines = [_line(*one, look) for one in sorted(commands, key=lambda one: _ORDER.index(one[0]))]
    if look.verbosity >= 0:
        lines.append(inert(safe(" - ".join(summary(report)), look)))
    return "".join(f"{line}\n" for line in lines)


_Command = tuple[str, dict[str, object], list[str]]
"""The word of a command, its properties, and the lines of its message."""


def _of_finding(finding: Finding) -> _Command:
    at = finding.location
    place = {
        "file": at.file,
        "line": at.line,
        "endLine": at.end_line,
        "col": at.column,
        "endColumn": at.end_column,
    }
    title = f"{finding.rule} {finding.fingerprint}"
    word = finding.severity if finding.status == "violation" else "notice"
    fix = what_to_do(finding) if finding.status == "violation" else ""
    return word, place | {"title": title}, [finding.sentence, *([f"fix: {fix}"] if fix else [])]


def _of_problem(problem: Problem) -> _Command:
    place = {"file": problem.file, "line": problem.line, "col": problem.column}
    return "error", place | {"title": "unchecked"}, [problem.message]


def _line(word: str, properties: dict[str, object], texts: list[str], look: Look) -> str:
    written = ",".join(
        f"{name}={safe(str(value), look).translate(_PROPERTY)}"
        for name, value in properties.items()
    )
    message = _NEXT_LINE.join(inert(safe(text, look)).translate(_DATA) for text in texts)
    return f"::{word} {written}::{message}"
