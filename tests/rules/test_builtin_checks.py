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
