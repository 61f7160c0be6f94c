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

from deploylint.compare.majority_vote import (
    MajorityReference,
    majority_reference,
    template_variables,
    unasked_variables,
    without_variables,
)
from deploylint.compare.outcome import RowRules
from deploylint.compare.reference import ReferenceRules, reference_rules, rules_by_element
from deploylint.compare.result import CompareResult, ServiceRecord
from deploylint.compare.siblings import (
    EVERYONE,
    SiblingKey,
    Siblings,
    image_folder,
    is_unread,
    left_to_defaults,
)
from deploylint.compare.votes import (
    GONE,
    QUORUM,
    PeerGroup,
    PeerVotes,
    addresses_of,
    is_majority,
    is_nearly_all,
    is_wide,
    relaxed_rule,
)
from deploylint.compare.winners import IsMajority
from deploylint.model.difference import Position
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
from deploylint.model.forms import FormTable, Row
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Service, is_written
from deploylint.model.types import SIZES


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
        self._by_key: dict[SiblingKey, PeerRules] = {}
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


class PeerRules:
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


def _peer_rules(group: PeerGroup, rules: Sequence[Rule], *, of_all: bool) -> PeerRules:
    """The rules about a peer group; ``of_all`` is whether it has components of any role."""
    role = group.first[0].component.role
    asked = [a for a in addresses_of(r for r in rules if role in r.roles) if a not in WIRING]
    if of_all:
        asked = [address for address in addresses_of(rules) if address in ROLE_FREE]
    is_each_a_program = group.first[0].service.shape == "manifests"
    of_several = is_each_a_program and _are_of_several(group)

    def bar(address: str) -> IsMajority:
        if ADDRESSES.get(address) in SIZES:
            return is_nearly_all
        is_own = of_several or (is_each_a_program and address in OF_PROGRAM)
        return is_wide if is_own else is_majority

    most = majority_reference(group.first[0], group.peers_by_forms, asked, bar)
    return PeerRules(most, rules)


def _are_of_several(group: PeerGroup) -> bool:
    """Whether the programs of a peer group are of several people, as their images show."""
    often = Counter[str]()
    for at, times in ((peers.at, peers.times) for peers in group.peers_by_row):
        often[image_folder(at.component)] += times
    del often[""]
    return bool(often) and often.most_common(1)[0][1] * 2 <= often.total()


def _about(rules: Iterable[Rule], addresses: frozenset[str]) -> Iterator[Rule]:
    for rule in rules:
        kept = tuple(address for address in rule.addresses if address in addresses)
        if kept:
            yield rule._replace(addresses=kept)
