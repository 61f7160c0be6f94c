"""The command that lists allowances."""

from __future__ import annotations

import pytest

from deploylint.cli.app import app
from tests.support.folders import FIXTURES
from tools import TODAY

DEPLOY = str(FIXTURES / "fraiday" / "deploy")


def listed(command: str, capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    code = app([command, DEPLOY, "--today", TODAY], standalone_mode=False)
    return code, capsys.readouterr().out


def test_allowances_former_name_runs_the_same_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert listed("ledger", capsys) == listed("allowances", capsys)


def test_allowances_former_name_is_not_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    app(["--help"], standalone_mode=False)
    text = capsys.readouterr().out
    assert "allowances" in text
    assert "ledger" not in text
