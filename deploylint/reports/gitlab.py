"""A Code Quality report of GitLab: a list of findings, ``[]`` where there is none.

GitLab's widget compares the fingerprints of two branches, and shows those of one as one
(https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).
"""

from __future__ import annotations

from hashlib import sha256

from deploylint.documents.nodes import Problem
from deploylint.engine.result import Report
from deploylint.model.decode import encode
from deploylint.model.finding import Finding
from deploylint.model.rule import Severity
from deploylint.reports import Look

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor"}


def write(report: Report, look: Look) -> str:
    """The violations, and what could not be checked; with -v also what is allowed or unknown."""
    findings = report.shown(look.verbosity)
    return encode([*map(_of_finding, findings), *map(_of_problem, report.problems)])


def _of_finding(finding: Finding) -> dict[str, object]:
    is_wrong = finding.status == "violation"
    return {
        "description": f"{finding.service}: {finding.sentence}",
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity] if is_wrong else "info",
        "location": _location(finding.location.file, finding.location.line),
    }


def _of_problem(problem: Problem) -> dict[str, object]:
    identity = f"{problem.file}\0{problem.line}\0{problem.message}"
    return {
        "description": f"not checked: {problem.message}",
        "check_name": "unchecked",
        "fingerprint": sha256(identity.encode(errors="surrogatepass")).hexdigest()[:16],
        "severity": "critical",
        "location": _location(problem.file, problem.line),
    }


def _location(file: str, line: int) -> dict[str, object]:
    return {"path": file, "lines": {"begin": line}}
