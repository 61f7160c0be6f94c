"""The programs beside which deploylint is measured, built where their language is there.

They go into a folder of their own outside the repository and are built once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "deploylint-bench"
MODULES = {
    "conftest": "github.com/open-policy-agent/conftest@v0.71.1",
    "dyff": "github.com/homeport/dyff/cmd/dyff@v1.12.0",
}
LONGEST = 1800.0
"""Seconds that a build may take: all that a module needs is downloaded."""


class Peers(NamedTuple):
    """Where each program is, and a line on each that is not there."""

    programs: dict[str, Path]
    missing: list[str]


def built(cache: Path = CACHE) -> Peers:
    """Build what is not built yet. Without go, or where its build fails, a program is missing."""
    if not shutil.which("go"):
        names = " and ".join(MODULES)
        return Peers({}, [f"{names} are left out: they are built with go, which is not here."])
    missing = [*_build(cache)]
    return Peers(here(cache).programs, missing)


def here(cache: Path = CACHE) -> Peers:
    """What was built before, without building anything."""
    programs = {name: _program(cache, name) for name in MODULES}
    missing = [f"{name} is not built" for name, path in programs.items() if not path.is_file()]
    return Peers({name: path for name, path in programs.items() if path.is_file()}, missing)


def _program(cache: Path, name: str) -> Path:
    """A folder for each version, so that another one is built when it is asked for."""
    return cache / MODULES[name].rpartition("@")[2] / name


def _build(cache: Path) -> Iterator[str]:
    for name, module in MODULES.items():
        path = _program(cache, name)
        problem = "" if path.is_file() else _install(module, path.parent)
        if problem:
            yield f"{name} is left out: `go install {module}` failed: {problem}"


def _install(module: str, folder: Path) -> str:
    """Build a module into a folder; the last line of what go says where it fails."""
    try:
        done = subprocess.run(
            ["go", "install", module],
            env=os.environ | {"GOBIN": str(folder), "GOFLAGS": "-buildvcs=false"},
            capture_output=True,
            text=True,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        return f"it took longer than {LONGEST:.0f} seconds"
    lines = done.stderr.strip().splitlines() or ["it says nothing"]
    return lines[-1] if done.returncode else ""
