"""The services of the story: they build, are formatted, and say what their deployment says.

The twin is the same program but for how it reads its flags.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.building import FIXTURES, GO_SETTINGS

STORY, TWIN = FIXTURES / "fraiday", FIXTURES / "fraiday-flags"
MODULES = [STORY / "go", TWIN / "go"]
module = pytest.mark.parametrize("folder", MODULES, ids=lambda path: path.parent.name)


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | GO_SETTINGS,
        capture_output=True,
        encoding="utf-8",
        timeout=900,
    )


@pytest.fixture(scope="module")
def go_modules() -> None:
    """Skip, unless the story's Go modules can be built here."""
    if shutil.which("go") is None:
        pytest.skip("go is not installed")
    if any(run("go", "mod", "download", folder=folder).returncode for folder in MODULES):
        pytest.skip("the Go modules cannot be downloaded")


@pytest.mark.slow
@pytest.mark.usefixtures("go_modules")
@pytest.mark.parametrize("subcommand", ["vet", "build", "test"])
@module
def test_go_service_builds_and_passes_vet(folder: Path, subcommand: str) -> None:
    done = run("go", subcommand, "./...", folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@module
def test_go_service_is_formatted(folder: Path) -> None:
    if shutil.which("gofmt") is None:
        pytest.skip("go is not installed")
    done = run("gofmt", "-l", ".", folder=folder)
    assert (done.returncode, done.stdout) == (0, "")


def held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_twin_differs_in_the_reading_of_flags_alone() -> None:
    story, twin = map(held, MODULES)
    different = {name for name in story.keys() | twin.keys() if story.get(name) != twin.get(name)}
    assert different == {"cmd/api/main.go", "cmd/api/main_test.go"}
    assert b"\tflag.Parse()\n" in twin["cmd/api/main.go"]
    assert b"flag.Parse()" not in story["cmd/api/main.go"]


def test_twin_has_the_deployment_of_the_story() -> None:
    def written(folder: Path) -> list[str]:
        files = sorted((folder / "deploy").iterdir())
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if not line.startswith("#")]

    assert written(TWIN) == written(STORY)


def instruction(name: str, folder: Path) -> str:
    """The last line of a Dockerfile with an instruction, without it."""
    text = (folder / "Dockerfile").read_text(encoding="utf-8")
    return str(re.findall(rf"^{name} (.*)$", text, re.MULTILINE)[-1])


@pytest.mark.parametrize(("side", "port"), [("go", "8080"), ("python", "8000")])
def test_image_of_the_story_agrees_with_its_deployment(side: str, port: str) -> None:
    values = (STORY / "deploy" / f"deploy-{side}.yaml").read_text(encoding="utf-8")
    assert instruction("EXPOSE", STORY / side) == port
    assert f"targetPort: {port}\n" in values
    user = instruction("USER", STORY / side)
    assert int(user) > 0
    assert f"runAsUser: {user}\n" in values


PYTHON = sorted((STORY / "python").rglob("*.py"))


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.name)
def test_python_service_can_be_read(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
