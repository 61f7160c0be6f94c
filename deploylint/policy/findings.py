"""Makes a Finding of each Difference: nowhere else is one made.

A difference is unknown, allowed where allowances cover it, else a violation. A violation names the
allowance that comes nearest to covering it.
"""

from __future__ import annotations

from deploylint.documents.nodes import Node
from deploylint.model.difference import Difference
from deploylint.model.fields import KEY
from deploylint.model.finding import MISSPELT, Finding, Location, Status
from deploylint.model.format import format_value
from deploylint.model.locations import MisspeltKeys, missing_key, node_of, place
from deploylint.model.paths import name_in
from deploylint.model.secrets import redact
from deploylint.model.service import Service, Value
from deploylint.model.types import Plain
from deploylint.policy import messages
from deploylint.policy.allowance_index import AllowanceIndex
from deploylint.policy.judgement import Covering, covering_allowances
from deploylint.policy.near_misses import NearMiss, incomplete_change, nearest

Decision = tuple[Status, Covering, NearMiss | None]
"""The status of a difference, the allowances that cover it, and the one that nearly does."""

Related = tuple[tuple[str, Location, str], ...]
"""Other places of a finding: the role of each, where it is, and a text."""


class FindingMaker:
    """Makes the findings of one group. Places in the reference are looked up once."""

    def __init__(self, group: str, index: AllowanceIndex) -> None:
        self._group = group
        self._index = index
        self._reference_locations: dict[tuple[str, Node], Location] = {}
        self._misspelt_keys: dict[int, tuple[Service, MisspeltKeys]] = {}

    def make(self, difference: Difference, covering: Covering | None = None) -> Finding:
        """The finding of a difference; ``covering`` are the allowances for it, if that is known."""
        location = location_of(difference)
        status, allowances, near = self._decision(difference, location, covering)
        service, component = difference.at
        rule = difference.rule
        expected, actual = difference.expected, difference.actual
        return Finding(
            status=status,
            severity=rule.severity,
            rule=rule.id,
            why=rule.why,
            group=self._group,
            service=service.name,
            runtime=service.runtime,
            component=component.key,
            role=component.role,
            address=difference.address,
            message=_message(difference, near),
            expected=_public(difference, expected),
            expected_state=expected.state,
            actual=_public(difference, actual),
            actual_state=actual.state,
            location=location,
            reference_location=self._reference_location(difference),
            related=(
                *difference.evidence,
                *_related(difference),
                *_near_location(near),
                *self._misspelt(difference),
            ),
            allowance=allowances[0] if allowances else None,
            also=allowances[1:],
            near=near.allowance if near else None,
            environment=service.environment,
            votes=difference.vote and difference.vote[:2],
            key=rule.key,
            may_be_own=difference.may_be_own,
        )

    def _decision(
        self, difference: Difference, location: Location, covering: Covering | None
    ) -> Decision:
        if difference.outcome == "unknown":
            return "unknown", (), None
        about = self._index.about(difference.rule.id, difference.at, location)
        if covering is None:
            covering = covering_allowances(difference, about, self._index.today)
        if covering:
            return "allowed", covering, None
        if difference.rule.operator == "built-in":
            return "violation", (), None
        near = nearest(about, difference, self._index.today) if about else None
        return "violation", (), near or self._incomplete_change(difference)

    def _incomplete_change(self, difference: Difference) -> NearMiss | None:
        if not difference.related or difference.rule.scope != "inside":
            return None
        allowances = self._index.for_service(difference.at)
        return incomplete_change(allowances, difference, self._index.today)

    def _reference_location(self, difference: Difference) -> Location | None:
        reference = difference.reference
        if reference is None:
            return None
        node = node_of(reference.component, difference.address, difference.expected)
        key = reference.service.name, node
        if key not in self._reference_locations:
            self._reference_locations[key] = place(node, reference.service)
        return self._reference_locations[key]

    def _misspelt(self, difference: Difference) -> Related:
        """The key that a missing value is written under by a wrong name."""
        service = difference.at.service
        if not service.faults:
            return ()
        if id(service) not in self._misspelt_keys:
            self._misspelt_keys[id(service)] = service, MisspeltKeys(service)
        node = self._misspelt_keys[id(service)][1].find(difference)
        if node is None:
            return ()
        return ((MISSPELT, place(node, service), f"{node.content} is misspelt"),)


def location_of(difference: Difference) -> Location:
    """The location of a difference: of the actual value, or where it would be written."""
    return difference.location or place(
        difference.actual.node or missing_key(difference), difference.at.service
    )


def _message(difference: Difference, near: NearMiss | None) -> str:
    message = messages.message_for(difference)
    return message if near is None else f"{message}; {near.because}"


def _near_location(near: NearMiss | None) -> Related:
    """Where a missed allowance is written; the shipped ones are not the project's to edit."""
    if near is None or near.allowance.is_shipped:
        return ()
    return (("nearly-allowed", near.allowance.at, near.because),)


def _public(difference: Difference, value: Value) -> Plain:
    """A side of a difference without secrets; a text of a built-in check is one to be shown."""
    if value.state != "known":
        return None
    if difference.rule.operator == "built-in" and not isinstance(value.data, (dict, list)):
        return value.data
    return redact(name_in(difference.address), value.data)


def _related(difference: Difference) -> Related:
    service, component = difference.at
    role = "among" if difference.rule.operator == "be-among" else "agrees-not"
    return tuple(
        (role, place(node_of(component, address, value), service), _statement(address, value))
        for address, value in difference.related
    )


def _statement(path: str, value: Value) -> str:
    """What another place of the same service holds, in words."""
    data = redact(name_in(path), value.data)
    return f"{path.removeprefix(f'{KEY}:')} is {format_value(data)}"
