"""The look-up of allowances finds what each of them, asked by itself, says of a difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from deploylint.config import rules as rule_sets
from deploylint.model.difference import Difference, Position
from deploylint.model.finding import Allowance, Location
from deploylint.model.patterns import read_pattern
from deploylint.model.service import State, Value
from deploylint.model.types import Plain
from deploylint.policy.allowance_index import RunAllowances
from deploylint.policy.allowance_lookup import is_about_one_field
from deploylint.policy.allowance_match import (
    covers,
    in_scope,
    pins_actual,
    pins_expected,
    scope_of_difference,
)
from deploylint.policy.judgement import covering_allowances
from deploylint.policy.near_misses import nearest
from tests.support.values import service
from tools import TODAY

PORT, LEVEL, TREE = "service.port", "resources.limits", "environment.variables"
LIMITS = ("resources.limits.cpu", "resources.limits.memory")
ADDRESSES: tuple[tuple[str, ...], ...] = (
    (),
    (PORT,),
    (PORT, "service.type"),
    LIMITS,
    LIMITS[:1],
    (TREE,),
    (f"{TREE}.MODE",),
    (f"{TREE}.DB_PASSWORD",),
    ("key:spec.a",),
    ("key:spec.*",),
)
PATTERNS: tuple[Plain, ...] = (
    80,
    "80",
    [80, "http"],
    {"a": [1, 2]},
    {"one-of": [80, 81]},
    {"at-least": 80},
    {"matching": "^8"},
    "present",
    "absent",
    "<redacted>",
)
VALUES: tuple[tuple[State, Plain], ...] = (
    ("known", 80),
    ("known", "80"),
    ("known", 81.0),
    ("known", ["http", 80]),
    ("known", {"a": [1, 2]}),
    ("known", "present"),
    ("absent", None),
    ("disabled", False),
)
SERVICE = service("image: {repository: acme/api}", file="deploy-api.yaml")
AT = Position(SERVICE, SERVICE.main)
RULE = next(rule for rule in rule_sets.shipped_rules().rules if rule.pattern is None)


def every_allowance() -> Iterator[Allowance]:
    """Each pair of patterns for some addresses, one in three of them expired."""
    cases = product(ADDRESSES, PATTERNS, PATTERNS)
    for number, (addresses, expected, actual) in enumerate(cases):
        yield Allowance(
            id=f"a{number}",
            rule=RULE.id,
            service="a*" if number % 2 else "api",
            runtime="",
            role="",
            component="",
            addresses=addresses,
            expected=read_pattern(expected) if number % 7 else None,
            actual=read_pattern(actual),
            because="a test",
            at=Location("x", "", 1, 1, 1, 1),
            origin="configured",
            until="2000-01-01" if number % 3 else "",
        )


EVERY = list(every_allowance())
ABOUT = RunAllowances(EVERY, TODAY).of_group("g").scope(AT).about(RULE.id)
PATHS = (PORT, LEVEL, LIMITS[0], f"{TREE}.MODE", f"{TREE}.DB_PASSWORD", "key:spec.a.b", "key:x")


def differences(address: str) -> Iterator[Difference]:
    """The differences between any two values at an address."""
    for expected, actual in product(VALUES, VALUES):
        sides = (Value(*expected), Value(*actual))
        yield Difference(RULE, "violation", AT, address, *sides)
    yield Difference(RULE._replace(key="key:spec.a"), "violation", AT, address, *sides)
    absolute = RULE._replace(pattern=read_pattern("present"))
    yield Difference(absolute, "violation", AT, address, *sides)


@pytest.mark.parametrize("address", PATHS)
def test_look_up_finds_all_allowances_that_cover_a_difference(address: str) -> None:
    for difference in differences(address):
        covering = [a.id for a in EVERY if covers(a, difference) and not a.until]
        found = covering_allowances(difference, ABOUT, TODAY)
        assert [allowance.id for allowance in found] == covering


def nearness(allowance: Allowance, difference: Difference) -> int:
    """How near an allowance is: over, one value moved, both moved; 0 for not near."""
    expected, actual = pins_expected(allowance, difference), pins_actual(allowance, difference)
    if expected and actual:
        return 1 if allowance.until else 0
    if expected or actual:
        return 2 if expected else 3
    return 4 if is_about_one_field(allowance) else 0


@pytest.mark.parametrize("address", PATHS)
def test_nearest_allowance_is_the_first_of_those_that_miss_least(address: str) -> None:
    for difference in differences(address):
        scope = scope_of_difference(difference)
        ranks = [nearness(a, difference) if in_scope(a, scope) else 0 for a in EVERY]
        best = min((rank, number) for number, rank in enumerate(ranks) if rank)
        near = nearest(ABOUT, difference, TODAY)
        assert near is not None
        assert near.allowance.id == EVERY[best[1]].id
