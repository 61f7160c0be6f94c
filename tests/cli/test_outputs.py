"""Where reports go: ``-f NAME[=FILE]``, several of one run, and what ``auto`` adds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from deploylint.cli import outputs
from deploylint.model.errors import UsageError
from deploylint.reports import FORMATS, OF_COMMANDS, writer
from tests.support.command_line import commands, run_command
from tests.support.projects import project, write
from tests.support.reports import without_annotations

WORKFLOW = {"GITHUB_ACTIONS": "true"}


@pytest.fixture
def checked(folder: Path) -> Path:
    """A project with a violation."""
    project(folder, "")
    return folder


# --- several reports of one run ------------------------------------------------------------------


def test_reports_go_to_files_and_one_to_standard_output(
    checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checked / "out").mkdir()
    formats = ["-f", "concise", "-f", "json=out/report.json", "--format=junit=out/junit.xml"]
    assert run_command("check", *formats) == 1
    assert "error[" in capsys.readouterr().out
    report = json.loads((checked / "out/report.json").read_text("utf-8"))
    assert report["summary"]["violations"] == 1
    junit = ElementTree.parse(checked / "out/junit.xml").getroot()
    assert junit.get("failures") == "1"
    assert sorted(os.listdir("out")) == ["junit.xml", "report.json"]


def test_format_that_comes_later_is_printed_instead(
    checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The entry of the hook has a format, and its arguments may have another one."""
    run_command("check", "-f", "concise")
    concise = capsys.readouterr().out
    run_command("check", "-f", "json", "-f", "junit=x.xml", "-f", "concise")
    assert capsys.readouterr().out == concise
    assert Path("x.xml").exists()


def test_report_in_a_file_leaves_standard_output_empty(
    checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("check", "-f", "sarif=x.sarif") == 1
    assert capsys.readouterr().out == ""
    assert json.loads(Path("x.sarif").read_text("utf-8"))["runs"][0]["results"]


@pytest.mark.parametrize("name", FORMATS)
def test_report_in_a_file_is_that_of_standard_output(
    checked: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("check", "-f", name) == run_command("check", "-f", f"{name}=file") == 1
    out = capsys.readouterr().out
    assert Path("file").read_text("utf-8") == out


def test_report_replaces_a_file_and_keeps_its_mode(checked: Path) -> None:
    Path("old.json").write_text("x" * 100_000, "utf-8")
    Path("old.json").chmod(0o640)
    run_command("check", "-f", "json=old.json")
    assert json.loads(Path("old.json").read_text("utf-8"))["tool"]["name"] == "deploylint"
    assert Path("old.json").stat().st_mode & 0o777 == 0o640


def test_report_is_written_to_what_is_no_file(checked: Path) -> None:
    assert run_command("check", "-f", f"json={os.devnull}") == 1
    assert not Path(os.devnull).is_file()


REFUSED = {
    "an unknown format": (["jsn"], "--format jsn: invalid value; did you mean 'json'?"),
    "a file twice": (
        ["json=a", "text=./a"],
        "--format: a is named twice; give each report its own file",
    ),
    "no file": (["json="], "--format json=: no file after =; use json=FILE"),
    "auto in a file": (
        ["auto=a"],
        "--format auto=a: auto goes to standard output; name a format",
    ),
    "a folder": (["json=deploy"], "--format: deploy is a folder; name a file in it"),
    "a folder that is not there": (
        ["json=gone/a"],
        "--format: gone/a: there is no folder gone; make it first",
    ),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED)
def test_formats_that_cannot_be_written_are_refused(
    checked: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(os.listdir())
    with pytest.raises(UsageError) as refused:
        run_command("check", *(part for word in words for part in ("-f", word)))
    assert str(refused.value) == message
    assert capsys.readouterr().out == ""
    assert sorted(os.listdir()) == before


def test_files_that_cannot_be_written_leave_nothing_half_written(
    checked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(old: str, new: str) -> None:
        if os.path.basename(new) == "b.xml":
            raise OSError(28, "No space left on device")
        Path(old).rename(new)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UsageError, match=r"b\.xml: cannot be written: No space left on device"):
        run_command("check", "-f", "json=a.json", "-f", "junit=b.xml", "-f", "concise")
    assert not [name for name in os.listdir() if name.startswith(("a.json", "b.xml"))]
    assert capsys.readouterr().out == ""


# --- one registry --------------------------------------------------------------------------------


def test_formats_of_each_command_have_a_writer_and_are_named_in_its_help() -> None:
    assert OF_COMMANDS["check"] == (*FORMATS,)
    for command, names in OF_COMMANDS.items():
        option = next(one for one in commands()[command].params if "--format" in one.opts)
        words = (outputs.AUTO, *names) if command == "check" else names
        assert option.help.startswith(f"One of {', '.join(words)}.")
        assert all(callable(writer(name, command)) for name in names)


# --- auto ----------------------------------------------------------------------------------------


def test_auto_is_text(checked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_command("check")
    run_command("check", "-f", "auto")
    run_command("check", "-f", "text")
    out = capsys.readouterr().out
    third = len(out) // 3
    assert out == out[:third] * 3
    assert not out.startswith("::")


def test_auto_adds_annotations_and_a_summary_in_a_workflow(
    checked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_command("check")
    text = capsys.readouterr().out
    for name, value in WORKFLOW.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    Path("summary.md").write_text("before\n", "utf-8")
    assert run_command("check") == 1
    out = capsys.readouterr().out
    assert out.startswith(text)
    assert out[len(text) :].startswith("::error file=deploy/deploy-web.yaml,line=")
    assert without_annotations(out[len(text) :]).count("\n") == 1
    summary = Path("summary.md").read_text("utf-8")
    assert summary.startswith("before\n## deploylint\n")
    assert "deploy/deploy-web.yaml" in summary


def test_format_that_is_named_adds_nothing_in_a_workflow(
    checked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    run_command("check", "-f", "text")
    assert "::error" not in capsys.readouterr().out


def test_summary_of_a_job_ends_at_its_limit(checked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "MOST", 300)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    run_command("check")
    text = Path("summary.md").read_text("utf-8")
    assert len(text.encode()) <= 300
    assert text.endswith("\nThe rest does not fit in a summary; the log has it.\n")


def test_summary_that_cannot_be_written_is_said_and_changes_nothing(
    checked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "gone/summary.md")
    assert run_command("check") == 1
    said = capsys.readouterr().err
    assert "gone/summary.md: the summary of the job cannot be written" in said


def test_formats_of_the_environment_are_words(
    checked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEPLOYLINT_FORMAT", "concise json=a.json")
    assert run_command("check") == 1
    assert "error[" in capsys.readouterr().out
    assert Path("a.json").exists()
    write(checked, {"a.json": ""})
    run_command("check", "-f", "text")
    assert Path("a.json").read_text("utf-8") == ""
