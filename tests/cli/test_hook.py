"""What a repository may do to the hook: names that look like options, and links that lead out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from deploylint.cli.check import CheckArguments
from deploylint.cli.short import read_check
from tests.support.folders import ROOT
from tests.support.projects import ALLOW, PYTHON, messages, project, ran, report, write

EVIL = "--config=evil/.deploylint.yaml"


def hook() -> list[str]:
    """The words of the hook before the names of files."""
    (one,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return [*one["entry"].split()[1:], *one["args"]]


@pytest.mark.parametrize("name", [EVIL, "--no-allow", "-fjson.yaml", "--", "--fail-on=never"])
def test_name_that_looks_like_an_option_changes_nothing(folder: Path, name: str) -> None:
    project(folder)
    write(
        folder, {f"{EVIL}": f"version: 1\n{ALLOW}", "evil/.deploylint.yaml": f"version: 1\n{ALLOW}"}
    )
    assert hook()[-1] == "--"
    typed = read_check([*hook(), name], {})
    assert typed == CheckArguments(format="concise", paths=(Path("deploy/"), Path(name)))
    code = ran(*hook(), *([name] if Path(name).exists() else []), "deploy/deploy-web.yaml").code
    assert code == 1


LINKED = ("rule-folders: [linked]", "profile-folders: [linked]", "rule-folders: [linked/below]")


@pytest.mark.parametrize("configuration", LINKED)
def test_configured_folder_is_not_followed_out_of_the_repository(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, configuration: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "below").mkdir()
    project(folder, f"{configuration}\n")
    (folder / "linked").symlink_to(outside)
    code, message = ran("check")
    assert code == 2
    assert f"is a link to a folder outside {folder.name}/" in message


@pytest.mark.parametrize("typed", [(), ("deploy",), ("deploy/",)])
def test_folder_of_deployments_is_not_followed_out_of_the_repository(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, typed: tuple[str, ...]
) -> None:
    outside = project(tmp_path_factory.mktemp("outside"))
    (folder / "deploy").symlink_to(outside / "deploy")
    message = f"deploy: is a link to a folder outside {folder.name}/; name that folder instead"
    assert ran("check", *typed) == (2, message)


def test_folder_of_deployments_is_followed_inside_the_repository(folder: Path) -> None:
    project(folder / "real")
    (folder / "deploy").symlink_to("real/deploy")
    assert ran("check").code == 1


def test_linked_source_code_is_named_and_not_read(folder: Path) -> None:
    services = (
        "{name: python, files: deploy/deploy-python.yaml}",
        "{name: web, files: deploy/deploy-web.yaml, code: app}",
    )
    project(folder, f"groups: {{g: {{services: [{', '.join(services)}]}}}}\n", web=PYTHON)
    write(folder, {"app/main.py": "x = 1\n", "elsewhere/more.py": "y = 2\n"})
    (folder / "app" / "more.py").symlink_to("../elsewhere/more.py")
    (folder / "app" / "package").symlink_to("../elsewhere")
    (folder / "app" / "notes.txt").symlink_to("../elsewhere/more.py")
    skipped = [(one.file, one.reason) for one in report().skipped]
    reason = "a link, which is not followed"
    assert skipped == [("app/more.py", reason), ("app/package", reason)]


def test_pattern_that_would_split_a_text_for_years_is_answered(folder: Path) -> None:
    tag = "a" * 40
    rule = "{id: own, element: image.tag, why: x, must: {be: {matching: '^([a-z0-9.]+)+[A-Z]$'}}}"
    write(folder, {"rules/own.yaml": f"rules:\n- {rule}\n"})
    project(folder, "rule-folders: [rules]\n", web=PYTHON.replace("1.2.0", tag))
    assert len(messages(report("deploy"), "own")) == 2
