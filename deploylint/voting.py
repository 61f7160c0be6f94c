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

from deploylint.ballots import Carries
from deploylint.comparison import Comparison
from deploylint.elements import ADDRESSES, element_of
from deploylint.majority import Majority, majority_of
from deploylint.model import Component, Difference, Position, Role, Rule, Service, Value
from deploylint.pairing import Plan, pair, planned
from deploylint.pairs import queues_of
from deploylint.shelf import Services
from deploylint.voters import Voters, in_full

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


class _Bench:
    """The components of one kind, one of each service, as voters about some elements."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self.voters: list[Position] = []

    def majority(self, addresses: Iterable[str], carries: Carries, services: Services) -> Majority:
        """What most of them have: who is quoted for it is looked at in full."""
        listed = list(addresses)
        quoted = majority_of(self.voters, listed, carries).quoted
        return majority_of(in_full(self.voters, quoted, services.named), listed, carries)


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


def vote(services: Services, rules: Sequence[Rule]) -> Elections:
    """What most of some services have, where ``rules``, those about a reference, ask for it."""
    recast = [_recast(rule) for rule in rules]
    elements = set(map(element_of, _addresses(recast)))
    make, benches = Voters(), dict[object, _Bench]()
    for service in services:
        for seat, component in _seats(service).items():
            bench = benches.setdefault(seat, _Bench(component.role))
            bench.voters.append(make.voter(Position(service, component), elements))
    elections: dict[object, _Election] = {}
    for seat, bench in benches.items():
        if len(bench.voters) >= QUORUM:
            meant = [rule for rule in recast if bench.role in rule.roles]
            majority = bench.majority(_addresses(meant), is_majority, services)
            elections[seat] = _Election(majority, meant, {})
    return Elections(elections)


class Peers:
    """The peers of a reference, asked whether it is the odd one.

    A peer is asked only of elements in which one of the first two differs from the reference: of
    any two peers one is among those that agree, where nearly all do.
    """

    def __init__(self, reference: Service, rules: Sequence[Rule]) -> None:
        self._reference = reference
        self._recast = [_recast(rule) for rule in rules]
        self._make = Voters()
        self._first: dict[object, list[Position]] = {}
        self._benches = {
            seat: (_Bench(one.role), set[str]()) for seat, one in _seats(reference).items()
        }

    def add(self, services: Iterable[Service]) -> None:
        """Hear some of the services."""
        for service in services:
            seats = _seats(service) if service.name != self._reference.name else {}
            for seat in self._benches.keys() & seats:
                self._hear(seat, Position(service, seats[seat]))

    def _hear(self, seat: object, at: Position) -> None:
        bench, odd = self._benches[seat]
        first = self._first.setdefault(seat, [])
        if len(first) < _NEEDED:
            first.append(at)
            if len(first) == _NEEDED:
                mine = _seats(self._reference)[seat]
                odd.update(_differing(mine, first))
                bench.voters += (self._make.voter(one, odd) for one in first)
        elif odd:
            bench.voters.append(self._make.voter(at, odd))

    def odd_ones(self, agreed: Collection[str], services: Services) -> list[Difference]:
        """Where nearly all peers agree on something that the reference does not have.

        ``services`` are all of them. At the addresses whose differences are ``agreed`` on, nobody
        is odd.
        """
        result = Comparison()
        for component in self._reference.components:
            bench, odd = self._benches.get(_seat(component), (_Bench(component.role), set[str]()))
            meant = [rule for rule in self._recast if component.role in rule.roles]
            asked = (a for a in _addresses(meant) if element_of(a) in odd)
            addresses = [address for address in asked if address not in agreed]
            if len(bench.voters) >= QUORUM and addresses:
                majority = bench.majority(addresses, is_nearly_all, services)
                at = Position(self._reference, component)
                _judged(at, _Election(majority, meant, {}), result)
        found = (one for one in result.differences if one.outcome == "violation")
        return [one for one in found if one.address not in agreed]


_NEEDED = 2


def _recast(rule: Rule) -> Rule:
    """A rule as a majority puts it: it warns, and more than what is demanded is fine."""
    return rule._replace(verb="as-most", severity="warning")


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


def _differing(mine: Component, peers: Sequence[Position]) -> Iterator[str]:
    """The elements in which a peer differs from a component."""
    for address in ADDRESSES:
        said = _said(mine.value(address))
        if any(_said(peer.component.value(address)) != said for peer in peers):
            yield element_of(address)


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
