"""The counts of a run in words, the same in every format for people; never merged into one."""

from __future__ import annotations

from deploylint.engine.result import Report
from deploylint.model.finding import WAITING


def tally_line(report: Report) -> str:
    """All tallies of a run in one line."""
    return " - ".join(tallies(report))


def tallies(report: Report, how: str = "") -> list[str]:
    """Verdicts, coverage, and what could not be checked, one text each.

    ``how`` says how to have the files named that were passed over.
    """
    tally = report.tally
    verdicts = [
        _count(tally.violations, "violation") + _warnings(report),
        _count(tally.allowed, "allowed deviation"),
        f"{tally.unknowns} unknown",
    ]
    values = tally.compared + tally.unknown + tally.uncompared
    lines = [
        ", ".join(verdicts),
        f"{_count(tally.matches, 'check')} passed "
        f"({_count(tally.services, 'service')}, {_count(tally.rules, 'rule')})",
        f"coverage: {tally.compared} of {_count(values, 'value')} compared, "
        f"{tally.unknown} unknown, {tally.uncompared} not compared",
    ]
    if tally.outside:
        lines.append(f"{_count(tally.outside, 'more violation')} in other files of the same group")
    if report.skipped:
        lines.append(f"{_count(len(report.skipped), 'path')} skipped{how}")
    if report.problems:
        lines.append(f"{_count(len(report.problems), 'error')}: not everything could be checked")
    if tally.waiting:  # last, so that nobody misses what is still to be done
        lines.append(f"{_count(tally.waiting, 'allowance')} without a reason: because is {WAITING}")
    return lines


def _warnings(report: Report) -> str:
    """How many of the violations are only warnings, where some are."""
    number = sum(f.status == "violation" and f.severity == "warning" for f in report.judged)
    return f" ({_count(number, 'of them a warning', 'of them warnings')})" if number else ""


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
