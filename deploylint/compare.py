"""Rules over services to differences. Pure: no files, no clock, no printing.

The design's section 4 in code: a rule about the reference looks at pairs of components, from the
element down to the field, and stops at the highest level that differs; a rule about every service
looks at each component alone; ``agree`` looks inside one service. The verbs are in ``verbs``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from deploylint.elements import ADDRESSES, ELEMENTS, PRESENT, QUEUES, element_of, parents
from deploylint.items import Item, differing
from deploylint.model import (
    ABSENT,
    Component,
    Difference,
    Position,
    Rule,
    Service,
    Value,
)
from deploylint.pairs import pairs
from deploylint.types import FEWER_NAMES, NAMES, TREE, Normal
from deploylint.verbs import Side, judge_one, judge_pair, normal

_ITEMISED = (NAMES, FEWER_NAMES, TREE)
_THERE = Value("known", "present")


class Comparison:
    """What came of a run: the differences, how often a rule held, and which leaves were looked at.

    ``matches`` counts by (service, element); ``compared`` and ``unknown`` hold the identities
    (``id``) of leaf nodes.
    """

    def __init__(self) -> None:
        self.differences: list[Difference] = []
        self.matches: dict[tuple[str, str], int] = {}
        self.compared: set[int] = set()
        self.unknown: set[int] = set()
        self._told: set[tuple[str, str, int, str]] = set()

    def match(self, at: Position, address: str, *values: Value) -> None:
        """Count that a rule held for an address."""
        cell = (at.service.name, element_of(address))
        self.matches[cell] = self.matches.get(cell, 0) + 1
        self.look(*values)

    def look(self, *values: Value) -> None:
        """Count the leaves of values as compared."""
        for value in values:
            self.compared.update(map(id, value.leaves))

    def tell(self, difference: Difference) -> None:
        """Keep a difference, once: what a worker has from the root is told of the root only."""
        node = difference.actual.node
        told = (difference.rule.id, difference.address, id(node), str(difference.expected.data))
        if node is not None and told in self._told:
            return
        self._told.add(told)
        self.differences.append(difference)
        target = self.unknown if difference.outcome == "unknown" else self.compared
        for value in (difference.expected, difference.actual):
            target.update(map(id, value.leaves))


def compare(
    services: Sequence[Service], reference: Service | None, rules: Sequence[Rule]
) -> Comparison:
    """Every rule over every service of one group.

    ``reference`` is one of ``services``, or None when only rules about single services can run.
    """
    result = Comparison()
    paired = [rule for rule in rules if rule.scope == "reference"]
    plan = {} if reference is None else _plan(paired)
    for service in services:
        for rule in rules:
            if rule.scope == "every":
                _every(rule, service, result)
            elif rule.scope == "inside":
                _inside(rule, service, reference, result)
        if reference is not None and service is not reference:
            for one, other in pairs(reference, service):
                _pair(plan, Position(reference, one), Position(service, other), result)
    return result


Plan = dict[str, list[tuple[Rule, tuple[str, ...]]]]


def _plan(rules: Iterable[Rule]) -> Plan:
    """Rules about the reference by element, with their addresses of it."""
    plan: Plan = {}
    for rule in rules:
        of_element: dict[str, list[str]] = {}
        for address in rule.addresses:
            of_element.setdefault(element_of(address), []).append(address)
        for element, addresses in of_element.items():
            plan.setdefault(element, []).append((rule, tuple(addresses)))
    return plan


# --- one component alone -------------------------------------------------------------------------


def _is_own(component: Component, address: str) -> bool:
    """Whether a component has a say of its own on an element, or only what the root says."""
    element = element_of(address)
    if not ELEMENTS[element].inherited or component.role == "server":
        return True
    present = component.values.get(f"{element}.{PRESENT}")
    return present is not None and not present.inherited


def _every(rule: Rule, service: Service, result: Comparison) -> None:
    assert rule.pattern is not None
    for component in service.components:
        if component.role not in rule.roles:
            continue
        for address in rule.addresses:
            if not _is_own(component, address):
                continue
            value = _effective(component, address)
            outcome = judge_one(rule.verb, rule.pattern, ADDRESSES[address], value)
            at = Position(service, component)
            if outcome == "match":
                result.match(at, address, value)
            else:
                expected = Value("known", rule.pattern.written)
                result.tell(Difference(rule, outcome, at, address, expected, value))


def _effective(component: Component, address: str) -> Value:
    """A field's value; unknown or switched off with its element."""
    present = component.values.get(f"{element_of(address)}.{PRESENT}", ABSENT)
    if present.state in ("disabled", "unknown") and not address.endswith(PRESENT):
        return present._replace(leaves=())
    return component.values.get(address, ABSENT)


# --- inside one service --------------------------------------------------------------------------


class _Said(NamedTuple):
    """What one place says in an ``agree``."""

    at: Position
    address: str
    value: Value
    normal: Normal


def _inside(rule: Rule, service: Service, reference: Service | None, result: Comparison) -> None:
    components = [c for c in service.components if c.role in rule.roles]
    groups = [components] if len(rule.addresses) == 1 else [[c] for c in components]
    for group in groups:
        said = list(_said(rule, service, group))
        if len(said) < 2:
            continue
        blamed, meant = _blamed(said, _reference_form(rule, reference, service))
        for one in said:
            if one in blamed:
                related = tuple((o.address, o.value) for o in said if o not in blamed)
                result.tell(
                    Difference(
                        rule,
                        "violation",
                        one.at,
                        one.address,
                        meant.value._replace(leaves=()),
                        one.value,
                        related=related,
                    )
                )
            else:
                result.match(one.at, one.address, one.value)


def _said(rule: Rule, service: Service, components: Iterable[Component]) -> Iterator[_Said]:
    for component in components:
        for address in rule.addresses:
            value = _effective(component, address)
            if value.state != "known" or value.inherited or value.note.startswith("= "):
                continue
            try:
                form = normal(ADDRESSES[address], Side(value, ()))
            except ValueError:
                continue
            yield _Said(Position(service, component), address, value, form)


def _reference_form(rule: Rule, reference: Service | None, service: Service) -> Normal:
    """What the reference says at the rule's first address, which a copied file may have kept."""
    if reference is None or reference is service:
        return None
    said = list(_said(rule, reference, reference.components))
    return said[0].normal if said else None


def _blamed(said: list[_Said], copied: Normal) -> tuple[list[_Said], _Said]:
    """Who is wrong, and a place that says what was meant."""
    first = said[0]
    if first.normal != copied:
        left_over = [one for one in said if one.normal == copied]
        if left_over:
            return left_over, first
    ranked = Counter(one.normal for one in said).most_common()
    tie = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
    meant = first.normal if tie else ranked[0][0]
    right = next(one for one in said if one.normal == meant)
    return [one for one in said if one.normal != meant], right


# --- a component and the reference's -------------------------------------------------------------


def _pair(plan: Plan, reference: Position, peer: Position, result: Comparison) -> None:
    for element, rules in plan.items():
        meant = [
            (rule, addresses) for rule, addresses in rules if peer.component.role in rule.roles
        ]
        if meant and _comparable(element, reference, peer):
            _Pairing(element, reference, peer, result).judge(meant)


def _comparable(element: str, reference: Position, peer: Position) -> bool:
    """Not what both only have from the root, nor queues of services that share none."""
    address = f"{element}.{PRESENT}"
    if not _is_own(reference.component, address) and not _is_own(peer.component, address):
        return False
    one, other = (p.component.values.get(QUEUES) for p in (reference, peer))
    if element != element_of(QUEUES) or peer.component.role != "server":
        return True
    if not one or not other or not one.state == other.state == "known":
        return True
    return bool(set(one.parts or ()) & set(other.parts or ()))


class _Pairing(NamedTuple):
    """One element of two components that are compared."""

    element: str
    reference: Position
    peer: Position
    result: Comparison

    def judge(self, rules: list[tuple[Rule, tuple[str, ...]]]) -> None:
        address = f"{self.element}.{PRESENT}"
        expected = self.reference.component.value(address)
        actual = self.peer.component.value(address)
        rule = next((r for r, addresses in rules if address in addresses), rules[0][0])
        if "unknown" in (expected.state, actual.state):
            self._unknown(rule, address, expected, actual)
        elif expected.state == "known" and actual.state == "known":
            if any(address in addresses for _, addresses in rules):
                self.result.match(self.peer, address, expected, actual)
            for each, addresses in rules:
                self._each_field(each, [a for a in addresses if a != address])
        elif expected.state == "known":
            self._missing(rule, address, actual)
        elif actual.state == "known":
            self._extra(rule, address, expected, actual)
        elif "disabled" in (expected.state, actual.state):
            self.result.look(expected, actual)

    def _unknown(self, rule: Rule, address: str, expected: Value, actual: Value) -> None:
        if expected.state in ("known", "unknown") or rule.verb == "equal":
            self.result.tell(
                Difference(rule, "unknown", self.peer, address, expected, actual, self.reference)
            )

    def _missing(self, rule: Rule, address: str, actual: Value) -> None:
        """One finding for all the reference has below an address and the peer has not."""
        below = address.removesuffix(PRESENT)
        values = self.reference.component.values
        lost = [v for a, v in values.items() if a.startswith(below) and v.state == "known"]
        self.result.look(*lost)
        node = values[address].node if address in values else lost[0].node
        expected = _THERE._replace(node=node)
        self.result.tell(
            Difference(rule, "violation", self.peer, address, expected, actual, self.reference)
        )

    def _extra(self, rule: Rule, address: str, expected: Value, actual: Value) -> None:
        if rule.verb == "equal":
            if address.endswith(f".{PRESENT}"):
                values = self.peer.component.values
                self.result.look(
                    *(v for a, v in values.items() if element_of(a) == element_of(address))
                )
                actual = actual._replace(data="present")
            self.result.tell(
                Difference(rule, "violation", self.peer, address, expected, actual, self.reference)
            )

    def _each_field(self, rule: Rule, addresses: list[str]) -> None:
        hidden = self._hidden()
        missing = []
        for address in addresses:
            if address in hidden:
                continue
            expected = self.reference.component.value(address)
            actual = self.peer.component.value(address)
            if expected is ABSENT and actual is ABSENT:
                continue
            if expected.state == "known" and actual.state in ("absent", "disabled"):
                missing.append(address)
            else:
                self._field(rule, address, expected, actual)
        for address, actual in self._highest(missing):
            if address in ADDRESSES:
                self._lost(rule, address, actual)
            else:
                self._missing(rule, address, actual)

    def _lost(self, rule: Rule, address: str, actual: Value) -> None:
        expected = self.reference.component.value(address)
        if ADDRESSES[address] in _ITEMISED and not expected.data:
            self.result.match(self.peer, address, expected, actual)
            return
        self.result.tell(
            Difference(rule, "violation", self.peer, address, expected, actual, self.reference)
        )

    def _hidden(self) -> frozenset[str]:
        """Fields that mean nothing once the field that decides them differs."""
        decided = ELEMENTS[self.element].decided_by
        if decided is None:
            return frozenset()
        address = f"{self.element}.{decided[0]}"
        one, other = (p.component.value(address) for p in (self.reference, self.peer))
        if one.state != "known" or (other.state == "known" and one.data == other.data):
            return frozenset()
        return frozenset(f"{self.element}.{name}" for name in decided[1])

    def _highest(self, missing: list[str]) -> list[tuple[str, Value]]:
        """Missing fields, those of a level that is missing as a whole as that level."""
        highest: dict[str, Value] = {}
        for address in missing:
            levels = [lv for lv in parents(address)[1:] if self._all_missing(lv)]
            level = levels[0] if levels else address
            highest.setdefault(level, self.peer.component.value(level))
        return list(highest.items())

    def _all_missing(self, level: str) -> bool:
        values = self.peer.component.values
        return not any(
            v.state in ("known", "unknown") for a, v in values.items() if a.startswith(f"{level}.")
        )

    def _field(self, rule: Rule, address: str, expected: Value, actual: Value) -> None:
        if (
            expected.state == "unknown"
            or (actual.state == "unknown" and expected.state == "known")
            or actual.state == "unknown"
        ):
            self._unknown(rule, address, expected, actual)
        elif actual.state != "known":
            self.result.look(expected, actual)
        elif expected.state != "known":
            self._extra(rule, address, expected, actual)
        else:
            self._both(rule, address, expected, actual)

    def _both(self, rule: Rule, address: str, expected: Value, actual: Value) -> None:
        kind = ADDRESSES[address]
        one = Side(expected, self.reference.service.own_names)
        other = Side(actual, self.peer.service.own_names)
        outcome = judge_pair(rule.verb, rule.ratio, kind, one, other)
        if outcome == "match":
            self.result.match(self.peer, address, expected, actual)
        elif outcome == "unknown":
            self._unknown(rule, address, expected, actual)
        elif kind in _ITEMISED:
            self.result.look(expected, actual)
            for item in differing(kind, one, other, rule.verb):
                self._item(rule, address, item)
        else:
            self.result.tell(
                Difference(rule, "violation", self.peer, address, expected, actual, self.reference)
            )

    def _item(self, rule: Rule, address: str, item: Item) -> None:
        below = f"{address}.{'.'.join(item.path)}" if item.path else address
        self.result.tell(
            Difference(
                rule, "violation", self.peer, below, item.expected, item.actual, self.reference
            )
        )
