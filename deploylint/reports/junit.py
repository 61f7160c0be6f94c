"""JUnit XML: a test suite for each service, a test case for each finding and for what is right.

Attributes and elements are those of junit-10.xsd, the strictest schema that a reader holds reports
to (https://github.com/jenkinsci/xunit-plugin); so places are in the text of a failure. What is
allowed or unknown is a skipped test with the reason, so the number of tests does not jump when
something is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement

from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Problem
from deploylint.engine.result import GroupReport, Report
from deploylint.model.finding import Finding
from deploylint.model.format import format_value
from deploylint.model.forms import ROW
from deploylint.reports import Look
from deploylint.reports.fix import what_to_do
from deploylint.reports.xml import xml_text

_IDENTITY = "fingerprint: "

_OF_ALL = "deploylint"
"""The suite of what is about no service, and the first word of each class."""


def write(report: Report, look: Look) -> str:
    """All findings; how the report is to look changes nothing."""
    findings = items_by_key((_suite_of(one), one) for one in report.findings)
    right = dict(_right(report.groups))
    root = Element("testsuites", name="deploylint")
    for name in dict.fromkeys((*right, *findings)):
        cases = [*right.get(name, ()), *map(_case, findings.get(name, ()))]
        _add(root, name, cases)
    if report.problems:
        _add(root, _OF_ALL, list(map(_of_problem, report.problems)))
    for kind in ("tests", "failures", "errors"):
        root.set(kind, str(sum(int(suite.get(kind, "0")) for suite in root)))
    return xml_text(root, look)


def _suite_of(finding: Finding) -> str:
    return _suite(finding.group, finding.environment, finding.service)


def _suite(group: str, environment: str, service: str) -> str:
    return ".".join(filter(None, (group, environment, service)))


def _right(groups: Sequence[GroupReport]) -> Iterator[tuple[str, list[Element]]]:
    """The suite of each service, with a test case for each element in which all rules hold."""
    for group in groups:
        wrong = {(one.service, one.element) for one in group.judged}
        for service, counts in group.counts.items():
            suite = _suite(group.loaded.name, group.loaded.environment, service)
            elements = (element for element, count in zip(ROW, counts, strict=True) if count)
            yield (
                suite,
                [
                    Element("testcase", classname=f"{_OF_ALL}.{element}", name=element)
                    for element in elements
                    if (service, element) not in wrong
                ],
            )


def _add(root: Element, name: str, cases: Sequence[Element]) -> None:
    """A test suite with its counts."""
    numbers = {
        kind: sum(case.find(tag) is not None for case in cases)
        for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    }
    counts = {kind: str(number) for kind, number in numbers.items()}
    suite = SubElement(root, "testsuite", {"name": name, "tests": str(len(cases))} | counts)
    suite.extend(cases)


def _case(finding: Finding) -> Element:
    about = finding.element or "files"
    case = Element(
        "testcase",
        classname=f"{_OF_ALL}.{about}",
        name=f"{finding.rule} {finding.path if finding.address else finding.location.key}".strip(),
    )
    if finding.status == "violation":
        failure = SubElement(case, "failure", type=finding.severity, message=finding.message)
        failure.text = "\n".join(_body(finding))
    else:
        SubElement(case, "skipped", message=finding.sentence)
    SubElement(case, "system-out").text = f"{_IDENTITY}{finding.fingerprint}"
    return case


def _body(finding: Finding) -> Iterator[str]:
    """Where both sides are, what they are, what to do, and why it matters."""
    at, reference = finding.location, finding.reference_location
    yield f"{at.file}:{at.line}:{at.column}: {finding.message}"
    if finding.address:
        yield f"expected: {_side(finding.expected_state, finding.expected)}"
        yield f"actual: {_side(finding.actual_state, finding.actual)}"
    if reference is not None:
        yield f"reference: {reference.file}:{reference.line}:{reference.column}"
    if fix := what_to_do(finding):
        yield f"fix: {fix}"
    yield finding.why


def _side(state: str, data: object) -> str:
    return format_value(data) if state == "known" else state


def _of_problem(problem: Problem) -> Element:
    name = f"unchecked {problem.file}:{problem.line}:{problem.column}"
    case = Element("testcase", classname=_OF_ALL, name=name)
    SubElement(case, "error", type="unchecked", message=problem.message)
    return case
