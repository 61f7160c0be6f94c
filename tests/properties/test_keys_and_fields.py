"""A rule that is written on a key says what one says that is written on the field it spells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from deploylint.compare import compare
from deploylint.compare.matching import ComponentMatcher
from deploylint.config.rules import EVERY_ROLE
from deploylint.documents.key_query import FoundKey, KeyQuery, Steps, keys_below
from deploylint.model.difference import Difference
from deploylint.model.fields import ADDRESSES
from deploylint.model.keys import KeyField, fields_by_key, query_of
from deploylint.model.patterns import Pattern
from deploylint.model.rule import Operator, Rule
from deploylint.model.service import Service
from tests.support.stories import checked, story
from tools.sampling import sampled

OPERATORS: list[tuple[Operator, Pattern | None, float]] = [
    ("equal", None, 1),
    ("contain", None, 1),
    ("within", None, 2),
    ("be", Pattern("state", "present"), 1),
    ("be", Pattern("is", 8080), 1),
    ("not-be", Pattern("one-of", ["true", True, 1]), 1),
]
KINDS = ("", "Service", "HorizontalPodAutoscaler", "ServiceMonitor", "PodDisruptionBudget")

Place = tuple[str, str, str]
"""The service, its component, and the component of the reference that it is compared with."""


def rule(operator: Operator, pattern: Pattern | None, ratio: float, *paths: str) -> Rule:
    return Rule("law", paths, operator, pattern, ratio, EVERY_ROLE, "error", "A law.", (), "")


def found_keys(services: Sequence[Service]) -> list[KeyField]:
    """Every key of some services that is a field, each once."""
    found = {
        one.path: one
        for service in services
        for root in (service.root, *service.roots)
        for steps in every_place(FoundKey((), (root,), root))
        for kind in KINDS
        for one in fields_by_key(service, KeyQuery(kind, steps))
        if one.field and one.value.state != "absent"
    }
    return list(found.values())


def every_place(at: FoundKey) -> Iterator[Steps]:
    for below in keys_below(at):
        yield below.steps
        yield from every_place(below)


def led(key: KeyField, services: Sequence[Service], reference: Service) -> Iterator[Place]:
    """Where a key leads to the field that it spells, in a service or in its reference."""
    for service in services:
        ours, theirs = (
            {one.number for one in fields_by_key(side, query_of(key.path)) if one.field}
            for side in (service, reference)
        )
        yield from ((service.name, service.components[number].key, "") for number in ours)
        for there, here in ComponentMatcher(reference).pairs(service):
            if here in ours or there in theirs:
                keys = service.components[here].key, reference.components[there].key
                yield (service.name, *keys)


def said(one: Difference) -> tuple[object, ...]:
    """What a difference says, and where."""
    sides = [(side.state, repr(side.data), side.note, side.node) for side in one[4:6]]
    return one.outcome, *place(one), one.address, *sides


def place(one: Difference) -> Place:
    other = "" if one.reference is None else one.reference.component.key
    return one.at.service.name, one.at.component.key, other


@pytest.mark.slow
@pytest.mark.campaign
@story
def test_rule_on_a_key_finds_what_a_rule_on_its_field_finds(folder: Path, share: int) -> None:
    for group in checked(folder).groups:
        services = group.loaded.services
        keys = found_keys(services)
        for key in sampled(keys, share, folder.name):
            reference = group.reference or services[0]
            places = set(led(key, services, reference))
            for operator in OPERATORS:
                by_field = compare(services, reference, [rule(*operator, key.field)])
                by_key = compare(services, reference, [rule(*operator, key.path)])
                wanted, found = (
                    {said(one) for one in result.differences if place(one) in places}
                    for result in (by_field, by_key)
                )
                assert found == wanted, key.path


@pytest.mark.slow
@story
def test_rule_that_keys_agree_finds_what_one_on_their_fields_finds(folder: Path) -> None:
    for group in checked(folder).groups:
        for service in group.loaded.services:
            keys = [one for one in found_keys([service]) if one.number == 0]
            for one, other in combinations(keys, 2):
                if one.field == other.field or ADDRESSES[one.field] is not ADDRESSES[other.field]:
                    continue
                by_field = compare(
                    [service], None, [rule("agree", None, 1, one.field, other.field)]
                )
                by_key = compare([service], None, [rule("agree", None, 1, one.path, other.path)])
                wanted = {said(d) for d in by_field.differences if d.at.component.is_main}
                assert {said(d) for d in by_key.differences} == wanted, (one.path, other.path)
