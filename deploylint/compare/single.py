"""Rules about one component alone: ``be``, ``not-be`` and ``be-among``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploylint.compare.operators import Operand, evaluate_membership, evaluate_value
from deploylint.compare.outcome import LIMIT, ElementRules, Evaluation
from deploylint.compare.reference import RuleFields
from deploylint.compare.result import ServiceRecord, is_own
from deploylint.documents.suggest import distance
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ADDRESSES, PRESENT, PRESENT_OF, element_of
from deploylint.model.forms import ROW, Row
from deploylint.model.paths import OF_SOURCES
from deploylint.model.patterns import Pattern
from deploylint.model.rule import Rule
from deploylint.model.service import ABSENT, Component, Value
from deploylint.model.types import NAMES, WORD

CHART_DECIDES = "not set in values; the chart may set it"
"""Why a field is unknown that values do not set."""

MOST_ALIKE = 3
"""How many members of a set a violation names as similar."""


class SingleRules(ElementRules):
    """The rules ``be`` and ``not-be`` about one element of the components of one role.

    ``chart_sets`` are addresses that their charts may set if their values do not.
    """

    __slots__ = ("_chart_sets", "_rules")

    def __init__(
        self,
        element: str,
        rules: Sequence[RuleFields],
        watched: frozenset[str],
        chart_sets: frozenset[str],
    ) -> None:
        super().__init__(element, watched)
        self._rules = rules
        self._chart_sets = chart_sets

    def evaluate(self, at: Position, record: Evaluation) -> None:
        """Evaluate each rule at each of its addresses."""
        component = at.component
        for rule, addresses in self._rules:
            for address in addresses:
                if is_own(component, address) and not _is_unread(component, address):
                    self._evaluate(rule, address, at, record)

    def _evaluate(self, rule: Rule, address: str, at: Position, record: Evaluation) -> None:
        assert rule.pattern is not None
        value = effective(at.component, address)
        outcome = evaluate_value(rule.operator, rule.pattern, ADDRESSES[address], value)
        is_effective = value is not ABSENT and value is at.component.value(address)
        if outcome == "violation" and address in self._chart_sets and _is_unset(value):
            outcome, value = "unknown", value._replace(state="unknown", note=CHART_DECIDES)
        if outcome == "match":
            record.mark_evaluated(rule, address)
            record.matches += 1
        else:
            expected = Value("known", rule.pattern.written)
            for item in _items_to_report(rule.pattern, value):
                record.differences.append(Difference(rule, outcome, at, address, expected, item))
        if is_effective:
            record.mark_compared(address)


def _is_unset(value: Value) -> bool:
    """Whether values say nothing of a field: they neither set it nor switch it off."""
    return value.state == "absent" or (value.state == "disabled" and value.data is not False)


def _is_unread(component: Component, address: str) -> bool:
    """Whether it is a fact about sources, and none were read."""
    return address in OF_SOURCES and f"{element_of(address)}.{PRESENT}" not in component.values


def _items_to_report(pattern: Pattern, value: Value) -> Iterator[Value]:
    """A value, or each of its items by itself where none of them may be there."""
    if pattern.written != "absent" or not value.parts:
        yield value
        return
    for name, entry in value.parts.items():
        yield Value("known", name, entry.value, value.note)


def effective(component: Component, address: str) -> Value:
    """A field's value; unknown or switched off with its element."""
    present = component.value(PRESENT_OF[element_of(address)])
    if present.state in ("disabled", "unknown") and not address.endswith(PRESENT):
        return present._replace(leaves=())
    return component.value(address)


class MembershipRules:
    """The rules ``be-among`` about the components of one role."""

    __slots__ = ("_by_row", "_rules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._by_row: dict[Row, list[Rule]] = {}

    def apply(self, number: int, row: Row, service: ServiceRecord) -> None:
        """Add to a service whether values of a component are among those of another field."""
        rules = self._by_row.get(row)
        if rules is None:
            elements = {name for name, forms in zip(ROW, row.elements, strict=True) if forms}
            rules = [rule for rule in self._rules if _is_about(rule, elements)]
            if len(self._by_row) < LIMIT:
                self._by_row[row] = rules
        for rule in rules:
            _evaluate_membership(rule, number, service)


def _is_about(rule: Rule, elements: set[str]) -> bool:
    """Whether a component with some elements has both the set and items of a rule."""
    assert rule.pattern is not None
    is_set_there = element_of(str(rule.pattern.operand)) in elements
    return is_set_there and not elements.isdisjoint(map(element_of, rule.addresses))


def _evaluate_membership(rule: Rule, number: int, service: ServiceRecord) -> None:
    """Add to a service whether values of a component are among those at another address.

    Without that set nothing is compared; where it may hold more, only its known members match.
    """
    assert rule.pattern is not None
    at = service.positions[number]
    among, expected = str(rule.pattern.operand), Value("known", rule.pattern.written)
    known = at.component.value(among)
    if known.state not in ("known", "unknown"):
        return
    for address in rule.addresses:
        value = effective(at.component, address)
        if value.state == "unknown":
            service.add_differences([Difference(rule, "unknown", at, address, expected, value)])
        elif value.state == "known" and not value.inherited:
            kind = WORD if ADDRESSES[address] is NAMES else ADDRESSES[address]
            for item in _items(value):
                outcome = evaluate_membership(kind, Operand(item, ()), ADDRESSES[among], known)
                if outcome == "match":
                    service.add_matches(rule, [(number, address)])
                elif outcome is not None:
                    related = ((among, known), *_alike(str(item.data), among, known))
                    service.add_differences(
                        [Difference(rule, outcome, at, address, expected, item, related=related)]
                    )


def _items(value: Value) -> list[Value]:
    """The single items of a set, each at its own node."""
    if value.parts is None:
        return [value]
    return [value._replace(data=k, node=e.value, parts=None) for k, e in value.parts.items()]


def _alike(text: str, address: str, known: Value) -> Iterator[tuple[str, Value]]:
    """The members of a set most similar to a text that is not among it, at each of their places."""
    by_distance = sorted(known.parts or (), key=lambda name: (distance(text, name), name))
    for name in by_distance[:MOST_ALIKE]:
        entry = (known.parts or {})[name]
        for node in dict.fromkeys((entry.key, entry.value)):
            yield address, Value("known", name, node)
