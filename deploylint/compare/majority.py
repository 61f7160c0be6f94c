"""Where no reference is named the majority speaks: it is a reference that nobody wrote.

The components of one kind make a *bench*. On each element they vote: first on whether it is there,
then, among those that have it, on its fields, and on the values of those whose type is voted on
(``Type.voted``). What a majority agrees on makes a component of its own, and ``pairing`` judges
each of the bench by it, with the rules about a reference. Two things differ from a named one: a
rule only warns, and nobody is blamed for demanding more, or for having what most have not: every
rule is read as ``as-most``. Linear in the services: each address of each is looked at once.

The same vote, with the bar set higher, says where a named reference is the odd one.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from deploylint.compare.ballots import Carries
from deploylint.compare.majority_poll import Majority, majority_of
from deploylint.compare.reference import Plan, pair, planned
from deploylint.compare.result import CompareResult
from deploylint.compare.voters import Voters, in_full
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ADDRESSES, element_of
from deploylint.model.processes import spread
from deploylint.model.progress import Told, silent
from deploylint.model.rule import Rule
from deploylint.model.seats import Seat, seat
from deploylint.model.service import Component, Role, Service, Value
from deploylint.model.shelf import Services

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
    """The components of one seat, one of each service, as voters about some elements."""

    def __init__(self) -> None:
        self.voters: list[Position] = []

    @property
    def role(self) -> Role:
        """The role that all of them have."""
        return self.voters[0].component.role

    def majority(self, addresses: Iterable[str], carries: Carries, services: Services) -> Majority:
        """What most of them have: who is quoted for it is looked at in full."""
        listed = list(addresses)
        quoted = majority_of(self.voters, listed, carries).quoted
        return majority_of(in_full(self.voters, quoted, services.named), listed, carries)


Heard = Mapping[Seat, Sequence[Position]]
"""The voters among some services."""


class _Benches:
    """The voters of all services, as they are heard."""

    def __init__(self) -> None:
        self.by_seat = defaultdict[Seat, _Bench](_Bench)
        self._voters = Voters()

    def take(self, heard: Heard) -> None:
        """Seat the voters of some services, after those before them."""
        for seat_of, voters in heard.items():
            self.by_seat[seat_of].voters += self._voters.known(voters)


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

    def judge(self, service: Service, result: CompareResult) -> None:
        """Judge a service by what most of them have."""
        seats = _seats(service)
        for seated, election in self._by_seat.items():
            if seated in seats:
                at = Position(service, seats[seated])
                result.split.update(map(id, election.majority.split(at)))
                _judged(at, election, result)


def vote(services: Services, rules: Sequence[Rule], told: Told = silent) -> Elections:
    """What most of some services have, where ``rules``, those about a reference, ask for it."""
    recast = [_recast(rule) for rule in rules]
    elements = set(map(element_of, _addresses(recast)))
    benches = _Benches()
    numbers = range(services.batches)
    each = spread(lambda number: _heard(services.batch(number), lambda _: elements), numbers)
    for number, heard in zip(numbers, each, strict=True):
        told("hearing services:", services.reached(number), len(services))
        benches.take(heard)
    elections: dict[Seat, _Election] = {}
    for seated, bench in benches.by_seat.items():
        if len(bench.voters) >= QUORUM:
            meant = [rule for rule in recast if bench.role in rule.roles]
            majority = bench.majority(_addresses(meant), is_majority, services)
            elections[seated] = _Election(majority, meant, {})
    return Elections(elections)


def _heard(services: Iterable[Service], asked: Callable[[Seat], Collection[str]]) -> Heard:
    """The voters among some services, by the elements that each seat is asked about."""
    make, heard = Voters(), defaultdict[Seat, list[Position]](list)
    for service in services:
        for seated, component in _seats(service).items():
            if elements := asked(seated):
                heard[seated].append(make.voter(Position(service, component), elements))
    return heard


class Peers:
    """The peers of a reference, asked whether it is the odd one.

    A peer is asked only of elements in which one of the first two differs from the reference: of
    any two peers one is among those that agree, where nearly all do.
    """

    def __init__(self, reference: Service, rules: Sequence[Rule], services: Services) -> None:
        self._reference = reference
        self._recast = [_recast(rule) for rule in rules]
        self._odd = _odd(reference, services)
        self._benches = _Benches()

    def hear(self, services: Iterable[Service]) -> Heard:
        """The voters among some of the services."""
        peers = (one for one in services if one.name != self._reference.name)
        return _heard(peers, lambda seated: self._odd.get(seated, ()))

    def take(self, heard: Heard) -> None:
        """Seat voters, after those of the services before theirs."""
        self._benches.take(heard)

    def odd_ones(self, agreed: Collection[str], services: Services) -> list[Difference]:
        """Where nearly all peers agree on something that the reference does not have.

        ``services`` are all of them. At the addresses whose differences are ``agreed`` on, nobody
        is odd.
        """
        result = CompareResult()
        for component in self._reference.components:
            bench, odd = self._benches.by_seat[seat(component)], self._odd.get(seat(component), ())
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


def _seats(service: Service) -> dict[Seat, Component]:
    return {seat(component): component for component in reversed(service.components)}


def _odd(reference: Service, services: Services) -> dict[Seat, set[str]]:
    """The elements in which one of the first two peers at a seat differs from a reference."""
    found = dict[Seat, set[str]]()
    for seated, mine in _seats(reference).items():
        others = (
            at
            for at, one in enumerate(services.listed)
            if seated in one.seats and one.name != reference.name
        )
        first = [_seats(services[at])[seated] for at in islice(others, _NEEDED)]
        if len(first) == _NEEDED and (odd := set(_differing(mine, first))):
            found[seated] = odd
    return found


def _addresses(rules: Iterable[Rule]) -> list[str]:
    return list(dict.fromkeys(address for rule in rules for address in rule.addresses))


def _differing(mine: Component, peers: Sequence[Component]) -> Iterator[str]:
    """The elements in which a peer differs from a component."""
    for address in ADDRESSES:
        said = _said(mine.value(address))
        if any(_said(peer.value(address)) != said for peer in peers):
            yield element_of(address)


def _said(value: Value) -> tuple[str, object]:
    return value.state, value.data


def _judged(at: Position, election: _Election, result: CompareResult) -> None:
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
