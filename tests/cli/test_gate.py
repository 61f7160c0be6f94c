"""What fails and what is shown: the lowest severity, and how many violations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deploylint.model.errors import UsageError
from tests.support.command_line import run_command
from tests.support.reports import DIFFERENT, story


@pytest.fixture
def checked(folder: Path) -> Path:
    """A folder with several errors and warnings."""
    return story(folder / "deploy", DIFFERENT)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run_command("check", "-f", "json", *arguments)
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, report


def severities(report: dict[str, Any]) -> list[str]:
    return [one["severity"] for one in report["findings"] if one["status"] == "violation"]


def test_severity_limits_what_is_shown_and_not_what_fails(
    checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, every = shown(capsys)
    limited, errors = shown(capsys, "--severity", "error")
    assert {*severities(every)} == {"error", "warning"}
    assert severities(errors) == [one for one in severities(every) if one == "error"]
    assert limited == code == 1
    assert errors["summary"] == every["summary"]
    run_command("check", "--severity", "error", "--fail-on", "warning", "-f", "concise")
    out = capsys.readouterr().out
    assert "warning[" not in out
    left = every["summary"]["warnings"]
    assert f"{left} more violations not shown, as asked" in out


@pytest.mark.parametrize("most", [0, 1, 3, 1000])
def test_number_of_violations_shown_is_limited(
    checked: Path, most: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code, every = shown(capsys)
    limited, few = shown(capsys, "--max-findings", str(most))
    assert limited == code == 1
    assert severities(few) == severities(every)[:most]
    kept = [one for one in few["findings"] if one["status"] != "violation"]
    assert kept == [one for one in every["findings"] if one["status"] != "violation"]


@pytest.mark.parametrize("format_", ["text", "concise", "github", "markdown"])
def test_report_for_people_says_how_many_violations_are_not_shown(
    checked: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run_command("check", "-f", format_, "--max-findings", "2")
    assert " more violations not shown, as asked" in capsys.readouterr().out
    run_command("check", "-f", format_)
    assert "not shown, as asked" not in capsys.readouterr().out


def test_unknown_severity_is_refused(checked: Path) -> None:
    with pytest.raises(UsageError, match="--severity info: invalid value; one of error, warning"):
        run_command("check", "--severity", "info")
