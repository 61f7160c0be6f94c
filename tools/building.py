"""Build the services of a story into ``.live``, through the ordinary clients of their languages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.processes import Failed

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
LIVE = ROOT / ".live"
VENV = LIVE / "python"
BINARY = "api-service"
LONGEST = 900.0
"""Seconds that one step may take: the first one downloads everything."""
GO_SETTINGS = {"GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off"}
"""A build changes no go.mod, and does not ask git."""
NEEDED = {
    "go": "install Go 1.24 or newer (https://go.dev/doc/install)",
    "redis-server": "install Redis (apt-get install redis-server)",
}


def missing() -> list[str]:
    """What is not on this machine, and how to get it."""
    return [f"{name} is missing: {how}" for name, how in NEEDED.items() if not shutil.which(name)]


def build_go(source: Path, target: Path) -> None:
    """Builds the binary of a Go module into a folder. Raises Failed with the output of Go."""
    command = ["go", "build", "-o", str(target / BINARY), "./cmd/api"]
    _run(f"go build in {source.relative_to(ROOT)}", command, source, GO_SETTINGS)


def install_python(source: Path) -> None:
    """Installs the requirements of a Python service, unless the last installation had the same.

    Raises Failed with what pip says, or where there is no celery afterwards.
    """
    requirements, stamp = source / "requirements.txt", VENV / "installed.txt"
    wanted = requirements.read_text(encoding="utf-8")
    named = requirements.relative_to(ROOT)
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        _run("python -m venv", [sys.executable, "-m", "venv", "--clear", str(VENV)], ROOT)
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        _run(f"pip install -r {named}", [*pip, "install", "-r", str(requirements)], ROOT)
        stamp.write_text(wanted, encoding="utf-8")
    if not (VENV / "bin" / "celery").is_file():
        raise Failed(f"celery is missing: {VENV}/bin/pip install -r {named}")


def _run(
    what: str, command: Sequence[str], folder: Path, settings: dict[str, str] | None = None
) -> None:
    environment = os.environ | (settings or {})
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{what} took longer than {LONGEST:.0f} seconds") from None
    if done.returncode:
        raise Failed(f"{what} failed:\n{done.stdout}{done.stderr}")
