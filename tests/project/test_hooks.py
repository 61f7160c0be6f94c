"""The hook as users run it: real pre-commit and prek on a real repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.fleets import Fleet
from tests.support.folders import ROOT
from tests.support.projects import write

pytestmark = pytest.mark.slow

STORY = ROOT / "fixtures" / "fraiday" / "deploy"
TOOLS = ("pre-commit", "prek")
PEER, REFERENCE = "deploy/deploy-go.yaml", "deploy/deploy-python.yaml"
BUILT_WITH = ("hatch_build.py", "pyproject.toml", "README.md", "LICENSE")
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "NO_COLOR": "1"}
OFFLINE = ("NewConnectionError", "NameResolutionError", "dns error", "Network is unreachable")
"""What pip and uv say where there is no network to build the hook's environment from."""


class Run(NamedTuple):
    """What a run of the hook came to."""

    code: int
    output: str


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    done = subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        env=os.environ | QUIET,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="session")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that publishes the hook of this checkout, as it stands."""
    folder = tmp_path_factory.mktemp("hooks") / "deploylint"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "deploylint", "rules", *BUILT_WITH],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    for name in (*filter(None, listed.stdout.split("\0")), ".pre-commit-hooks.yaml"):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return committed(folder)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where the tools keep their environments: built once for all tests of a session."""
    folder = tmp_path_factory.mktemp("homes")
    return {"PRE_COMMIT_HOME": str(folder / "pre-commit"), "PREK_HOME": str(folder / "prek")}


def committed(folder: Path) -> Path:
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=First")
    return folder


@pytest.fixture(params=TOOLS)
def hook(
    request: pytest.FixtureRequest, repository: Path, homes: dict[str, str]
) -> Callable[..., Run]:
    """Run the hook of one tool on what is staged, or on what its arguments say."""
    tool = Path(sys.executable).with_name(str(request.param))
    if not tool.exists():
        pytest.skip(f"{request.param} is not installed")

    def run(*arguments: str) -> Run:
        done = subprocess.run(
            [tool, "run", "--verbose", *arguments],
            cwd=repository,
            env=os.environ | QUIET | homes,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if any(sign in done.stdout for sign in OFFLINE):
            pytest.skip("the package index cannot be reached")
        return Run(done.returncode, done.stdout)

    return run


@pytest.fixture
def commit(hook: Callable[..., Run], repository: Path) -> Callable[[], Run]:
    """Stage all changes, and run the hook on them as a commit does."""

    def run() -> Run:
        git(repository, "add", "--all")
        return hook()

    return run


@pytest.fixture
def repository(hooks: Path, tmp_path: Path) -> Path:
    """A user's repository: the pair, a second peer with a violation, and the hook."""
    folder = tmp_path / "fleet"
    shutil.copytree(STORY, folder / "deploy")
    stale = (folder / PEER).read_text().replace("path: /ping", "path: /stale")
    (folder / "deploy" / "deploy-web.yaml").write_text(stale)
    (folder / "README.md").write_text("nothing to do with deployments\n")
    (folder / ".pre-commit-config.yaml").write_text(
        "repos:\n"
        f"- repo: {hooks.as_uri()}\n"
        f"  rev: {git(hooks, 'rev-parse', 'HEAD')}\n"
        "  hooks:\n"
        "  - id: deploylint\n"
    )
    return committed(folder)


def edit_to_all(repository: Path) -> None:
    """Let the hook run for each commit, whatever it changes."""
    edit(repository / ".pre-commit-config.yaml", "id: deploylint", "id: deploylint-all")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new))


def test_hook_fails_for_a_violation_in_an_edited_peer(
    repository: Path, commit: Callable[[], Run]
) -> None:
    edit(repository / PEER, "path: /ping", "path: /healthz")
    run = commit()
    assert run.code == 1, run.output
    assert f"{PEER}:31:11: error[probes] readiness-probe.path is /healthz" in run.output
    assert "deploy-web.yaml" not in run.output
    assert "1 more violation in other files of the same group" in run.output


def test_hook_passes_for_a_clean_peer_beside_violations(
    repository: Path, commit: Callable[[], Run]
) -> None:
    (repository / PEER).write_text("# a comment\n" + (repository / PEER).read_text())
    run = commit()
    assert run.code == 0, run.output
    assert "deploy-web.yaml" not in run.output
    assert "1 more violation in other files of the same group" in run.output


def test_hook_shows_all_violations_for_an_edited_reference(
    repository: Path, commit: Callable[[], Run]
) -> None:
    edit(repository / REFERENCE, "maxReplicas: 6", "maxReplicas: 7")
    run = commit()
    assert run.code == 1, run.output
    for peer in (PEER, "deploy/deploy-web.yaml"):
        line = f"{peer}:86:16: error[autoscaling] autoscaling.max is 6; the reference has 7"
        assert line in run.output
    assert "more violation" not in run.output


def test_hook_notices_a_deleted_reference(repository: Path, commit: Callable[[], Run]) -> None:
    edit_to_all(repository)
    (repository / REFERENCE).unlink()
    run = commit()
    assert run.code == 1, run.output
    assert "exit code: 3" in run.output
    assert "no reference, and no majority (needs 3 services of one role that agree)" in run.output
    assert f"deploylint check --reference {PEER} deploy" in run.output


def test_hook_runs_nothing_for_a_commit_without_yaml(
    repository: Path, commit: Callable[[], Run]
) -> None:
    """Who writes a README has not broken a deployment, and does not wait for them."""
    (repository / "README.md").write_text("changed\n")
    run = commit()
    assert run.code == 0, run.output
    assert "Skipped" in run.output
    assert "deploy-web.yaml" not in run.output


def test_hook_for_all_groups_runs_for_a_commit_without_yaml(
    repository: Path, commit: Callable[[], Run]
) -> None:
    edit_to_all(repository)
    (repository / "README.md").write_text("changed\n")
    run = commit()
    assert run.code == 1, run.output
    assert "deploy/deploy-web.yaml:31:11: error[probes]" in run.output


def test_hook_runs_for_an_edited_configuration(repository: Path, commit: Callable[[], Run]) -> None:
    (repository / ".deploylint.yaml").write_text("version: 1\ndisallow: [go/port]\n")
    run = commit()
    assert run.code == 1, run.output
    for peer in (PEER, "deploy/deploy-web.yaml"):
        assert f"{peer}:16:9: error[service-port] service.port is 8080" in run.output


def test_hook_shows_all_violations_for_a_peer_and_the_configuration(
    repository: Path, commit: Callable[[], Run]
) -> None:
    (repository / PEER).write_text("# a comment\n" + (repository / PEER).read_text())
    (repository / ".deploylint.yaml").write_text("version: 1\ndisallow: [go/port]\n")
    run = commit()
    assert run.code == 1, run.output
    assert f"{PEER}:17:9: error[service-port]" in run.output
    assert "deploy/deploy-web.yaml:16:9: error[service-port]" in run.output


# --- a folder for each service, and what git does to files ----------------------------------------

CHART = "charts/mail/values.yaml"


@pytest.fixture
def charts(repository: Path) -> Path:
    """The repository with charts, one of which differs, and a configuration of both groups."""
    fleet = Fleet("charts", {"audit": [], "billing": [], "mail": [], "orders": [], "search": []})
    write(repository, fleet.files())
    groups = (
        "  charts: {reference: audit, services: [{files: charts/*/values.yaml}]}\n"
        "  pair: {reference: python, services: [{files: deploy/*.yaml}]}\n"
    )
    (repository / ".deploylint.yaml").write_text(f"version: 1\ngroups:\n{groups}")
    edit(repository / "charts/search/values.yaml", "ClusterIP", "ExternalName")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message=Charts")
    return repository


def test_hook_judges_an_edited_chart_in_its_own_group(
    charts: Path, commit: Callable[[], Run]
) -> None:
    edit(charts / CHART, "memory: 256Mi", "memory: 512Mi")
    run = commit()
    assert run.code == 1, run.output
    assert f"{CHART}:17:13: error[resources] resources.limits.memory is 512Mi" in run.output
    assert "search" not in run.output
    assert "(5 services" in run.output, "of two groups the other one is not read"


def test_hook_of_all_files_reports_each_finding_once(
    charts: Path, hook: Callable[..., Run]
) -> None:
    run = hook("--all-files")
    assert run.code == 1, run.output
    assert run.output.count("charts/search/values.yaml:9:9: error[service]") == 1
    assert run.output.count("deploy/deploy-web.yaml:31:11: error[probes]") == 1


def test_hook_passes_over_files_of_a_chart_that_are_no_values(
    charts: Path, commit: Callable[[], Run]
) -> None:
    write(charts, {"charts/search/Chart.yaml": "name: new\n"})
    write(charts, {"charts/search/templates/deployment.yaml": "{{ x }}: [\n"})
    run = commit()
    assert run.code == 0, run.output
    assert "ExternalName" not in run.output


def test_hook_judges_the_staged_part_of_a_file(charts: Path, hook: Callable[..., Run]) -> None:
    edit(charts / CHART, "replicaCount: 2", "replicaCount: 2  # two")
    git(charts, "add", CHART)
    edit(charts / CHART, "ClusterIP", "LoadBalancer")
    assert hook().code == 0, "what is not staged is not in the commit"
    git(charts, "add", CHART)
    edit(charts / CHART, "LoadBalancer", "ClusterIP")
    run = hook()
    assert run.code == 1, run.output
    assert f"{CHART}:9:9: error[service] service.type is LoadBalancer" in run.output


def test_hook_judges_a_renamed_service_by_its_new_name(
    charts: Path, commit: Callable[[], Run]
) -> None:
    git(charts, "mv", "charts/search", "charts/finder")
    run = commit()
    assert run.code == 1, run.output
    assert "charts/finder/values.yaml:9:9: error[service]" in run.output


def test_hook_names_the_line_of_a_merge_conflict(charts: Path, commit: Callable[[], Run]) -> None:
    edit(charts / CHART, "  type: ClusterIP\n", "<<<<<<< HEAD\n  type: ClusterIP\n")
    run = commit()
    assert run.code == 1, run.output
    assert f"{CHART}:9:1: error[unchecked] not YAML: a merge conflict marker" in run.output
    assert "exit code: 3" in run.output
