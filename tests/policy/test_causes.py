"""Findings of one cause are joined; a rule that all services break is one cause."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from deploylint.policy.causes import Cause, find_causes
from tests.support.findings import report_texts

API = "image: {repository: acme/api, tag: v1.2}\nservice: {port: 80}\n"
LIMIT = "resources: {limits: {memory: %s}}\n"
SMALL, LARGE, NONE = API + LIMIT % "1Gi", API + LIMIT % "2Gi", API + "resources: {limits: {}}\n"
WRONG = API + LIMIT % "[]"
TYPO = API + "resorces: {limits: {memory: 1Gi}}\n"


def causes(folder: Path, services: Iterable[str], only: Iterable[str]) -> list[Cause]:
    """The causes of the reference and up to four peers."""
    report = report_texts(folder, *services, only=tuple(only))
    return find_causes(report.findings, report.peers)


def told(found: Iterable[Cause]) -> list[str]:
    """The services of each cause, and a star where it is common."""
    return [
        " ".join(finding.service for finding in cause.findings) + " *" * cause.is_common
        for cause in found
    ]


@pytest.mark.parametrize(
    ("services", "rule", "expected"),
    [
        pytest.param(
            (SMALL, LARGE, LARGE, SMALL, API + LIMIT % "3Gi"),
            "resources",
            ["jobs", "shop web"],
            id="the same two values",
        ),
        pytest.param((SMALL, NONE, SMALL, SMALL, SMALL), "memory-limit", ["web"], id="one of five"),
        pytest.param(
            (SMALL, NONE, NONE, SMALL, SMALL), "memory-limit", ["shop web"], id="two of five"
        ),
        pytest.param(
            (NONE, NONE, NONE, SMALL, SMALL),
            "memory-limit",
            ["python shop web *"],
            id="most services",
        ),
        pytest.param(
            (NONE, API + "resources: {limits: null}\n", NONE),
            "memory-limit",
            ["python shop web *"],
            id="all services, each in its way",
        ),
        pytest.param(
            (SMALL, TYPO, SMALL, TYPO), "unknown-key", ["mail web"], id="one text of a file's fault"
        ),
        pytest.param((TYPO, TYPO), "unknown-key", ["python web"], id="a fault is never common"),
    ],
)
def test_cause_joins_findings(
    tmp_path: Path, services: tuple[str, ...], rule: str, expected: list[str]
) -> None:
    assert told(causes(tmp_path, services, [rule])) == expected


def test_cause_has_an_id_of_its_rule_that_another_run_repeats(tmp_path: Path) -> None:
    services, rules = (SMALL, NONE, LARGE), ["memory-limit", "resources"]
    ids = [cause.id for cause in causes(tmp_path / "a", services, rules)]
    again = [cause.id for cause in causes(tmp_path / "b", (*services, NONE), rules)]
    assert len(set(ids)) == len(ids) == 3
    assert sorted(again) == sorted(ids)
    assert all(re.fullmatch(r"(memory-limit|resources)-[0-9a-f]{8}", one) for one in ids)


def test_cause_of_two_rules_is_not_one(tmp_path: Path) -> None:
    found = causes(tmp_path, (API, API), ["memory-limit", "cpu-limit"])
    assert [cause.findings[0].rule for cause in found] == ["cpu-limit", "memory-limit"]
