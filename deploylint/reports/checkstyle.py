"""Checkstyle XML: the findings of each file. Jenkins, reviewdog and SonarQube read it.

Its elements and attributes are those of ``XMLLogger`` of checkstyle 4.3 and later
(https://github.com/checkstyle/checkstyle).
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Problem
from deploylint.engine.result import Report
from deploylint.model.finding import Finding
from deploylint.reports import Look
from deploylint.reports.xml import xml_text

VERSION = "4.3"


def write(report: Report, look: Look) -> str:
    """The violations, and what could not be checked; with -v also what is allowed or unknown."""
    findings = report.shown(look.verbosity)
    errors = [
        *((one.location.file, _of_finding(one)) for one in findings),
        *((one.file, _of_problem(one)) for one in report.problems),
    ]
    root = Element("checkstyle", version=VERSION)
    for file, its in sorted(items_by_key(errors).items()):
        inside = SubElement(root, "file", name=file)
        for error in its:
            SubElement(inside, "error", error)
    return xml_text(root, look)


def _of_finding(finding: Finding) -> dict[str, str]:
    is_wrong = finding.status == "violation"
    return {
        "line": str(finding.location.line),
        "column": str(finding.location.column),
        "severity": finding.severity if is_wrong else "info",
        "message": f"{finding.sentence} ({finding.service}) {finding.fingerprint}",
        "source": f"deploylint.{finding.rule}",
    }


def _of_problem(problem: Problem) -> dict[str, str]:
    return {
        "line": str(problem.line),
        "column": str(problem.column),
        "severity": "error",
        "message": f"not checked: {problem.message}",
        "source": "deploylint.unchecked",
    }
