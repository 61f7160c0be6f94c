"""How much of each file was looked at: every leaf is compared, unknown or uncompared.

The leaves of a file that several services have are those of the first one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from deploylint.compare.result import CompareResult
from deploylint.documents.merge import Lost
from deploylint.documents.nodes import NodeTable, span
from deploylint.documents.record import Record
from deploylint.documents.structure import leaf_rows
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
    outcomes = bytearray()
    for table, rows in _documents(service):
        compared, unknown = comparison.compared.rows(table), comparison.unknown.rows(table)
        split = comparison.split.rows(table)
        outcomes += bytes(
            _COMPARED
            if row in compared
            else _UNKNOWN
            if row in unknown
            else _SPLIT
            if row in split
            else _UNSEEN
            for row in rows
        )
    return bytes(outcomes)


def merge_seen(one: bytes, other: bytes) -> bytes:
    """What two comparisons together made of each leaf of one service."""
    return bytes(map(max, one, other))


def account_seen(services: Iterable[tuple[Service, bytes]], *, with_places: bool) -> Coverage:
    """The coverage of some services, each with what was made of its leaves."""
    owners: dict[Leaf, str] = {}
    counts, places = Counter[int](), list[Uncompared]()
    for service, outcomes in services:
        read, lost = dict[Leaf, tuple[str, str]](), _lost(service)
        for leaf, seen in zip(_leaves(service), outcomes, strict=True):
            if owners.setdefault(leaf, service.name) != service.name:
                continue
            if seen >= _UNKNOWN and leaf not in lost:
                counts[seen] += 1
                continue
            read = read or _read(service)  # few leaves are asked for, of few services
            address, state = read.get(leaf, ("", ""))
            if leaf not in lost and state == "unknown":
                counts[_UNKNOWN] += 1
                continue
            counts[_UNSEEN] += 1
            if with_places:
                reason = lost.get(leaf) or _reason(address, seen)
                table, row = leaf
                places.append(Uncompared(place(table.node(row), service), reason))
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


Leaf = tuple[NodeTable, int]
"""A leaf by its document and row."""


def _leaves(service: Service) -> Iterator[Leaf]:
    for table, rows in _documents(service):
        for row in rows:
            yield table, row


def _documents(service: Service) -> Iterator[tuple[NodeTable, Sequence[int]]]:
    """The leaves of a service's documents, those of one document together where it is written."""
    for root in service.roots:
        yield from leaf_rows(root)


def _read(service: Service) -> dict[Leaf, tuple[str, str]]:
    """What each leaf was read as: its address and the state of the value."""
    return {
        component.values.rows.row(leaf): (f"{component.key}/{address}", value.state)
        for component in service.components
        for address, value in component.values.fields.as_dict().items()
        for leaf in value.leaves
    }


def _lost(service: Service) -> dict[Leaf, str]:
    """What befell the leaves that the service's files hold and the tree they come to does not."""
    if not service.lost:
        return {}
    # an alias may be lost in one place only
    there = {(table, row) for table, rows in leaf_rows(service.root) for row in rows}
    return {
        (table, row): _fate(one)
        for one in service.lost
        for table, rows in leaf_rows(one.node)
        for row in rows
        if (table, row) not in there
    }


def _fate(lost: Lost) -> str:
    if lost.by is None:
        return lost.why
    return f"{lost.why} {lost.by.source.file}:{span(lost.by).line}"


def _reason(address: str, seen: int) -> str:
    if seen == _SPLIT:
        return f"{address}: no majority"
    if not address:
        return "not part of any element"
    return f"{address}: nothing to compare it with"
