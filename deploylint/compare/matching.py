"""Which component of a service is compared with which of the reference's, and in what."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from deploylint.compare.result import is_own
from deploylint.model.difference import Position
from deploylint.model.fields import PRESENT, QUEUES, SERVICE_WIDE, element_of
from deploylint.model.service import Component, Service

PeerKey = Hashable
"""What the components of one peer group have in common."""


def peer_key(component: Component) -> PeerKey:
    """The peer group of a component: main ones by role, workers by queues, others by name too."""
    if component.is_main:
        return component.role
    return component.role, (queues_of(component) or component.name)


def queues_of(worker: Component) -> frozenset[str]:
    """The queues a worker is known to work through."""
    return frozenset(worker.value(QUEUES).parts or ())


def matched_components(reference: Service, peer: Service) -> Iterator[tuple[Component, Component]]:
    """Pairs (the reference's component, the peer's), each at most once.

    The main components are a pair where both have one role; else each is looked for among the
    others of its role. Workers are paired by the queues they share, never by name; one
    without a shared or known queue with the reference's worker of the same name, else its first.
    Others of one role are paired when each side has one, else by name.
    """
    alike = int(reference.main.role == peer.main.role)
    if alike:
        yield reference.main, peer.main
    others = peer.components[alike:]
    for role in dict.fromkeys(component.role for component in others):
        theirs = [c for c in reference.components[alike:] if c.role == role]
        ours = [c for c in others if c.role == role]
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
        queues = queues_of(worker)
        sharing = [other for other in theirs if queues & queues_of(other)]
        namesake = [other for other in theirs if other.name == worker.name]
        for other in sharing or namesake[:1] or theirs[:1]:
            yield other, worker


def comparable(element: str, reference: Position, peer: Position) -> bool:
    """Whether an element of two components is compared.

    Not what both only have from the root, nor queues of services that share none, nor what is said
    of a service as a whole where one side is only a part of one.
    """
    address = f"{element}.{PRESENT}"
    if not is_own(reference.component, address) and not is_own(peer.component, address):
        return False
    if address in SERVICE_WIDE and reference.component.is_main != peer.component.is_main:
        return False
    one, other = (p.component.values.get(QUEUES) for p in (reference, peer))
    if element != element_of(QUEUES) or not peer.component.is_main:
        return True
    if not one or not other or not one.state == other.state == "known":
        return True
    return bool(set(one.parts or ()) & set(other.parts or ()))
