"""The formats of ``deploylint allowances``: each with its state, owner, reason and uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import get_args

from deploylint import __version__
from deploylint.engine.result import Report
from deploylint.model.decode import encode
from deploylint.model.finding import WAITING, Allowance, Finding, State
from deploylint.policy.allowance_audit import AllowanceStatus
from deploylint.reports import Look
from deploylint.reports.json_schema import (
    AllowancesSummaryV1,
    AllowanceStatusV1,
    AllowancesV1,
    ErrorV1,
    ToolV1,
    UseV1,
)
from deploylint.reports.markdown import code, table
from deploylint.reports.text import sections
from deploylint.reports.text.escape import at
from deploylint.reports.text.layout import EMPTY, Line, Piece, Said, painted, wrapped

STYLES: dict[State, str] = {
    "active": "allowed",
    "expiring": "warning",
    "expired": "violation",
    "missed": "violation",
    "unused": "warning",
    "untried": "faint",
}
"""How each state is painted."""


def _text(report: Report, look: Look) -> str:
    return painted(_lines(report, look), look)


def _lines(report: Report, look: Look) -> Iterator[Line]:
    for entry in _listed(report):
        state: list[Said] = [Piece(entry.state, STYLES[entry.state]), f"  for {_whom(entry)}"]
        yield from sections.stated(entry.allowance, look, report.today)
        yield from wrapped(["state: ", *state], look, indent=4)
        for finding in entry.uses:
            used: list[Said] = [Piece(at(finding.location), "place"), f"  {_use(finding)}"]
            yield from wrapped(["used: ", *used], look, indent=4, hang=6)
        yield EMPTY
    yield from sections.problems(report, look)
    for line in _summed(report):
        yield from wrapped([line], look)


def _listed(report: Report) -> list[AllowanceStatus]:
    """The project's allowances, and of the shipped ones those that it uses."""
    return [one for one in report.allowances if one.is_used or one.allowance.origin != "shipped"]


def _whom(entry: AllowanceStatus) -> str:
    """For which services, processes and addresses an allowance is."""
    allowance = entry.allowance
    if allowance.line:
        return f"line {allowance.line} of {allowance.at.file}"
    named = (
        ("service", allowance.service),
        ("runtime", allowance.runtime),
        ("role", allowance.role),
        ("component", allowance.component),
    )
    return ", ".join(f"{label} {value}" for label, value in named if value)


def _use(finding: Finding) -> str:
    return f"{finding.path} of {finding.service}" if finding.address else finding.service


def _summed(report: Report) -> Iterator[str]:
    """How many allowances there are in each state, what is left out, and what waits."""
    listed = _listed(report)
    count = Counter(entry.state for entry in listed)
    states = ", ".join(f"{count[state]} {state}" for state in get_args(State) if count[state])
    noun = "allowance" if len(listed) == 1 else "allowances"
    yield f"{len(listed)} {noun}: {states}" if listed else "no allowance"
    if left := len(report.allowances) - len(listed):
        yield f"{left} more of deploylint itself are not used here"
    if waiting := sum(entry.allowance.waits for entry in listed):
        yield f"{waiting} without a reason: because is {WAITING}"


_HEAD = (
    *("allowance", "state", "for", "rule", "from", "to", "because"),
    *("owner", "ticket", "until", "used"),
)


def _markdown(report: Report, look: Look) -> str:
    """A table, and the counts below it; nothing in a cell is live."""
    rows = [_row(entry, look) for entry in _listed(report)]
    errors = [code(f"{p.file}:{p.line}:{p.column}: {p.message}", look) for p in report.problems]
    lines = [*(table(_HEAD, rows) if rows else []), "", *_summed(report)]
    return "\n".join([*lines, *(f"* not checked: {error}" for error in errors)]) + "\n"


def _row(entry: AllowanceStatus, look: Look) -> list[str]:
    allowance = entry.allowance
    uses = [f"{at(finding.location)} {_use(finding)}" for finding in entry.uses]
    texts = [
        *(allowance.id, entry.state, _whom(entry), allowance.rule),
        *(sections.pattern(allowance.expected), sections.pattern(allowance.actual)),
        *(allowance.because, allowance.owner, allowance.ticket, allowance.until),
    ]
    return [*(code(text, look) for text in texts), "<br>".join(code(use, look) for use in uses)]


def _json(report: Report, look: Look) -> str:
    states = Counter(entry.state for entry in report.allowances)
    return encode(
        AllowancesV1(
            schema="deploylint/ledger/v1",
            tool=ToolV1("deploylint", __version__),
            today=report.today,
            summary=AllowancesSummaryV1(
                allowances=len(report.allowances),
                waiting_reasons=sum(_mine_waits(entry.allowance) for entry in report.allowances),
                **{state: states[state] for state in get_args(State)},
            ),
            allowances=[_entry(entry) for entry in report.allowances],
            errors=[ErrorV1(p.file, p.line, p.column, p.message) for p in report.problems],
        )
    )


def _mine_waits(allowance: Allowance) -> bool:
    return allowance.waits and allowance.origin != "shipped"


def _entry(entry: AllowanceStatus) -> AllowanceStatusV1:
    allowance = entry.allowance
    return AllowanceStatusV1(
        id=allowance.id,
        state=entry.state,
        origin=allowance.origin,
        rule=allowance.rule,
        service=allowance.service or None,
        runtime=allowance.runtime or None,
        role=allowance.role or None,
        component=allowance.component or None,
        elements=list(allowance.addresses),
        from_=None if allowance.expected is None else allowance.expected.written,
        to=allowance.actual.written,
        because=allowance.because,
        owner=allowance.owner or None,
        ticket=allowance.ticket or None,
        until=allowance.until or None,
        source=allowance.place,
        uses=list(_uses(entry.uses)),
    )


def _uses(findings: Iterable[Finding]) -> Iterator[UseV1]:
    for one in findings:
        where = one.location
        yield UseV1(one.group, one.service, one.path, where.file, where.line, where.column)


FORMATS: dict[str, Callable[[Report, Look], str]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
}
"""Every format of ``allowances`` and its writer."""
