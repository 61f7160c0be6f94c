"""The scoring of a fleet against a truth, on a fleet where each outcome happens once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.folders import FIXTURES
from tools import accuracy

SCORED = FIXTURES / "scored"


def test_accuracy_sample_has_each_outcome_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert accuracy.main([str(SCORED / "deploy"), str(SCORED / "truth.json")]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "pair: drift found 1 of 3, 1 of 2 with high confidence"
    assert second.strip() == (
        "1 found, 1 missed, 1 false, 1 wrong line, 1 legitimate reported, 1 negative touched"
    )


def test_accuracy_absent_value_may_be_reported_anywhere_in_its_block(tmp_path: Path) -> None:
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    for path in (SCORED / "deploy").iterdir():
        text = path.read_text(encoding="utf-8")
        if "web" in path.name:
            text = text.replace('  limits: {cpu: "1", memory: 2Gi}\n', "")
        (deploy / path.name).write_text(text, encoding="utf-8")
    truth = tmp_path / "truth.json"
    truth.write_text(
        '[{"set": "a", "kind": "drift", "service": "web", "element": "resources.limits", '
        '"file": "deploy-web.yaml", "line": 7, "confidence": "high", "actual": "absent"}, '
        '{"set": "a", "kind": "negative", "service": "none", "element": "image", '
        '"file": "deploy-python.yaml", "line": 1}]',
        encoding="utf-8",
    )
    (score,) = accuracy.scores(deploy, truth, None)
    assert score.counts[accuracy.FOUND] == 1


def test_accuracy_ignores_records_of_missing_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = tmp_path / "truth.json"
    truth.write_text(
        '[{"set": "a", "kind": "drift", "service": "web", "element": "image", "line": 1, '
        '"file": "gone.yaml"}]',
        encoding="utf-8",
    )
    assert accuracy.main([str(SCORED / "deploy"), str(truth)]) == 0
    assert capsys.readouterr().out.strip() == "left out: 1 records about 1 files that are not there"


def test_accuracy_without_fleet_or_truth_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert accuracy.main([]) == 2
    assert "make accuracy FLEET=DIR TRUTH=FILE" in capsys.readouterr().err


def test_accuracy_document_has_the_printed_output() -> None:
    document = SCORED.parent.parent / "docs" / "evidence" / "accuracy.md"
    scores = accuracy.scores(SCORED / "deploy", SCORED / "truth.json", None)
    assert "\n".join(accuracy.lines(scores)) in document.read_text(encoding="utf-8")
