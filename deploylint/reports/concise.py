"""One line for each violation, as editors and grep read them.

``file:line:column: severity[rule] message``; with -v also what is allowed, unknown and uncompared.
"""

from __future__ import annotations

from deploylint.engine.result import Report
from deploylint.model.finding import Finding
from deploylint.reports import Look
from deploylint.reports.text.escape import at, safe
from deploylint.reports.text.summary import tally_line


def write(report: Report, look: Look) -> str:
    """The lines, and after them the tally unless quiet."""
    findings = report.findings if look.verbosity > 0 else report.violations
    lines = [_line(finding) for finding in findings]
    lines += [
        f"{p.file}:{p.line}:{p.column}: error[unchecked] {p.message}" for p in report.problems
    ]
    if look.verbosity > 0:
        lines += [f"{one.file}: skipped: {one.reason}" for one in report.skipped]
        for group in report.groups:
            lines += [
                f"{at(one.place)}: uncompared: {one.place.key}: {one.reason}"
                for one in group.coverage.places
            ]
    if look.verbosity >= 0:
        lines.append(tally_line(report))
    return "".join(safe(line, look) + "\n" for line in lines)


def _line(finding: Finding) -> str:
    label = finding.severity if finding.status == "violation" else finding.status
    because = f" ({finding.allowance.because})" if finding.allowance else ""
    within = f" (in {finding.environment})" if finding.environment else ""
    return f"{at(finding.location)}: {label}[{finding.rule}] {finding.message}{because}{within}"
