"""The only clock: an allowance holds up to and including its last day, in UTC."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploylint.cli.common import day
from deploylint.model.errors import UsageError
from deploylint.reports import FORMATS
from tests.support.command_line import commands
from tests.support.projects import ALLOW, MOVED, messages, project, ran, report, said, states

UNTIL = date(2027, 3, 1)
DAYS = [
    # days from the last one, the state, the exit code, what is said of it
    (-31, "active", 0, []),
    (-30, "expiring", 0, ["allowance web-port expires in 30 days; its last day is 2027-03-01"]),
    (-1, "expiring", 0, ["allowance web-port expires in 1 day; its last day is 2027-03-01"]),
    (0, "expiring", 0, ["allowance web-port expires today; its last day is 2027-03-01"]),
    (1, "expired", 1, []),
]
days = pytest.mark.parametrize(("shift", "state", "code", "said_of_it"), DAYS)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return project(tmp_path, f"{ALLOW}  until: {UNTIL}\n")


def shifted(shift: int) -> str:
    return (UNTIL + timedelta(days=shift)).isoformat()


@days
def test_allowance_has_its_state_on_a_day(
    shift: int, state: str, code: int, said_of_it: list[str]
) -> None:
    found = report("deploy", today=shifted(shift))
    assert states(found) == {"web-port": state}
    assert messages(found, "expiring-allowance") == said_of_it
    assert found.summary.expiring == len(said_of_it)
    assert found.today == shifted(shift)
    assert ("deploy-web.yaml:4 service-port" in said(found, "allowed")) is (code == 0)


@pytest.mark.parametrize("format_", FORMATS)
@days
def test_exit_code_on_a_day_is_the_same_in_every_format(
    shift: int, state: str, code: int, said_of_it: list[str], format_: str
) -> None:
    assert ran("check", "--today", shifted(shift), "--format", format_).code == code


def judging() -> list[str]:
    """The commands that hold allowances against a day and come to a verdict."""
    options = {name: {o for p in one.params for o in p.opts} for name, one in commands().items()}
    return [name for name, known in options.items() if {"--today", "--fail-on"} <= known]


@pytest.mark.parametrize("command", judging())
@days
def test_exit_code_on_a_day_is_the_same_in_every_command(
    shift: int, state: str, code: int, said_of_it: list[str], command: str
) -> None:
    assert ran(command, "deploy", "--today", shifted(shift)).code == code


@days
def test_exit_code_of_an_expiring_allowance_is_1_with_fail_on_warning(
    shift: int, state: str, code: int, said_of_it: list[str]
) -> None:
    expected = 1 if said_of_it else code
    assert ran("check", "--today", shifted(shift), "--fail-on", "warning").code == expected


def test_allowance_that_expired_is_named_by_its_violation() -> None:
    found = report("deploy", today=shifted(1))
    (message,) = messages(found, "service-port")
    assert message.endswith("; allowance web-port expired after 2027-03-01")


def test_allowance_that_expired_and_covers_nothing_is_unused(folder: Path) -> None:
    project(folder, f"{ALLOW}  until: {UNTIL}\n", web=MOVED.replace("8080", "8000"))
    assert states(report("deploy", today=shifted(1))) == {"web-port": "unused"}


def test_allowance_without_a_last_day_never_expires(folder: Path) -> None:
    project(folder, ALLOW)
    assert states(report("deploy", today="9999-12-31")) == {"web-port": "active"}


def test_allowance_that_expired_leaves_another_valid_one(folder: Path) -> None:
    other = ALLOW.partition("\n")[2].replace("web-port", "other")
    project(folder, f"{ALLOW}  until: {UNTIL}\n{other}")
    assert states(report("deploy", today=shifted(1)))["other"] == "active"
    assert ran("check", "--today", shifted(1)).code == 0


# --- which day it is -----------------------------------------------------------------------------


def test_today_is_the_day_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour before midnight in UTC, wherever the machine stands."""
    late = time.struct_time((2027, 3, 1, 23, 30, 0, 0, 60, 0))
    elsewhere = time.struct_time((2027, 3, 2, 8, 30, 0, 1, 61, 0))
    monkeypatch.setattr(time, "gmtime", lambda *_: late)
    monkeypatch.setattr(time, "localtime", lambda *_: elsewhere)
    assert day("") == "2027-03-01"
    assert ran("check").code == 0


def test_today_changes_at_midnight_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        time, "gmtime", lambda *_: time.struct_time((2027, 3, 2, 0, 0, 0, 1, 61, 0))
    )
    assert ran("check").code == 1


def test_today_option_wins_over_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "gmtime", lambda *_: time.struct_time((2030, 1, 1, 0, 0, 0, 1, 1, 0)))
    assert day("2027-03-01") == "2027-03-01"


@pytest.mark.parametrize(
    "text",
    ["tomorrow", "2027-3-1", "2027-02-29", "20270301", "2027-03-01T00:00", "\u0662027-03-01", " "],
)
def test_today_with_an_invalid_date_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="invalid date; use YYYY-MM-DD"):
        day(text)
