"""Which component of a service is compared with which of the reference's."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.elements import QUEUES
from deploylint.model import Component, Service


def pairs(reference: Service, peer: Service) -> Iterator[tuple[Component, Component]]:
    """Pairs (the reference's component, the peer's), each at most once.

    The main components are a pair. Workers are paired by the queues they share, never by name; one
    without a shared or known queue with the reference's worker of the same name, else its first.
    Others of one role are paired when each side has one, else by name.
    """
    yield reference.main, peer.main
    for role in dict.fromkeys(component.role for component in peer.components[1:]):
        theirs = [c for c in reference.components[1:] if c.role == role]
        ours = [c for c in peer.components[1:] if c.role == role]
        if not theirs:
            continue
        if role == "worker":
            yield from _workers(theirs, ours)
        elif len(theirs) == len(ours) == 1:
            yield theirs[0], ours[0]
        else:
            named = {component.name: component for component in theirs}
            yield from ((named[c.name], c) for c in ours if c.name in named)


def _workers(
    theirs: list[Component], ours: list[Component]
) -> Iterator[tuple[Component, Component]]:
    for worker in ours:
        queues = _queues(worker)
        sharing = [other for other in theirs if queues & _queues(other)]
        namesake = [other for other in theirs if other.name == worker.name]
        for other in sharing or namesake[:1] or theirs[:1]:
            yield other, worker


def _queues(worker: Component) -> frozenset[str]:
    return frozenset(worker.value(QUEUES).parts or ())
