"""Whether a named reference is the odd one among its peers: they vote, with the bar set higher."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from deploylint.compare.matching import PeerKey, numbers_by_peer_key, peer_key
from deploylint.compare.result import CompareResult, ServiceRecord
from deploylint.compare.votes import (
    QUORUM,
    PeerGroup,
    PeerVotes,
    addresses_of,
    is_nearly_all,
    relaxed_rule,
)
from deploylint.model.difference import Difference
from deploylint.model.field_values import NOT_SET
from deploylint.model.fields import ADDRESSES, element_of
from deploylint.model.forms import FormTable, Row
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Service


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
            asked = [a for a in addresses_of(rules) if element_of(a) in odd and a not in accepted]
            if asked:
                from deploylint.compare.majority import PeerRules  # few references differ
                from deploylint.compare.majority_vote import majority_reference

                most = majority_reference(
                    group.first[0], group.peers_by_forms, asked, lambda _: is_nearly_all
                )
                for each in PeerRules(most, rules).about(number, record).rules:
                    record.apply_once(number, each)
        violations = (d for d in result.differences if d.outcome == "violation")
        return [difference for difference in violations if difference.address not in accepted]


def _differ(address: str, component: Component, peer: Component) -> bool:
    value, other = (one.values.fields.get(address) or NOT_SET for one in (component, peer))
    return value.state != other.state or value.data != other.data
