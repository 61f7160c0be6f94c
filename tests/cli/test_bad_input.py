"""Every row of the table of wrong commands, run as a command."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploylint.config.rule_files import read_folders
from deploylint.model.errors import Misread
from tests.support.folders import STORY
from tools.bad_input import CONFIGURATIONS, TABLE, Case

COMMAND = (sys.executable, "-m", "deploylint")
MANY = 400
"""Enough services that a report of all their values is more than a pipe holds."""


def rows(how: str) -> list[Case]:
    return [case for case in (*TABLE, *CONFIGURATIONS) if case.how == how]


def environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("DEPLOYLINT", "GIT_"))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(STORY, tmp_path / "deploy")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("case", rows("plainly"), ids=lambda case: case.name)
def test_invalid_command_gives_its_message_and_exit_code(case: Case, folder: Path) -> None:
    case.prepare(folder)
    done = subprocess.run(
        [*COMMAND, *case.arguments.split()],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == case.code, done.stdout + done.stderr
    said = {"stdout": done.stdout, "stderr": done.stderr}
    assert case.says in said[case.stream].splitlines()
    assert all(text in done.stdout for text in case.also)
    assert said["stderr"] == "" or case.stream == "stderr"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", rows("rule file"), ids=lambda case: case.name)
def test_invalid_rule_file_gives_its_message_and_exit_code(case: Case, folder: Path) -> None:
    case.prepare(folder)
    with pytest.raises(Misread) as caught:
        read_folders([folder / "rules"])
    at = caught.value.problem
    assert f"{at.file}:{at.line}:{at.column}: {at.message}" == case.says


def fleet(folder: Path) -> None:
    text = (folder / "deploy" / "deploy-go.yaml").read_text()
    for number in range(MANY):
        (folder / "deploy" / f"deploy-go{number}.yaml").write_text(text)


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A command that hears Ctrl-C: what a shell runs in the background has to be told to."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.mark.slow
@pytest.mark.parametrize("case", rows("closed early"), ids=lambda case: case.name)
def test_output_that_is_closed_early_is_no_error(case: Case, folder: Path) -> None:
    fleet(folder)
    with started(folder, *case.arguments.split()) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(1)
        process.stdout.close()
        assert process.wait(timeout=60) == case.code
        assert process.stderr.read() == b""


@pytest.mark.slow
@pytest.mark.parametrize("case", rows("interrupted"), ids=lambda case: case.name)
def test_interrupt_prints_one_message(case: Case, folder: Path) -> None:
    """The reader takes one byte and no more, so that the command still writes when it is hit."""
    fleet(folder)
    with started(folder, *case.arguments.split(), "--format", "json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == case.code
        assert process.stderr.read().decode().splitlines() == [case.says]
        process.stdout.close()


def test_path_outside_the_repository_may_be_named(folder: Path) -> None:
    """``..`` is followed: the repository one stands in is not the one such a file is in."""
    inside = folder / "repository"
    (inside / ".git").mkdir(parents=True)
    files = [f"../deploy/deploy-{name}.yaml" for name in ("python", "go")]
    done = subprocess.run(
        [*COMMAND, "check", *files],
        cwd=inside,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
