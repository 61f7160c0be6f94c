"""The lists of a report are folded by reason: unknown values, errors, and what was skipped."""

from __future__ import annotations

from pathlib import Path

from deploylint.cli.common import configuration
from deploylint.engine import check
from deploylint.engine.result import Report
from deploylint.reports import Look, concise
from deploylint.reports.text import report as text
from tests.support.projects import write
from tests.support.reports import inside
from tools import TODAY

API = "image: {repository: acme/api, tag: TAG}\nservice: {port: 80}\n"


def checked(folder: Path, files: dict[str, str]) -> Report:
    write(folder, files)
    with inside(folder):
        paths = [Path("deploy")]
        options = check.CheckOptions(rules=("image-tag", "image"))
        return check.check(paths, options, configuration(paths, None, True), TODAY)


def under(title: str, report: Report, look: Look) -> list[str]:
    """The lines of a section."""
    lines = text.write(report, look).splitlines()
    start = lines.index(title) + 1
    return lines[start : lines.index("", start)]


def services(number: int, tag: str) -> dict[str, str]:
    return {f"deploy/api{n:02}.yaml": API.replace("TAG", tag) for n in range(number)}


def test_unknown_values_are_counted_and_listed_with_verbose(tmp_path: Path) -> None:
    report = checked(tmp_path, services(12, '"{{ .Values.tag }}"'))
    assert "12 unknown (-v lists them)" in text.write(report, Look())
    assert len(under("Unknown", report, Look(1, width=200))) == 12


def test_errors_of_one_kind_are_folded(tmp_path: Path) -> None:
    broken = {f"deploy/broken{n}.yaml": "a: {{ b }}: c\n" for n in range(3)}
    report = checked(tmp_path, services(4, "v1.2") | broken)
    folded = under("Could not be checked", report, Look(width=200))
    assert folded[1] == ("    the same at 2 more: deploy/broken1.yaml:1:5, deploy/broken2.yaml:1:5")
    assert sum("broken" in line for line in folded) == 2
    assert len(concise.write(report, Look(-1)).splitlines()) == 3


def test_skipped_paths_are_counted_and_listed_with_verbose(tmp_path: Path) -> None:
    others = {f"deploy/notes{n:02}.yaml": "- 1\n" for n in range(20)}
    report = checked(tmp_path, services(4, "v1.2") | others | {"deploy/Chart.yaml": "name: x\n"})
    assert ", 21 skipped (-v lists them)" in text.write(report, Look())
    assert len(under("Skipped", report, Look(1, width=200))) == 21


def test_folder_without_services_says_what_it_has_in_few_words(tmp_path: Path) -> None:
    report = checked(tmp_path, {f"deploy/notes{n:03}.yaml": "- 1\n" for n in range(300)})
    assert [problem.message for problem in report.problems] == [
        "no deployment to compare (300 paths: not a mapping)"
    ]
    assert len(text.write(report, Look()).splitlines()) <= 12
