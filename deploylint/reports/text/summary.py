"""The counts of a run in words, the same in every format for people; never merged into one."""

from __future__ import annotations

from deploylint.engine.result import GroupReport, Report
from deploylint.model.finding import WAITING


def summary(report: Report, how: str = "") -> list[str]:
    """Findings, checks, coverage, and what could not be checked, one text each.

    ``how`` is how to list the skipped files.
    """
    counts = report.summary
    values = counts.compared + counts.unknown + counts.uncompared
    lines = [
        f"{count(counts.violations, 'violation')}{_warnings(report)}, "
        f"{count(counts.allowed, 'allowed deviation')}, {counts.unknowns} unknown",
        f"{count(counts.matches, 'check')} passed "
        f"({count(counts.services, 'service')}, {count(counts.rules, 'rule')})",
        f"coverage: {counts.compared} of {count(values, 'value')} compared, "
        f"{counts.unknown} unknown, {counts.uncompared} not compared",
    ]
    lines += (_guests(group) for group in report.groups if group.guests)
    if counts.outside:
        lines.append(f"{count(counts.outside, 'more violation')} in other files of the same group")
    if report.skipped:
        lines.append(f"{count(len(report.skipped), 'path')} skipped{how}")
    if report.problems:
        lines.append(f"{count(len(report.problems), 'error')}: not everything could be checked")
    if counts.waiting:  # last, where it is not missed
        lines.append(f"{count(counts.waiting, 'allowance')} without a reason: because is {WAITING}")
    return lines


_NAMED = 4
"""How many guests are named."""


def _guests(group: GroupReport) -> str:
    """How many guests a group has, and which."""
    named = [f"{name} ({because})" for name, because in group.guests.items()]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    names = ", ".join(named[:_NAMED])
    return f"{count(len(named), 'guest')} in {group.loaded.name}, not compared: {names}{more}"


def _warnings(report: Report) -> str:
    """How many of the violations are only warnings, where some are."""
    number = sum(f.status == "violation" and f.severity == "warning" for f in report.judged)
    return f" ({number} of them {'a warning' if number == 1 else 'warnings'})" if number else ""


def count(number: int, noun: str) -> str:
    """A number of things: ``1 rule``, ``2 rules``."""
    return f"{number} {noun}{'s' * (number != 1)}"
