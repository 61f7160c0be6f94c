"""Where no reference is named, the majority is one: a reference that exists in no file.

The components of one kind make a *peer group*. They vote on each element: first on whether it is
there, then, among those that have it, on its fields and on the values of voted types
(``Type.voted``). Their agreement makes a component of its own. Each of the group is compared with
it by the rules about a reference. Two things differ from a named one: a rule only warns, and a
service may demand more, or have what most do not: every rule is relaxed to ``as-majority``. The
cost is linear in the services: the forms of each are counted once.

The same vote, with the bar set higher, finds a named reference that is the odd one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from deploylint.compare.majority_vote import (
    template_variables,
    unasked_variables,
    without_variables,
)
from deploylint.compare.matching import PeerKey, numbers_by_peer_key, peer_key
from deploylint.compare.outcome import RowRules
from deploylint.compare.reference import ReferenceRules, reference_rules, rules_by_element
from deploylint.compare.result import CompareResult, ServiceRecord
from deploylint.compare.siblings import (
    EVERYONE,
    GONE,
    AlikePeers,
    SiblingKey,
    Siblings,
    image_folder,
    is_unread,
    left_to_defaults,
)
from deploylint.model.difference import Difference, Position
from deploylint.model.field_values import NOT_SET
from deploylint.model.fields import (
    ADDRESSES,
    OF_PROGRAM,
    OWN_NATURE,
    PRESENT_OF,
    ROLE_FREE,
    VARIABLES,
    WIRING,
    element_of,
)
from deploylint.model.forms import ELEMENT_NUMBER, ElementForms, FormTable, Row
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Service, is_written
from deploylint.model.types import SIZES

if TYPE_CHECKING:
    from deploylint.compare.majority_vote import Bar, MajorityReference
    from deploylint.compare.winners import IsMajority

QUORUM = 3
"""How many services have to vote before there can be a majority."""


WIDE = 5
"""How many have to vote about what each program may have another way."""


def is_majority(agree: int, asked: int) -> bool:
    """All but one, or three quarters: two of six that differ are a second kind of service.

    In the public fleets that were read by hand, two of 25 deviations from a smaller majority were
    drift.
    """
    return asked >= QUORUM and (asked - agree <= 1 or agree * 4 >= asked * 3)


def is_nearly_all(agree: int, asked: int) -> bool:
    """All but at most one, and three quarters at least."""
    return agree >= QUORUM and asked - agree <= 1 and agree * 4 >= asked * 3


def is_wide(agree: int, asked: int) -> bool:
    """A majority of so many that they have not the same by chance, or all."""
    return (asked >= WIDE or agree == asked) and is_majority(agree, asked)


class PeerGroup:
    """The components of one kind, one of each service, counted by their rows.

    ``first`` are the first few of them.
    """

    FEW = 2

    __slots__ = ("_by_row", "first", "size")

    def __init__(self) -> None:
        self.size = 0
        self.first: list[Position] = []
        self._by_row: dict[Row, AlikePeers] = {}

    def add(self, at: Position, row: Row, times: int = 1) -> None:
        """Count components with the same row, the first of them at a position."""
        self.size += times
        known = self._by_row.get(row)
        if known is None:
            self._by_row[row] = AlikePeers(at, times)
        else:
            known.times += times

    def add_first(self, first: Iterable[Position]) -> None:
        """Keep the first few components, in the order in which they are counted."""
        self.first = [*self.first, *first][: self.FEW]

    @property
    def peers_by_row(self) -> Iterable[AlikePeers]:
        """The components by their rows, in the order of the first of each."""
        return self._by_row.values()

    def peers_by_forms(self, element: str) -> Iterable[AlikePeers]:
        """The components by their forms of an element, in the order of the first of each."""
        number = ELEMENT_NUMBER[element]
        by_forms: dict[ElementForms | None, AlikePeers] = {}
        for row, peers in self._by_row.items():
            known = by_forms.get(row.elements[number])
            if known is None:
                by_forms[row.elements[number]] = AlikePeers(peers.at, peers.times)
            else:
                known.times += peers.times
        return by_forms.values()


class PeerVotes:
    """The peer groups of some services, as these are counted one after another."""

    def __init__(self) -> None:
        self.groups: dict[PeerKey, PeerGroup] = {}

    def add(self, service: Service, rows: Sequence[Row]) -> None:
        """Count one service by the rows of its components."""
        for key, number in numbers_by_peer_key(service).items():
            self._count(key, Position(service, service.components[number]), rows[number])

    def _count(self, key: PeerKey, at: Position, row: Row) -> None:
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = PeerGroup()
        group.add(at, row)
        if len(group.first) < PeerGroup.FEW:
            group.add_first([at])


class GroupVotes(PeerVotes):
    """The votes of the ``services`` of a whole group; it keeps their rows for the comparison.

    Those called ``guests`` have no vote.
    """

    def __init__(self, services: Sequence[Service], guests: Container[str] = ()) -> None:
        super().__init__()
        self.services = [service for service in services if service.name not in guests]
        self.siblings = Siblings(self.services)
        forms = FormTable()
        self._rows = {id(service): forms.rows(service) for service in services}
        for service in self.services:
            self.add(service, self.rows(service))

    def add(self, service: Service, rows: Sequence[Row]) -> None:
        """Count one service in all peer groups of its components."""
        for number, keys in self.siblings.keys(service):
            for key in keys:
                self._count(key, Position(service, service.components[number]), rows[number])

    def rows(self, service: Service) -> list[Row]:
        """The rows of one of the services."""
        return self._rows[id(service)]


class MajorityReferences:
    """The values of most services; each service is compared with them.

    ``groups`` counts the peer groups with a majority.
    ``without_majority`` are the addresses where there is none.
    ``votes`` are those that were counted.
    """

    def __init__(self, votes: GroupVotes, rules: Sequence[Rule]) -> None:
        self.votes = votes
        every = [relaxed_rule(rule) for rule in rules]
        self._by_key: dict[SiblingKey, _PeerRules] = {}
        asked = [keys for one in votes.services for _, keys in votes.siblings.keys(one)]
        for key in dict.fromkeys(key for keys in asked for key in keys):
            group = votes.groups[key]
            if group.size >= QUORUM:
                self._by_key[key] = _peer_rules(group, every, of_all=EVERYONE in key)
        closest = set(map(self._closest, asked))
        references = [self._by_key[key].majority for key in self._by_key if key in closest]
        self.groups = sum(bool(reference.full) for reference in references)
        self.without_majority = tuple(dict.fromkeys(a for r in references for a in r.split))

    def _closest(self, keys: Iterable[SiblingKey]) -> SiblingKey | None:
        """The closest of some peer groups that is large enough for a majority."""
        return next((key for key in keys if key in self._by_key), None)

    def compare(self, rows: Sequence[Row], service: ServiceRecord, result: CompareResult) -> None:
        """Compare a service with the values of most."""
        for number, keys in self.votes.siblings.keys(service.positions[0].service):
            key = self._closest(keys)
            at = service.positions[number]
            if key is not None and not self._by_key[key].majority.is_of_another_kind(at.component):
                rules = self._by_key[key]
                result.split.add_nodes(rules.majority.split_leaves(at.component))
                most = rules.majority.position.component
                right = self.votes.siblings.rightly_other(at, most)
                right |= self._unread(at, most) | self._defaults(at, rules.majority)
                service.apply(number, rows[number], rules.about(number, service, right))

    def _unread(self, at: Position, most: Component) -> set[str]:
        """The addresses that a component lacks, and most set by keys its chart does not take."""
        if not at.service.chart_reads:
            return set()
        depth = len(at.service.root.path.keys())
        return {
            address
            for address, value in most.values.items()
            if value.node is not None
            and not is_written(at.component.value(address))
            and is_unread(at.service, value.node.path.keys()[depth:], self.votes.services)
        }

    def _defaults(self, at: Position, majority: MajorityReference) -> set[str]:
        most = majority.position.component
        return left_to_defaults(most, majority.full, majority.missing, at.component)

    def mark_compared(self, result: CompareResult) -> None:
        """Count the majority's own values as compared."""
        for peer_rules in self._by_key.values():
            for rules in peer_rules.compiled:
                result.mark_other_side(rules, rules.reference.component)


class _PeerRules:
    """The rules about the components of one peer group, compiled for its majority."""

    def __init__(self, majority: MajorityReference, rules: Sequence[Rule]) -> None:
        self.majority = majority
        self._rules = rules
        self._templates = template_variables(majority.position.component)
        self._compiled: dict[object, RowRules] = {}
        self.compiled: list[ReferenceRules] = []

    def about(self, number: int, service: ServiceRecord, right: Collection[str] = ()) -> RowRules:
        """The rules about a component of a service, by the levels that it lacks.

        It may have other values at the addresses in ``right``.
        """
        component = service.positions[number].component
        asked = self.majority.full.union(self.majority.lacking(component)).difference(right)
        asked = frozenset(a for a in asked if not _is_without(component, element_of(a)))
        unasked = unasked_variables(self.majority.families, self._templates, component)
        key = component.role, asked, unasked
        known = self._compiled.get(key)
        if known is None:
            at, sign = self.majority.position, self.majority.sign
            if unasked and VARIABLES in asked:
                at = without_variables(at, unasked)
                asked -= {VARIABLES} if at.component.value(VARIABLES).data == {} else set()
            of_role = (rule for rule in self._rules if component.role in rule.roles)
            about = rules_by_element(_about(of_role, asked))
            rules = reference_rules(at, about, {}, service.watched, sign)
            self.compiled += rules
            known = self._compiled[key] = RowRules(rules)
        return known


def _is_without(component: Component, element: str) -> bool:
    """Whether a component has no such element by its nature."""
    return element in OWN_NATURE and component.value(PRESENT_OF[element]).state in GONE


def _peer_rules(group: PeerGroup, rules: Sequence[Rule], *, of_all: bool) -> _PeerRules:
    """The rules about a peer group; ``of_all`` is whether it has components of any role."""
    role = group.first[0].component.role
    asked = [a for a in _addresses(r for r in rules if role in r.roles) if a not in WIRING]
    if of_all:
        asked = [address for address in _addresses(rules) if address in ROLE_FREE]
    is_each_a_program = group.first[0].service.shape == "manifests"
    of_several = is_each_a_program and _are_of_several(group)

    def bar(address: str) -> IsMajority:
        if ADDRESSES.get(address) in SIZES:
            return is_nearly_all
        is_own = of_several or (is_each_a_program and address in OF_PROGRAM)
        return is_wide if is_own else is_majority

    return _PeerRules(_majority_reference(group, asked, bar), rules)


def _majority_reference(group: PeerGroup, asked: Sequence[str], bar: Bar) -> MajorityReference:
    from deploylint.compare.majority_vote import majority_reference  # two services have no majority

    return majority_reference(group.first[0], group.peers_by_forms, asked, bar)


def _are_of_several(group: PeerGroup) -> bool:
    """Whether the programs of a peer group are of several people, as their images show."""
    often = Counter[str]()
    for at, times in ((peers.at, peers.times) for peers in group.peers_by_row):
        often[image_folder(at.component)] += times
    del often[""]
    return bool(often) and often.most_common(1)[0][1] * 2 <= often.total()


class OutlierVote:
    """The peers of a reference, asked whether it is the odd one.

    They vote only on elements in which one of the first two differs from the reference: where
    nearly all agree, one of any two peers does.
    """

    def __init__(self, reference: Service, rules: Sequence[Rule]) -> None:
        self.votes = PeerVotes()
        self._reference = reference
        self._rules = [relaxed_rule(rule) for rule in rules]

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
        return list(numbers_by_peer_key(self._reference))

    def asked_elements(self) -> dict[PeerKey, frozenset[str]]:
        """The elements that each peer group is asked of, where its first peers are counted."""
        return {
            key: self._odd(key, group)
            for key in self.keys
            if (group := self.votes.groups.get(key)) and len(group.first) == PeerGroup.FEW
        }

    def _odd(self, key: PeerKey, group: PeerGroup) -> frozenset[str]:
        """The elements in which one of the first peers differs from the reference."""
        component = self._reference.components[numbers_by_peer_key(self._reference)[key]]
        peers = [peer.component for peer in group.first]
        return frozenset(
            element_of(address)
            for address in ADDRESSES
            if any(_differ(address, component, peer) for peer in peers)
        )

    def differences(self, accepted: Collection[str]) -> list[Difference]:
        """Where nearly all peers agree on something that the reference does not have.

        The reference is not odd at ``accepted`` addresses.
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
                majority = _majority_reference(group, asked, lambda _: is_nearly_all)
                for each in _PeerRules(majority, rules).about(number, record).rules:
                    record.apply_once(number, each)
        violations = (d for d in result.differences if d.outcome == "violation")
        return [difference for difference in violations if difference.address not in accepted]


def relaxed_rule(rule: Rule) -> Rule:
    """A rule of a majority: it warns, and a service may demand more."""
    return rule._replace(operator="as-majority", severity="warning")


def _addresses(rules: Iterable[Rule]) -> list[str]:
    return list(dict.fromkeys(address for rule in rules for address in rule.addresses))


def _differ(address: str, component: Component, peer: Component) -> bool:
    value, other = (one.values.fields.get(address) or NOT_SET for one in (component, peer))
    return value.state != other.state or value.data != other.data


def _about(rules: Iterable[Rule], addresses: frozenset[str]) -> Iterator[Rule]:
    for rule in rules:
        kept = tuple(address for address in rule.addresses if address in addresses)
        if kept:
            yield rule._replace(addresses=kept)
