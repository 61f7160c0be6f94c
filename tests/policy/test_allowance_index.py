"""The index of allowances: for each component those that are for it, in the order they count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

import pytest

from deploylint.model.difference import Position, scope_at
from deploylint.model.finding import Allowance, Location
from deploylint.model.patterns import read_pattern
from deploylint.policy.allowance_index import AllowanceIndex, RunAllowances
from deploylint.policy.allowance_match import in_scope
from tests.support.values import service
from tools import TODAY

EVERYWHERE: Mapping[str, str] = {}
SCOPES: tuple[dict[str, str], ...] = (
    {},
    {"service": "api"},
    {"service": "a*"},
    {"service": "w?b"},
    {"runtime": "go"},
    {"role": "server"},
    {"component": "worker:*"},
    {"environment": "prod"},
    {"service": "api", "role": "worker"},
)


def allowance(
    number: int, scope: Mapping[str, str] = EVERYWHERE, rule: str = "ports", line: int = 0
) -> Allowance:
    return Allowance(
        id=f"a{number}",
        rule=rule,
        service=scope.get("service", ""),
        runtime=scope.get("runtime", ""),
        role=scope.get("role", ""),
        component=scope.get("component", ""),
        environment=scope.get("environment", ""),
        addresses=(),
        expected=read_pattern(1),
        actual=read_pattern(2),
        because="a test",
        at=Location("deploy-api.yaml", "", line or 1, 1, 1, 1),
        origin="inline" if line else "configured",
        line=line,
    )


def index_of(allowances: Iterable[Allowance]) -> AllowanceIndex:
    every = list(allowances)
    configured = RunAllowances([one for one in every if not one.line], TODAY)
    return configured.of_group("g", [one for one in every if one.line])


def position(name: str, component: int, runtime: str = "", environment: str = "") -> Position:
    text = f"fullnameOverride: {name}\nservice: {{port: 1}}\nworkers: {{mail: {{command: [x]}}}}\n"
    found = service(text, "in-house", f"deploy-{name}.yaml")._replace(
        runtime=runtime, environment=environment
    )
    return Position(found, found.components[component])


POSITIONS = [
    position(name, number, runtime, environment)
    for name, number, runtime, environment in product(
        ("api", "web"), (0, 1), ("go", ""), ("prod", "")
    )
]


@pytest.mark.parametrize("at", POSITIONS, ids=lambda at: "-".join(scope_at(at[0], at[1], "")))
def test_scope_of_a_component_holds_the_allowances_for_it(at: Position) -> None:
    allowances = [
        allowance(number, scope, rule)
        for number, (scope, rule) in enumerate(product(SCOPES, ("a", "b")))
    ]
    index = index_of(allowances)
    wanted = [one.id for one in allowances if in_scope(one, scope_at(*at, ""))]
    assert list(index.scope(at).about("another")) == []
    for rule in ("a", "b"):
        about = [one.id for one in index.scope(at).about(rule)]
        assert about == [one.id for one in allowances if one.rule == rule and one.id in wanted]


def test_components_of_the_same_allowances_have_one_scope() -> None:
    index = index_of([allowance(1, {"service": "api"}), allowance(2)])
    assert index.scope(position("web", 0)) is index.scope(position("other", 0))
    assert index.scope(position("web", 0)) is not index.scope(position("api", 0))


def test_inline_allowance_counts_first_and_only_on_its_line() -> None:
    configured, inline = allowance(1), allowance(2, line=3)
    index = index_of([configured, inline])
    at = position("api", 0)
    there, elsewhere = (Location("deploy-api.yaml", "", line, 1, line, 1) for line in (3, 4))
    assert list(index.about("ports", at, there)) == [inline, configured]
    assert list(index.about("ports", at, elsewhere)) == [configured]
    assert list(index.for_service(at)) == [inline, configured]
    assert index.inline_rules == {"ports"}
