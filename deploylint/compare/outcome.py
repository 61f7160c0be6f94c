"""What rules come to at a component, kept for all components with the same forms.

Rules are asked element by element. What an element comes to depends on its forms alone, so it is an
Outcome, that is worked out once; what a row of elements comes to is added up once more. Differences
are not in it, as they name nodes, but Deviations: a difference without its component.
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
"""How many outcomes of some rules are kept: in a fleet that has more few are met twice."""


RuleAddresses = tuple[str, tuple[str, ...]]
"""The id of a rule, and addresses at which it was evaluated."""


class Evaluation:
    """What rules make of one element of one component, while they look at it.

    ``matches`` counts how often a rule held. ``here`` and ``there`` are the addresses that were
    compared, of the component and of its reference, as sets of bits. Where the ``watched`` rules
    were evaluated is kept.
    """

    __slots__ = ("_evaluated", "differences", "here", "matches", "there", "watched")

    def __init__(self, watched: frozenset[str] = frozenset()) -> None:
        self.watched = watched
        self.matches = 0
        self.here = 0
        self.there = 0
        self.differences: list[Difference] = []
        self._evaluated: dict[str, list[str]] = {}

    def mark_evaluated(self, rule: Rule, *addresses: str) -> None:
        """Keep that a rule was evaluated at some addresses."""
        if rule.id in self.watched:
            self._evaluated.setdefault(rule.id, []).extend(addresses)

    @property
    def evaluated(self) -> tuple[RuleAddresses, ...]:
        """The watched rules and where they were evaluated, also where both sides say nothing."""
        return tuple((rule, tuple(addresses)) for rule, addresses in self._evaluated.items())

    def match(self, rule: Rule, address: str) -> None:
        """Count that a rule held for an address of both sides."""
        self.mark_evaluated(rule, address)
        self.matches += 1
        self.mark_compared(address)

    def mark_compared(self, address: str) -> None:
        """Count an address of both sides as compared."""
        bit = BITS[address]
        self.here |= bit
        self.there |= bit

    def add(self, difference: Difference) -> None:
        """Keep a difference."""
        self.differences.append(difference)


class Part(Record):
    """One part of a value by its name, or the key that the part is under."""

    name: str
    is_key: bool


class Deviation:
    """A difference as every component with the same forms has it.

    ``number`` is its place among the differences of its element.
    ``expected`` is what is wanted, as text.
    ``field`` and ``part`` say which node of the component it is at; "" for none.
    ``here`` and ``there`` are the addresses whose leaves it accounts for, as sets of bits.
    """

    __slots__ = (
        "address",
        "expected",
        "field",
        "here",
        "is_unknown",
        "number",
        "part",
        "rule",
        "there",
    )

    def __init__(self, number: int, difference: Difference, field: str, part: Part | None) -> None:
        self.number = number
        self.rule = difference.rule
        self.address = difference.address
        self.is_unknown = difference.outcome == "unknown"
        self.expected = str(difference.expected.data)
        self.field = field
        self.part = part
        bit = BITS.get(difference.address, 0)
        self.here = bit if difference.actual.leaves else 0
        self.there = bit if difference.expected.leaves else 0

    def row(self, component: Component) -> RowNumber | None:
        """The row of a component that the difference is at; None where nobody wrote one."""
        if not self.field:
            return None
        value = component.values.fields.get(self.field)
        assert value is not None
        if self.part is None:
            return value.at
        assert value.parts is not None
        key, at = value.parts[self.part.name]
        return key if self.part.is_key else at


class Outcome:
    """What some rules come to at one element of every component with the same forms."""

    __slots__ = ("deviations", "evaluated", "here", "matches", "there")

    def __init__(self, record: Evaluation, deviations: tuple[Deviation, ...]) -> None:
        self.matches = record.matches
        self.here = record.here
        self.there = record.there
        self.evaluated = record.evaluated
        self.deviations = deviations


def _outcome(
    record: Evaluation, component: Component, forms: ElementForms | None
) -> Outcome | None:
    """What a record comes to for all components of some forms; None where it is only one's."""
    deviations = []
    for number, difference in enumerate(record.differences):
        deviation = _deviation(number, difference, component, forms)
        if deviation is None:
            return None
        deviations.append(deviation)
    return Outcome(record, tuple(deviations))


def _deviation(
    number: int, difference: Difference, component: Component, forms: ElementForms | None
) -> Deviation | None:
    """A difference without its component; None where another one's may be another difference."""
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
    """Whether a field holds an own name: what is written there is another text in each service."""
    return field in SLOTS and (form := forms.form(field)) is not None and form.names_service


def _part(value: Value | None, node: Node) -> Part | None:
    for name, entry in (value.parts or {}).items() if value is not None else ():
        if node in (entry.value, entry.key):
            return Part(name, node != entry.value)
    return None


class ElementRules(ABC):
    """Some rules about one element, with what they come to for each forms of it.

    ``number`` is that of the element in a row.
    ``compared`` and ``unknown`` are the addresses of the other side that they looked at, as bits.
    """

    __slots__ = ("_differing", "_outcomes", "compared", "element", "number", "unknown", "watched")

    def __init__(self, element: str, watched: frozenset[str]) -> None:
        self.element = element
        self.number = ELEMENT_NUMBER[element]
        self.watched = watched
        self.compared = 0
        self.unknown = 0
        self._outcomes: dict[ElementForms | None, Outcome | None] = {}
        self._differing: set[ElementForms | None] = set()

    @abstractmethod
    def evaluate(self, at: Position, record: Evaluation) -> None:
        """Evaluate the rules at a component."""

    def simple_difference(self, at: Position, deviation: Deviation) -> Difference | None:
        """The difference of a component, where it need not be evaluated again for that."""
        return None

    def record(self, at: Position) -> Evaluation:
        """What the rules make of a component."""
        record = Evaluation(self.watched)
        self.evaluate(at, record)
        return record

    def known_outcome(self, forms: ElementForms | None) -> Outcome | None:
        """What the rules come to for some forms; None where that is not known, or differs."""
        return self._outcomes.get(forms)

    def keep_outcome(
        self, record: Evaluation, at: Position, forms: ElementForms | None
    ) -> Outcome | None:
        """What a record comes to for some forms, kept once they are met for the second time."""
        if forms not in self._outcomes:
            if len(self._outcomes) < LIMIT:
                self._outcomes[forms] = None
            return None
        if forms in self._differing:
            return None
        outcome = self._outcomes[forms] = _outcome(record, at.component, forms)
        if outcome is None:
            self._differing.add(forms)
        return outcome


class RowOutcome:
    """What the rules about all elements come to at every component with the same row.

    ``matches`` are by element. ``deviations`` are by the rules that found them.
    """

    __slots__ = ("deviations", "evaluated", "here", "matches")

    def __init__(self, outcomes: Sequence[tuple[ElementRules, Outcome]]) -> None:
        matches = [0] * len(ROW)
        self.here = 0
        for rules, outcome in outcomes:
            matches[rules.number] += outcome.matches
            self.here |= outcome.here
        self.matches = tuple(matches)
        evaluated: dict[str, tuple[str, ...]] = {}
        for rule, addresses in (one for _, outcome in outcomes for one in outcome.evaluated):
            evaluated[rule] = evaluated.get(rule, ()) + addresses
        self.evaluated = tuple(evaluated.items())
        self.deviations = tuple(
            (rules, outcome.deviations) for rules, outcome in outcomes if outcome.deviations
        )


class RowRules:
    """The rules about all elements of some components, with what they come to for each row."""

    __slots__ = ("_outcomes", "rules")

    def __init__(self, rules: Sequence[ElementRules]) -> None:
        self.rules = rules
        self._outcomes: dict[Row, RowOutcome | None] = {}

    def known_outcome(self, row: Row) -> RowOutcome | None:
        """What the rules come to for a row; None where that is not known."""
        return self._outcomes.get(row)

    def keep_outcome(self, row: Row) -> None:
        """Add up what the elements of a row come to, once it is met for the second time."""
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
