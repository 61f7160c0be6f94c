"""Services in several environments: each is compared with itself in the first of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deploylint.documents.grouping import items_by_key
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.options import Run
from deploylint.model.finding import Finding
from deploylint.model.format import without_shares
from deploylint.model.service import Service
from deploylint.policy.builtin_checks import odd_differences
from deploylint.policy.judgement import Judged

if TYPE_CHECKING:
    from deploylint.engine.group import GroupResult

Baselines = Mapping[tuple[str, str], Service]
"""Each service, by its group and name, as it is in the first environment that it is in."""


def baseline_environments(loaded: Sequence[DeploymentGroup]) -> Baselines:
    """The services of configured groups in the environment that is listed first.

    Without a configuration, what differs between environments may differ on purpose.
    """
    baselines: dict[tuple[str, str], Service] = {}
    for group in loaded:
        for service in group.services if group.environment and group.configured else ():
            baselines.setdefault((group.name, service.name), service)
    return baselines


def without_repeats(results: Sequence[GroupResult]) -> Iterator[GroupResult]:
    """The results of some groups, with one finding for what environments share.

    A value in a file of several environments is one finding, which is of none of them. In the
    environments of a configuration each has its own.
    """
    own = [result for result in results if result.loaded.configured is None]
    often = Counter(_identity(judged) for result in own for judged in result.outcome.findings)
    known = set[object]()
    for result in results:
        if result.loaded.configured is not None:
            yield result
            continue
        kept = list[Judged]()
        for judged in result.outcome.findings:
            identity = _identity(judged)
            if identity in known and result.loaded.environment:
                continue
            known.add(identity)
            if often[identity] > 1 and isinstance(judged, Finding):
                kept.append(judged._replace(environment=""))
            else:
                kept.append(judged)
        yield result.with_findings(kept)


def with_odd_ones(results: Sequence[GroupResult], run: Run) -> Sequence[GroupResult]:
    """Results with what one environment has, a letter off what all others of its service have."""
    from deploylint.compare.odd_values import odd_in_environments  # few groups have environments

    checks = run.config.rule_set.builtin
    of_service = items_by_key(
        ((result.loaded.name, service.name), (result, service))
        for result in results
        for service in (result.loaded.services if result.loaded.environment else ())
    )
    for each in of_service.values():
        of_environment = {id(service): result for result, service in each}
        for odd in odd_in_environments([service for _, service in each]):
            if run.options.wants(check := checks[odd.check]):
                difference = odd_differences([odd], {odd.check: check})
                of_environment[id(odd.service)].add(difference, run)
    return results


def _identity(judged: Judged) -> object:
    """What is equal of a finding in several environments of one service."""
    if isinstance(judged, Finding):
        actual = without_shares(repr(judged.actual))
        values = (judged.status, repr(judged.expected), actual, judged.location)
        return (judged.group, judged.service, judged.rule, judged.component, judged.address, values)
    return (judged.service, judged.rule, judged.component, judged.address, judged.allowance.place)


def small_environments_aside(groups: Sequence[DeploymentGroup]) -> list[DeploymentGroup]:
    """Groups without an error in an environment, if another one of it has more services."""
    sizes = Counter[str]()
    for group in groups:
        sizes[group.name] = max(sizes[group.name], len(group.services))
    return [
        group._replace(is_aside=True)
        if group.environment and len(group.services) < sizes[group.name]
        else group
        for group in groups
    ]


def with_baselines(
    group: str, services: Iterable[Service], baselines: Baselines
) -> Iterator[tuple[Service, Service]]:
    """Some services of a group, each after itself in its first environment if that is another."""
    for service in services:
        first = baselines.get((group, service.name), service)
        if first.environment != service.environment:
            yield first, service
