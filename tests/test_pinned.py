"""Each side of every allowance that a story uses, moved by one step: the violation comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploylint.cli.common import configuration
from deploylint.config.rules import load
from deploylint.engine import check
from deploylint.engine.result import Report
from deploylint.model.finding import Allowance, Finding
from deploylint.model.patterns import Pattern
from deploylint.model.types import Plain
from deploylint.policy import verdict
from deploylint.policy.allowance_audit import AllowanceStatus
from tools import TODAY

STORIES = sorted(
    path.parent for path in (Path(__file__).parent.parent / "fixtures").glob("*/expect.yaml")
)
OWN = load().own


def run(folder: Path) -> Report:
    asked = [folder / "deploy"]
    return check.check(asked, check.CheckOptions(), configuration(asked, None, False), TODAY)


def used() -> Iterator[tuple[Path, AllowanceStatus]]:
    for folder in STORIES:
        yield from ((folder, entry) for entry in run(folder).ledger if entry.uses)


def stepped(data: Plain) -> Plain:
    """Another value of the same kind, as near as can be."""
    if isinstance(data, bool):
        return not data
    if isinstance(data, (int, float)):
        return data + 1
    if isinstance(data, list):
        return [*map(stepped, data)]
    if isinstance(data, dict):
        return {key: stepped(value) for key, value in data.items()}
    return f"{data}x"


def moved(pattern: Pattern) -> Pattern:
    if pattern.verb == "state":
        return pattern._replace(operand="absent" if pattern.operand == "present" else "present")
    if pattern.verb in ("is", "one-of", "at-least"):
        return pattern._replace(operand=stepped(pattern.operand))
    return Pattern("is", stepped(pattern.operand))


def sides(one: Allowance) -> Iterator[tuple[str, Allowance]]:
    yield "to", one._replace(actual=moved(one.actual))
    if one.expected is not None:
        yield "from", one._replace(expected=moved(one.expected))


CASES = [
    pytest.param(folder, entry, other, side, id=f"{folder.name}-{entry.allowance.id}-{side}")
    for folder, entry in used()
    for side, other in sides(entry.allowance)
]


def test_there_is_one_of_every_origin() -> None:
    assert {entry.allowance.origin for _, entry in used()} == {"shipped", "configured", "inline"}


@pytest.mark.parametrize(("folder", "entry", "other", "side"), CASES)
def test_a_side_that_moved_is_a_violation_again(
    folder: Path,
    entry: AllowanceStatus,
    other: Allowance,
    side: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = verdict.book
    monkeypatch.setattr(verdict, "book", lambda allowed, today: book([other], today))
    found = {key(finding): finding for finding in run(folder).findings}
    for use in entry.uses:
        now = found[key(use)]
        assert now.status == "violation"
        if use.rule not in OWN:
            assert now.near == other
            assert f"{other.id} pins" in now.message


def key(finding: Finding) -> tuple[object, ...]:
    return (finding.rule, finding.location, finding.path, str(finding.actual))
