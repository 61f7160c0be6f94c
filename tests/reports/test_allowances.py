"""Allowances as text, Markdown and data: complete, never too wide, and nothing in them live."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from rich.cells import cell_len

from deploylint.config import load as config
from deploylint.engine import check
from deploylint.engine.result import Report
from deploylint.model.finding import AllowanceState
from deploylint.reports import OF_COMMANDS, Look, writer
from deploylint.reports.json_schema import json_schema
from deploylint.reports.markdown import code
from tests.support.command_line import run_command
from tests.support.projects import MOVED, WEB, project
from tests.support.reports import WIDTHS, squeezed
from tools import TODAY

ENTRY = "rule: service-port, from: 8000"
CONFIGURATION = f"""\
groups:
  shop:
    reference: python
    services: [{{files: deploy/*.yaml}}]
  other:
    reference: none
    services: [{{files: other/*.yaml}}]
allow:
- {{id: lives, service: moved, {ENTRY}, to: 8080, because: It listens there., owner: team-web}}
- {{id: ends-soon, service: soon, {ENTRY}, to: 8080, because: For now., until: 2026-12-01}}
- {{id: has-ended, service: late, {ENTRY}, to: 8080, because: For now., until: 2026-11-01}}
- {{id: moved-on, service: further, {ENTRY}, to: 8080, because: TODO, ticket: OPS-1}}
- {{id: not-needed, service: plain, {ENTRY}, to: 8080, because: TODO}}
- {{id: elsewhere, service: far, {ENTRY}, to: 8080, because: Not compared here.}}
"""
STATES: dict[str, AllowanceState] = {
    "lives": "active",
    "ends-soon": "expiring",
    "has-ended": "expired",
    "moved-on": "missed",
    "not-needed": "unused",
    "elsewhere": "untried",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    peers = dict.fromkeys(("moved", "soon", "late"), MOVED)
    project(tmp_path, CONFIGURATION, **peers, further=WEB.replace("8000", "9090"), plain=WEB)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "deploy-far.yaml").write_text(WEB)
    return tmp_path


@pytest.fixture
def report(folder: Path) -> Report:
    loaded = config.load(folder / ".deploylint.yaml")
    return check.check([], check.CheckOptions(), loaded, TODAY)


def as_data(report: Report) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(writer("json", "allowances")(report, Look()))
    return read


def test_allowances_report_sample_has_every_state(report: Report) -> None:
    found = {one["id"]: one["state"] for one in as_data(report)["allowances"]}
    assert {name: found[name] for name in STATES} == STATES
    assert set(STATES.values()) == set(get_args(AllowanceState))


def test_allowances_json_is_valid(report: Report) -> None:
    schema = json_schema("allowances")
    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors(as_data(report)))


def test_allowances_counts_equal_the_entries(report: Report) -> None:
    data = as_data(report)
    states = [one["state"] for one in data["allowances"]]
    counted = {state: states.count(state) for state in get_args(AllowanceState)}
    assert {state: data["summary"][state] for state in counted} == counted
    assert data["summary"]["allowances"] == len(states)
    assert data["summary"]["waiting_reasons"] == 2


def test_allowances_use_has_the_location_of_its_finding(report: Report) -> None:
    (use,) = next(one for one in as_data(report)["allowances"] if one["id"] == "lives")["uses"]
    assert (use["service"], use["path"], use["line"]) == ("moved", "server/service.port", 4)
    assert use["file"].endswith("deploy-moved.yaml")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("unicode", [True, False])
def test_allowances_text_is_complete_and_not_too_wide(
    report: Report, width: int, unicode: bool
) -> None:
    text = writer("text", "allowances")(report, Look(width=width, unicode=unicode))
    assert max(map(cell_len, text.splitlines())) <= width
    assert unicode or text.isascii()
    for name, state in STATES.items():
        assert name in text
        assert f"state:{state}" in squeezed(text)
    for said in ("team-web", "OPS-1", "2026-12-01 (6 days left)", "It listens there."):
        assert squeezed(said) in squeezed(text)


def test_allowances_markdown_has_a_row_for_each_of_the_project(report: Report) -> None:
    text = writer("markdown", "allowances")(report, Look())
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(STATES)
    assert {row.count("|") for row in rows} == {rows[0].count("|")}


@pytest.mark.parametrize("format_", OF_COMMANDS["allowances"])
def test_allowances_exit_code_is_that_of_check(
    folder: Path, format_: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    for today, code_ in (("2026-10-01", 1), (TODAY, 1)):
        arguments = ["--today", today]
        assert run_command("allowances", "-f", format_, *arguments) == code_
        assert run_command("check", *arguments) == code_
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "a|b",
        "a\\|b",
        "|",
        "`x`",
        "``",
        "<b>",
        "[x](http://y)",
        "@team",
        "a\nb",
        "\x1b[31m",
        " x",
        "`",
    ],
)
def test_allowances_markdown_escapes_cells(text: str) -> None:
    shown = code(text, Look())
    fence = re.match("`+", shown)
    assert fence is not None
    inside = shown[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inside)
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert not re.search(r"(?<!\\)(\\\\)*\|", shown)
