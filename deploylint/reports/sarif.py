"""SARIF 2.1.0, as GitHub's code scanning and editors read it.

The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; what GitHub reads of
it, and its limits: "SARIF support for code scanning" of https://docs.github.com/code-security.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from deploylint import __version__
from deploylint.documents.nodes import Problem
from deploylint.engine.result import Report
from deploylint.model.decode import encode
from deploylint.model.finding import Finding, Location
from deploylint.reports import Look

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST = 25_000
"""How many results GitHub takes of a run."""

_ROOT = "SRCROOT"
_KINDS = {"violation": "fail", "allowed": "informational", "unknown": "open"}
"""The kind of a result by the status; ``open`` is for what there is too little information on."""

Data = dict[str, object]


def write(report: Report, look: Look) -> str:
    """The violations; with -v also what is allowed, as suppressed, and what is unknown."""
    findings = report.shown(look.verbosity)
    shown = sorted(findings, key=_urgency)[:MOST]
    rules = {finding.rule: finding for finding in reversed(shown)}
    numbers = {rule: number for number, rule in enumerate(sorted(rules))}
    notifications = [*map(_of_problem, report.problems), *_left_out(len(findings))]
    run = {
        "tool": {"driver": _driver([rules[rule] for rule in numbers])},
        "automationDetails": {"id": "deploylint/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the root of the repository"}}},
        "invocations": [
            {
                "executionSuccessful": not report.problems,
                "toolExecutionNotifications": notifications,
            }
        ],
        "results": [_result(finding, numbers) for finding in shown],
    }
    return encode({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _urgency(finding: Finding) -> int:
    """The order of the results: of too many the last ones are left out."""
    return 2 if finding.status != "violation" else int(finding.severity == "warning")


def _driver(rules: Sequence[Finding]) -> Data:
    return {
        "name": "deploylint",
        "semanticVersion": __version__,
        "rules": [
            {
                "id": finding.rule,
                "shortDescription": {"text": finding.why.partition(". ")[0]},
                "fullDescription": {"text": finding.why},
                "help": {"text": f"{finding.why}\nMore: deploylint explain {finding.rule}"},
                "defaultConfiguration": {"level": finding.severity},
            }
            for finding in rules
        ],
    }


def _result(finding: Finding, numbers: Mapping[str, int]) -> Data:
    reference = finding.reference_location
    link = " (compare the [reference](1))" if reference else ""
    related = [("the reference", reference)] if reference else []
    related += [(text or role, at) for role, at, text in finding.related]
    result: Data = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "kind": _KINDS[finding.status],
        "level": finding.severity if finding.status == "violation" else "none",
        "message": {"text": _plain(finding.message) + link},
        "locations": [{"physicalLocation": _physical(finding.location)}],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "deploylint/v1": finding.fingerprint,
        },
        "properties": {
            name: getattr(finding, name)
            for name in ("status", "group", "environment", "service", "component", "address")
        },
    }
    if related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(at), "message": {"text": _plain(text)}}
            for number, (text, at) in enumerate(related, 1)
        ]
    if (allowance := finding.allowance) is not None:
        kind = "inSource" if allowance.origin == "inline" else "external"
        reason = {"kind": kind, "status": "accepted", "justification": allowance.reason}
        result["suppressions"] = [reason]
    return result


def _plain(text: str) -> str:
    """A text in which no part is a link (SARIF 3.11.6)."""
    return text.replace("](", "] (")


def _physical(at: Location) -> Data:
    region = {
        "startLine": at.line,
        "startColumn": at.column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
    }
    return {"artifactLocation": _artifact(at.file), "region": region}


def _artifact(file: str) -> Data:
    """A file below the root of the repository, or anywhere else."""
    address = quote(file.encode("utf-8", "surrogateescape"))
    return {"uri": f"file://{address}"} if file[:1] == "/" else {"uri": address, "uriBaseId": _ROOT}


def _of_problem(problem: Problem) -> Data:
    region = {"startLine": problem.line, "startColumn": problem.column}
    place = {"artifactLocation": _artifact(problem.file), "region": region}
    return {
        "level": "error",
        "message": {"text": _plain(problem.message)},
        "locations": [{"physicalLocation": place}],
    }


def _left_out(number: int) -> list[Data]:
    """A notification where there are more findings than a run may have."""
    text = f"{number - MOST} more findings are left out: a run has at most {MOST} results"
    return [{"level": "warning", "message": {"text": text}}] if number > MOST else []
