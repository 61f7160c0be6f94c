"""What the rules of a run have found so far, and which component has a say on what."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from deploylint.documents.nodes import Node
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ELEMENTS, PRESENT, element_of
from deploylint.model.forms import (
    BITS,
    ELEMENT_NUMBER,
    ROW,
    SLOTS,
    ElementForms,
    addresses_in,
)
from deploylint.model.paths import field_of
from deploylint.model.rule import Rule
from deploylint.model.scope import Scope, scope_at
from deploylint.model.service import Component, Service, Value


class Evaluated(NamedTuple):
    """That a rule was judged at one address of one component, and the files of its service."""

    rule: str
    at: Scope
    files: tuple[str, ...]


class Record:
    """What rules make of one element of one component, while they look at it.

    ``matches`` counts how often a rule held. ``here`` and ``there`` are the addresses that were
    compared, of the component and of its reference, as sets of bits. ``evaluated`` are (rule,
    address) of the ``watched`` rules, also where both sides say nothing.
    """

    __slots__ = ("differences", "evaluated", "here", "matches", "there", "watched")

    def __init__(self, watched: frozenset[str]) -> None:
        self.watched = watched
        self.matches = 0
        self.here = 0
        self.there = 0
        self.differences: list[Difference] = []
        self.evaluated: list[tuple[str, str]] = []

    def mark_evaluated(self, rule: Rule, *addresses: str) -> None:
        """Keep that a rule was evaluated at some addresses."""
        if rule.id in self.watched:
            self.evaluated += ((rule.id, address) for address in addresses)

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


class Part(NamedTuple):
    """One part of a value by its name, or the key that the part is under."""

    name: str
    is_key: bool


class Deviation:
    """A difference as every component with the same forms has it.

    ``number`` is its place among the differences of its element, ``expected`` what is wanted as
    text. ``field`` and ``part`` say which node of the component it is at, "" for none. ``here`` and
    ``there`` are the addresses whose leaves it accounts for, as sets of bits.
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

    def node(self, component: Component) -> Node | None:
        """The node of a component that the difference is at; None where nobody wrote one."""
        if not self.field:
            return None
        value = component.values[self.field]
        if self.part is None:
            return value.node
        assert value.parts is not None
        entry = value.parts[self.part.name]
        return entry.key if self.part.is_key else entry.value


class Outcome:
    """What some rules come to at one element of every component with the same forms."""

    __slots__ = ("deviations", "evaluated", "here", "matches", "there")

    def __init__(self, record: Record, deviations: Sequence[Deviation]) -> None:
        self.matches = record.matches
        self.here = record.here
        self.there = record.there
        self.evaluated = tuple(record.evaluated)
        self.deviations = tuple(deviations)


def outcome_of(record: Record, component: Component, forms: ElementForms | None) -> Outcome | None:
    """What a record comes to for all components of some forms; None where it is only one's."""
    deviations = []
    for number, difference in enumerate(record.differences):
        deviation = _deviation(number, difference, component, forms)
        if deviation is None:
            return None
        deviations.append(deviation)
    return Outcome(record, deviations)


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
        if value is not None and value.node is node:
            return Deviation(number, difference, owner, None)
    part = _part(component.values.get(field), node)
    return None if part is None else Deviation(number, difference, field, part)


def _names_service(field: str, forms: ElementForms) -> bool:
    """Whether a field holds an own name: what is written there is another text in each service."""
    return field in SLOTS and (form := forms.form(field)) is not None and form.names_service


def _part(value: Value | None, node: Node) -> Part | None:
    for name, entry in (value.parts or {}).items() if value is not None else ():
        if entry.value is node or entry.key is node:
            return Part(name, entry.value is not node)
    return None


class Occurrence:
    """Deviations of one component: made into differences only for who asks.

    ``deviations`` is one tuple for all components with the same, so that what follows from them is
    worked out once; None where these are differences of this component alone.
    """

    __slots__ = ("_found", "_source", "at", "deviations")

    def __init__(
        self,
        at: Position,
        source: ElementRules | None,
        deviations: tuple[Deviation, ...] | None,
        found: Sequence[Difference] = (),
    ) -> None:
        self.at = at
        self.deviations = deviations
        self._source = source
        self._found = found

    def differences(self) -> Sequence[Difference]:
        """Its differences, in the order of its deviations."""
        if self.deviations is None or self._source is None:
            return self._found
        every = self._source.differences(self.at)
        return [every[deviation.number] for deviation in self.deviations]


class CompareResult:
    """What came of a run: the deviations, how often a rule held, and which leaves were looked at.

    ``matches`` counts by (service, element); ``compared`` and ``unknown`` hold the identities
    (``id``) of leaf nodes. ``judged`` is where the rules that are ``watched`` were judged. Without
    a reference ``split`` are the leaves at addresses where there is no majority.
    """

    def __init__(self, watched: frozenset[str] = frozenset()) -> None:
        self.watched = watched
        self.judged: list[Evaluated] = []
        self.occurrences: list[Occurrence] = []
        self.matches: dict[tuple[str, str], int] = {}
        self.compared: set[int] = set()
        self.unknown: set[int] = set()
        self.split: set[int] = set()

    @property
    def differences(self) -> list[Difference]:
        """All differences, each made anew."""
        return [one for occurrence in self.occurrences for one in occurrence.differences()]

    def add_difference(self, difference: Difference) -> None:
        """Keep a difference, and count its leaves."""
        self.add_evaluated(difference.at, [(difference.rule.id, difference.address)])
        self.occurrences.append(Occurrence(difference.at, None, None, (difference,)))
        leaves = self.unknown if difference.outcome == "unknown" else self.compared
        for value in (difference.expected, difference.actual):
            leaves.update(map(id, value.leaves))

    def add_evaluated(self, at: Position, evaluated: Iterable[tuple[str, str]]) -> None:
        """Keep where watched rules were evaluated, as (rule, address)."""
        files = at.service.files
        self.judged += (
            Evaluated(rule, scope_at(*at, address), files)
            for rule, address in evaluated
            if rule in self.watched
        )

    def mark_compared(self, component: Component, bits: int) -> None:
        """Count the leaves of some addresses of a component as compared."""
        _mark(self.compared, component, bits)

    def mark_other_side(self, rules: ElementRules, component: Component) -> None:
        """Count what some rules looked at in the component that others are compared with."""
        _mark(self.compared, component, rules.compared)
        _mark(self.unknown, component, rules.unknown)

    def mark_unknown(self, component: Component, bits: int) -> None:
        """Count the leaves of some addresses of a component as unknown."""
        _mark(self.unknown, component, bits)


def _mark(leaves: set[int], component: Component, bits: int) -> None:
    values = component.values
    for address in addresses_in(bits):
        value = values.get(address)
        if value is not None:
            leaves.update(map(id, value.leaves))


class ServiceRecord:
    """What one service comes to, while its components are compared; ``close`` adds it to a result.

    A difference is kept once: what a worker has from the root is told of the root only.
    """

    __slots__ = ("_compared", "_matches", "_result", "_seen", "_unknown", "positions")

    def __init__(self, service: Service, result: CompareResult) -> None:
        self.positions = [Position(service, component) for component in service.components]
        self._result = result
        self._compared = [0] * len(self.positions)
        self._unknown = [0] * len(self.positions)
        self._matches = [0] * len(ROW)
        self._seen: set[tuple[str, str, int, str]] = set()

    @property
    def watched(self) -> frozenset[str]:
        """The rules of which it is kept where they were judged."""
        return self._result.watched

    def add_outcome(
        self, number: int, element: int, source: ElementRules, outcome: Outcome
    ) -> None:
        """Add what one element of a component comes to."""
        self._matches[element] += outcome.matches
        self._compared[number] |= outcome.here
        source.compared |= outcome.there
        if outcome.evaluated:
            self._evaluated(number, outcome.evaluated)
        if outcome.deviations:
            self._add_deviations(number, source, outcome.deviations)

    def _add_deviations(
        self, number: int, source: ElementRules, deviations: tuple[Deviation, ...]
    ) -> None:
        at = self.positions[number]
        kept = [one for one in deviations if self._is_new(one, at.component)]
        for one in kept:
            if one.is_unknown:
                self._unknown[number] |= one.here
                source.unknown |= one.there
            else:
                self._compared[number] |= one.here
                source.compared |= one.there
            self._evaluated(number, [(one.rule.id, one.address)])
        if kept:
            shared = deviations if len(kept) == len(deviations) else tuple(kept)
            self._result.occurrences.append(Occurrence(at, source, shared))

    def _is_new(self, deviation: Deviation, component: Component) -> bool:
        node = deviation.node(component)
        return node is None or self._note(
            deviation.rule, deviation.address, node, deviation.expected
        )

    def _note(self, rule: Rule, address: str, node: Node, expected: str) -> bool:
        key = (rule.id, address, id(node), expected)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def add_record(self, number: int, element: int, source: ElementRules, record: Record) -> None:
        """Add what one element comes to in this component alone."""
        self._matches[element] += record.matches
        self._compared[number] |= record.here
        source.compared |= record.there
        self._evaluated(number, record.evaluated)
        self.add_differences(record.differences)

    def add_differences(self, differences: Iterable[Difference]) -> None:
        """Add differences that are worked out for this service alone."""
        for one in differences:
            node, expected = one.actual.node, str(one.expected.data)
            if node is None or self._note(one.rule, one.address, node, expected):
                self._result.add_difference(one)

    def match(self, number: int, rule: Rule, address: str) -> None:
        """Count that a rule held for one address of one component."""
        self._matches[ELEMENT_NUMBER[element_of(address)]] += 1
        if rule.id in self._result.watched:
            self._evaluated(number, [(rule.id, address)])

    def mark_compared(self, number: int, address: str) -> None:
        """Count the leaves at an address of a component as compared."""
        self._compared[number] |= BITS[address]

    def _evaluated(self, number: int, evaluated: Iterable[tuple[str, str]]) -> None:
        self._result.add_evaluated(self.positions[number], evaluated)

    def close(self) -> None:
        """Add the counts to the result."""
        result = self._result
        name = self.positions[0].service.name
        for element, matches in zip(ROW, self._matches, strict=True):
            if matches:
                cell = (name, element)
                result.matches[cell] = result.matches.get(cell, 0) + matches
        for at, compared, unknown in zip(
            self.positions, self._compared, self._unknown, strict=True
        ):
            result.mark_compared(at.component, compared)
            if unknown:
                result.mark_unknown(at.component, unknown)


class ElementRules(ABC):
    """Some rules about one element, with what they come to for each forms of it.

    ``compared`` and ``unknown`` are the addresses of the other side that they looked at.
    """

    LIMIT = 4096
    """How many outcomes are kept: in a fleet that has more of them few are met twice."""

    __slots__ = ("_outcomes", "compared", "element", "unknown", "watched")

    def __init__(self, element: str, watched: frozenset[str]) -> None:
        self.element = element
        self.watched = watched
        self.compared = 0
        self.unknown = 0
        self._outcomes: dict[ElementForms | None, Outcome | None] = {}

    @abstractmethod
    def evaluate(self, at: Position, record: Record) -> None:
        """Evaluate the rules at a component."""

    def differences(self, at: Position) -> Sequence[Difference]:
        """The differences of a component, in the order in which they were numbered."""
        record = Record(frozenset())
        self.evaluate(at, record)
        return record.differences

    def apply(
        self, number: int, element: int, forms: ElementForms | None, service: ServiceRecord
    ) -> None:
        """Add to a service what the rules come to at one of its components, by its forms."""
        outcome = self._outcomes.get(forms, _NEW)
        if outcome is _NEW:
            outcome = self._first(number, forms, service)
        if outcome is None:
            self.apply_once(number, element, service)
        else:
            service.add_outcome(number, element, self, outcome)

    def _first(
        self, number: int, forms: ElementForms | None, service: ServiceRecord
    ) -> Outcome | None:
        """What the rules come to for some forms, at the first component that has them."""
        at = service.positions[number]
        record = Record(self.watched)
        self.evaluate(at, record)
        outcome = outcome_of(record, at.component, forms)
        if len(self._outcomes) < self.LIMIT:
            self._outcomes[forms] = outcome
        return outcome

    def apply_once(self, number: int, element: int, service: ServiceRecord) -> None:
        """Add to a service what the rules come to at this component alone."""
        record = Record(self.watched)
        self.evaluate(service.positions[number], record)
        service.add_record(number, element, self, record)


_NEW = Outcome(Record(frozenset()), ())
"""Stands for forms that no rule has met."""


def is_own(component: Component, address: str) -> bool:
    """Whether a component has a say of its own on an element, or only what the root says."""
    element = element_of(address)
    if not ELEMENTS[element].inherited or component.is_main or component.role == "server":
        return True
    present = component.values.get(f"{element}.{PRESENT}")
    return present is not None and not present.inherited
