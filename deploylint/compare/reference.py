"""A component and the reference's, element by element, from the highest level down.

A level that is missing as a whole is one difference, and hides what would lie below it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from deploylint.compare.diff import Item, diff_items
from deploylint.compare.matching import comparable
from deploylint.compare.operators import Side, judge_pair
from deploylint.compare.result import CompareResult
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ADDRESSES, ELEMENTS, PRESENT, element_of
from deploylint.model.paths import parents
from deploylint.model.rule import Rule
from deploylint.model.service import ABSENT, Value
from deploylint.model.types import FEWER_NAMES, NAMES, TREE

_ITEMISED = (NAMES, FEWER_NAMES, TREE)
_THERE = Value("known", "present")

Plan = dict[str, list[tuple[Rule, tuple[str, ...]]]]


def planned(rules: Iterable[Rule]) -> Plan:
    """Rules about the reference by element, with their addresses of it."""
    plan: Plan = {}
    for rule in rules:
        of_element: dict[str, list[str]] = {}
        for address in rule.addresses:
            of_element.setdefault(element_of(address), []).append(address)
        for element, addresses in of_element.items():
            plan.setdefault(element, []).append((rule, tuple(addresses)))
    return plan


def pair(plan: Plan, reference: Position, peer: Position, result: CompareResult) -> None:
    """Judge a component by the reference's, with the rules of a plan that mean its role."""
    for element, rules in plan.items():
        meant = [
            (rule, addresses) for rule, addresses in rules if peer.component.role in rule.roles
        ]
        if meant and comparable(element, reference, peer):
            _Pairing(element, reference, peer, result).judge(meant)


def unsaid(
    rule: Rule, compared: frozenset[str], reference: Position, peer: Position, result: CompareResult
) -> None:
    """What ``agree`` cannot see: a service that says nothing where the reference does.

    Of what other rules compare with the reference anyway (``compared``) nothing is told twice.
    """
    if peer.component.role not in rule.roles:
        return
    open_ = [address for address in rule.addresses if address not in compared]
    for element in dict.fromkeys(map(element_of, open_)):
        _Pairing(element, reference, peer, result).unsaid(rule, open_)


def _is_switched(present: Value) -> bool:
    """Whether a key of its own switches an element on: only that one accounts for a leaf."""
    return bool(present.leaves)


class _Pairing(NamedTuple):
    """One element of two components that are compared."""

    element: str
    reference: Position
    peer: Position
    result: CompareResult

    def judge(self, rules: list[tuple[Rule, tuple[str, ...]]]) -> None:
        address = f"{self.element}.{PRESENT}"
        expected = self.reference.component.value(address)
        actual = self.peer.component.value(address)
        rule = next((r for r, addresses in rules if address in addresses), rules[0][0])
        if "unknown" in (expected.state, actual.state):
            self._unknown(rule, address, expected, actual)
        elif expected.state == "known" and actual.state == "known":
            if any(address in addresses for _, addresses in rules):
                self._both_there(rule, address, expected, actual)
            for each, addresses in rules:
                self._each_field(each, [a for a in addresses if a != address])
        elif expected.state == "known":
            if not expected.derived and not expected.default:
                self._missing(rule, address, actual)
        elif actual.state == "known":
            self._extra(rule, address, expected, actual)
        else:
            self.result.look(expected, actual)
            for each, addresses in rules:
                self.result.judge(each, self.peer, *addresses)

    def _both_there(self, rule: Rule, address: str, expected: Value, actual: Value) -> None:
        """Where only the reference's key switches it on, the default of a chart decides here."""
        is_charts = self.peer.service.shape == "values"
        if is_charts and _is_switched(expected) and not _is_switched(actual):
            note = "no key switches it on, as one does in the reference"
            unknown = actual._replace(state="unknown", data=None, note=note)
            self._unknown(rule, address, expected, unknown)
        else:
            self.result.match(rule, self.peer, address, expected, actual)

    def unsaid(self, rule: Rule, addresses: Iterable[str]) -> None:
        """What the reference says in an element here and this service does not say at all.

        What stands at another address as well, which accounts for its leaves, is missed there.
        """
        values = (self.reference.component.value, self.peer.component.value)
        spoken = [a for a in addresses if element_of(a) == self.element]
        if any(value(f"{self.element}.{PRESENT}").state != "known" for value in values):
            return
        if any(self.peer.component.value(a).state in ("known", "unknown") for a in spoken):
            return
        hidden = self._hidden()
        for address in spoken:
            said = self.reference.component.value(address)
            if said.state == "known" and said.leaves and address not in hidden:
                self._lost(rule, address, self.peer.component.value(address))

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
        self.result.judge(rule, self.peer, address)
        if rule.verb == "equal" and not actual.default:
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
                self.result.judge(rule, self.peer, address)
                continue
            if expected.state == "known" and actual.state in ("absent", "disabled"):
                missing += [] if expected.derived or expected.default else [address]
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
            self.result.match(rule, self.peer, address, expected, actual)
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
        if expected.derived and actual.derived:
            return
        if "unknown" in (expected.state, actual.state):
            self._unknown(rule, address, expected, actual)
        elif actual.state != "known":
            self.result.look(expected, actual)
            self.result.judge(rule, self.peer, address)
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
            self.result.match(rule, self.peer, address, expected, actual)
        elif outcome == "unknown":
            self._unknown(rule, address, expected, actual)
        elif kind in _ITEMISED:
            self.result.look(expected, actual)
            for item in diff_items(kind, one, other, rule.verb):
                self._item(rule, address, item)
        else:
            self.result.tell(
                Difference(rule, "violation", self.peer, address, expected, actual, self.reference)
            )

    def _item(self, rule: Rule, address: str, item: Item) -> None:
        below = f"{address}.{'.'.join(item.path)}" if item.path else address
        if "unknown" in (item.expected.state, item.actual.state):
            self._unknown(rule, below, item.expected, item.actual)
            return
        self.result.tell(
            Difference(
                rule, "violation", self.peer, below, item.expected, item.actual, self.reference
            )
        )
