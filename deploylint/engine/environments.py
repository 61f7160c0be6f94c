"""Services in several environments: each is compared with itself in the first of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deploylint.engine.load import DeploymentGroup
from deploylint.model.finding import Finding
from deploylint.model.service import Service
from deploylint.policy.judgement import Judged

if TYPE_CHECKING:
    from deploylint.engine.group import GroupResult

Baselines = Mapping[tuple[str, str], Service]
"""Each service, by its group and name, as it is in the first environment that it is in."""


def baseline_environments(loaded: Sequence[DeploymentGroup]) -> Baselines:
    """The services of configured groups in the environment that is listed first.

    What differs between environments that were only found may differ on purpose.
    """
    baselines: dict[tuple[str, str], Service] = {}
    for group in loaded:
        for service in group.services if group.environment and group.configured else ():
            baselines.setdefault((group.name, service.name), service)
    return baselines


def without_repeats(results: Sequence[GroupResult]) -> Iterator[GroupResult]:
    """The results of some groups, each finding once that found environments share.

    A value in a file of several environments is one finding, which is of none of them.
    """
    found = [result for result in results if result.loaded.configured is None]
    often = Counter(_identity(one) for result in found for one in result.outcome.findings)
    told = set[object]()
    for result in results:
        if result.loaded.configured is not None or not result.loaded.environment:
            told.update(map(_identity, result.outcome.findings))
            yield result
            continue
        kept = list[Judged]()
        for one in result.outcome.findings:
            identity = _identity(one)
            if identity not in told:
                if often[identity] > 1 and isinstance(one, Finding):
                    kept.append(one._replace(environment=""))
                else:
                    kept.append(one)
            told.add(identity)
        yield result._replace(outcome=result.outcome._replace(findings=kept))


def _identity(one: Judged) -> object:
    """What is equal of a finding in several environments of one service."""
    if isinstance(one, Finding):
        values = (one.status, repr(one.expected), repr(one.actual), one.location)
        return (one.group, one.service, one.rule, one.component, one.address, values)
    return (one.service, one.rule, one.component, one.address, one.allowance.place)


def with_baselines(
    group: str, services: Iterable[Service], baselines: Baselines
) -> Iterator[tuple[Service, Service]]:
    """Some services of a group, each after itself in its first environment if that is another."""
    for service in services:
        first = baselines.get((group, service.name), service)
        if first.environment != service.environment:
            yield first, service
