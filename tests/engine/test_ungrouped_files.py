"""A service that is added among the files of a group, and that no group has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import run_command
from tests.support.projects import PYTHON, WEB, deployment, report, said, write

GROUPED = {"charts/api/values.yaml": PYTHON, "charts/web/values.yaml": WEB}
CONFIG = """\
version: 1
groups:
  shop: {reference: api, services: [{files: "charts/*/values.yaml"}]}
"""
NEW = PYTHON.replace("acme/api", "acme/mail")


def found(folder: Path, files: dict[str, str], config: str = CONFIG) -> list[str]:
    write(folder, GROUPED | files | {".deploylint.yaml": config})
    return said(report(rules=("ungrouped-file",)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("charts/team/mail/values.yaml", NEW),
        ("charts/mail/deployment.yaml", deployment("mail")),
        ("charts/mail.yaml", NEW),
        ("charts/mail/values.yml", NEW),
        ("other/mail/values.yaml", NEW),
        ("mail.yaml", deployment("mail").replace("acme.example", "docker.io/acme")),
    ],
)
def test_file_with_a_service_beside_or_below_the_folder_of_a_group_is_named(
    path: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    assert found(tmp_path, {path: text}) == [f"{Path(path).name}:1 ungrouped-file"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("charts/mail/values.yaml", NEW),  # the group has it
        ("charts/mail/notes.yaml", "title: How to write mail.\n"),
        ("charts/api/Chart.yaml", "apiVersion: v2\nname: api\nversion: 1.0.0\n"),
        ("charts/api/values-prod.yaml", "replicaCount: 4\n"),
        ("charts/api/values-dev.yaml", NEW),  # an environment of a service of the group
        ("other/mail/values.yaml", NEW.replace("acme/", "elsewhere/")),
        ("other/cache.yaml", deployment("cache").replace("acme.example/cache:1.2.0", "redis:7.2")),
        ("other/notes.yaml", "title: How to run acme/api.\n"),
        ("node_modules/mail/values.yaml", NEW),
        ("charts/left-out/mail/values.yaml", NEW),
    ],
)
def test_ungrouped_files_of_other_kinds_are_not_named(
    path: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    config = f"{CONFIG}exclude: [charts/left-out]\n" if "left-out" in path else CONFIG
    assert found(tmp_path, {path: text}, config) == []


def test_test_values_of_a_chart_are_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    chart = "apiVersion: v2\nname: api\nversion: 1.0.0\n"
    files = {"charts/api/Chart.yaml": chart, "charts/api/ci/test-values.yaml": NEW}
    assert found(tmp_path, files) == []
    assert found(tmp_path, {"charts/ci/mail/values.yaml": NEW}) == ["values.yaml:1 ungrouped-file"]


def test_ungrouped_files_are_named_in_a_report_about_whole_folders_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    new = {"charts/new/mail/values.yaml": NEW, "other/list/values.yaml": NEW}
    write(tmp_path, GROUPED | new | {".deploylint.yaml": CONFIG})
    for paths, names in (
        (["charts"], ["values.yaml:1 ungrouped-file"]),
        (["charts", "charts/web/values.yaml"], []),
        (["charts/web"], []),
        (["."], ["values.yaml:1 ungrouped-file", "values.yaml:1 ungrouped-file"]),
        ([], ["values.yaml:1 ungrouped-file", "values.yaml:1 ungrouped-file"]),
        (["other"], []),
    ):
        assert said(report(*paths, rules=("ungrouped-file",))) == names


def test_services_above_the_folder_of_the_configuration_are_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, {"other/mail/values.yaml": NEW})
    (tmp_path / "team").mkdir()
    monkeypatch.chdir(tmp_path / "team")
    assert found(tmp_path / "team", {}) == []


def test_service_beside_a_group_that_is_checked_in_chunks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    many = {f"charts/peer{number}/values.yaml": WEB for number in range(310)}
    assert found(tmp_path, many | {"other/mail.yaml": NEW}) == ["mail.yaml:1 ungrouped-file"]


def test_overlay_that_no_group_has_is_named_beside_those_of_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    files = {"k8s/base/kustomization.yaml": "resources: [api.yaml, web.yaml]\n"}
    files |= {f"k8s/base/{name}.yaml": deployment(name) for name in ("api", "web")}
    text = "resources: [../../base]\npatches: [{path: patch.yaml}]\n"
    patch = "kind: Deployment\nmetadata: {name: api}\nspec: {replicas: 3}\n"
    for name in ("dev", "prod"):
        files |= {f"k8s/overlays/{name}/kustomization.yaml": text}
        files |= {f"k8s/overlays/{name}/patch.yaml": patch}
    write(tmp_path, files)
    assert run_command("init", "k8s") == 0
    assert said(report(rules=("ungrouped-file",))) == []
    new = "k8s/overlays/test"
    write(tmp_path, {f"{new}/kustomization.yaml": text, f"{new}/patch.yaml": patch})
    assert said(report(rules=("ungrouped-file",))) == ["kustomization.yaml:1 ungrouped-file"]
