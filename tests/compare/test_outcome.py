"""Outcomes: what is kept for components with the same forms is what each comes to alone."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable

import pytest

from deploylint.compare import compare
from deploylint.compare.result import CompareResult
from deploylint.config import rules as rule_sets
from deploylint.model.difference import Difference
from deploylint.model.service import Service
from tests.support.folders import FIXTURES
from tests.support.values import service

RULES = [rule._replace(active=True) for rule in rule_sets.shipped_rules().rules]
WATCHED = frozenset(rule.id for rule in RULES)
PAIR = FIXTURES / "fraiday" / "deploy"
REFERENCE = (PAIR / "deploy-python.yaml").read_text(encoding="utf-8")
PEER = (PAIR / "deploy-go.yaml").read_text(encoding="utf-8")
WORDS = ("8081", "celery", "api-service", "ai-backend", "true", "{}", "null", '"{{ .Values.x }}"')
VALUE = re.compile(r"^(\s*(?:- )?(?:\w+: ))([^\s{\[#|>\"'][^{}\n#,]*)$", re.MULTILINE)


def variant(chance: random.Random) -> str:
    """The peer's text with some values replaced, or some lines of one level left out."""

    def replaced(match: re.Match[str]) -> str:
        return match[1] + chance.choice(WORDS) if chance.random() < 0.06 else match[0]

    return VALUE.sub(replaced, PEER)


def fleet(seed: int, number: int) -> list[Service]:
    """Services of a few texts under names of their own, in any order."""
    chance = random.Random(seed)
    texts = [PEER, *(variant(chance) for _ in range(6))]
    services = []
    for at in range(number):
        name = f"svc-{at}"
        text = chance.choice(texts).replace("api-service", name)
        services.append(service(text, "in-house", f"deploy-{name}.yaml"))
    return services


def told(differences: Iterable[Difference]) -> list[tuple[object, ...]]:
    return sorted(
        (
            one.at.service.name,
            one.at.component.key,
            one.rule.id,
            one.outcome,
            one.address,
            str(one.expected.data),
            str(one.actual.data),
            -1 if one.actual.node is None else one.actual.node.start,
        )
        for one in differences
    )


def places(results: Iterable[CompareResult]) -> Counter[tuple[str, str, str, str]]:
    return Counter(
        (one.rule, one.at.service, one.at.component, address)
        for result in results
        for one in result.judged
        for address in one.addresses
    )


def alone(services: Iterable[Service], reference: Service) -> list[CompareResult]:
    return [compare([one], reference, RULES, WATCHED) for one in services]


@pytest.mark.parametrize("seed", range(12))
def test_outcome_of_services_compared_together_is_that_of_each_alone(seed: int) -> None:
    reference = service(REFERENCE, "in-house", "deploy-python.yaml")
    services = [reference, *fleet(seed, 30)]
    together = compare(services, reference, RULES, WATCHED)
    apart = alone(services, reference)
    assert told(together.differences) == sorted(
        one for result in apart for one in told(result.differences)
    )
    assert together.matches == {
        cell: count for result in apart for cell, count in result.matches.items()
    }
    for table in {root.table for one in services for root in one.roots}:
        for leaves in ("compared", "unknown"):
            rows = (getattr(result, leaves).rows(table) for result in apart)
            assert getattr(together, leaves).rows(table) == set[int]().union(*rows)
    assert places([together]) == places(apart)


def test_deviation_of_the_same_forms_is_one_object() -> None:
    reference = service(REFERENCE, "in-house", "deploy-python.yaml")
    services = [
        service(PEER.replace("api-service", name), "in-house", f"deploy-{name}.yaml")
        for name in ("one", "two", "three", "four")
    ]
    found = compare([reference, *services], reference, RULES).occurrences
    by_service = [
        [one.deviations for one in found if one.at.service.name == name]
        for name in ("two", "three", "four")
    ]
    assert by_service[0] == by_service[1] == by_service[2]
    assert all(one is not None for one in by_service[0])


def test_own_name_that_differs_is_reported_as_each_service_writes_it() -> None:
    template = "fullnameOverride: {0}\nimagePullSecrets: [{1}]\n"
    reference = service(template.format("api", "acr-auth"), file="deploy-api.yaml")
    names = ("one", "two", "three", "four")
    texts = [template.format(name, f"{name}-auth") for name in names]
    peers = [service(text, file=f"deploy-{at}.yaml") for at, text in enumerate(texts)]
    rules = [rule for rule in RULES if rule.id == "image-pull-secrets"]
    found = compare([reference, *peers], reference, rules).differences
    assert [(one.expected.data, one.actual.data) for one in found] == [
        ("acr-auth", f"{name}-auth") for name in names
    ]


@pytest.mark.parametrize("seed", range(4))
def test_difference_made_alone_equals_the_one_made_with_all(seed: int) -> None:
    reference = service(REFERENCE, "in-house", "deploy-python.yaml")
    found = compare([reference, *fleet(seed, 30)], reference, RULES).occurrences
    assert any(one.deviations for one in found)
    for one in found:
        every = one.differences()
        assert [one.difference(number) for number in range(len(every))] == list(every)
