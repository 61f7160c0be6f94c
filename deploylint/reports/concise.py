"""One line for each violation, as editors and grep read them.

``file:line:column: severity[rule] message``; with -v also what is allowed, unknown and uncompared.
Lines of several services that would be alike end in the names of these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from deploylint.documents.paths import path_from_here
from deploylint.engine.result import Report
from deploylint.model.finding import Finding
from deploylint.reports import Look
from deploylint.reports.text.escape import at, safe_lines
from deploylint.reports.text.summary import summary


def write(report: Report, look: Look) -> str:
    """The lines, and after them the summary unless quiet."""
    verbose = look.verbosity > 0
    lines = list(_lines(report.shown(look.verbosity)))
    lines += [f"{at(problem)}: error[unchecked] {problem.message}" for problem in report.problems]
    if verbose:
        lines += [f"{path_from_here(skip.file)}: skipped: {skip.reason}" for skip in report.skipped]
        lines += [
            f"{at(leaf.place)}: uncompared: {leaf.place.key}: {leaf.reason}"
            for group in report.groups
            for leaf in group.coverage.places
        ]
    if look.verbosity >= 0:
        lines.append(" - ".join(summary(report)))
    return safe_lines(lines, look)


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    """A line for each finding; of several in one file that services share, each names its own."""
    lines = list(map(_line, findings))
    often = Counter(lines)
    for line, finding in zip(lines, findings, strict=True):
        yield line if often[line] == 1 else _line(finding, finding.service)


def _line(finding: Finding, service: str = "") -> str:
    label = finding.severity if finding.status == "violation" else finding.status
    because = f" ({finding.allowance.reason})" if finding.allowance else ""
    environment = f"in {finding.environment}" if finding.environment else ""
    of = ", ".join(filter(None, (service, environment)))
    within = f" ({of})" if of else ""
    return f"{at(finding.location)}: {label}[{finding.rule}] {finding.message}{because}{within}"
