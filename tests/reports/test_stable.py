"""Two runs print the same bytes, whatever the hash seed and the order of the paths."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploylint.reports import FORMATS
from tests.support.folders import STORY
from tests.support.reports import many


def output(folder: Path, seed: str, *arguments: str) -> bytes:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("DEPLOYLINT", "CI"))}
    command = [sys.executable, "-m", "deploylint", *arguments]
    environ |= {"PYTHONHASHSEED": seed, "COLUMNS": "80"}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, check=False)
    assert done.returncode in (0, 3), done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_check_output_is_the_same_in_every_run(tmp_path: Path, name: str) -> None:
    many(tmp_path / "deploy")
    shutil.copytree(STORY, tmp_path / "other")
    files = [f"deploy/{path.name}" for path in sorted((tmp_path / "deploy").iterdir())]
    for paths in (["deploy", "other"], files):
        one = output(tmp_path, "1", "check", "-v", "-f", name, *paths)
        two = output(tmp_path, "4242", "check", "-v", "-f", name, *reversed(paths))
        assert one == two
        assert one


@pytest.mark.slow
@pytest.mark.parametrize("name", ["text", "concise", "json"])
def test_show_and_rules_output_is_the_same_in_every_run(tmp_path: Path, name: str) -> None:
    many(tmp_path / "deploy")
    for arguments in (["show", "deploy/deploy-go.yaml"], ["rules"]):
        assert output(tmp_path, "1", *arguments, "-f", name) == output(
            tmp_path, "4242", *arguments, "-f", name
        )
