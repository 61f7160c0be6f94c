"""Where no reference is named the majority speaks: it is a reference that nobody wrote.

The components of one kind make a *bench*. On each element they vote: first on whether it is there,
then, among those that have it, on its fields, and on the values of those whose type is voted on
(``Type.voted``). What a majority agrees on makes a component of its own, and ``pairing`` judges
each of the bench by it, with the rules about a reference. Two things differ from a named one: a
rule only warns, and nobody is blamed for demanding more, or for having what most have not: every
rule is read as ``as-most``. Linear in the services: each address of each is looked at once.

The same vote, with the bar set higher, says where a named reference is the odd one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from deploylint.comparison import Comparison
from deploylint.elements import ADDRESSES, element_of
from deploylint.majority import Majority, majority_of
from deploylint.model import Component, Difference, Position, Rule, Service, Value
from deploylint.pairing import Plan, pair, planned
from deploylint.pairs import queues_of

QUORUM = 3
"""How many have to say something before a majority can speak."""


def is_majority(agree: int, asked: int) -> bool:
    """All but one, or three quarters: two of six that differ are a second kind of service.

    In the public fleets that were looked at by hand, two of 25 deviations from a smaller majority
    were drift.
    """
    return asked >= QUORUM and (asked - agree <= 1 or agree * 4 >= asked * 3)


def is_nearly_all(agree: int, asked: int) -> bool:
    """All but at most one, and three quarters at least."""
    return agree >= QUORUM and asked - agree <= 1 and agree * 4 >= asked * 3


Bench = list[Position]


class _Election(NamedTuple):
    """What a majority of a bench has, the rules it is about, and how these are looked at."""

    majority: Majority
    rules: list[Rule]
    plans: dict[tuple[str, ...], Plan]


class Elections:
    """What most services have, by which each of them is judged.

    ``benches`` counts those in which a majority could speak, ``undecided`` are the addresses where
    there is none.
    """

    def __init__(self, by_seat: Mapping[object, _Election]) -> None:
        self._by_seat = by_seat
        found = [one.majority for one in by_seat.values()]
        self.benches = sum(bool(one.full) for one in found)
        self.undecided = tuple(dict.fromkeys(a for one in found for a in one.undecided))

    def judge(self, service: Service, result: Comparison) -> None:
        """Judge a service by what most of them have."""
        seats = _seats(service)
        for seat, election in self._by_seat.items():
            if seat in seats:
                at = Position(service, seats[seat])
                result.split.update(map(id, election.majority.split(at)))
                _judged(at, election, result)


def vote(services: Iterable[Service], rules: Sequence[Rule]) -> Elections:
    """What most of some services have, where ``rules``, those about a reference, ask for it."""
    recast = [_recast(rule) for rule in rules]
    elections: dict[object, _Election] = {}
    for seat, bench in _benches(services).items():
        if len(bench) >= QUORUM:
            meant = [rule for rule in recast if bench[0].component.role in rule.roles]
            majority = majority_of(bench, _addresses(meant), is_majority)
            elections[seat] = _Election(majority, meant, {})
    return Elections(elections)


def odd_ones(
    services: Sequence[Service],
    reference: Service,
    rules: Sequence[Rule],
    agreed: Collection[str],
) -> list[Difference]:
    """Where nearly all peers agree on something that the reference does not have.

    At the addresses whose differences are ``agreed`` on, nobody is odd.
    """
    result = Comparison()
    recast = [_recast(rule) for rule in rules]
    benches = _benches(one for one in services if one is not reference)
    for component in reference.components:
        bench, at = benches.get(_seat(component), []), Position(reference, component)
        meant = [rule for rule in recast if component.role in rule.roles]
        addresses = [a for a in _suspected(at, bench, _addresses(meant)) if a not in agreed]
        if len(bench) >= QUORUM and addresses:
            majority = majority_of(bench, addresses, is_nearly_all)
            _judged(at, _Election(majority, meant, {}), result)
    found = (one for one in result.differences if one.outcome == "violation")
    return [one for one in found if one.address not in agreed]


def _recast(rule: Rule) -> Rule:
    """A rule as a majority puts it: it warns, and more than what is demanded is fine."""
    return rule._replace(verb="as-most", severity="warning")


def _benches(services: Iterable[Service]) -> dict[object, Bench]:
    """The components that are compared with each other, one of each service."""
    benches: dict[object, Bench] = {}
    for service in services:
        for seat, component in _seats(service).items():
            benches.setdefault(seat, []).append(Position(service, component))
    return benches


def _seats(service: Service) -> dict[object, Component]:
    return {_seat(component): component for component in reversed(service.components)}


def _seat(component: Component) -> object:
    """What those have in common that vote together.

    Main components their role, workers their queues, others their role and their name.
    """
    if component.is_main:
        return component.role
    return component.role, (queues_of(component) or component.name)


def _addresses(rules: Iterable[Rule]) -> list[str]:
    return list(dict.fromkeys(address for rule in rules for address in rule.addresses))


def _suspected(at: Position, bench: Bench, addresses: Iterable[str]) -> Iterator[str]:
    """The addresses at which nearly all can differ from one component.

    Of any two peers one is then among those that agree, so elements in which neither of the first
    two differs from it need no vote.
    """
    odd = {
        element_of(address)
        for address in ADDRESSES
        for peer in bench[:2]
        if _said(peer.component.value(address)) != _said(at.component.value(address))
    }
    return (address for address in addresses if element_of(address) in odd)


def _said(value: Value) -> tuple[str, object]:
    return value.state, value.data


def _judged(at: Position, election: _Election, result: Comparison) -> None:
    """Judge a component by what a majority has, and say of each difference whose majority it is."""
    majority, rules, plans = election
    lacking = majority.lacking(at.component)
    if lacking not in plans:
        plans[lacking] = planned(_about(rules, majority.full.union(lacking)))
    begin = len(result.differences)
    pair(plans[lacking], majority.position, at, result)
    result.differences[begin:] = map(majority.signed, result.differences[begin:])


def _about(rules: Iterable[Rule], addresses: frozenset[str]) -> Iterator[Rule]:
    for rule in rules:
        kept = tuple(address for address in rule.addresses if address in addresses)
        if kept:
            yield rule._replace(addresses=kept)
