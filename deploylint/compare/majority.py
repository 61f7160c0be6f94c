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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from deploylint.compare.majority_poll import Majority, majority_of
from deploylint.compare.matching import PeerKey, peer_key
from deploylint.compare.reference import Plan, pair, planned
from deploylint.compare.result import CompareResult
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ADDRESSES, element_of
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Service, Value

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

    def __init__(self, by_key: Mapping[PeerKey, _Election]) -> None:
        self._by_key = by_key
        found = [one.majority for one in by_key.values()]
        self.benches = sum(bool(one.full) for one in found)
        self.undecided = tuple(dict.fromkeys(a for one in found for a in one.undecided))

    def judge(self, service: Service, result: CompareResult) -> None:
        """Judge a service by what most of them have."""
        components = _by_peer_key(service)
        for key, election in self._by_key.items():
            if key in components:
                at = Position(service, components[key])
                result.split.update(map(id, election.majority.split(at)))
                _judged(at, election, result)


def vote(services: Iterable[Service], rules: Sequence[Rule]) -> Elections:
    """What most of some services have, where ``rules``, those about a reference, ask for it."""
    recast = [_recast(rule) for rule in rules]
    elections: dict[PeerKey, _Election] = {}
    for key, voters in _peer_groups(services).items():
        if len(voters) >= QUORUM:
            meant = [rule for rule in recast if voters[0].component.role in rule.roles]
            majority = majority_of(voters, _addresses(meant), is_majority)
            elections[key] = _Election(majority, meant, {})
    return Elections(elections)


def _peer_groups(services: Iterable[Service]) -> dict[PeerKey, list[Position]]:
    """The components of some services, one of each service, by what they have in common."""
    groups = defaultdict[PeerKey, list[Position]](list)
    for service in services:
        for key, component in _by_peer_key(service).items():
            groups[key].append(Position(service, component))
    return groups


def odd_ones(
    reference: Service,
    rules: Sequence[Rule],
    services: Iterable[Service],
    agreed: Collection[str],
) -> list[Difference]:
    """Where nearly all peers agree on something that the reference does not have.

    ``services`` are all of them. At the addresses whose differences are ``agreed`` on, nobody is
    odd. Peers are asked only of elements in which one of the first two differs from the reference:
    of any two peers one is among those that agree, where nearly all do.
    """
    result = CompareResult()
    recast = [_recast(rule) for rule in rules]
    peers = _peer_groups(one for one in services if one.name != reference.name)
    for component in reference.components:
        key = peer_key(component)
        voters = peers.get(key, [])
        if len(voters) < QUORUM:
            continue
        odd = set(_differing(_by_peer_key(reference)[key], voters[:_NEEDED]))
        meant = [rule for rule in recast if component.role in rule.roles]
        addresses = [a for a in _addresses(meant) if element_of(a) in odd and a not in agreed]
        if addresses:
            majority = majority_of(voters, addresses, is_nearly_all)
            at = Position(reference, component)
            _judged(at, _Election(majority, meant, {}), result)
    found = (one for one in result.differences if one.outcome == "violation")
    return [one for one in found if one.address not in agreed]


_NEEDED = 2


def _recast(rule: Rule) -> Rule:
    """A rule as a majority puts it: it warns, and more than what is demanded is fine."""
    return rule._replace(verb="as-most", severity="warning")


def _by_peer_key(service: Service) -> dict[PeerKey, Component]:
    return {peer_key(component): component for component in reversed(service.components)}


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
