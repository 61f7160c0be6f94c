"""Every layout is the same to all commands: check, show, init and a hook that names one file."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from tests.support.command_line import run_command
from tests.support.folders import FIXTURES
from tools import TODAY

LAYOUTS = sorted(path.parent for path in FIXTURES.glob("layout-*/expect.yaml"))
layout = pytest.mark.parametrize("folder", LAYOUTS, ids=lambda path: path.name)

Services = dict[tuple[str, str], set[str]]
"""The files of each service, by its environment and name."""


@pytest.fixture
def repository(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own with the deployments of a layout."""
    copytree(folder / "deploy", tmp_path / "deploy")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    run_command("check", "--format", "json", "--today", TODAY, *arguments)
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def services(report: dict[str, Any]) -> Services:
    found: Services = {}
    for group in report["groups"]:
        for one in group["services"]:
            key = (group["environment"] or "", one["name"].rpartition("/")[2])
            found.setdefault(key, set()).update(one["files"])
    return found


@layout
def test_show_reads_each_file_as_check_does(
    folder: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for (_, name), files in services(checked(capsys)).items():
        for file in sorted(files):
            assert run_command("show", file, "--format", "json") in (0, 3)
            shown = json.loads(capsys.readouterr().out)
            assert name in [one["name"].rpartition("/")[2] for one in shown["services"]], file


@layout
def test_init_writes_the_services_that_check_compares(
    folder: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = services(checked(capsys))
    assert run_command("init") in (0, 3)
    after = services(checked(capsys))
    assert {name for _, name in before} == {name for _, name in after}
    for key, files in after.items():
        assert before.get(key, files) <= files, key


@layout
def test_hook_that_names_a_file_compares_its_whole_group(
    folder: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = checked(capsys)
    for finding in whole["findings"]:
        file = finding["location"]["file"]
        limited = checked(capsys, "deploy", "--", file)
        own = [one for one in limited["findings"] if one["location"]["file"] == file]
        assert finding["message"] in [one["message"] for one in own]
        every = services(whole)
        assert all(every[key] >= files for key, files in services(limited).items())
        assert services(limited)
