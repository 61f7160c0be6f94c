"""What ``init`` prints: what is written and skipped, and the next line to type."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.cli.init.run import TODO, Adoption
from deploylint.documents.paths import shown
from deploylint.reports import Look
from deploylint.reports.text.escape import at
from deploylint.reports.text.layout import (
    EMPTY,
    Line,
    Piece,
    at_place,
    rendered,
    section,
    wrapped,
)
from deploylint.reports.text.summary import count


def write(adoption: Adoption, look: Look, next_line: str, *, dry: bool) -> str:
    """What is written and skipped, and the next line to type.

    ``dry`` is whether it only would be written; the next line is then for after that.
    """
    return rendered(_lines(adoption, look, next_line, "Would write" if dry else "Wrote"), look)


def _lines(adoption: Adoption, look: Look, next_line: str, wrote: str) -> Iterator[Line]:
    problems = (
        line
        for problem in adoption.problems
        for line in at_place(at(problem), f" {problem.message}", look)
    )
    yield from section("Could not be read or compared; nothing was written", problems)
    yield from _groups(adoption, look)
    yield from section("Skipped", _skipped(adoption, look))
    stuck = (
        line
        for finding in adoption.stuck
        for line in at_place(
            at(finding.location), f" {finding.severity}[{finding.rule}] {finding.message}", look
        )
    )
    yield from section("No allowance can cover these; fix them", stuck)
    if adoption.report is not None:
        yield from _outcome(adoption, look, next_line, wrote)


def _groups(adoption: Adoption, look: Look) -> Iterator[Line]:
    for group in adoption.groups:
        members = ", ".join(
            f"{member.name} ({member.runtime})" if member.runtime else member.name
            for member in group.members
        )
        yield from wrapped([Piece(f"Group {group.name}: ", "title"), members], look)
        yield from wrapped([f"reference: {group.reference} ({group.because})"], look, indent=2)
        yield EMPTY


def _skipped(adoption: Adoption, look: Look) -> Iterator[Line]:
    """The files that were not read, by reason."""
    by_reason: dict[str, list[str]] = {}
    for skip in adoption.skipped:
        by_reason.setdefault(skip.reason, []).append(skip.file)
    for reason, files in by_reason.items():
        yield from wrapped([f"{reason}: ", Piece(", ".join(files), "place")], look, indent=2)


def _outcome(adoption: Adoption, look: Look, next_line: str, wrote: str) -> Iterator[Line]:
    if not adoption.files:
        yield from wrapped(["Nothing to do: each difference has an allowance."], look)
        return
    for path in adoption.files:
        is_todo = path.name == TODO
        holds = count(adoption.added, "new allowance") if is_todo else _configured(adoption)
        yield from wrapped([f"{wrote} ", Piece(shown(path), "place"), f": {holds}"], look)
    yield EMPTY
    waiting = adoption.report.tally.waiting if adoption.report is not None else 0
    reasons = f"explain {count(waiting, 'allowance')} in {TODO}; to check with them, "
    yield from wrapped([f"Next: {reasons if waiting else ''}type"], look)
    yield from wrapped([Piece(next_line, "title")], look, indent=2)


def _configured(adoption: Adoption) -> str:
    if not adoption.groups:
        return f"includes {TODO}"
    services = sum(len(group.members) for group in adoption.groups)
    return f"{count(len(adoption.groups), 'group')}, {count(services, 'service')}"
