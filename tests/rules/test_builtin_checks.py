"""The examples of built-in checks: each reports what they say, at the line that they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.config.rules import FOLDER
from deploylint.config.schema import OwnEntry, OwnExample, RuleFile
from deploylint.documents.reader import Document, read_file
from deploylint.model.decode import decode
from tests.support.projects import report


def shipped() -> list[OwnEntry]:
    path = FOLDER / "own.yaml"
    document = read_file(path, path.name, path.parent)
    assert isinstance(document, Document)
    return decode(document, RuleFile).own


EXAMPLES = [
    pytest.param(check, example, id=f"{check.id}-{number}")
    for check in shipped()
    for number, example in enumerate(check.examples, 1)
]


@pytest.mark.parametrize(("check", "example"), EXAMPLES)
def test_example_gives_its_expected_outcome(
    tmp_path: Path, check: OwnEntry, example: OwnExample
) -> None:
    (tmp_path / "deploy-api.yaml").write_text(example.file, encoding="utf-8")
    findings = report(tmp_path, rules=(check.id,)).findings
    lines = [finding.location.line for finding in findings]
    assert bool(lines) == (example.gives == "violation")
    assert not example.line or example.line in lines


NO_FILE_ALONE = {
    "missing-file": "a kustomization",
    "unused-change": "a kustomization",
    "unlisted-file": "a kustomization and a file beside it",
    "ungrouped-file": "a configuration with groups",
    "same-structure": "two services",
    "reference-outlier": "a reference and its peers",
    "odd-key": "five services that are alike",
    "unit-slip": "four services that are alike",
    "partial-readiness": "three servers, two with a probe",
    "malformed-directive": "a comment, which the tests of allowances have",
    "forbidden-directive": "a configuration",
    "unused-allowance": "a configuration",
    "expiring-allowance": "a configuration and a day",
    "overlapping-allowance": "a configuration",
    "missing-reason": "a configuration",
}
"""What a check needs that no single file shows."""


def test_check_has_an_example_that_it_reports() -> None:
    without = {
        check.id
        for check in shipped()
        if all(example.gives == "nothing" for example in check.examples)
    }
    assert without == set(NO_FILE_ALONE)
