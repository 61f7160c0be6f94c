"""Every configuration, todo file, rule file and profile that the first version took still loads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from deploylint.config import load as config
from deploylint.config import rules
from deploylint.config.rule_files import read_folders
from deploylint.readers.helm import profile
from tests.support.command_line import run_command
from tests.support.folders import DATA
from tools import TODAY

KEPT = DATA / "compatibility"
ACCEPTED: dict[str, Any] = json.loads((KEPT / "accepted.json").read_text(encoding="utf-8"))
PROJECTS: dict[str, Any] = ACCEPTED["projects"]
TODO: dict[str, list[str]] = ACCEPTED["todo"]
SHIPPED_PROFILES = sorted(path.stem for path in (KEPT / "profiles").iterdir())


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A kept project, copied with its neighbours: some name the source code of another one."""
    root, name = tmp_path / "projects", str(request.param)
    shutil.copytree(KEPT / "projects", root)
    (root / ".git").mkdir()
    monkeypatch.chdir(root / name)
    return name


def test_kept_files_are_all_recorded() -> None:
    configured = {path.parent.name for path in (KEPT / "projects").glob("*/.deploylint.yaml")}
    assert configured == PROJECTS.keys()
    assert {path.stem for path in (KEPT / "todo").iterdir()} == TODO.keys()


@pytest.mark.parametrize("project", PROJECTS, indirect=True)
def test_configuration_of_the_first_version_loads_as_it_did(project: str) -> None:
    loaded, accepted = config.load(Path(".deploylint.yaml").absolute()), PROJECTS[project]
    assert [group.name for group in loaded.groups] == accepted["groups"]
    own = [one.id for one in loaded.allowances if one.origin == "configured"]
    assert [one.removeprefix(f"{project}/") for one in own] == accepted["allowances"]
    assert set(accepted["rules"]) <= set(loaded.rule_set.ids)
    assert set(accepted["shipped"]) <= {one.id for one in loaded.allowances}


@pytest.mark.parametrize("project", PROJECTS, indirect=True)
def test_project_of_the_first_version_is_checked(
    project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run_command("check", "deploy", "--today", TODAY, "--format", "json")
    assert code in (0, 1, 3), capsys.readouterr().err


@pytest.mark.parametrize("name", TODO)
def test_baseline_file_of_the_first_version_loads_as_it_did(name: str, tmp_path: Path) -> None:
    shutil.copy(KEPT / "todo" / f"{name}.yaml", tmp_path / ".deploylint-todo.yaml")
    text = "version: 1\ninclude: [.deploylint-todo.yaml]\n"
    (tmp_path / ".deploylint.yaml").write_text(text, encoding="utf-8")
    loaded = config.load(tmp_path / ".deploylint.yaml")
    assert [one.id for one in loaded.allowances if one.origin == "configured"] == TODO[name]


def test_rule_files_of_the_first_version_load_as_they_did() -> None:
    assert read_folders([KEPT / "rules"]).ids == ACCEPTED["rules"]


def test_rule_ids_of_the_first_version_are_still_shipped() -> None:
    assert set(ACCEPTED["rules"]) <= set(rules.shipped_rules().ids)


@pytest.mark.parametrize("name", ACCEPTED["profiles"])
def test_own_profile_of_the_first_version_loads(name: str) -> None:
    assert profile.load(name, (KEPT / "own-profiles",)).name == name


@pytest.mark.parametrize("name", SHIPPED_PROFILES)
def test_shipped_profile_of_the_first_version_loads_as_an_own_one(
    name: str, tmp_path: Path
) -> None:
    text = (KEPT / "profiles" / f"{name}.yaml").read_text(encoding="utf-8")
    copied = text.replace(f"profile: {name}\n", f"profile: own-{name}\n", 1)
    (tmp_path / f"own-{name}.yaml").write_text(copied, encoding="utf-8")
    assert profile.load(f"own-{name}", (tmp_path,)).name == f"own-{name}"


def test_shipped_profiles_of_the_first_version_are_still_shipped() -> None:
    assert set(SHIPPED_PROFILES) <= set(profile.names())
