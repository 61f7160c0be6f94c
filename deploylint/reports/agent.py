"""A report for coding agents: for each cause what is wrong, where, and what to change.

Lines are ``label: text`` and a block is a cause; labels keep their names and order, so a prompt or
a script may rest on them. ``same`` is another place of the cause, ``also`` a finding that is gone
with it. With -v also what is allowed or unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.engine.result import Report
from deploylint.model.finding import Location
from deploylint.policy.causes import Cause, find_causes
from deploylint.reports import Look
from deploylint.reports.fix import what_to_do
from deploylint.reports.text.escape import safe_lines
from deploylint.reports.text.summary import count


def write(report: Report, look: Look) -> str:
    """The blocks, and the counts unless quiet; every block is the same for any width and colour."""
    causes = find_causes(report.shown(look.verbosity), report.peers)
    lines = [line for cause in causes for line in _block(cause)]
    for problem in report.problems:
        lines += [f"unchecked: {problem.file}:{problem.line}:{problem.column}"]
        lines += [f"what: {problem.message}", ""]
    if look.verbosity >= 0:
        lines.append(f"summary: {', '.join(_counts(report))}")
    return safe_lines(lines, look)


def _block(cause: Cause) -> Iterator[str]:
    finding, *same = cause.findings
    label = finding.severity if finding.status == "violation" else finding.status
    within = f" in {finding.environment}" if finding.environment else ""
    yield f"{label}: {_at(finding.location)}"
    yield f"rule: {finding.rule}"
    yield f"id: {finding.fingerprint}"
    yield f"service: {finding.service}{within}"
    yield f"what: {finding.sentence}"
    if finding.reference_location is not None:
        yield f"reference: {_at(finding.reference_location)}"
    for role, at, _ in finding.related:
        yield f"see: {_at(at)} ({role})"
    if finding.status == "violation" and (fix := what_to_do(finding)):
        yield f"fix: {fix}"
    for other in same:
        yield f"same: {_at(other.location)} {other.fingerprint} {other.service}: {other.sentence}"
    for other in cause.follows:
        yield f"also: {_at(other.location)} {other.fingerprint} {other.rule}: {other.sentence}"
    yield ""


def _at(place: Location) -> str:
    return f"{place.file}:{place.line}:{place.column}"


def _counts(report: Report) -> Iterator[str]:
    counts = report.summary
    yield count(counts.errors, "error")
    yield count(counts.warnings, "warning")
    yield f"{counts.allowed} allowed"
    yield f"{counts.unknowns} unknown"
    yield f"{len(report.problems)} unchecked"
