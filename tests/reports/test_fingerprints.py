"""A finding keeps its fingerprint while its files are edited elsewhere, moved, and read in a copy.

A baseline or a merge request that compares two runs rests on it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.support.command_line import run_command
from tests.support.reports import FEW, story

CONFIG = """\
version: 1
groups:
  all:
    reference: python
    services:
    - {name: python, files: deploy/deploy-python.yaml}
    - {name: go, files: deploy/deploy-go.yaml}
"""


def fingerprints(capsys: pytest.CaptureFixture[str], *arguments: str) -> set[tuple[str, str]]:
    capsys.readouterr()
    run_command("check", "-f", "json", *arguments)
    found = json.loads(capsys.readouterr().out)["findings"]
    return {(one["fingerprint"], one["status"]) for one in found}


def with_lines_above(text: str) -> str:
    return "# one\n\n# two\n" * 7 + text


def with_other_comments(text: str) -> str:
    return "".join(f"# é\n{line}\n" for line in lines(text))


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


def with_keys_in_another_order(text: str) -> str:
    return yaml.safe_dump(dict(reversed(yaml.safe_load(text).items())), sort_keys=False)


def with_crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


EDITS: dict[str, Callable[[str], str]] = {
    "lines above": with_lines_above,
    "other comments": with_other_comments,
    "keys in another order": with_keys_in_another_order,
    "other line ends": with_crlf,
}


@pytest.fixture
def project(folder: Path) -> Path:
    """The story with violations, what is allowed, and what is unknown."""
    (folder / ".deploylint.yaml").write_text(CONFIG, "utf-8")
    story(folder / "deploy", FEW)
    return folder


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_fingerprints_survive_an_edit_that_changes_nothing(
    project: Path, edit: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = fingerprints(capsys)
    assert {status for _, status in before} == {"violation", "allowed", "unknown"}
    for path in (project / "deploy").iterdir():
        path.write_bytes(edit(path.read_text("utf-8")).encode())
    assert fingerprints(capsys) == before


def test_fingerprints_survive_another_working_directory(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fingerprints(capsys)
    monkeypatch.chdir(project / "deploy")
    assert fingerprints(capsys, "..") == before
    assert fingerprints(capsys, str(project)) == before


def test_fingerprints_of_a_folder_survive_another_way_to_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    story(folder / "deploy", FEW)
    before = fingerprints(capsys, "deploy")
    assert fingerprints(capsys, str(folder / "deploy")) == before
    monkeypatch.chdir(folder / "deploy")
    assert fingerprints(capsys, ".") == before


def test_fingerprints_survive_a_file_that_is_renamed_with_the_service_in_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fingerprints(capsys)
    config = (project / ".deploylint.yaml").read_text("utf-8")
    for name in ("go", "python"):
        os.rename(f"deploy/deploy-{name}.yaml", f"deploy/{name}-values.yaml")
    moved = config.replace("deploy-go", "go-values").replace("deploy-python", "python-values")
    (project / ".deploylint.yaml").write_text(moved, "utf-8")
    assert fingerprints(capsys) == before


def test_fingerprints_survive_another_checkout(
    project: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = fingerprints(capsys)
    copy = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(project, copy)
    monkeypatch.chdir(copy)
    assert fingerprints(capsys) == before
