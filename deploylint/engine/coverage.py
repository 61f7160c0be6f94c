"""Counts how much of each file was compared: every leaf is compared, unknown or uncompared.

The leaves of a file that several services or environments have are those of the first one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deploylint.compare.result import CompareResult, Leaf
from deploylint.documents.merge import Lost
from deploylint.documents.nodes import NodeTable, span
from deploylint.documents.record import Record
from deploylint.documents.structure import leaf_rows
from deploylint.model.finding import Explanation, Location
from deploylint.model.locations import place
from deploylint.model.service import Service

if TYPE_CHECKING:
    from deploylint.compare.sibling_keys import SiblingKeys

_UNSEEN, _SPLIT, _UNKNOWN, _COMPARED = range(4)
"""The outcome of a leaf, the better the higher."""


class Uncompared(Record):
    """A leaf that no rule compared: its place and why."""

    place: Location
    reason: str


class Coverage(Record):
    """How many leaves were compared, are unknown, and were not compared.

    ``places`` are those that were not compared, in order; none where no report shows them.
    ``explained`` counts them by why a majority does not compare them; none with a reference.
    """

    compared: int
    unknown: int
    uncompared: int
    places: tuple[Uncompared, ...]
    explained: Mapping[Explanation, int] = {}


def account(
    services: Iterable[Service],
    comparison: CompareResult,
    owners: Owners | None = None,
    siblings: SiblingKeys | None = None,
    *,
    with_places: bool,
) -> Coverage:
    """The coverage of some services that were compared, of leaves without another owner."""
    return account_seen(
        ((service, seen_leaves(service, comparison)) for service in services),
        owners,
        siblings,
        with_places=with_places,
    )


def seen_leaves(service: Service, comparison: CompareResult) -> bytes:
    """The outcome of each leaf of a service, to be added up by ``merge_seen``."""
    outcomes = bytearray()
    kinds = (
        (_SPLIT, comparison.split),
        (_UNKNOWN, comparison.unknown),
        (_COMPARED, comparison.compared),
    )
    for table, rows in _documents(service):
        best = {row: outcome for outcome, leaves in kinds for row in leaves.rows(table)}
        outcomes += bytes([best.get(row, _UNSEEN) for row in rows])
    return bytes(outcomes)


def merge_seen(first: bytes, second: bytes) -> bytes:
    """The outcome of each leaf of one service in two comparisons together."""
    return bytes(map(max, first, second))


def account_seen(
    services: Iterable[tuple[Service, bytes]],
    owners: Owners | None = None,
    siblings: SiblingKeys | None = None,
    *,
    with_places: bool,
) -> Coverage:
    """The coverage of some services, each with the outcomes of its leaves."""
    owners, explained = {} if owners is None else owners, Counter[Explanation]()
    counts, places = Counter[int](), list[Uncompared]()
    every = [(service, outcomes, _tables(service)) for service, outcomes in services]
    owned = Counter(table for *_, tables in every for table in tables)
    for service, outcomes, tables in every:
        own = (service.environment, service.name)
        read, lost = dict[Leaf, tuple[str, str]](), _lost(service)
        is_alone = not service.environment and all(owned[table] == 1 for table in tables)
        if is_alone and not lost and not (with_places or siblings):
            counts.update(_settled(service, outcomes))
            continue
        for leaf, seen in zip(_leaves(service), outcomes, strict=True):
            if owners.setdefault(leaf, own) != own:
                continue
            if seen >= _UNKNOWN and leaf not in lost:
                counts[seen] += 1
                continue
            read = read or _read(service)  # few leaves need it, of few services
            address, state = read.get(leaf, ("", ""))
            if leaf not in lost and state == "unknown":
                counts[_UNKNOWN] += 1
                continue
            counts[_UNSEEN] += 1
            if with_places:
                reason = lost.get(leaf) or _reason(address, seen)
                table, row = leaf
                places.append(Uncompared(place(table.node(row), service), reason))
            if siblings is not None:
                why = siblings.explain(service, leaf, address)
                explained["asked" if seen == _SPLIT else why] += 1
    seen_counts = counts[_COMPARED], counts[_UNKNOWN], counts[_UNSEEN]
    return Coverage(*seen_counts, tuple(sorted(places)), explained)


def _settled(service: Service, outcomes: bytes) -> bytes:
    """The outcomes of the leaves of a service, where what no rule looked at may be unknown."""
    unknown = set[Leaf]()
    for values in (component.values for component in service.components):
        for value in values.fields.row:
            if value.state == "unknown":
                unknown.update(map(values.rows.row, value.leaves))
            elif unknown:  # a leaf counts as what it was last read as
                unknown.difference_update(map(values.rows.row, value.leaves))
    settled = outcomes.replace(bytes([_SPLIT]), bytes([_UNSEEN]))
    if not unknown:
        return settled
    leaves = zip(_leaves(service), settled, strict=True)
    return bytes([seen or (_UNKNOWN if leaf in unknown else _UNSEEN) for leaf, seen in leaves])


def merge_coverage(parts: Sequence[Coverage]) -> Coverage:
    """The coverage of the services of all parts together."""
    return Coverage(
        sum(part.compared for part in parts),
        sum(part.unknown for part in parts),
        sum(part.uncompared for part in parts),
        tuple(sorted(place for part in parts for place in part.places)),
    )


Owners = dict[Leaf, tuple[str, str]]
"""The environment and the service that each leaf counts for."""


def _leaves(service: Service) -> Iterator[Leaf]:
    return ((table, row) for table, rows in _documents(service) for row in rows)


def _tables(service: Service) -> set[NodeTable]:
    return {root.table for root in service.written}


def _documents(service: Service) -> Iterator[tuple[NodeTable, Sequence[int]]]:
    """The leaves of a service's documents, those of one document together where it is written."""
    for root in service.written:
        yield from leaf_rows(root)


def _read(service: Service) -> dict[Leaf, tuple[str, str]]:
    """The address that each leaf was read as, and the state of the value."""
    return {
        component.values.rows.row(leaf): (f"{component.key}/{address}", value.state)
        for component in service.components
        for address, value in component.values.fields.as_dict().items()
        for leaf in value.leaves
    }


def _lost(service: Service) -> dict[Leaf, str]:
    """Why leaves of the service's files are not in its merged tree."""
    if not service.lost:
        return {}
    # an alias may be lost in one place only
    kept = {(table, row) for table, rows in leaf_rows(service.root) for row in rows}
    return {
        (table, row): _why_lost(lost)
        for lost in service.lost
        for table, rows in leaf_rows(lost.node)
        for row in rows
        if (table, row) not in kept
    }


def _why_lost(lost: Lost) -> str:
    if lost.by is None:
        return lost.why
    return f"{lost.why} {lost.by.source.file}:{span(lost.by).line}"


def _reason(address: str, seen: int) -> str:
    if seen == _SPLIT:
        return f"{address}: no majority"
    if not address:
        return "not part of any element"
    return f"{address}: nothing to compare it with"
