"""The report for people: who follows whom, the matrix, each violation, what is allowed, tallies."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.engine.result import GroupReport, Report
from deploylint.reports import Look
from deploylint.reports.text import sections
from deploylint.reports.text.layout import EMPTY, Line, Piece, painted, wrapped
from deploylint.reports.text.matrix import matrix
from deploylint.reports.text.summary import tallies


def write(report: Report, look: Look) -> str:
    """The whole report, no line wider than ``look.width``.

    Quiet leaves out what needs no doing: the matrix, the allowed deviations and the unknown.
    Verbose names all that was passed over, and what was not compared.
    """
    return painted(_lines(report, look), look)


def _lines(report: Report, look: Look) -> Iterator[Line]:
    quiet, verbose = look.verbosity < 0, look.verbosity > 0
    for group in report.groups:
        yield from _group(group, look, several=len(report.groups) > 1)
    yield from _violations(report, look)
    if not quiet:
        yield from sections.unknown(report.findings, look)
        yield from sections.allowed(report.findings, look, report.today)
    yield from sections.problems(report, look)
    if not quiet:
        yield from sections.passed_over(report, look)
    if verbose:
        yield from sections.uncompared(report, look)
        yield from sections.one_sided(report, look)
    for tally in tallies(report, "" if verbose else " (-v lists them)"):
        yield from wrapped([tally], look)


def _violations(report: Report, look: Look) -> Iterator[Line]:
    if report.violations:  # a run that finds nothing need not pay 5 ms for how it would show it
        from deploylint.reports.text.violations import blocks

        yield from blocks(report.violations, report, look)


def _group(group: GroupReport, look: Look, *, several: bool) -> Iterator[Line]:
    """Who the others follow and how the files are read, why, and the matrix."""
    within = f" in {group.set.environment}" if group.set.environment else ""
    of = f" of {group.set.name}{within}" if several or within else ""
    yield from wrapped([Piece(f"Reference{of}: ", "title"), *_reference(group)], look)
    if group.undecided:
        named = ", ".join(group.undecided)
        yield from wrapped([Piece(f"No majority{of}: ", "title"), named], look)
    profile = f"{group.set.profile.name} ({group.set.profile_because})"
    yield from wrapped([Piece(f"Profile{of}: ", "title"), profile], look)
    yield EMPTY
    if look.verbosity >= 0 and group.matrix_counts:
        yield from matrix(group, look)
        yield EMPTY


def _reference(group: GroupReport) -> Iterator[str | Piece]:
    if group.reference is None:
        yield group.reference_because
        yield "; comparing with the majority" if group.voted else ""
        return
    for number, file in enumerate(group.reference.files):
        yield ", " if number else ""
        yield Piece(file, "place")
    yield f" ({group.reference_because})"
