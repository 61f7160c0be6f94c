"""What a run comes to: its exit code and its counts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from deploylint.engine.result import exit_code
from tests.support.findings import report_texts

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'
TEXTS = {
    "same": IMAGE,
    "other": IMAGE.replace('"1"', '"2"'),
    "template": IMAGE.replace('"1"', '"{{ .Values.tag }}"'),
    "broken": "a: [\n",
}
Fail = Literal["error", "warning"] | None


@pytest.mark.parametrize(
    ("peers", "severity", "fail_on", "max_unknown", "code"),
    [
        (("same",), "error", "error", None, 0),
        (("other",), "error", "error", None, 1),
        (("other",), "error", "warning", None, 1),
        (("other",), "error", None, None, 0),
        (("other",), "warning", "error", None, 0),
        (("other",), "warning", "warning", None, 1),
        (("template",), "error", "error", None, 0),
        (("template",), "error", "warning", 0, 1),
        (("template",), "error", "error", 1, 0),
        (("template", "template"), "error", "error", 1, 1),
        (("template",), "error", None, 0, 1),
        (("broken", "other"), "error", "error", None, 3),
        (("broken", "same"), "error", None, None, 3),
    ],
)
def test_exit_code_of_a_report(
    peers: tuple[str, ...],
    severity: str,
    fail_on: Fail,
    max_unknown: int | None,
    code: int,
    folder: Path,
) -> None:
    texts = [TEXTS[name] for name in ("same", *peers)]
    rule = f"element: image.tag, must: equal, severity: {severity}"
    report = report_texts(folder, *texts, rule=rule)
    assert exit_code(report, fail_on, max_unknown) == code


def test_exit_code_of_allowed_deviations_alone_is_zero(folder: Path) -> None:
    allow = 'allow: [{rule: tested, service: web, from: "1", to: "2", because: So agreed.}]\n'
    rule = "element: image.tag, must: equal, severity: error"
    report = report_texts(folder, TEXTS["same"], TEXTS["other"], rule=rule, configuration=allow)
    assert exit_code(report, "warning") == 0
    assert (report.summary.allowed, report.summary.violations) == (1, 0)


def test_summary_counts_the_findings_of_a_run(folder: Path) -> None:
    texts = [TEXTS[name] for name in ("same", "same", "other", "template")]
    counts = report_texts(folder, *texts, rule="element: image.tag, must: equal").summary
    assert (counts.services, counts.rules) == (4, 1)
    assert (counts.matches, counts.violations, counts.unknowns, counts.allowed) == (1, 1, 1, 0)
    assert counts.compared + counts.unknown + counts.uncompared == 8
    assert (counts.outside, counts.expiring, counts.unused, counts.waiting) == (0, 0, 0, 0)


def test_summary_counts_missing_reasons(folder: Path) -> None:
    allow = 'allow: [{rule: tested, service: web, from: "1", to: "2", because: TODO}]\n'
    rule = "element: image.tag, must: equal"
    report = report_texts(folder, TEXTS["same"], TEXTS["other"], rule=rule, configuration=allow)
    assert report.summary.waiting == 1


def test_matrix_counts_each_finding_in_the_cell_of_its_service_and_element(folder: Path) -> None:
    texts = [TEXTS[name] for name in ("same", "same", "other", "template")]
    rule = "element: image.tag, must: equal, severity: error"
    (group,) = report_texts(folder, *texts, rule=rule).groups
    counts = {key: dict(cell) for key, cell in group.matrix_counts.items()}
    assert counts == {
        ("web", "image"): {"match": 1},
        ("shop", "image"): {"violation": 1},
        ("mail", "image"): {"unknown": 1},
    }


def test_matrix_counts_a_violation_that_only_warns_apart(folder: Path) -> None:
    rule = "element: image.tag, must: equal, severity: warning"
    (group,) = report_texts(folder, TEXTS["same"], TEXTS["other"], rule=rule).groups
    assert dict(group.matrix_counts["web", "image"]) == {"warning": 1}
