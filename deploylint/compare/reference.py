"""A component and the reference's, element by element, from the highest level down.

A level that is missing as a whole is one difference, and hides what would lie below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from deploylint.compare.matching import comparable
from deploylint.compare.operators import Operand, asks_nothing, evaluate_pair
from deploylint.compare.outcome import ElementRules, Evaluation
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position
from deploylint.model.field_values import FieldValue
from deploylint.model.fields import ADDRESSES, ELEMENTS, PRESENT, element_of
from deploylint.model.forms import BITS
from deploylint.model.own_name import own_port
from deploylint.model.paths import parents
from deploylint.model.rule import Rule
from deploylint.model.service import ABSENT, Value, is_presence, is_written
from deploylint.model.types import FEWER_NAMES, FLAG_FALSE, NAMES, RIGHTS, TREE

if TYPE_CHECKING:
    from deploylint.compare.diff import DifferingItem

_ITEMISED = (NAMES, FEWER_NAMES, TREE)
_PRESENT = Value("known", "present")

_WRONG = frozenset((
    "misplaced-field", "policy-port", "root-user", "wrong-choice", "wrong-type", "wrong-value"
))  # fmt: skip
"""The built-in checks after which a value is not what anybody should have."""

RuleFields = tuple[Rule, tuple[str, ...]]
"""A rule and its addresses of one element."""

Sign = Callable[[Difference], Difference]
"""Adds to a difference the vote of the majority that it goes against."""

RulesByElement = Mapping[str, Sequence[RuleFields]]


def rules_by_element(rules: Iterable[Rule]) -> RulesByElement:
    """Rules about the reference by element, with their addresses of it."""
    plan: dict[str, list[RuleFields]] = {}
    for rule in rules:
        fields: dict[str, list[str]] = {}
        for address in rule.addresses:
            fields.setdefault(element_of(address), []).append(address)
        for element, addresses in fields.items():
            plan.setdefault(element, []).append((rule, tuple(addresses)))
    return plan


class ReferenceRules(ElementRules):
    """The rules about one element of components of one role and of one of the reference's.

    ``agreeing`` rules are ``agree`` with the fields that no other rule compares.
    """

    __slots__ = ("_agreeing", "_rules", "_sign", "reference")

    def __init__(
        self,
        element: str,
        rules: Sequence[RuleFields],
        agreeing: Sequence[RuleFields],
        reference: Position,
        watched: frozenset[str],
        sign: Sign | None = None,
    ) -> None:
        super().__init__(element, watched)
        self.reference = reference
        self._rules = rules
        self._agreeing = agreeing
        self._sign = sign

    def evaluate(self, at: Position, record: Evaluation) -> None:
        """Compare a component with the reference's."""
        comparison = ReferenceComparison(self.element, self.reference, at, record)
        if self._rules and comparable(self.element, self.reference, at):
            comparison.compare(self._rules)
        for rule, addresses in self._agreeing:
            comparison.missing_here(rule, addresses)
        if self._sign is not None:
            record.differences = list(map(self._sign, record.differences))


def reference_rules(
    reference: Position,
    paired: RulesByElement,
    agreeing: RulesByElement,
    watched: frozenset[str],
    sign: Sign | None = None,
) -> list[ReferenceRules]:
    """The rules about each element of components of one role and of one of the reference's."""
    return [
        ReferenceRules(
            element, paired.get(element, ()), agreeing.get(element, ()), reference, watched, sign
        )
        for element in dict.fromkeys((*paired, *agreeing))
    ]


def is_set(value: Value | FieldValue) -> bool:
    """Whether a value is written, or may be."""
    return value.state == "unknown" or is_written(value)


class ReferenceComparison(Record):
    """One element of two components that are compared, and the record of the results."""

    element: str
    reference: Position
    peer: Position
    record: Evaluation

    def compare(self, rules: Sequence[RuleFields]) -> None:
        """Compare the element by some rules, first of all whether it is there."""
        address = f"{self.element}.{PRESENT}"
        expected = self.reference.component.value(address)
        actual = self.peer.component.value(address)
        rule = next((r for r, addresses in rules if address in addresses), rules[0][0])
        if "unknown" in (expected.state, actual.state):
            self._unknown(rule, address, expected, actual)
        elif expected.state == "known" and actual.state == "known":
            if any(address in addresses for _, addresses in rules):
                self._both_present(rule, address, expected, actual)
            hidden = {address, *self._hidden()}
            for each, addresses in rules:
                self._compare_fields(each, [a for a in addresses if a not in hidden])
        elif expected.state == "known":
            self._lost(rules, rule, address, expected, actual)
        elif actual.state == "known":
            self._extra(rule, address, expected, actual)
        else:
            self.record.mark_compared(address)
            for each, addresses in rules:
                self.record.mark_evaluated(each, *addresses)

    def _lost(
        self,
        rules: Sequence[RuleFields],
        rule: Rule,
        address: str,
        expected: Value,
        actual: Value,
    ) -> None:
        """An element that this service lacks; a majority may know only of its fields."""
        if any(r.operator != "as-majority" or address in addresses for r, addresses in rules):
            if not expected.derived and not expected.default:
                self._missing(rule, address, actual)
            return
        for each, addresses in rules:
            self._compare_fields(each, addresses)

    def missing_here(self, rule: Rule, addresses: Sequence[str]) -> None:
        """Find what ``agree`` cannot: values of the reference that this service has nowhere.

        A value without leaves is set at another address too, and is missing there.
        """
        reference, peer = self.reference.component.value, self.peer.component.value
        present = f"{self.element}.{PRESENT}"
        if reference(present).state != "known" or peer(present).state != "known":
            return
        if any(peer(address).state in ("known", "unknown") for address in addresses):
            return
        hidden = self._hidden()
        for address in addresses:
            expected = reference(address)
            if expected.state == "known" and expected.leaves and address not in hidden:
                self._missing_field(rule, address, peer(address))

    def _both_present(self, rule: Rule, address: str, expected: Value, actual: Value) -> None:
        """Match, or unknown where only the reference has a key: a chart's default decides here."""
        is_charts = self.peer.service.shape == "values"
        if is_charts and expected.leaves and not actual.leaves:
            note = "no key switches it on; the reference has one"
            unknown = actual._replace(state="unknown", data=None, note=note)
            self._unknown(rule, address, expected, unknown)
        else:
            self.record.match(rule, address)

    def _unknown(self, rule: Rule, address: str, expected: Value, actual: Value) -> None:
        if expected.state in ("known", "unknown") or rule.operator == "equal":
            self._add("unknown", rule, address, expected, actual)

    def _missing(self, rule: Rule, address: str, actual: Value) -> None:
        """One difference for all values of the reference below an address."""
        below = address.removesuffix(PRESENT)
        values = self.reference.component.values
        lost = [a for a, v in values.items() if a.startswith(below) and v.state == "known"]
        for each in lost:
            self.record.theirs |= BITS[each]
        node = values[address if address in values else lost[0]].node
        self._add("violation", rule, address, _PRESENT._replace(node=node), actual)

    def _extra(self, rule: Rule, address: str, expected: Value, actual: Value) -> None:
        self.record.mark_evaluated(rule, address)
        kind = ADDRESSES.get(address)
        has_fewer = kind is FLAG_FALSE and not asks_nothing(kind, actual.data)
        if rule.operator != "equal" or actual.default or has_fewer:
            return
        if address.endswith(f".{PRESENT}"):
            for each in self.peer.component.values:
                if element_of(each) == self.element:
                    self.record.ours |= BITS[each]
            actual = actual._replace(data="present")
        self._add("violation", rule, address, expected, actual)

    def _compare_fields(self, rule: Rule, addresses: Iterable[str]) -> None:
        missing = []
        theirs, ours = self.reference.component.values, self.peer.component.values
        set_there, set_here = theirs.fields.layout, ours.fields.layout
        for address in addresses:
            if address not in set_there and address not in set_here:  # as it is with most
                self.record.mark_evaluated(rule, address)
                continue
            expected, actual = theirs.value(address), ours.value(address)
            if expected.state == "known" and actual.state in ("absent", "disabled"):
                missing += [] if expected.derived or expected.default else [address]
            elif is_presence(expected) and not is_set(actual):
                missing += [address]
            else:
                self._compare_field(rule, address, expected, actual)
        for address, actual in self._highest(missing):
            if address in ADDRESSES:
                self._missing_field(rule, address, actual)
            else:
                self._missing(rule, address, actual)

    def _missing_field(self, rule: Rule, address: str, actual: Value) -> None:
        expected = self.reference.component.value(address)
        kind = ADDRESSES[address]
        if is_presence(expected):
            actual = ABSENT
        is_nothing = kind in _ITEMISED and not expected.data
        if kind is FEWER_NAMES or is_nothing or asks_nothing(kind, expected.data):
            self.record.match(rule, address)
        else:
            self._add("violation", rule, address, expected, actual)

    def _hidden(self) -> frozenset[str]:
        """Fields without meaning once the field that decides them differs."""
        decided = ELEMENTS[self.element].decided_by
        if decided is None:
            return frozenset()
        address = f"{self.element}.{decided[0]}"
        expected = self.reference.component.value(address)
        actual = self.peer.component.value(address)
        same = actual.state == "known" and expected.data == actual.data
        if expected.state != "known" or same:
            return frozenset()
        return frozenset(f"{self.element}.{name}" for name in decided[1])

    def _highest(self, missing: Iterable[str]) -> list[tuple[str, Value]]:
        """Missing fields, those of a level that is missing as a whole as that level."""
        highest: dict[str, Value] = {}
        for address in missing:
            levels = [lv for lv in parents(address)[1:] if self._is_missing(lv)]
            level = levels[0] if levels else address
            highest.setdefault(level, self.peer.component.value(level))
        return list(highest.items())

    def _is_missing(self, level: str) -> bool:
        """Whether this service has nothing known or unknown below a level."""
        fields = self.peer.component.values.fields
        return not any(
            v.state == "unknown" or (v.state == "known" and not (v.derived or v.default))
            for v in map(fields.row.__getitem__, fields.layout.below(level))
        )

    def _compare_field(self, rule: Rule, address: str, expected: Value, actual: Value) -> None:
        if expected.derived and actual.derived:
            return
        if "unknown" in (expected.state, actual.state):
            self._unknown(rule, address, expected, actual)
        elif actual.state != "known":
            self.record.mark_compared(address)
            self.record.mark_evaluated(rule, address)
        elif expected.state != "known":
            self._extra(rule, address, expected, actual)
        else:
            self._both_known(rule, address, expected, actual)

    def _both_known(self, rule: Rule, address: str, expected: Value, actual: Value) -> None:
        kind = ADDRESSES[address]
        wanted = Operand._make((expected, self.reference.service.own_names))
        operand = Operand._make((actual, self.peer.service.own_names))
        operator = "contain" if kind in RIGHTS else rule.operator
        outcome = evaluate_pair(operator, rule.ratio, kind, wanted, operand)
        if outcome == "match":
            self.record.match(rule, address)
        elif outcome == "unknown":
            self._unknown(rule, address, expected, actual)
        elif kind in _ITEMISED:
            from deploylint.compare.diff import diff_items  # most sets and trees agree

            self.record.mark_compared(address)
            for item in diff_items(kind, wanted, operand, operator):
                self._item(rule, address, item)
        else:
            self._add("violation", rule, address, expected, actual)

    def _item(self, rule: Rule, address: str, item: DifferingItem) -> None:
        below = f"{address}.{'.'.join(item.path)}" if item.path else address
        if "unknown" in (item.expected.state, item.actual.state):
            self._unknown(rule, below, item.expected, item.actual)
        elif not self._is_one_port(item.expected, item.actual):
            expected, actual = self._own_port(item.expected), self._own_port(item.actual)
            self._add("violation", rule, below, expected, actual)

    def _is_one_port(self, expected: Value, actual: Value) -> bool:
        """Whether two fields that hold a port each hold the same one in the reference.

        That they differ here is a matter of these fields, not of what names one of them.
        """
        wanted, own = own_port(expected.data), own_port(actual.data)
        value = self.reference.component.value
        return bool(wanted and own) and value(wanted).data == value(own).data is not None

    def _own_port(self, value: Value) -> Value:
        """A port that data names by its field, as the number it has here, or in the reference."""
        address = own_port(value.data)
        for holder, where in ((self.peer, "here"), (self.reference, "there")) if address else ():
            own = holder.component.value(address)
            if own.state == "known":
                return value._replace(data=own.data, note=f"what {address} is {where}")
        return value._replace(data=address) if address else value

    def _is_wrong_there(self, expected: Value) -> bool:
        """Whether the reference's value is wrong by itself, and reported there."""
        faults, node = self.reference.service.faults, expected.node
        if node is None or not faults:
            return False
        places = {(node.source, start) for start in (node.start, node.key.start)}
        wrong = (fault.node for fault in faults if fault.check in _WRONG)
        return any((each.source, each.start) in places for each in wrong)

    def _add(
        self,
        outcome: Literal["violation", "unknown"],
        rule: Rule,
        address: str,
        expected: Value,
        actual: Value,
    ) -> None:
        if outcome == "violation" and self._is_wrong_there(expected):
            outcome = "unknown"
            expected = expected._replace(state="unknown", data=None, note="its own value is wrong")
        self.record.differences.append(
            Difference(rule, outcome, self.peer, address, expected, actual, self.reference)
        )
