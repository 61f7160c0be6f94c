"""The counts of a run in words, the same in every format for people; never merged into one."""

from __future__ import annotations

from deploylint.check import Report


def tally_line(report: Report) -> str:
    """All tallies of a run in one line."""
    return " - ".join(tallies(report))


def tallies(report: Report) -> list[str]:
    """Verdicts, coverage, and what could not be checked, one text each."""
    tally = report.tally
    verdicts = [
        _count(tally.violations, "violation"),
        _count(tally.allowed, "allowed deviation"),
        f"{tally.unknowns} unknown",
    ]
    looked = (
        f"{_count(tally.services, 'service')}, {_count(tally.rules, 'rule')}, "
        f"{tally.matches} matches; of {tally.compared + tally.unknown + tally.uncompared} values "
        f"{tally.compared} compared, {tally.unknown} unknown, {tally.uncompared} not compared"
    )
    lines = [", ".join(verdicts), looked]
    if tally.outside:
        lines.append(f"{_count(tally.outside, 'more violation')} in files that were not named")
    if report.skipped:
        lines.append(f"{_count(len(report.skipped), 'file')} passed over")
    if report.problems:
        lines.append(f"{_count(len(report.problems), 'thing')} could not be checked")
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
