"""The output of ``init``: the files written and skipped, and the next line to type."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.cli.init.run import TODO, InitPlan
from deploylint.documents.grouping import items_by_key
from deploylint.documents.paths import display_path
from deploylint.reports import Look
from deploylint.reports.text.escape import at
from deploylint.reports.text.layout import (
    EMPTY,
    Line,
    Piece,
    at_place,
    render,
    section,
    wrap,
)
from deploylint.reports.text.sections import problem_lines
from deploylint.reports.text.summary import count

SHOWN = 3
"""How many files that are skipped for one reason are named."""


def write(plan: InitPlan, look: Look, next_line: str, *, dry: bool) -> str:
    """What is written and skipped, and the next line to type.

    ``dry`` is whether it only would be written; the next line is then for after that.
    """
    return render(_lines(plan, look, next_line, "Would write" if dry else "Wrote"), look)


def _lines(plan: InitPlan, look: Look, next_line: str, wrote: str) -> Iterator[Line]:
    problems = problem_lines(plan.problems, look)
    nothing = "" if plan.files else "; nothing was written"
    yield from section(f"Could not be read or compared{nothing}", problems)
    yield from _groups(plan, look)
    yield from section("Skipped", _skipped(plan, look))
    stuck = (
        line
        for finding in plan.stuck
        for line in at_place(
            at(finding.location), f" {finding.severity}[{finding.rule}] {finding.message}", look
        )
    )
    yield from section("No allowance can cover these; fix them", stuck)
    if plan.report is not None:
        yield from _outcome(plan, look, next_line, wrote)


def _groups(plan: InitPlan, look: Look) -> Iterator[Line]:
    for group in plan.groups:
        services = count(len(group.services), "service")
        because = f"{services}; reference {group.reference}: {group.because}"
        yield from wrap([Piece(f"Group {group.name}: ", "title"), because], look)
    if plan.groups:
        yield EMPTY


def _skipped(plan: InitPlan, look: Look) -> Iterator[Line]:
    """The files that were not read, by reason; many that only differ in names are one."""
    for kind, skips in items_by_key((skip.kind, skip) for skip in plan.skipped).items():
        reasons = items_by_key((skip.reason, skip.file) for skip in skips)
        if len(reasons) > SHOWN:
            reasons = {kind: [skip.file for skip in skips]}
        for reason, files in reasons.items():
            names = ", ".join(files[:SHOWN])
            more = f" and {len(files) - SHOWN} more" if len(files) > SHOWN else ""
            yield from wrap([f"{reason}: ", Piece(names, "place"), more], look, indent=2)


def _outcome(plan: InitPlan, look: Look, next_line: str, wrote: str) -> Iterator[Line]:
    if plan.new:
        what = f"{count(plan.new, 'difference')} without an allowance; {TODO} stays as it is"
        yield from wrap([f"{what}. To see them: deploylint check"], look)
        yield from wrap(["To accept them: deploylint init --accept-new"], look)
    elif not plan.files:
        yield from wrap(["Nothing to do: each difference has an allowance."], look)
    if not plan.files:
        return
    for path in plan.files:
        is_todo = path.name == TODO
        holds = count(plan.added, "new allowance") if is_todo else _configured(plan)
        yield from wrap([f"{wrote} ", Piece(display_path(path), "place"), f": {holds}"], look)
    yield EMPTY
    waiting = plan.report.summary.waiting if plan.report is not None else 0
    reasons = f"explain {count(waiting, 'allowance')} in {TODO}; to check with them, "
    yield from wrap([f"Next: {reasons if waiting else ''}type"], look)
    yield from wrap([Piece(next_line, "title")], look, indent=2)


def _configured(plan: InitPlan) -> str:
    if not plan.groups:
        return f"includes {TODO}"
    services = sum(len(group.services) for group in plan.groups)
    return f"{count(len(plan.groups), 'group')}, {count(services, 'service')}"
