"""The stories of ``fixtures``: what each expects, and its command and check run in this process."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deploylint.cli.common import configuration
from deploylint.cli.terminal import COLOURS
from deploylint.engine import check
from deploylint.engine.result import Report
from tests.support.command_line import run_command
from tests.support.folders import FIXTURES
from tools import TODAY

STORIES = sorted(path.parent for path in FIXTURES.glob("*/expect.yaml"))
PAIR = ("fraiday", "fraiday-helm-create", "fraiday-nested", "fraiday-bitnami")
KEYS = ("status", "rule", "file", "line", "expected", "actual")

story = pytest.mark.parametrize("folder", STORIES, ids=lambda path: path.name)


@cache
def expectation(folder: Path) -> dict[str, Any]:
    text = (folder / "expect.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return read


def told(
    folder: Path, format_: str, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, str]:
    """The exit code and the output of a story's command, with options besides its own."""
    arguments = [*expectation(folder).get("args", []), *options]
    command = ["check", str(folder / "deploy"), "--format", format_, "--color", COLOURS[-1]]
    command += [] if "--today" in arguments else ["--today", TODAY]
    code = run_command(*command, *arguments)
    return code, capsys.readouterr().out


def report(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code, text = told(folder, "json", capsys)
    read: dict[str, Any] = json.loads(text)
    return code, read


def checked(folder: Path, *, allow: bool = True) -> Report:
    """The report about a story, with or without any allowance."""
    asked = [folder / "deploy"]
    reference = dict(_paired(expectation(folder))).get("--reference", "")
    options = check.CheckOptions(reference=reference, allow=allow)
    return check.check(asked, options, configuration(asked, None, False), TODAY)


def _paired(expected: dict[str, Any]) -> Iterable[tuple[str, str]]:
    arguments = expected.get("args", [])
    return zip(arguments[::2], arguments[1::2], strict=True)
