"""The formats that programs read: each says the same of a run, and its readers take it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from sarif.loader import load_sarif_file

from deploylint.cli.outputs import AUTO
from deploylint.engine.result import Report
from deploylint.policy.causes import find_causes
from deploylint.reports import BRIEF, FORMATS, Look, writer
from tests.support.reports import ANNOTATION, DIFFERENT, inside, many, run

ROOT = Path(__file__).parent.parent.parent

Seen = set[tuple[str, str]]
"""Fingerprints, each with the status."""

FINGERPRINT = re.compile(r"\b[0-9a-f]{16}\b")
AMPERSAND = "name: R&D <b>x</b>, 100%: y"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A run with everything in it: violations, what is allowed, unknown, unread and skipped."""
    folder = tmp_path_factory.mktemp("formats")
    edits = {**DIFFERENT, "type: ClusterIP": f'type: "{AMPERSAND}"'}
    with inside(folder):
        return run(many(Path("deploy"), edits))


def written(report: Report, name: str, verbosity: int = 1) -> str:
    return writer(name)(report, Look(verbosity))


# --- the same of a run ---------------------------------------------------------------------------


def in_json(text: str) -> Seen:
    return {(one["fingerprint"], one["status"]) for one in json.loads(text)["findings"]}


def in_sarif(text: str) -> Seen:
    return {
        (one["partialFingerprints"]["deploylint/v1"], one["properties"]["status"])
        for one in json.loads(text)["runs"][0]["results"]
    }


def in_github(text: str) -> Seen:
    found = ANNOTATION.finditer(text)
    return {
        (FINGERPRINT.findall(one["properties"])[-1], status_of(text[one.end() :]))
        for one in found
        if "title=unchecked" not in one["properties"]
    }


def in_gitlab(text: str) -> Seen:
    return {
        (one["fingerprint"], status_of(one["description"].partition(": ")[2]))
        for one in json.loads(text)
        if one["check_name"] != "unchecked"
    }


def in_junit(text: str) -> Seen:
    return {
        (FINGERPRINT.findall(case.findtext("system-out", ""))[0], status_of(skipped(case)))
        for case in ElementTree.fromstring(text).iter("testcase")
        if case.find("system-out") is not None
    }


def in_checkstyle(text: str) -> Seen:
    return {
        (FINGERPRINT.findall(error.get("message", ""))[-1], status_of(error.get("message", "")))
        for error in ElementTree.fromstring(text).iter("error")
        if error.get("source") != "deploylint.unchecked"
    }


def in_markdown(text: str) -> Seen:
    rows = [row for row in rows_of(text) if len(row) == 6 and FINGERPRINT.fullmatch(row[-1])]
    return {(row[-1], "violation" if row[0] in ("error", "warning") else row[0]) for row in rows}


def status_of(text: str) -> str:
    """The status that a message begins with; a violation's message begins with none."""
    word = text.partition(": ")[0]
    return word if word in ("allowed", "unknown") else "violation"


def skipped(case: ElementTree.Element) -> str:
    reason = case.find("skipped")
    return "" if reason is None else reason.get("message", "")


def rows_of(text: str) -> list[list[str]]:
    """The rows of all tables as a reader of GitHub's Markdown has them; code as its text."""
    rows: list[list[str]] = []
    tokens = parsed(text)
    for before, token in pairwise(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif before.type in ("th_open", "td_open"):
            rows[-1].append("".join(child.content for child in token.children or ()))
    return rows


def parsed(text: str) -> list[Token]:
    return MarkdownIt("gfm-like", {"linkify": False}).parse(text)


def in_agent(text: str) -> Seen:
    blocks = [dict(re.findall(r"^(\w+): (.*)$", block, re.M)) for block in text.split("\n\n")]
    first = {(one["id"], status_of(one["what"])) for one in blocks if "id" in one}
    others = re.findall(r"^(?:same|also): \S+ (\w{16}) \S+: (.*)$", text, re.M)
    return first | {(fingerprint, status_of(text)) for fingerprint, text in others}


def in_html(text: str) -> Seen:
    found = re.findall(r'<details id="f-(\w{16})" class="finding" data-status="(\w+)"', text)
    labels = {"error": "violation", "warning": "violation"}
    return {(fingerprint, labels.get(label, label)) for fingerprint, label in found}


READERS: dict[str, Callable[[str], Seen]] = {
    "json": in_json,
    "sarif": in_sarif,
    "github": in_github,
    "gitlab": in_gitlab,
    "junit": in_junit,
    "checkstyle": in_checkstyle,
    "markdown": in_markdown,
    "html": in_html,
    "agent": in_agent,
}


def test_formats_of_programs_are_all_but_those_of_people() -> None:
    assert {*FORMATS} - {*READERS} == {"text", "concise"}


@pytest.mark.parametrize("name", READERS)
def test_format_has_each_finding_with_its_status(report: Report, name: str) -> None:
    expected = {(one.fingerprint, one.status) for one in report.findings}
    assert {status for _, status in expected} == {"violation", "allowed", "unknown"}
    assert READERS[name](written(report, name)) == expected


@pytest.mark.parametrize("name", READERS)
def test_format_has_every_violation_without_being_asked_for_more(report: Report, name: str) -> None:
    shown = report.violations if name in BRIEF else report.findings
    expected = {(one.fingerprint, one.status) for one in shown}
    assert READERS[name](written(report, name, 0)) == expected


@pytest.mark.parametrize("name", FORMATS)
def test_format_names_what_could_not_be_checked(report: Report, name: str) -> None:
    assert report.problems
    text = written(report, name, 0)
    assert all(problem.file in text for problem in report.problems)


def test_formats_are_those_of_the_page_about_them() -> None:
    page = (ROOT / "docs" / "ci.md").read_text("utf-8").partition("## Formats")[2]
    named = [row[0] for row in rows_of(page) if row[0] != "format"]
    assert named == [AUTO, *FORMATS]
    with_v = {name for name in FORMATS if name in page.partition("show what is allowed")[0][-60:]}
    assert with_v == {*FORMATS} - BRIEF


# --- its readers ---------------------------------------------------------------------------------


def test_sarif_is_read_by_its_tools(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "x.sarif"
    file.write_text(written(report, "sarif", 0), "utf-8")
    read = load_sarif_file(str(file))
    assert read.get_distinct_tool_names() == ["deploylint"]
    records = read.get_records()
    assert [(one["Location"], one["Line"], one["Severity"], one["Code"]) for one in records] == [
        (one.location.file, one.location.line, one.severity, one.rule)
        for one in sorted(report.violations, key=lambda one: one.severity)
    ]


def test_sarif_describes_each_rule_once_and_names_the_reference(report: Report) -> None:
    sarif = json.loads(written(report, "sarif"))["runs"][0]
    rules = sarif["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({one.rule for one in report.findings})
    for result in sarif["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        link = "[reference](1)" in result["message"]["text"]
        related = result.get("relatedLocations", ())
        assert link is any(one["message"]["text"] == "the reference" for one in related)
        assert [one["id"] for one in related] == [*range(1, len(related) + 1)]
        is_allowed = result["properties"]["status"] == "allowed"
        assert is_allowed is bool(result.get("suppressions"))
        assert (result["level"] == "none") is (result["kind"] != "fail")
    run_of = sarif["invocations"][0]
    assert not run_of["executionSuccessful"]
    assert len(run_of["toolExecutionNotifications"]) == len(report.problems)


@pytest.mark.parametrize("file", ["a b/ü#1.yaml", "/elsewhere/x.yaml"])
def test_sarif_writes_a_file_as_an_address(report: Report, file: str) -> None:
    only = report.violations[0]
    finding = only._replace(location=only.location._replace(file=file))
    data = json.loads(written(report._replace(judged=(finding,)), "sarif"))
    at = data["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert re.fullmatch(r"[\w/.:%-]+", at["uri"])
    assert unquote(at["uri"]).removeprefix("file://") == file
    assert ("uriBaseId" in at) is (not file.startswith("/"))


def test_sarif_makes_no_link_of_a_value(report: Report) -> None:
    finding = report.violations[0]._replace(message="is [x](http://evil)")
    data = json.loads(written(report._replace(judged=(finding,)), "sarif"))
    assert "](http" not in data["runs"][0]["results"][0]["message"]["text"]


def test_sarif_leaves_out_the_least_urgent_of_too_many(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploylint.reports.sarif.MOST", 3)
    data = json.loads(written(report, "sarif"))["runs"][0]
    assert [one["level"] for one in data["results"]] == ["error"] * 3
    told = [one["message"]["text"] for one in data["invocations"][0]["toolExecutionNotifications"]]
    left = len(report.findings) - 3
    assert told[-1] == f"{left} more findings are left out: a run has at most 3 results"


def test_github_annotations_are_decoded_to_the_messages(report: Report) -> None:
    lines = written(report, "github", 0).splitlines()
    commands = [ANNOTATION.match(line) for line in lines]
    words = [one["word"] for one in commands if one]
    assert words == sorted(words)
    assert commands[-1] is None
    messages = {
        decoded(line[one.end() :]) for line, one in zip(lines, commands, strict=True) if one
    }
    first = {message.partition("\nfix: ")[0] for message in messages}
    assert {finding.message for finding in report.violations} <= first
    assert any("\nfix: set " in message for message in messages)
    assert any(AMPERSAND in message for message in messages)


def test_github_properties_hold_no_sign_of_a_command(report: Report) -> None:
    only = report.violations[0]
    file = "a,b:c%d.yaml"
    finding = only._replace(location=only.location._replace(file=file))
    first = written(report._replace(judged=(finding,)), "github", 0).splitlines()
    command = next(ANNOTATION.match(line) for line in first if only.fingerprint in line)
    assert command is not None
    assert decoded(command["properties"].split(",")[0]) == f"file={file}"


def decoded(text: str) -> str:
    """As the runner decodes a command (actions/runner, ActionCommand.cs)."""
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


GITLAB: dict[str, type] = {
    "description": str,
    "check_name": str,
    "fingerprint": str,
    "severity": str,
    "location": dict,
}


def test_gitlab_report_has_the_documented_keys(report: Report) -> None:
    data: list[dict[str, Any]] = json.loads(written(report, "gitlab"))
    assert len({one["fingerprint"] for one in data}) == len(data)
    for one in data:
        assert {key: type(value) for key, value in one.items()} == GITLAB
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not one["location"]["path"].startswith(("./", "/"))
        assert one["location"]["lines"]["begin"] >= 1
    assert json.loads(written(report._replace(judged=(), problems=()), "gitlab")) == []


def test_junit_is_read_by_a_parser_and_counts_what_is_in_it(report: Report) -> None:
    read = JUnitXml.fromstring(written(report, "junit").encode())
    assert read.failures == len(report.violations)
    assert read.errors == len(report.problems)
    kept = [one for one in report.findings if one.status != "violation"]
    assert sum(suite.skipped for suite in read) == len(kept)
    assert sum(len(list(suite)) for suite in read) == read.tests


def test_junit_keeps_the_number_of_tests_where_one_is_allowed(report: Report) -> None:
    allowed = next(one for one in report.findings if one.status == "allowed")
    judged = tuple(one.finding() for one in report.judged)
    wrong = [
        one._replace(status="violation", allowance=None) if one == allowed else one
        for one in judged
    ]
    before, after = (
        JUnitXml.fromstring(written(report._replace(judged=tuple(some)), "junit").encode())
        for some in (wrong, judged)
    )
    assert before.tests == after.tests
    assert before.failures == after.failures + 1


XML = {
    "junit": {
        "testsuites": {"name", "tests", "failures", "errors"},
        "testsuite": {"name", "tests", "failures", "errors", "skipped"},
        "testcase": {"classname", "name"},
        "failure": {"type", "message"},
        "error": {"type", "message"},
        "skipped": {"message"},
        "system-out": set(),
    },
    "checkstyle": {
        "checkstyle": {"version"},
        "file": {"name"},
        "error": {"line", "column", "severity", "message", "source"},
    },
}
"""The elements and attributes of junit-10.xsd, and of checkstyle's XMLLogger, that are written."""


@pytest.mark.parametrize("name", XML)
def test_xml_has_the_elements_and_attributes_of_its_schema(report: Report, name: str) -> None:
    seen: dict[str, set[str]] = {}
    for element in ElementTree.fromstring(written(report, name)).iter():
        seen.setdefault(element.tag, set()).update(element.keys())
    assert seen == XML[name]


def test_checkstyle_names_each_file_once_with_its_errors(report: Report) -> None:
    root = ElementTree.fromstring(written(report, "checkstyle", 0))
    places = [
        (file.get("name"), error.get("line"), error.get("severity"))
        for file in root
        for error in file
    ]
    assert len({file.get("name") for file in root}) == len(root)
    assert len(places) == len(report.violations) + len(report.problems)
    assert {severity for _, _, severity in places} == {"error", "warning"}


def test_markdown_tables_have_the_messages_as_code(report: Report) -> None:
    text = written(report, "markdown", 0)
    cells = {cell for row in rows_of(text) for cell in row}
    assert {one.message for one in report.violations if "|" not in one.message} <= cells
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {
        "text",
        "code_inline",
        "strong_open",
        "strong_close",
    }
    assert "<b>" not in "".join(child.content for child in inline if child.type == "text")


def test_markdown_in_quiet_has_the_violations_alone(report: Report) -> None:
    expected = {(one.fingerprint, one.status) for one in report.violations}
    assert in_markdown(written(report, "markdown", -1)) == expected


def test_agent_says_what_is_wrong_where_and_what_to_change(report: Report) -> None:
    finding = next(one for one in report.violations if one.address == "service.type")
    text = written(report._replace(judged=(finding,), problems=()), "agent", 0)
    lines = text.splitlines()
    labels = [line.partition(": ")[0] for line in lines]
    assert labels == ["error", "rule", "id", "service", "what", "reference", "fix", "", "summary"]
    assert lines[0] == "error: deploy/deploy-go.yaml:15:9"
    assert lines[-3] == "fix: set service.type to ClusterIP"
    assert lines[-1].endswith(" allowed, 1 unknown, 0 unchecked")


def test_agent_has_a_block_for_each_cause_with_all_that_is_gone_with_it(report: Report) -> None:
    text = written(report._replace(problems=()), "agent", 0)
    blocks = [block for block in text.split("\n\n") if "id: " in block]
    assert len(blocks) == len(find_causes(report.violations, report.peers))
    misspelt = next(block for block in blocks if "did you mean 'livenessProbe'" in block)
    assert "\nalso: " in misspelt
    assert "add livenessProbe" not in text
