"""How much of each file was looked at: every leaf is compared, unknown or uncompared."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from deploylint.comparison import Comparison
from deploylint.documents.layers import Lost
from deploylint.documents.nodes import Node, leaves, span
from deploylint.model import Service
from deploylint.places import place
from deploylint.verdicts import Place


class Uncompared(NamedTuple):
    """A leaf no rule looked at: its place and why."""

    place: Place
    reason: str


class Coverage(NamedTuple):
    """Counts of leaves, and the nodes of those that nothing looked at with the reason."""

    compared: int
    unknown: int
    uncompared: tuple[tuple[Service, Node, str], ...]


def cover(services: Sequence[Service], comparison: Comparison) -> Coverage:
    """Account for every leaf of every file of the services."""
    compared = unknown = 0
    uncompared: list[tuple[Service, Node, str]] = []
    once = _once(services)
    for service in services:
        read, lost = _read(service), _lost(service)
        for root in service.roots:
            for leaf in leaves(root):
                if once.get(id(leaf), service) is not service:
                    continue
                address, state = read.get(id(leaf), ("", ""))
                if id(leaf) in lost:
                    uncompared.append((service, leaf, lost[id(leaf)]))
                elif id(leaf) in comparison.compared:
                    compared += 1
                elif id(leaf) in comparison.unknown or state == "unknown":
                    unknown += 1
                elif id(leaf) in comparison.split:
                    uncompared.append((service, leaf, f"{address}: no majority"))
                else:
                    uncompared.append((service, leaf, _reason(address)))
    return Coverage(compared, unknown, tuple(uncompared))


def _once(services: Sequence[Service]) -> dict[int, Service]:
    """The first service that each leaf is of, in files that hold several: some may share one."""
    held = Counter(file for service in services for file in dict.fromkeys(service.files))
    first: dict[int, Service] = {}
    for service in services:
        if any(held[file] > 1 for file in service.files):
            for root in service.roots:
                for leaf in leaves(root):
                    first.setdefault(id(leaf), service)
    return first


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


def located(coverage: Coverage) -> list[Uncompared]:
    """The uncompared leaves with their places; looked up only for those who ask."""
    found = [
        Uncompared(place(node, service), reason) for service, node, reason in coverage.uncompared
    ]
    return sorted(found, key=lambda one: one.place)
