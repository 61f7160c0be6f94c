"""The report for people: reference, matrix, violations, allowed deviations, summary."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.paths import path_from_here
from deploylint.engine.result import GroupReport, Report
from deploylint.model.finding import Finding
from deploylint.reports import Look
from deploylint.reports.text import sections
from deploylint.reports.text.layout import EMPTY, Line, Piece, TextPart, render, wrap
from deploylint.reports.text.matrix import matrix
from deploylint.reports.text.summary import brief, group_lines, is_quiet, summary


def write(report: Report, look: Look) -> str:
    """The whole report, no line wider than ``look.width``.

    Quiet leaves out what needs no action: the matrix, the allowed deviations and the unknown.
    Verbose lists all that was skipped and what was not compared. Allowances without a reason are
    only counted, and a configured project without anything to list gets no more than its counts.
    """
    if look.verbosity == 0 and is_quiet(report):
        return render((line for text in brief(report) for line in wrap([text], look)), look)
    return render(_lines(report, look), look)


def _lines(report: Report, look: Look) -> Iterator[Line]:
    quiet, verbose = look.verbosity < 0, look.verbosity > 0
    if len(report.groups) <= FEW_GROUPS or verbose:
        for group in report.groups:
            yield from _group(group, look, several=len(report.groups) > 1)
    violations = report.violations
    if violations:  # a run that finds nothing need not pay 5 ms for how it would show it
        from deploylint.reports.text.violations import blocks

        yield from blocks(violations, report, look)
    if not quiet:
        findings = _listed(report, look)
        yield from sections.unknown_section(findings, look)
        yield from sections.allowed_section(findings, look, report.today)
    yield from sections.problem_section(report, look)
    if not quiet:
        yield from sections.skipped_section(report, look)
    if verbose:
        yield from sections.uncompared_section(report, look)
        yield from sections.one_sided_section(report, look)
    if not quiet:
        for text in group_lines(report, most=len(report.groups) if verbose else MOST_GROUPS):
            yield from wrap([text], look)
    for text in summary(report, "" if verbose else " (-v lists them)"):
        yield from wrap([text], look)


def _listed(report: Report, look: Look) -> list[Finding]:
    """The findings; unless verbose, without those that are allowed without a reason."""
    return [
        finding
        for finding in report.findings
        if look.verbosity > 0 or finding.allowance is None or not finding.allowance.lacks_reason
    ]


FEW_GROUPS = 3
"""Of more groups than that, the summary says what they are, and not a matrix of each."""

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
    if look.verbosity >= 0 and (counts := group.matrix_counts):
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
