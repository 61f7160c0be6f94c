"""One service in several environments: which of them the others are compared with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.engine.load import DeploymentGroup
from deploylint.model.service import Service

Firsts = Mapping[tuple[str, str], DeploymentGroup]
"""For each service, by its group and name, the set of the first environment that it is in."""


def baseline_environments(loaded: Sequence[DeploymentGroup]) -> Firsts:
    """Where each service of some sets is in the environment that is listed first."""
    firsts: dict[tuple[str, str], DeploymentGroup] = {}
    for one in loaded:
        for service in one.services.listed if one.environment else ():
            firsts.setdefault((one.name, service.name), one)
    return firsts


def beside_first(
    one: DeploymentGroup, services: Iterable[Service], firsts: Firsts
) -> Iterator[tuple[Service, Service]]:
    """Some services of a set, each beside itself in its first environment if that is another."""
    for service in services:
        first = firsts.get((one.name, service.name), one)
        if first.environment != one.environment:
            yield first.services.named(service.name), service
