"""The outcome of rules at a component, kept for all components with the same forms.

Rules are evaluated element by element. Their outcome at an element depends on its forms alone, so
it is worked out once. The outcomes of a row of elements are added up once more. What is kept holds
Deviations, which are differences without their component, as a Difference names nodes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position
from deploylint.model.field_values import RowNumber
from deploylint.model.fields import PRESENT, element_of
from deploylint.model.forms import BITS, ELEMENT_NUMBER, ROW, SLOTS, ElementForms, Row
from deploylint.model.paths import field_of
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Value

LIMIT = 4096
"""How many outcomes of some rules are kept: in a fleet that has more, few are met twice."""

RuleAddresses = tuple[str, tuple[str, ...]]
"""The id of a rule, and addresses at which it was evaluated."""


class Evaluation:
    """The results of rules at one element of one component.

    ``matches`` counts how often a rule held. ``ours`` and ``theirs`` are the addresses that were
    compared, of the component and of its reference, as sets of bits. ``evaluated`` is where the
    ``watched`` rules were evaluated. The results of all components with the same forms have
    ``deviations`` in place of ``differences``.
    """

    def __init__(self, watched: frozenset[str] = frozenset()) -> None:
        self.watched = watched
        self.matches = 0
        self.ours = 0
        self.theirs = 0
        self.differences: list[Difference] = []
        self.deviations: tuple[Deviation, ...] = ()
        self.evaluated: list[RuleAddresses] = []

    def mark_evaluated(self, rule: Rule, *addresses: str) -> None:
        """Keep that a rule was evaluated at some addresses."""
        if rule.id in self.watched:
            self.evaluated.append((rule.id, addresses))

    def match(self, rule: Rule, address: str) -> None:
        """Count that a rule held for an address of both sides."""
        self.mark_evaluated(rule, address)
        self.matches += 1
        self.mark_compared(address)

    def mark_compared(self, address: str) -> None:
        """Count an address of both sides as compared."""
        bit = BITS[address]
        self.ours |= bit
        self.theirs |= bit


class Part(Record):
    """One part of a value by its name, or the key that the part is under."""

    name: str
    is_key: bool


class Deviation:
    """A difference as every component with the same forms has it.

    ``number`` is its place among the differences of its element.
    ``expected`` is the expected data as text.
    ``field`` and ``part`` lead to its node in the component; ``field`` is "" for none.
    ``ours`` and ``theirs`` are the addresses with leaves that it accounts for, as sets of bits.
    """

    def __init__(self, number: int, difference: Difference, field: str, part: Part | None) -> None:
        self.number = number
        self.rule = difference.rule
        self.address = difference.address
        self.is_unknown = difference.outcome == "unknown"
        self.expected = str(difference.expected.data)
        self.field = field
        self.part = part
        bit = BITS.get(difference.address, 0)
        self.ours = bit if difference.actual.leaves else 0
        self.theirs = bit if difference.expected.leaves else 0

    def row(self, component: Component) -> RowNumber | None:
        """The row of a component that the difference is at; None where no row is."""
        if not self.field:
            return None
        value = component.values.fields.get(self.field)
        assert value is not None
        if self.part is None:
            return value.at
        assert value.parts is not None
        key, at = value.parts[self.part.name]
        return key if self.part.is_key else at


def _deviations(
    record: Evaluation, component: Component, forms: ElementForms | None
) -> tuple[Deviation, ...] | None:
    """The deviations of all components of some forms; None where each has its own."""
    deviations = []
    for number, difference in enumerate(record.differences):
        deviation = _deviation(number, difference, component, forms)
        if deviation is None:
            return None
        deviations.append(deviation)
    return tuple(deviations)


def _deviation(
    number: int, difference: Difference, component: Component, forms: ElementForms | None
) -> Deviation | None:
    """A difference without its component; None where another component may have another one."""
    address = difference.address
    field = field_of(address)
    is_deep = address.count(".") > field.count(".") + 1
    if is_deep or (forms is not None and forms.names_service and _names_service(field, forms)):
        return None
    if address not in BITS and (difference.actual.leaves or difference.expected.leaves):
        return None
    node = difference.actual.node
    if node is None:
        return Deviation(number, difference, "", None)
    for owner in (field, f"{element_of(address)}.{PRESENT}"):
        value = component.values.get(owner)
        if value is not None and value.node == node:
            return Deviation(number, difference, owner, None)
    part = _part(component.values.get(field), node)
    return None if part is None else Deviation(number, difference, field, part)


def _names_service(field: str, forms: ElementForms) -> bool:
    """Whether a field holds an own name, so that its text differs by service."""
    return field in SLOTS and (form := forms.form(field)) is not None and form.names_service


def _part(value: Value | None, node: Node) -> Part | None:
    for name, entry in (value.parts or {}).items() if value is not None else ():
        if node in (entry.value, entry.key):
            return Part(name, node != entry.value)
    return None


class ElementRules(ABC):
    """Some rules about one element, with their outcome for each forms of it.

    ``number`` is that of the element in a row.
    ``compared`` and ``unknown`` are the addresses of the other side that they compared, as bits.
    """

    __slots__ = ("_outcomes", "compared", "element", "number", "unknown", "watched")

    def __init__(self, element: str, watched: frozenset[str]) -> None:
        self.element = element
        self.number = ELEMENT_NUMBER[element]
        self.watched = watched
        self.compared = 0
        self.unknown = 0
        self._outcomes: dict[ElementForms | None, Evaluation | None] = {}

    @abstractmethod
    def evaluate(self, at: Position, record: Evaluation) -> None:
        """Evaluate the rules at a component."""

    def record(self, at: Position) -> Evaluation:
        """The results of the rules at a component."""
        record = Evaluation(self.watched)
        self.evaluate(at, record)
        return record

    def known_outcome(self, forms: ElementForms | None) -> Evaluation | None:
        """The results of the rules for some forms; None where they are not known, or differ."""
        return self._outcomes.get(forms)

    def keep_outcome(self, record: Evaluation, at: Position, forms: ElementForms | None) -> bool:
        """Whether the results are those of all forms alike, once these are met again.

        They are kept without their differences, which are those of one component.
        """
        if forms not in self._outcomes:
            if len(self._outcomes) < LIMIT:
                self._outcomes[forms] = None
            return False
        deviations = _deviations(record, at.component, forms)
        if deviations is None:
            return False
        record.deviations, record.differences = deviations, []
        self._outcomes[forms] = record
        return True


class RowOutcome:
    """The results of the rules about all elements at every component with the same row.

    ``matches`` are by element. ``deviations`` are by their rules.
    """

    __slots__ = ("deviations", "evaluated", "matches", "ours")

    def __init__(self, outcomes: Sequence[tuple[ElementRules, Evaluation]]) -> None:
        matches = [0] * len(ROW)
        self.ours = 0
        evaluated: dict[str, tuple[str, ...]] = {}
        for rules, outcome in outcomes:
            matches[rules.number] += outcome.matches
            self.ours |= outcome.ours
            for rule, addresses in outcome.evaluated:
                evaluated[rule] = evaluated.get(rule, ()) + addresses
        self.matches = tuple(matches)
        self.evaluated = tuple(evaluated.items())
        self.deviations = tuple(
            (rules, outcome.deviations) for rules, outcome in outcomes if outcome.deviations
        )


class RowRules:
    """The rules about all elements of some components, with their outcome for each row."""

    __slots__ = ("_outcomes", "rules")

    def __init__(self, rules: Sequence[ElementRules]) -> None:
        self.rules = rules
        self._outcomes: dict[Row, RowOutcome | None] = {}

    def known_outcome(self, row: Row) -> RowOutcome | None:
        """The outcome of the rules for a row; None where that is not known."""
        return self._outcomes.get(row)

    def keep_outcome(self, row: Row) -> None:
        """Add up the outcomes of the elements of a row, once it is met for the second time."""
        if row not in self._outcomes:
            if len(self._outcomes) < LIMIT:
                self._outcomes[row] = None
            return
        outcomes = []
        for rules in self.rules:
            outcome = rules.known_outcome(row.elements[rules.number])
            if outcome is None:
                return
            outcomes.append((rules, outcome))
        self._outcomes[row] = RowOutcome(outcomes)
