"""The shipped rules: each is what its examples say, and its examples notice when it is not.

Nothing here knows a rule: a new one is tested by its own examples.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest

from deploylint.compare import diff, operators
from deploylint.compare.diff import DifferingItem
from deploylint.compare.operators import Operand
from deploylint.config import rules as rule_sets
from deploylint.engine.examples import gives
from deploylint.model.fields import ADDRESSES, ELEMENTS, element_of
from deploylint.model.rule import Example, Gives, Rule
from deploylint.model.types import Plain, Type

PACK = rule_sets.with_examples(rule_sets.shipped_rules())
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in PACK.rules
    for number, example in enumerate(rule.examples, 1)
]
BY_ID = [pytest.param(rule, id=rule.id) for rule in PACK.rules]

UNCOVERED = {
    "dockerfile.present": "a service is read without its Dockerfile as well",
    "dockerfile.user": "what the kubelet makes of it is dockerfile.non-root",
    "dockerfile.entrypoint": "it is read as part of a worker's command, and as dockerfile.mode",
    "dockerfile.command": "it is read as part of a worker's command, and as dockerfile.mode",
    "image.digest": "every service runs its own image",
    "workers.log-level": "a worker's own business, and each technology has words of its own",
    "code.present": "a service may be checked without its source code",
    "code.handlers": "what a handler is for is no name that a deployment says",
    "runtime.present": "a service always runs on something; which it is, is runtime.language",
}
"""Addresses that no rule is about, and why."""


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example_gives_its_expected_outcome(rule: Rule, example: Example) -> None:
    assert gives(rule, example) == example.gives


@pytest.mark.parametrize("rule", BY_ID)
def test_rule_has_an_example_that_passes_and_one_that_fails(rule: Rule) -> None:
    assert {"match", "violation"} <= {example.gives for example in rule.examples}


@pytest.mark.parametrize("rule", BY_ID)
def test_example_has_the_sides_that_its_rule_compares(rule: Rule) -> None:
    for example in rule.examples:
        assert (example.reference is not None) is (rule.scope in ("reference", "environments"))


def replace(
    monkeypatch: pytest.MonkeyPatch, original: Callable[..., object], other: Callable[..., object]
) -> None:
    """Put another function in the place of one, wherever it was imported."""
    name = original.__name__
    for module in [m for key, m in sys.modules.items() if key.startswith("deploylint.")]:
        if getattr(module, name, None) is original:
            monkeypatch.setattr(module, name, other)


def wrong(rule: Rule) -> list[Gives]:
    """What the examples of a rule give that do not give what they say."""
    found = [(gives(rule, example), example.gives) for example in rule.examples]
    return [given for given, said in found if given != said]


@pytest.mark.parametrize("rule", BY_ID)
def test_examples_notice_an_operator_that_always_passes(
    rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(monkeypatch, operators.evaluate_pair, lambda *_: "match")
    replace(monkeypatch, operators.evaluate_value, lambda *_: "match")
    replace(monkeypatch, operators.evaluate_membership, lambda *_: "match")
    replace(monkeypatch, operators.normal, lambda *_: "the same")
    assert wrong(rule)


def whole(kind: Type, expected: Operand, actual: Operand, operator: str) -> list[DifferingItem]:
    """Two sides as one difference, whether or not they differ."""
    return [DifferingItem((), expected.value, actual.value)]


@pytest.mark.parametrize("rule", BY_ID)
def test_examples_notice_an_operator_that_never_passes(
    rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = count()
    replace(monkeypatch, operators.evaluate_pair, lambda *_: "violation")
    replace(monkeypatch, operators.evaluate_value, lambda *_: "violation")
    replace(monkeypatch, operators.evaluate_membership, lambda *_: "violation")
    replace(monkeypatch, diff.diff_items, whole)
    replace(monkeypatch, operators.normal, lambda *_: next(numbers))
    assert wrong(rule)


@pytest.mark.parametrize("rule", BY_ID)
def test_rule_why_is_one_or_two_sentences(rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert rule.why.count(". ") <= 1
    assert 20 <= len(rule.why) <= 160


def test_rules_compare_each_field_path_once() -> None:
    covered = Counter(
        (address, role)
        for rule in PACK.rules
        if rule.scope == "reference"
        for address in rule.addresses
        for role in rule.roles
    )
    assert [at for at, times in covered.items() if times > 1] == []


def test_field_path_has_a_rule_or_a_reason() -> None:
    of_services = (rule for rule in PACK.rules if rule.across == "services")
    covered = {address for rule in of_services for address in rule.addresses}
    among = {str(r.pattern.operand) for r in PACK.rules if r.pattern and r.operator == "be-among"}
    assert set(ADDRESSES) - covered - among == set(UNCOVERED)


def test_element_has_a_rule() -> None:
    covered = {element_of(address) for rule in PACK.rules for address in rule.addresses}
    assert covered == set(ELEMENTS)


def container(**fields: Plain) -> dict[str, Plain]:
    return {"securityContext": fields}


def env(**variables: Plain) -> dict[str, Plain]:
    return {"env": variables}


# Address -> a fragment that demands more, and one that demands less.
ORDERED: dict[str, tuple[Plain, Plain]] = {
    "security-context.drop-capabilities": (
        container(capabilities={"drop": ["CHOWN", "NET_RAW"]}),
        container(capabilities={"drop": ["CHOWN"]}),
    ),
    "environment.secrets": (
        {"envFrom": [{"secretRef": {"name": "a"}}, {"secretRef": {"name": "b"}}]},
        {"envFrom": [{"secretRef": {"name": "a"}}]},
    ),
    "security-context.add-capabilities": (
        container(capabilities={"add": ["A"]}),
        container(capabilities={"add": ["A", "B"]}),
    ),
    "security-context.non-root": (container(runAsNonRoot=True), container(runAsNonRoot=False)),
    "security-context.read-only-root": (
        container(readOnlyRootFilesystem=True),
        container(readOnlyRootFilesystem=False),
    ),
    "security-context.privilege-escalation": (
        container(allowPrivilegeEscalation=False),
        container(allowPrivilegeEscalation=True),
    ),
    "security-context.privileged": (container(privileged=False), container(privileged=True)),
    "environment.variables": (env(A="1", B="2"), env(A="1")),
}


@pytest.mark.parametrize("address", ORDERED)
def test_contain_passes_for_more_and_fails_for_less(address: str) -> None:
    rule = next(rule for rule in PACK.rules if rule.scope == "reference")
    rule = rule._replace(addresses=(address,), operator="contain", roles=frozenset({"server"}))
    more, less = ORDERED[address]
    assert gives(rule, Example(more, less, "violation")) == "violation"
    assert gives(rule, Example(less, more, "match")) == "match"


def test_contain_cases_cover_every_type_with_an_order() -> None:
    ordered = {kind.more for kind in ADDRESSES.values() if kind.more is not None}
    assert {ADDRESSES[address].more for address in ORDERED} == ordered
