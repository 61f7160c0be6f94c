"""The command line, run in the process of a test."""

from __future__ import annotations

from typing import Any

from deploylint.cli.app import app


def run_command(*arguments: str) -> int:
    """The exit code of a command line; what becomes a message of its own is raised."""
    return int(app([*arguments], standalone_mode=False) or 0)


def commands() -> dict[str, Any]:
    """Every command that can be typed, by its name."""
    from typer.main import get_command

    found: dict[str, Any] = vars(get_command(app))["commands"]
    return found
