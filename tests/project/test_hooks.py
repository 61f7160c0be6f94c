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

from tests.support.folders import ROOT

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
def commit(
    request: pytest.FixtureRequest, repository: Path, homes: dict[str, str]
) -> Callable[[], Run]:
    """Run the hook of one tool on what is staged, as a commit does."""
    tool = Path(sys.executable).with_name(str(request.param))
    if not tool.exists():
        pytest.skip(f"{request.param} is not installed")

    def run() -> Run:
        git(repository, "add", "--all")
        done = subprocess.run(
            [tool, "run", "--verbose"],
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
def repository(hooks: Path, tmp_path: Path) -> Path:
    """A user's repository: the pair, a second peer with a violation, and the hook."""
    folder = tmp_path / "fleet"
    shutil.copytree(STORY, folder / "deploy")
    stale = (folder / PEER).read_text().replace("path: /ping", "path: /stale")
    (folder / "deploy" / "deploy-web.yaml").write_text(stale)
    (folder / "notes.txt").write_text("nothing to do with deployments\n")
    (folder / ".pre-commit-config.yaml").write_text(
        "repos:\n"
        f"- repo: {hooks.as_uri()}\n"
        f"  rev: {git(hooks, 'rev-parse', 'HEAD')}\n"
        "  hooks:\n"
        "  - id: deploylint\n"
    )
    return committed(folder)


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
    (repository / REFERENCE).unlink()
    run = commit()
    assert run.code == 1, run.output
    assert "exit code: 3" in run.output
    assert "no reference, and no majority (needs 3 services of one role that agree)" in run.output
    assert f"deploylint check --reference {PEER} deploy" in run.output


def test_hook_checks_the_whole_group_for_other_files(
    repository: Path, commit: Callable[[], Run]
) -> None:
    (repository / "notes.txt").write_text("changed\n")
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
