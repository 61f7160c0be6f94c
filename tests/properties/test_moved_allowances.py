"""Each side of every allowance that a story uses, moved by one step: the violation comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from deploylint.cli.common import configuration
from deploylint.config.rules import shipped_rules
from deploylint.engine import check
from deploylint.engine.result import Report
from deploylint.model.finding import Allowance, Finding
from deploylint.model.patterns import Pattern
from deploylint.model.types import Plain
from deploylint.policy.allowance_audit import AllowanceStatus
from tests.support.stories import STORIES
from tools import TODAY

OWN = shipped_rules().builtin


def run(folder: Path, only: Allowance | None = None) -> Report:
    """The report about a story, with its allowances or with only one, whatever its origin."""
    asked = [folder / "deploy"]
    loaded = configuration(asked, None, False)
    if only is not None:
        loaded = loaded._replace(allowances=(only,), forbid_inline=True)
    return check.check(asked, check.CheckOptions(), loaded, TODAY)


@cache
def used(folder: Path) -> list[AllowanceStatus]:
    return [entry for entry in run(folder).allowances if entry.uses]


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
    if pattern.operator == "state":
        return pattern._replace(operand="absent" if pattern.operand == "present" else "present")
    if pattern.operator in ("is", "one-of", "at-least"):
        return pattern._replace(operand=stepped(pattern.operand))
    return Pattern("is", stepped(pattern.operand))


def sides(one: Allowance) -> Iterator[tuple[str, Allowance]]:
    yield "to", one._replace(actual=moved(one.actual))
    if one.expected is not None:
        yield "from", one._replace(expected=moved(one.expected))


def moved_sides(folder: Path) -> Iterator[tuple[AllowanceStatus, str, Allowance]]:
    for entry in used(folder):
        yield from ((entry, side, other) for side, other in sides(entry.allowance))


def test_moved_allowances_come_from_every_origin() -> None:
    origins = {entry.allowance.origin for folder in STORIES for entry in used(folder)}
    assert origins == {"shipped", "configured", "inline"}


@pytest.mark.parametrize("folder", STORIES, ids=lambda path: path.name)
def test_allowance_with_a_moved_side_lets_the_violation_come_back(folder: Path) -> None:
    for entry, side, other in list(moved_sides(folder)):
        found = {key(finding): finding for finding in run(folder, other).findings}
        for use in entry.uses:
            now = found[key(use)]
            assert now.status == "violation", (other.id, side)
            if use.rule not in OWN:
                assert now.near == other, side
                assert re.search(f"{re.escape(other.id)} (accepts|expects) ", now.message), side


def key(finding: Finding) -> tuple[object, ...]:
    return (finding.rule, finding.location, finding.path, str(finding.actual))
