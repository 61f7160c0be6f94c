"""What is counted without findings is what findings say."""

from __future__ import annotations

import gc
import pickle
from collections import Counter
from pathlib import Path

import pytest

from deploylint.engine.result import Report
from deploylint.policy.judgement import AllowedDeviation, Judgement, count_deviations
from tests.support.stories import STORIES, checked

FOLDERS = pytest.mark.parametrize("folder", STORIES, ids=lambda path: path.name)


@pytest.fixture(scope="module")
def reports() -> dict[Path, Report]:
    return {folder: checked(folder) for folder in STORIES}


@FOLDERS
def test_allowed_deviation_counts_as_its_finding_says(
    folder: Path, reports: dict[Path, Report]
) -> None:
    for one in reports[folder].judged:
        finding = one.finding()
        counted = [one.status, one.rule, one.severity, one.service, one.address, one.element]
        said: list[object] = [finding.status, finding.rule, finding.severity, finding.service]
        assert counted == [*said, finding.address, finding.element]
        assert (one.path, one.allowance, one.also) == (
            finding.path,
            finding.allowance,
            finding.also,
        )


@FOLDERS
def test_summary_counts_the_findings(folder: Path, reports: dict[Path, Report]) -> None:
    report = reports[folder]
    statuses = Counter(finding.status for finding in report.findings)
    summary = report.summary
    assert summary.violations == statuses["violation"]
    assert (summary.allowed, summary.unknowns) == (statuses["allowed"], statuses["unknown"])
    assert [f for f in report.findings if f.status == "violation"] == list(report.violations)


def test_allowed_deviations_of_the_pair_are_not_findings_yet() -> None:
    folder = next(path for path in STORIES if path.name == "fraiday")
    judged = checked(folder).judged
    allowed = [one for one in judged if one.status == "allowed"]
    assert allowed
    assert all(isinstance(one, AllowedDeviation) for one in allowed)


def test_counted_deviation_leaves_a_process_without_a_finding() -> None:
    folder = next(path for path in STORIES if path.name == "fraiday")
    judged = checked(folder).judged
    sent = pickle.loads(pickle.dumps(list(count_deviations(judged))))
    assert [(one.rule, one.path, one.allowance) for one in sent] == [
        (one.rule, one.path, one.allowance) for one in judged
    ]
    deviation = next(one for one in sent if isinstance(one, AllowedDeviation))
    with pytest.raises(AssertionError, match="was counted only"):
        deviation.finding()


def test_judgement_is_freed_where_nothing_collects_cycles() -> None:
    """A run does without a collector, and holds many groups one after the other."""
    folder = next(path for path in STORIES if path.name == "fraiday")
    gc.collect()
    gc.disable()
    try:
        checked(folder)
        alive = [each for each in gc.get_objects() if isinstance(each, Judgement)]
    finally:
        gc.enable()
    assert alive == []
