"""The report in Markdown, for a pull request or the summary of a job.

Text from a stranger's file is only ever code, so that nothing in it is live: in code neither HTML,
nor links, nor mentions are read (GitHub Flavored Markdown, code spans).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from deploylint.engine.result import Report
from deploylint.model.finding import Finding
from deploylint.reports import Look
from deploylint.reports.text.escape import safe
from deploylint.reports.text.summary import count, details, group_lines, summary

MOST_GROUPS = 8
"""How many groups are named."""


def write(report: Report, look: Look) -> str:
    """The counts, the violations, and what is allowed or unknown, which a reader folds out."""
    return "\n".join(_lines(report, look)) + "\n"


def _lines(report: Report, look: Look) -> Iterator[str]:
    first, *counts = summary(report)
    yield from ("## deploylint", "", f"**{first}**", "")
    for text in (*group_lines(report, MOST_GROUPS), *counts, *details(report)):
        yield f"* {code(text, look)}"
    by_status = {status: [one for one in report.findings if one.status == status] for status in _OF}
    for status, findings in by_status.items():
        title = count(len(findings), _OF[status])
        if status == "violation" and findings:
            yield from ("", f"### {title}", "", *_findings(findings, look))
        elif findings and look.verbosity >= 0:
            yield from ("", f"<details><summary>{title}</summary>", "")
            yield from (*_findings(findings, look), "", "</details>")
    if report.problems:
        places = [(f"{one.file}:{one.line}", one.message) for one in report.problems]
        rows = [[code(place, look), code(message, look)] for place, message in places]
        yield from ("", "### Not checked", "", *table(["where", "why"], rows))
    if look.verbosity > 0 and report.skipped:
        rows = [[code(one.file, look), code(one.reason, look)] for one in report.skipped]
        yield from ("", "### Skipped", "", *table(["path", "why"], rows))


_OF = {"violation": "violation", "unknown": "unknown value", "allowed": "allowed deviation"}
"""What a finding of each status is called, in the order of the sections."""


def _findings(findings: Sequence[Finding], look: Look) -> list[str]:
    head = ["", "where", "service", "rule", "what", "id"]
    return table(head, (_cells(finding, look) for finding in findings))


def _cells(finding: Finding, look: Look) -> list[str]:
    within = f" in {finding.environment}" if finding.environment else ""
    because = f" ({finding.allowance.reason})" if finding.allowance else ""
    texts = (
        f"{finding.location.file}:{finding.location.line}",
        f"{finding.service}{within}",
        finding.rule,
        f"{finding.message}{because}",
        finding.fingerprint,
    )
    label = finding.severity if finding.status == "violation" else finding.status
    return [label, *(code(text, look) for text in texts)]


def code(text: str, look: Look) -> str:
    """A text as a code span that fits a table's cell; "" stays empty."""
    if not text.strip():
        return ""
    # A pipe ends a cell unless a backslash escapes it; a backslash before it would escape that one.
    shown = safe(text, look).replace("\\|", "\\ |").replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    gap = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{gap}{shown}{gap}{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; the cells are Markdown already."""
    return [_row(head), _row(["---"] * len(head)), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
