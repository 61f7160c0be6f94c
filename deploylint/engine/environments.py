"""Services in several environments: each is compared with itself in the first of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.engine.load import DeploymentGroup
from deploylint.model.service import Service

Baselines = Mapping[tuple[str, str], Service]
"""Each service, by its group and name, as it is in the first environment that it is in."""


def baseline_environments(loaded: Sequence[DeploymentGroup]) -> Baselines:
    """The services of some groups in the environment that is listed first."""
    baselines: dict[tuple[str, str], Service] = {}
    for group in loaded:
        for service in group.services if group.environment else ():
            baselines.setdefault((group.name, service.name), service)
    return baselines


def with_baselines(
    group: str, services: Iterable[Service], baselines: Baselines
) -> Iterator[tuple[Service, Service]]:
    """Some services of a group, each after itself in its first environment if that is another."""
    for service in services:
        first = baselines.get((group, service.name), service)
        if first.environment != service.environment:
            yield first, service
