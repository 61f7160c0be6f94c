"""The command line, run in the process of a test."""

from __future__ import annotations

from functools import cache
from typing import Any

from deploylint.cli.app import app


def run_command(*arguments: str) -> int:
    """The exit code of a command line; what becomes a message of its own is raised."""
    return int(_command()([*arguments], standalone_mode=False) or 0)


def commands() -> dict[str, Any]:
    """Every command that can be typed, by its name."""
    found: dict[str, Any] = vars(_command())["commands"]
    return found


@cache
def _command() -> Any:
    """The whole command line: to make it takes a fifth of a run."""
    from typer.main import get_command

    return get_command(app)
