"""What a repository may do to the hook: names that look like options, and links that lead out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from deploylint.cli.check import CheckArguments
from deploylint.cli.short import read_check
from deploylint.model.errors import OutsideGroups
from tests.support.fleets import Edit, Fleet
from tests.support.folders import ROOT
from tests.support.projects import ALLOW, PYTHON, messages, project, ran, report, write

EVIL = "--config=evil/.deploylint.yaml"


def hook() -> list[str]:
    """The words of the hook before the names of files."""
    one, _ = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return [*one["entry"].split()[1:], *one["args"]]


def hooked(capsys: pytest.CaptureFixture[str], *files: str) -> tuple[int, list[str], str]:
    """The exit code of the hook for some files, where it reports something, and its last line."""
    capsys.readouterr()
    code, message = ran(*hook(), *files)
    lines = capsys.readouterr().out.splitlines()
    places = [line.split(": ")[0].rpartition(":")[0] for line in lines[:-1]]
    return code, places, lines[-1] if lines else message


@pytest.mark.parametrize("name", [EVIL, "--no-allow", "-fjson.yaml", "--", "--fail-on=never"])
def test_name_that_looks_like_an_option_changes_nothing(folder: Path, name: str) -> None:
    project(folder)
    write(
        folder, {f"{EVIL}": f"version: 1\n{ALLOW}", "evil/.deploylint.yaml": f"version: 1\n{ALLOW}"}
    )
    assert hook()[-1] == "--"
    typed = read_check([*hook(), name], {})
    assert typed == CheckArguments(format=("concise",), paths=(Path("."), Path(name)))
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


# --- any layout ----------------------------------------------------------------------------------

NODE_PORT = Edit("ClusterIP", "ExternalName")
ROOTLESS = Edit("runAsNonRoot: true", "runAsNonRoot: false")
ONE_OFF = {"audit": [], "billing": [], "mail": [NODE_PORT], "orders": [], "search": [ROOTLESS]}

FILE_OF_MAIL = {
    "charts": "charts/mail/values.yaml",
    "charts-environments": "charts/mail/values.yaml",
    "helm-folders": "services/mail/helm/values.yaml",
    "chart-folders": "mail/chart/values.yaml",
    "environments": "services/mail/values.yaml",
    "values": "values/mail.yaml",
    "deploy": "deploy/deploy-mail.yaml",
    "manifest-folders": "services/mail/k8s/service.yaml",
    "kustomize": "apps/mail/base/service.yaml",
    "folders": "k8s/mail/svc.yaml",
    "by-kind": "k8s/services/mail.yaml",
    "flux": "apps/shop/mail/helmrelease.yaml",
    "argo": "apps/mail.yaml",
}
"""The file of one service that has its type, in each layout with a file or more for each."""


@pytest.mark.parametrize("configured", [True, False])
@pytest.mark.parametrize("layout", FILE_OF_MAIL)
def test_hook_reports_findings_of_the_edited_file_alone(
    layout: str, configured: bool, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What others left behind is no reason to refuse a commit."""
    fleet = Fleet(layout, dict.fromkeys(ONE_OFF, ()))
    write(folder, fleet.files())
    if configured:
        assert ran("init", ".").code == 0
    write(folder, Fleet(layout, ONE_OFF).files())
    code, places, last = hooked(capsys, FILE_OF_MAIL[layout])
    assert code == int(configured), "a majority only warns"
    assert {place.rpartition(":")[0] for place in places} == {FILE_OF_MAIL[layout]}
    assert "in other files of the same group" in last


def test_hook_reports_each_finding_of_all_files_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, Fleet("charts", ONE_OFF).files())
    files = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.yaml"))]
    code = ran(*hook(), *files).code
    reported = capsys.readouterr().out
    assert (code, ran("check", ".", "--format", "concise").code) == (1, 1)
    assert reported == capsys.readouterr().out
    assert len(reported.splitlines()) == len(set(reported.splitlines())) == 4


@pytest.mark.parametrize("configured", [True, False])
@pytest.mark.parametrize(
    "name",
    [
        *("charts/mail/Chart.yaml", "charts/mail/templates/deployment.yaml", "mkdocs.yaml"),
        *(".github/workflows/ci.yaml", "compose.yaml"),
    ],
)
def test_hook_passes_over_a_file_of_no_service(
    name: str, configured: bool, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, Fleet("charts", ONE_OFF).files())
    if configured:
        assert ran("init", ".").code == 0
        write(folder, {"charts/mail/values.yaml": "service: {type: Other}\n"})
    write(folder, {name: "on: push\n"})
    said = f"nothing to check: {name} belongs to no group of services"
    with pytest.raises(OutsideGroups, match=said):
        hooked(capsys, name)


def test_hook_ignores_a_file_of_no_service_beside_one_of_a_service(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, Fleet("charts", ONE_OFF).files())
    code, places, _ = hooked(capsys, "charts/mail/Chart.yaml", "charts/audit/values.yaml")
    assert (code, places) == (0, [])


def test_hook_reads_only_the_groups_of_the_files(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a repository of several teams, a commit waits for its own group."""
    write(folder, Fleet("charts", ONE_OFF).files() | Fleet("values", ONE_OFF).files())
    assert ran("init", ".").code == 0
    _, _, last = hooked(capsys, "values/mail.yaml")
    assert "(5 services" in last
    _, _, last = hooked(capsys, "values/mail.yaml", "charts/mail/values.yaml")
    assert "(10 services" in last


def test_hook_of_a_readable_file_passes_beside_an_unreadable_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = Fleet("charts", ONE_OFF).files()
    write(folder, files | {"charts/search/values.yaml": "image: [\n"})
    assert hooked(capsys, "charts/audit/values.yaml")[:2] == (0, [])
    code, places, _ = hooked(capsys, "charts/search/values.yaml")
    assert (code, places) == (3, ["charts/search/values.yaml:1"])


def test_hook_names_a_merge_conflict_at_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = Fleet("charts", ONE_OFF).files()
    mine = files["charts/mail/values.yaml"]
    conflict = mine.replace("  type", "<<<<<<< HEAD\n  type", 1)
    write(folder, files | {"charts/mail/values.yaml": conflict})
    code, places, _ = hooked(capsys, "charts/mail/values.yaml")
    assert (code, places) == (3, ["charts/mail/values.yaml:9"])
