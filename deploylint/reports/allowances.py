"""The formats of ``deploylint allowances``: each with its state, owner, reason and uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from deploylint.engine.result import Report
from deploylint.model.decode import encode
from deploylint.model.finding import WAITING, AllowanceState, Finding
from deploylint.policy.allowance_audit import AllowanceStatus
from deploylint.policy.messages import pattern_text
from deploylint.reports import Look
from deploylint.reports.json_schema import TOOL, Data, errors, sides, structure
from deploylint.reports.markdown import code, table
from deploylint.reports.rule_text import scope_text
from deploylint.reports.text import sections
from deploylint.reports.text.escape import at
from deploylint.reports.text.layout import EMPTY, Line, Piece, place_piece, render, wrap
from deploylint.reports.text.summary import count

STYLES: dict[AllowanceState, str] = {
    "active": "allowed",
    "expiring": "warning",
    "expired": "violation",
    "missed": "violation",
    "unused": "warning",
    "untried": "faint",
}
"""The style of each state."""


def write_text(report: Report, look: Look) -> str:
    """For people: each allowance, its state, and where it is used."""
    return render(_lines(report, look), look)


def _lines(report: Report, look: Look) -> Iterator[Line]:
    for status in _shown(report):
        state = Piece(status.state, STYLES[status.state])
        yield from sections.allowance_lines(status.allowance, look, report.today)
        yield from wrap(["state: ", state, f"  for {scope_text(status.allowance)}"], look, indent=4)
        for finding in status.uses:
            place = place_piece(finding.location)
            yield from wrap(["used: ", place, f"  {_use(finding)}"], look, indent=4, hang=6)
        yield EMPTY
    yield from sections.problem_section(report, look)
    for line in _summary(report):
        yield from wrap([line], look)


def _shown(report: Report) -> list[AllowanceStatus]:
    """The project's allowances, and of the shipped ones those that it uses."""
    return [one for one in report.allowances if one.covered or not one.allowance.is_shipped]


def _use(finding: Finding) -> str:
    return f"{finding.path} of {finding.service}" if finding.address else finding.service


def _summary(report: Report) -> Iterator[str]:
    """How many allowances there are in each state, how many are left out, and lack a reason."""
    statuses = _shown(report)
    number = Counter(status.state for status in statuses)
    states = ", ".join(
        f"{number[state]} {state}" for state in get_args(AllowanceState) if number[state]
    )
    yield f"{count(len(statuses), 'allowance')}: {states}" if statuses else "no allowance"
    if left := len(report.allowances) - len(statuses):
        yield f"{left} more of deploylint itself are not used here"
    if waiting := sum(status.allowance.lacks_reason for status in statuses):
        yield f"{waiting} without a reason: because is {WAITING}"


def write_markdown(report: Report, look: Look) -> str:
    """A table, and the counts below it; nothing in a cell is live."""
    rows = [_row(status, look) for status in _shown(report)]
    errors = [code(f"{at(problem)}: {problem.message}", look) for problem in report.problems]
    cells = table([*rows[0]], [[*row.values()] for row in rows]) if rows else []
    lines = [*cells, "", *_summary(report)]
    return "\n".join([*lines, *(f"* not checked: {error}" for error in errors)]) + "\n"


def _row(status: AllowanceStatus, look: Look) -> dict[str, str]:
    """The cells of an allowance by the heads of their columns."""
    allowance = status.allowance
    uses = [f"{at(finding.location)} {_use(finding)}" for finding in status.uses]
    texts = {
        "allowance": allowance.id,
        "state": status.state,
        "for": scope_text(allowance),
        "rule": allowance.rule,
        "from": pattern_text(allowance.expected),
        "to": pattern_text(allowance.actual),
        **{name: getattr(allowance, name) for name in ("reason", "owner", "ticket", "until")},
    }
    cells = {head: code(text, look) for head, text in texts.items()}
    return cells | {"used": "<br>".join(code(use, look) for use in uses)}


def write_json(report: Report, look: Look) -> str:
    """As data; its schema: ``deploylint schema allowances``."""
    states = Counter(status.state for status in report.allowances)
    waiting = [one for one in _shown(report) if one.allowance.lacks_reason]
    return encode(
        structure(
            "AllowancesV1",
            schema="deploylint/ledger/v1",
            tool=TOOL,
            today=report.today,
            summary=structure(
                "AllowancesSummaryV1",
                allowances=len(report.allowances),
                waiting_reasons=sum(not one.allowance.is_shipped for one in waiting),
                **{state: states[state] for state in get_args(AllowanceState)},
            ),
            allowances=[_status(status) for status in report.allowances],
            errors=errors(report.problems),
        )
    )


def _status(status: AllowanceStatus) -> Data:
    allowance = status.allowance
    return structure(
        "AllowanceStatusV1",
        allowance,
        state=status.state,
        elements=allowance.addresses,
        source=allowance.place,
        uses=[
            structure("UseV1", use.location, group=use.group, service=use.service, path=use.path)
            for use in status.uses
        ],
        **sides(allowance),
    )
