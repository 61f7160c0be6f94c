"""How much of each file was looked at: every leaf is compared, unknown or uncompared.

The leaves of a file that several services have are those of the first one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from deploylint.compare.result import CompareResult
from deploylint.documents.merge import Lost
from deploylint.documents.nodes import Node, leaves, span
from deploylint.model.finding import Location
from deploylint.model.locations import place
from deploylint.model.service import Service

_UNSEEN, _SPLIT, _UNKNOWN, _COMPARED = range(4)
"""What was made of a leaf, the better the higher."""


class Uncompared(NamedTuple):
    """A leaf no rule looked at: its place and why."""

    place: Location
    reason: str


class Coverage(NamedTuple):
    """Counts of leaves, and of each service by name those that nothing looked at.

    These are (number of the leaf among those of the service's files, reason).
    """

    compared: int
    unknown: int
    uncompared: Mapping[str, Sequence[tuple[int, str]]]


def account(services: Iterable[Service], comparison: CompareResult) -> Coverage:
    """What became of every leaf of every file of some services that were compared."""
    owners: dict[int, str] = {}
    counts = Counter[int]()
    uncompared: dict[str, list[tuple[int, str]]] = {}
    for service in services:
        read, lost = _read(service), _lost(service)
        left = uncompared[service.name] = []
        for number, leaf in enumerate(_leaves(service)):
            if owners.setdefault(id(leaf), service.name) != service.name:
                continue
            if reason := lost.get(id(leaf)):
                left.append((number, reason))
                continue
            address, state = read.get(id(leaf), ("", ""))
            seen = _seen(leaf, comparison)
            if seen in (_COMPARED, _UNKNOWN) or state == "unknown":
                counts[_COMPARED if seen == _COMPARED else _UNKNOWN] += 1
            elif seen == _SPLIT:
                left.append((number, f"{address}: no majority"))
            else:
                left.append((number, _reason(address)))
    return Coverage(counts[_COMPARED], counts[_UNKNOWN], uncompared)


def _leaves(service: Service) -> Iterator[Node]:
    for root in service.roots:
        yield from leaves(root)


def _seen(leaf: Node, comparison: CompareResult) -> int:
    if id(leaf) in comparison.compared:
        return _COMPARED
    if id(leaf) in comparison.unknown:
        return _UNKNOWN
    return _SPLIT if id(leaf) in comparison.split else _UNSEEN


def _read(service: Service) -> dict[int, tuple[str, str]]:
    """What each leaf was read as: its address and the state of the value."""
    return {
        id(leaf): (f"{component.key}/{address}", value.state)
        for component in service.components
        for address, value in component.values.items()
        for leaf in value.leaves
    }


def _lost(service: Service) -> dict[int, str]:
    """What befell the leaves that the service's files hold and the tree they come to does not."""
    if not service.lost:
        return {}
    there = {id(leaf) for leaf in leaves(service.root)}  # an alias may be lost in one place only
    return {
        id(leaf): _fate(one)
        for one in service.lost
        for leaf in leaves(one.node)
        if id(leaf) not in there
    }


def _fate(lost: Lost) -> str:
    if lost.by is None:
        return lost.why
    return f"{lost.why} {lost.by.source.file}:{span(lost.by).line}"


def _reason(address: str) -> str:
    if not address:
        return "no element owns it"
    return f"{address}: nothing to compare it with"


def located(coverage: Coverage, services: Iterable[Service]) -> list[Uncompared]:
    """The uncompared leaves with their places; looked up only for those who ask."""
    found = list[Uncompared]()
    for service in services:
        if wanted := dict(coverage.uncompared[service.name]):
            found += (
                Uncompared(place(leaf, service), wanted[number])
                for number, leaf in enumerate(_leaves(service))
                if number in wanted
            )
    return sorted(found, key=lambda one: one.place)
