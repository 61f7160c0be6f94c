"""One service in several environments: which of them the others are compared with."""

from collections.abc import Iterator, Mapping, Sequence

from deploylint.model import Service
from deploylint.sets import Set

Firsts = Mapping[tuple[str, str], Service]
"""Each service in its first environment, by its group and name."""


def firsts_of(loaded: Sequence[Set]) -> Firsts:
    """The services of some sets in the environment that is listed first."""
    firsts: dict[tuple[str, str], Service] = {}
    for one in loaded:
        for service in one.services if one.environment else ():
            firsts.setdefault((one.name, service.name), service)
    return firsts


def beside_first(one: Set, firsts: Firsts) -> Iterator[tuple[Service, Service]]:
    """Each service of a set beside itself in its first environment, where that is another one."""
    for service in one.services:
        first = firsts.get((one.name, service.name), service)
        if first.environment != service.environment:
            yield first, service
