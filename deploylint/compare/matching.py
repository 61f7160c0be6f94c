"""Which component of a service is compared with which of the reference's, and in which elements."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from deploylint.compare.result import is_own
from deploylint.documents.regex import regex
from deploylint.documents.suggest import letters
from deploylint.model.difference import Position
from deploylint.model.fields import (
    OF_KIND,
    OF_TECHNOLOGY,
    PRESENT,
    QUEUES,
    SERVICE_WIDE,
    TECHNOLOGY,
    element_of,
)
from deploylint.model.service import Component, Role, Service, runs_the_same

PeerKey = Hashable
"""The role of the components of one peer group, and the queues or name that they share."""


def peer_key(component: Component) -> PeerKey:
    """The peer group of a component: main ones by role, workers by queues, others by name too."""
    if component.is_main:
        return component.role
    return component.role, (queues_of(component) or component.name)


def numbers_by_peer_key(service: Service) -> dict[PeerKey, int]:
    """The number of the first component for each peer group that a service has a vote in."""
    numbers: dict[PeerKey, int] = {}
    for number, component in enumerate(service.components):
        numbers.setdefault(peer_key(component), number)
    return numbers


def queues_of(worker: Component) -> frozenset[str]:
    """The known queues of a worker."""
    queues = worker.values.fields.get(QUEUES)
    return frozenset(queues.parts or () if queues is not None else ())


class ComponentMatcher:
    """Finds the reference's component that each component of a service is compared with.

    The main components are a pair where both have one role; else each is looked for among the
    others of its role. Workers are paired by the queues they share, never by name; one
    without a shared or known queue with the reference's worker of the same name, else its first.
    Others of one role are paired when each side has one, else by name.
    """

    def __init__(self, reference: Service) -> None:
        self._reference = reference
        self._by_queue: dict[str, list[int]] = {}
        for number, component in enumerate(reference.components):
            for queue in queues_of(component) if component.role == "worker" else ():
                self._by_queue.setdefault(queue, []).append(number)

    def pairs(self, peer: Service) -> Iterator[tuple[int, int]]:
        """Pairs of numbers: the reference's component and the peer's, each pair at most once."""
        is_main_pair = self._reference.main.role == peer.main.role
        if is_main_pair:
            yield 0, 0
        first = int(is_main_pair)
        others = peer.components[first:]
        by_role: dict[Role, list[int]] = {}
        for number, component in enumerate(others, first):
            by_role.setdefault(component.role, []).append(number)
        for role, ours in by_role.items():
            theirs = self._candidates(role, first)
            if not theirs:
                continue
            if role == "worker":
                named = self._by_name(reversed(theirs))
                for here in ours:
                    worker = peer.components[here]
                    sharing = self._sharing(worker, first)
                    for number in sharing or [named.get(worker.name, theirs[0])]:
                        yield number, here
            elif len(theirs) == len(ours) == 1:
                yield theirs[0], ours[0]
            else:
                by_name = self._by_name(theirs)
                names = ((peer.components[here].name, here) for here in ours)
                yield from ((by_name[name], here) for name, here in names if name in by_name)

    def _candidates(self, role: Role, first: int) -> list[int]:
        components = self._reference.components
        return [n for n in range(first, len(components)) if components[n].role == role]

    def _by_name(self, numbers: Iterable[int]) -> dict[str, int]:
        """The reference's components by name, the last of each."""
        return {self._reference.components[number].name: number for number in numbers}

    def _sharing(self, worker: Component, first: int) -> list[int]:
        """The reference's workers that share a queue with one, in their order."""
        numbers = {n for queue in queues_of(worker) for n in self._by_queue.get(queue, ())}
        return sorted(number for number in numbers if number >= first)


def not_shared(reference: Position, peer: Position) -> frozenset[str]:
    """The addresses that are not compared: they mean another thing in the other component.

    The queues of workers are compared for all of a service together. Workers with one image share
    the queues of one program.
    """
    component, left_out = peer.component, frozenset[str]()
    if reference.component.value(TECHNOLOGY).data != component.value(TECHNOLOGY).data:
        left_out |= OF_TECHNOLOGY
    if reference.service.kind != peer.service.kind:
        left_out |= OF_KIND
    is_part = component.role == "worker" and (
        not component.is_main or runs_the_same(component, reference.component)
    )
    return left_out | SERVICE_WIDE if is_part else left_out


def comparable(element: str, reference: Position, peer: Position) -> bool:
    """Whether an element of two components is compared.

    An element is not compared that both inherit from the root, nor are queues of services with
    other workers, nor is a fact about a service as a whole where one side is only a part of one.
    """
    address = f"{element}.{PRESENT}"
    if not is_own(reference.component, address) and not is_own(peer.component, address):
        return False
    if address in SERVICE_WIDE and reference.component.is_main != peer.component.is_main:
        return False
    if element != element_of(QUEUES) or not peer.component.is_main:
        return True
    theirs, ours = reference.component.value(QUEUES), peer.component.value(QUEUES)
    if not theirs.state == ours.state == "known":
        return True
    shared = _queue_words(theirs.parts or ()) & _queue_words(ours.parts or ())
    return bool(shared) or _is_for_the_same(reference.service, peer.service)


def _queue_words(queues: Iterable[str]) -> set[str]:
    """The words in names of queues: ``mail`` is one of ``Mail``, of ``'mail'`` and ``mail;sms``."""
    return {word for queue in queues for word in _WORDS.findall(queue.lower())}


_WORDS = regex(r"[^\s;,'\"]+")


def _is_for_the_same(reference: Service, peer: Service) -> bool:
    """Whether both have a worker that is called like a queue which the reference's consumes."""
    called = {each.name for each in peer.components if each.role == "worker"}
    return any(
        letters(each.name) in map(letters, queues_of(each))
        for each in reference.components
        if each.role == "worker" and each.name in called
    )
