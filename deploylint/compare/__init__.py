"""Rules over services to differences. Pure: no files, no clock, no printing.

A rule about the reference looks at pairs of components (``pairing``), or, where none is named, at
what the majority has (``voting``); a rule about every service at each component alone, and
``agree`` inside one service (``alone``). The verbs are in ``verbs``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deploylint.compare.majority import Elections
from deploylint.compare.matching import matched_components
from deploylint.compare.reference import pair, planned, unsaid
from deploylint.compare.result import CompareResult
from deploylint.compare.single import among, every, inside
from deploylint.model.difference import Position
from deploylint.model.rule import Rule
from deploylint.model.service import Service


def compare(
    services: Iterable[Service],
    reference: Service | None,
    rules: Sequence[Rule],
    watched: frozenset[str] = frozenset(),
    *,
    elections: Elections | None = None,
) -> CompareResult:
    """Every rule over every service of one group.

    ``services`` may be some of a group. ``reference`` is one of it, or None when only rules about
    single services can run; the majority stands in for it where it may (``elections``). Where the
    ``watched`` rules were judged is kept.
    """
    result = CompareResult(watched)
    rules = [rule for rule in rules if rule.across == "services"]
    paired = [rule for rule in rules if rule.scope == "reference"]
    agreeing = [rule for rule in rules if rule.scope == "inside"]
    compared = frozenset(address for rule in paired for address in rule.addresses)
    plan = {} if reference is None else planned(paired)
    for service in services:
        if elections is not None:
            elections.judge(service, result)
        for rule in rules:
            if rule.verb == "be-among":
                among(rule, service, result)
            elif rule.scope == "every":
                every(rule, service, result)
            elif rule.scope == "inside":
                inside(rule, service, reference, result)
        if reference is not None and service is not reference:
            for one, other in matched_components(reference, service):
                sides = Position(reference, one), Position(service, other)
                pair(plan, *sides, result)
                for rule in agreeing:
                    unsaid(rule, compared, *sides, result)
    return result


def across(
    pairs_of_environments: Iterable[tuple[Service, Service]],
    rules: Sequence[Rule],
    result: CompareResult,
) -> None:
    """The rules about environments, over pairs of one service in two of them, into a result.

    The first of a pair is the environment that the other is compared with.
    """
    wanted = [rule for rule in rules if rule.across == "environments"]
    plan = planned(wanted)
    for first, other in pairs_of_environments:
        for one, two in matched_components(first, other):
            pair(plan, Position(first, one), Position(other, two), result)
