"""Where no reference is named the majority is one: a reference that nobody wrote.

The components of one kind make a *peer group*. On each element they vote: first on whether it is
there, then, among those that have it, on its fields, and on the values of those whose type is voted
on (``Type.voted``). What a majority agrees on makes a component of its own, and each of the group
is compared with it, by the rules about a reference. Two things differ from a named one: a rule only
warns, and nobody is blamed for demanding more, or for having what most have not: every rule is
relaxed to ``as-majority``. Linear in the services: the forms of each are counted once.

The same vote, with the bar set higher, says where a named reference is the odd one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from deploylint.compare.majority_poll import Ballot, MajorityReference, majority_reference
from deploylint.compare.matching import PeerKey, peer_key
from deploylint.compare.outcome import Deviation, Evaluation, RowRules
from deploylint.compare.reference import ReferenceRules, rules_by_element
from deploylint.compare.result import CompareResult, ServiceRecord
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ADDRESSES, element_of
from deploylint.model.forms import ELEMENT_NUMBER, ElementForms, FormTable, Row
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Service, Value

QUORUM = 3
"""How many have to say something before there can be a majority."""


def is_majority(agree: int, asked: int) -> bool:
    """All but one, or three quarters: two of six that differ are a second kind of service.

    In the public fleets that were looked at by hand, two of 25 deviations from a smaller majority
    were drift.
    """
    return asked >= QUORUM and (asked - agree <= 1 or agree * 4 >= asked * 3)


def is_nearly_all(agree: int, asked: int) -> bool:
    """All but at most one, and three quarters at least."""
    return agree >= QUORUM and asked - agree <= 1 and agree * 4 >= asked * 3


class PeerGroup:
    """The components of one kind, one of each service, counted by their rows.

    ``first`` are the first few of them.
    """

    FEW = 2

    __slots__ = ("_by_row", "first", "size")

    def __init__(self) -> None:
        self.size = 0
        self.first: list[Position] = []
        self._by_row: dict[Row, Ballot] = {}

    def add(self, at: Position, row: Row) -> None:
        """Count one component."""
        self.size += 1
        if len(self.first) < self.FEW:
            self.first.append(at)
        known = self._by_row.get(row)
        if known is None:
            self._by_row[row] = Ballot(at)
        else:
            known.times += 1

    def merge(self, size: int, first: Iterable[Position]) -> None:
        """Count components that were counted elsewhere, the first few of which these are."""
        self.size += size
        self.first = [*self.first, *first][: self.FEW]

    def add_ballot(self, at: Position, row: Row, times: int) -> None:
        """Count what components have that were counted elsewhere."""
        self._by_row.setdefault(row, Ballot(at, 0)).times += times

    @property
    def whole_ballots(self) -> Iterable[Ballot]:
        """The ballots about all elements, in the order of the first component of each."""
        return self._by_row.values()

    def ballots(self, element: str) -> Iterable[Ballot]:
        """The ballots about an element, in the order of the first component of each."""
        number = ELEMENT_NUMBER[element]
        by_forms: dict[ElementForms | None, Ballot] = {}
        for row, ballot in self._by_row.items():
            forms = row.elements[number]
            known = by_forms.get(forms)
            if known is None:
                by_forms[forms] = Ballot(ballot.at, ballot.times)
            else:
                known.times += ballot.times
        return by_forms.values()


class PeerVotes:
    """The peer groups of some services, as these are counted one after another."""

    def __init__(self) -> None:
        self.groups: dict[PeerKey, PeerGroup] = {}

    def add(self, service: Service, rows: Sequence[Row]) -> None:
        """Count one service by the rows of its components."""
        for key, number in _by_peer_key(service).items():
            group = self.groups.get(key)
            if group is None:
                group = self.groups[key] = PeerGroup()
            group.add(Position(service, service.components[number]), rows[number])


class GroupVotes(PeerVotes):
    """The votes of the ``services`` of a whole group, whose rows are kept for the comparison."""

    def __init__(self, services: Sequence[Service]) -> None:
        super().__init__()
        self.services = services
        self._rows: dict[int, list[Row]] = {}
        forms = FormTable()
        for service in services:
            rows = self._rows[id(service)] = forms.rows(service)
            self.add(service, rows)

    def rows(self, service: Service) -> list[Row]:
        """The rows of one of the services."""
        return self._rows[id(service)]


def _by_peer_key(service: Service) -> dict[PeerKey, int]:
    """The number of the first component for each peer group that a service has a vote in."""
    numbers: dict[PeerKey, int] = {}
    for number, component in enumerate(service.components):
        numbers.setdefault(peer_key(component), number)
    return numbers


class MajorityReferences:
    """What most services have, by which each of them is compared.

    ``groups`` counts the peer groups with a majority, ``undecided`` are the addresses where there
    is none, ``votes`` are those that were counted.
    """

    def __init__(self, votes: GroupVotes, rules: Sequence[Rule]) -> None:
        self.votes = votes
        every = [relaxed(rule) for rule in rules]
        self._by_key: dict[PeerKey, _PeerRules] = {}
        for key, group in votes.groups.items():
            if group.size >= QUORUM:
                role = group.first[0].component.role
                asked = [rule for rule in every if role in rule.roles]
                majority = majority_reference(
                    group.first[0], group.ballots, _addresses(asked), is_majority
                )
                self._by_key[key] = _PeerRules(majority, asked)
        references = [one.majority for one in self._by_key.values()]
        self.groups = sum(bool(one.full) for one in references)
        self.undecided = tuple(dict.fromkeys(a for one in references for a in one.undecided))

    def compare(self, rows: Sequence[Row], service: ServiceRecord, result: CompareResult) -> None:
        """Compare a service with what most of them have."""
        numbers = _by_peer_key(service.positions[0].service)
        for key, rules in self._by_key.items():
            number = numbers.get(key)
            if number is not None:
                component = service.positions[number].component
                result.split.add_nodes(rules.majority.split(component))
                rules.apply(number, rows[number], service)

    def mark_compared(self, result: CompareResult) -> None:
        """Count what of the majority's own values was compared."""
        for rules in self._by_key.values():
            rules.mark_compared(result)


class _MajorityRules(ReferenceRules):
    """The rules about one element of components that are compared with a majority."""

    __slots__ = ("_majority",)

    def __init__(
        self,
        element: str,
        rules: Sequence[tuple[Rule, tuple[str, ...]]],
        majority: MajorityReference,
        watched: frozenset[str],
    ) -> None:
        super().__init__(element, rules, (), majority.position, watched)
        self._majority = majority

    def simple_difference(self, at: Position, deviation: Deviation) -> Difference | None:
        """The difference of one value of each side, where both are known."""
        difference = super().simple_difference(at, deviation)
        return None if difference is None else self._majority.sign(difference)

    def evaluate(self, at: Position, record: Evaluation) -> None:
        """Compare a component, and say of each difference whose majority it is."""
        super().evaluate(at, record)
        record.differences = list(map(self._majority.sign, record.differences))


class _PeerRules:
    """The rules about the components of one peer group, compiled for its majority."""

    def __init__(self, majority: MajorityReference, rules: Sequence[Rule]) -> None:
        self.majority = majority
        self._rules = rules
        self._by_lacking: dict[tuple[str, ...], RowRules] = {}

    def apply(self, number: int, row: Row, service: ServiceRecord) -> None:
        """Add to a service what one of its components comes to."""
        service.apply(number, row, self._about(number, service))

    def apply_once(self, number: int, service: ServiceRecord) -> None:
        """Add to a service what one of its components comes to, which no other one is like."""
        for rules in self._about(number, service).rules:
            service.apply_once(number, rules)

    def _about(self, number: int, service: ServiceRecord) -> RowRules:
        """The rules about the elements of a component, by what it lacks as a whole."""
        lacking = self.majority.lacking(service.positions[number].component)
        known = self._by_lacking.get(lacking)
        if known is None:
            about = _about(self._rules, self.majority.full.union(lacking))
            rules = [
                _MajorityRules(*each, self.majority, service.watched)
                for each in rules_by_element(about).items()
            ]
            known = self._by_lacking[lacking] = RowRules(rules)
        return known

    def mark_compared(self, result: CompareResult) -> None:
        """Count what of the majority's own values was compared."""
        for rules in (one for each in self._by_lacking.values() for one in each.rules):
            result.mark_other_side(rules, self.majority.position.component)


class OutlierVote:
    """The peers of a reference, asked whether it is the odd one.

    They are asked only of elements in which one of the first two differs from the reference: of any
    two peers one is among those that agree, where nearly all do.
    """

    def __init__(self, reference: Service, rules: Sequence[Rule]) -> None:
        self.votes = PeerVotes()
        self._reference = reference
        self._rules = [relaxed(rule) for rule in rules]

    def add(self, service: Service, rows: Sequence[Row]) -> None:
        """Count one service, if it is a peer of the reference."""
        if service.name != self._reference.name:
            self.votes.add(service, rows)

    def count(self, services: Iterable[Service]) -> None:
        """Count some services."""
        forms = FormTable()
        for service in services:
            self.add(service, forms.rows(service))

    @property
    def keys(self) -> list[PeerKey]:
        """The peer groups that the reference has a component in."""
        return list(_by_peer_key(self._reference))

    def asked_elements(self) -> dict[PeerKey, frozenset[str]]:
        """The elements that each peer group is asked of, where its first peers are counted."""
        return {
            key: self._odd(key, group)
            for key in self.keys
            if (group := self.votes.groups.get(key)) and len(group.first) == PeerGroup.FEW
        }

    def _odd(self, key: PeerKey, group: PeerGroup) -> frozenset[str]:
        """The elements in which one of the first peers differs from the reference."""
        component = self._reference.components[_by_peer_key(self._reference)[key]]
        return frozenset(_differing(component, [one.component for one in group.first]))

    def differences(self, accepted: Collection[str]) -> list[Difference]:
        """Where nearly all peers agree on something that the reference does not have.

        At the addresses whose differences are ``accepted``, nobody is odd.
        """
        result = CompareResult()
        record = ServiceRecord(self._reference, result)
        for number, component in enumerate(self._reference.components):
            group = self.votes.groups.get(peer_key(component))
            if group is None or group.size < QUORUM:
                continue
            odd = self._odd(peer_key(component), group)
            rules = [rule for rule in self._rules if component.role in rule.roles]
            asked = [a for a in _addresses(rules) if element_of(a) in odd and a not in accepted]
            if asked:
                majority = majority_reference(group.first[0], group.ballots, asked, is_nearly_all)
                _PeerRules(majority, rules).apply_once(number, record)
        found = (one for one in result.differences if one.outcome == "violation")
        return [one for one in found if one.address not in accepted]


def relaxed(rule: Rule) -> Rule:
    """A rule as a majority puts it: it warns, and more than what is demanded is fine."""
    return rule._replace(verb="as-majority", severity="warning")


def _addresses(rules: Iterable[Rule]) -> list[str]:
    return list(dict.fromkeys(address for rule in rules for address in rule.addresses))


def _differing(reference: Component, peers: Sequence[Component]) -> Iterator[str]:
    """The elements in which a peer differs from a component."""
    for address in ADDRESSES:
        wanted = _written(reference.value(address))
        if any(_written(peer.value(address)) != wanted for peer in peers):
            yield element_of(address)


def _written(value: Value) -> tuple[str, object]:
    return value.state, value.data


def _about(rules: Iterable[Rule], addresses: frozenset[str]) -> Iterator[Rule]:
    for rule in rules:
        kept = tuple(address for address in rule.addresses if address in addresses)
        if kept:
            yield rule._replace(addresses=kept)
