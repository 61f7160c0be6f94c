"""How much of each file was looked at: every leaf is compared, unknown or uncompared.

The leaves of a file that several services have are those of the first one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from deploylint.compare.result import CompareResult
from deploylint.documents.merge import Lost
from deploylint.documents.nodes import Node, leaves, span
from deploylint.documents.record import Record
from deploylint.model.finding import Location
from deploylint.model.locations import place
from deploylint.model.service import Service

_UNSEEN, _SPLIT, _UNKNOWN, _COMPARED = range(4)
"""What was made of a leaf, the better the higher."""


class Uncompared(Record):
    """A leaf no rule looked at: its place and why."""

    place: Location
    reason: str


class Coverage(Record):
    """How many leaves were compared, are unknown, and were not compared.

    ``places`` are those that were not compared, in order; none where nobody asks for them.
    """

    compared: int
    unknown: int
    uncompared: int
    places: tuple[Uncompared, ...]


def account(
    services: Iterable[Service], comparison: CompareResult, *, with_places: bool
) -> Coverage:
    """What became of every leaf of every file of some services that were compared."""
    return account_seen(
        ((service, seen_leaves(service, comparison)) for service in services),
        with_places=with_places,
    )


def seen_leaves(service: Service, comparison: CompareResult) -> bytes:
    """What a comparison made of each leaf of a service, to be added up by ``merge_seen``."""
    return bytes(_seen(leaf, comparison) for leaf in _leaves(service))


def merge_seen(one: bytes, other: bytes) -> bytes:
    """What two comparisons together made of each leaf of one service."""
    return bytes(map(max, one, other))


def account_seen(services: Iterable[tuple[Service, bytes]], *, with_places: bool) -> Coverage:
    """The coverage of some services, each with what was made of its leaves."""
    owners: dict[int, str] = {}
    counts, places = Counter[int](), list[Uncompared]()
    for service, outcomes in services:
        read, lost = dict[int, tuple[str, str]](), _lost(service)
        for leaf, seen in zip(_leaves(service), outcomes, strict=True):
            if owners.setdefault(id(leaf), service.name) != service.name:
                continue
            if seen >= _UNKNOWN and id(leaf) not in lost:
                counts[seen] += 1
                continue
            read = read or _read(service)  # few leaves are asked for, of few services
            address, state = read.get(id(leaf), ("", ""))
            if id(leaf) not in lost and state == "unknown":
                counts[_UNKNOWN] += 1
                continue
            counts[_UNSEEN] += 1
            if with_places:
                reason = lost.get(id(leaf)) or _reason(address, seen)
                places.append(Uncompared(place(leaf, service), reason))
    places.sort(key=lambda one: one.place)
    return Coverage(counts[_COMPARED], counts[_UNKNOWN], counts[_UNSEEN], tuple(places))


def merge_coverage(parts: Iterable[Coverage]) -> Coverage:
    """The coverage of the services of all parts together."""
    compared, unknown, uncompared, places = 0, 0, 0, list[Uncompared]()
    for one in parts:
        compared += one.compared
        unknown += one.unknown
        uncompared += one.uncompared
        places += one.places
    places.sort(key=lambda one: one.place)
    return Coverage(compared, unknown, uncompared, tuple(places))


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


def _reason(address: str, seen: int) -> str:
    if seen == _SPLIT:
        return f"{address}: no majority"
    if not address:
        return "no element owns it"
    return f"{address}: nothing to compare it with"
