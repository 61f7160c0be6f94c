"""The report for people: violations first, then counts; verbose also the matrix and all lists."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.paths import path_from_here
from deploylint.engine.result import GroupReport, Report
from deploylint.reports import Look
from deploylint.reports.text import sections
from deploylint.reports.text.layout import EMPTY, Line, Piece, TextPart, render, wrap
from deploylint.reports.text.matrix import matrix
from deploylint.reports.text.summary import details, group_lines, next_step, summary


def write(report: Report, look: Look) -> str:
    """The violations, what could not be checked, a line a group and the counts.

    Quiet writes no counts. Verbose also writes the matrix of each group, and lists what is allowed,
    unknown, skipped and not compared. No line is wider than ``look.width``.
    """
    lines = list(_lines(report, look))
    if lines and lines[-1] == EMPTY:
        lines.pop()
    return render(lines, look)


def _lines(report: Report, look: Look) -> Iterator[Line]:
    violations = report.violations
    if violations:  # a run that finds nothing need not pay 5 ms for how it would show it
        from deploylint.reports.text.violations import blocks

        yield from blocks(violations, report, look)
    yield from sections.problem_section(report, look)
    if look.verbosity > 0:
        yield from _in_detail(report, look)
    elif report.problems:  # what is to be rendered first is often why there is nothing to compare
        unrendered = [skip for skip in report.skipped if skip.unrendered]
        yield from sections.skipped_section(unrendered[:1], look)
    if look.verbosity >= 0:
        for text in _counts(report, look):
            yield from wrap([text], look)


def _in_detail(report: Report, look: Look) -> Iterator[Line]:
    """All that is only counted otherwise."""
    for group in report.groups:
        yield from _group(group, look, several=len(report.groups) > 1)
    findings = report.findings
    yield from sections.allowed_section(findings, look, report.today)
    yield from sections.unknown_section(findings, look)
    yield from sections.skipped_section(report.skipped, look)
    yield from sections.uncompared_section(report, look)
    yield from sections.one_sided_section(report, look)


def _counts(report: Report, look: Look) -> Iterator[str]:
    """A line a group, and the summary."""
    if look.verbosity > 0:
        yield from group_lines(report, most=len(report.groups))
        yield from summary(report)
        yield from details(report)
    else:
        yield from group_lines(report, most=MOST_GROUPS)
        yield from summary(report, " (-v lists them)")
    yield from next_step(report)


MOST_GROUPS = 8
"""How many groups the summary names."""


def _group(group: GroupReport, look: Look, *, several: bool) -> Iterator[Line]:
    """The reference and how the files are read, why, and the matrix."""
    within = f" in {group.loaded.environment}" if group.loaded.environment else ""
    of = f" of {group.loaded.name}{within}" if several or within else ""
    yield from _fact(f"Reference{of}", _reference(group), look)
    profile = f"{group.loaded.profile.name} ({group.loaded.profile_because})"
    yield from _fact(f"Profile{of}", [profile], look)
    yield EMPTY
    if counts := group.matrix_counts:
        yield from matrix(group, counts, look)
        yield EMPTY


def _fact(title: str, texts: list[TextPart], look: Look) -> list[Line]:
    return wrap([Piece(f"{title}: ", "title"), *texts], look)


def _reference(group: GroupReport) -> list[TextPart]:
    because = group.reference_because
    if group.reference is None:
        return [because, "; comparing with the majority" if group.voted else ""]
    places = [
        text
        for file in group.reference.files
        for text in (", ", Piece(path_from_here(file), "place"))
    ]
    return [*places[1:], f" ({because})"]
