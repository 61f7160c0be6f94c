"""The results of a comparison: differences, matches, compared leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from deploylint.compare.outcome import (
    Deviation,
    ElementRules,
    Evaluation,
    RowRules,
    RuleAddresses,
)
from deploylint.documents.nodes import Node, NodeTable
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position, Scope, scope_at
from deploylint.model.field_values import RowNumber, RowNumbers
from deploylint.model.fields import ELEMENTS, PRESENT, element_of
from deploylint.model.forms import (
    BITS,
    ELEMENT_NUMBER,
    ROW,
    ElementForms,
    Row,
    addresses_in,
)
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Service, Value

Leaf = tuple[NodeTable, int]
"""A leaf by its document and row."""


class SeenLeaves:
    """Leaves of some documents."""

    def __init__(self) -> None:
        self._numbers: dict[RowNumbers, set[RowNumber]] = {}
        self._rows: dict[NodeTable, set[int]] = {}

    def add(self, component: Component, bits: int) -> None:
        """Add the leaves of some field paths of a component, which are bits."""
        values = component.values
        numbers = self._numbers.get(values.rows)
        if numbers is None:
            numbers = self._numbers[values.rows] = set()
        row = values.fields.row
        for number in values.fields.layout.numbers(addresses_in(bits)):
            if leaves := row[number].leaves:
                numbers.update(leaves)

    def add_nodes(self, nodes: Iterable[Node]) -> None:
        """Add some leaves."""
        for node in nodes:
            self._rows.setdefault(node.table, set()).add(node.row)

    def rows(self, table: NodeTable) -> Set[int]:
        """The rows of a document that were added."""
        while self._numbers:
            row_numbers, numbers = self._numbers.popitem()
            for document, rows in row_numbers.rows(numbers).items():
                self._rows.setdefault(document, set()).update(rows)
        return self._rows.get(table, _NO_ROWS)


_NO_ROWS: frozenset[int] = frozenset()


class Evaluated(Record):
    """That a rule was evaluated at some addresses of one component.

    ``at`` is the component, ``files`` are those of its service. Without ``addresses`` it was
    evaluated of the component as a whole.
    """

    rule: str
    at: Scope
    files: tuple[str, ...]
    addresses: tuple[str, ...] = ()


class Occurrence:
    """Deviations of one component: made into differences only for a report.

    ``deviations`` is one tuple for all components with the same, so that its findings are worked
    out once; None where these are differences of this component alone.
    """

    __slots__ = ("_differences", "_rules", "at", "deviations")

    def __init__(
        self,
        at: Position,
        rules: ElementRules | None,
        deviations: tuple[Deviation, ...] | None,
        differences: Sequence[Difference] = (),
    ) -> None:
        self.at = at
        self.deviations = deviations
        self._rules = rules
        self._differences = differences

    def differences(self) -> Sequence[Difference]:
        """Its differences, in the order of its deviations."""
        if self.deviations is None or self._rules is None:
            return self._differences
        every = self._differences or self._rules.record(self.at).differences
        return [every[deviation.number] for deviation in self.deviations]

    def difference(self, number: int) -> Difference:
        """One of its differences."""
        return self.differences()[number]


_NO_MATCHES = (0,) * len(ROW)


class CompareResult:
    """The result of a run: the deviations, how often a rule held, and which leaves were compared.

    ``occurrences`` are the deviations, component by component.
    ``counts`` is how often rules held, by service, for each element of ``ROW``.
    ``compared`` and ``unknown`` are the leaves at the addresses of rules.
    ``judged`` is where the ``watched`` rules were evaluated.
    ``split`` are, without a reference, the leaves at addresses without a majority.
    """

    def __init__(self, watched: frozenset[str] = frozenset()) -> None:
        self.watched = watched
        self.judged: list[Evaluated] = []
        self.occurrences: list[Occurrence] = []
        self.counts: dict[str, tuple[int, ...]] = {}
        self._counts: dict[tuple[int, ...], tuple[int, ...]] = {}
        self.compared = SeenLeaves()
        self.unknown = SeenLeaves()
        self.split = SeenLeaves()

    @property
    def matches(self) -> dict[tuple[str, str], int]:
        """How often rules held, by service and element."""
        return {
            (service, element): count
            for service, counts in self.counts.items()
            for element, count in zip(ROW, counts, strict=True)
            if count
        }

    @property
    def differences(self) -> list[Difference]:
        """All differences, each made anew."""
        return [each for occurrence in self.occurrences for each in occurrence.differences()]

    def add_matches(self, service: str, rows: Sequence[Sequence[int]]) -> None:
        """Add how often rules held in a service, in rows of counts by element."""
        before = self.counts.get(service, _NO_MATCHES)
        counts = tuple(map(sum, zip(before, *rows, strict=True)))
        self.counts[service] = self._counts.setdefault(counts, counts)

    def add_difference(self, difference: Difference) -> None:
        """Keep a difference, and count its leaves."""
        self.add_evaluated(difference.at, [(difference.rule.id, (difference.address,))])
        self.occurrences.append(Occurrence(difference.at, None, None, (difference,)))
        leaves = self.unknown if difference.outcome == "unknown" else self.compared
        for value in (difference.expected, difference.actual):
            leaves.add_nodes(value.leaves)

    def add_evaluated(self, at: Position, evaluated: Iterable[RuleAddresses]) -> None:
        """Keep at which addresses of a component watched rules were evaluated."""
        if self.watched:
            scope, files = scope_at(*at, ""), at.service.files
            self.judged += (
                Evaluated(rule, scope, files, addresses)
                for rule, addresses in evaluated
                if rule in self.watched
            )

    def mark_other_side(self, rules: ElementRules, component: Component) -> None:
        """Count the leaves that some rules compared in the reference's component."""
        self.compared.add(component, rules.compared)
        self.unknown.add(component, rules.unknown)

    def mark_values(self, *values: Value) -> None:
        """Count the leaves of some values as compared."""
        for value in values:
            self.compared.add_nodes(value.leaves)


class ServiceRecord:
    """The results of one service, while its components are compared; ``close`` adds its counts.

    A difference is kept once: one that a worker inherits from the root is reported of the root.
    """

    __slots__ = ("_compared", "_matches", "_result", "_rows", "_seen", "_unknown", "positions")

    def __init__(self, service: Service, result: CompareResult) -> None:
        self.positions = [Position(service, component) for component in service.components]
        self._result = result
        self._compared = [0] * len(self.positions)
        self._unknown = [0] * len(self.positions)
        self._matches = [0] * len(ROW)
        self._rows: list[Sequence[int]] = [self._matches]
        self._seen: set[tuple[str, str, tuple[NodeTable, int], str]] = set()

    @property
    def watched(self) -> frozenset[str]:
        """The ids of the watched rules."""
        return self._result.watched

    def apply(self, number: int, row: Row, rules: RowRules) -> None:
        """Add the results of some rules at a component, by its row."""
        outcome = rules.known_outcome(row)
        if outcome is None:
            for each in rules.rules:
                self._apply_element(number, each, row.elements[each.number])
            rules.keep_outcome(row)
            return
        self._rows.append(outcome.matches)
        self._compared[number] |= outcome.ours
        if outcome.evaluated:
            self._result.add_evaluated(self.positions[number], outcome.evaluated)
        for each, deviations in outcome.deviations:
            self._add_deviations(number, each, deviations, ())

    def _apply_element(self, number: int, rules: ElementRules, forms: ElementForms | None) -> None:
        outcome = rules.known_outcome(forms)
        differences: Sequence[Difference] = ()
        if outcome is None:
            outcome = rules.record(self.positions[number])
            differences = outcome.differences
            if not rules.keep_outcome(outcome, self.positions[number], forms):
                self._count(number, rules, outcome)
                self.add_differences(differences)
                return
        self._count(number, rules, outcome)
        if outcome.deviations:
            self._add_deviations(number, rules, outcome.deviations, differences)

    def apply_once(self, number: int, rules: ElementRules) -> None:
        """Add the results of some rules at a component that no other one is like."""
        record = rules.record(self.positions[number])
        self._count(number, rules, record)
        self.add_differences(record.differences)

    def _count(self, number: int, rules: ElementRules, counts: Evaluation) -> None:
        self._matches[rules.number] += counts.matches
        self._compared[number] |= counts.ours
        rules.compared |= counts.theirs
        if counts.evaluated:
            self._result.add_evaluated(self.positions[number], counts.evaluated)

    def _add_deviations(
        self,
        number: int,
        rules: ElementRules,
        deviations: tuple[Deviation, ...],
        differences: Sequence[Difference],
    ) -> None:
        at = self.positions[number]
        kept = [deviation for deviation in deviations if self._is_new(deviation, at.component)]
        for deviation in kept:
            if deviation.is_unknown:
                self._unknown[number] |= deviation.ours
                rules.unknown |= deviation.theirs
            else:
                self._compared[number] |= deviation.ours
                rules.compared |= deviation.theirs
        if kept:
            shared = deviations if len(kept) == len(deviations) else tuple(kept)
            self._result.occurrences.append(Occurrence(at, rules, shared, differences))
            self._result.add_evaluated(at, [(each.rule.id, (each.address,)) for each in kept])

    def _is_new(self, deviation: Deviation, component: Component) -> bool:
        number = deviation.row(component)
        if number is None:
            return True
        at = component.values.rows.row(number)
        return self._note(deviation.rule, deviation.address, at, deviation.expected)

    def _note(self, rule: Rule, address: str, at: tuple[NodeTable, int], expected: str) -> bool:
        key = (rule.id, address, at, expected)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def add_differences(self, differences: Iterable[Difference]) -> None:
        """Add differences of this service alone."""
        for difference in differences:
            node, expected = difference.actual.node, str(difference.expected.data)
            at = None if node is None else (node.table, node.row)
            if difference.rule.operator == "be-among":  # of several items in one word, each
                expected = f"{expected} {difference.actual.data}"
            if at is None or self._note(difference.rule, difference.address, at, expected):
                self._result.add_difference(difference)

    def add_matches(self, rule: Rule, matches: Iterable[tuple[int, str]]) -> None:
        """Count that a rule held at some addresses of components, and these as compared."""
        is_watched = rule.id in self._result.watched
        for number, address in matches:
            self._matches[ELEMENT_NUMBER[element_of(address)]] += 1
            self._compared[number] |= BITS.get(address, 0)
            if is_watched:
                self.mark_evaluated(rule, number, address)

    def mark_evaluated(self, rule: Rule, number: int, path: str) -> None:
        """Keep that a rule was evaluated at a field path of a component."""
        if rule.id in self._result.watched:
            self._result.add_evaluated(self.positions[number], [(rule.id, (path,))])

    def close(self) -> None:
        """Add the counts to the result."""
        result = self._result
        result.add_matches(self.positions[0].service.name, self._rows)
        for at, compared, unknown in zip(
            self.positions, self._compared, self._unknown, strict=True
        ):
            result.compared.add(at.component, compared)
            if unknown:
                result.unknown.add(at.component, unknown)


def is_own(component: Component, address: str) -> bool:
    """Whether a component sets an element itself, or only inherits it from the root."""
    element = element_of(address)
    if not ELEMENTS[element].inherited or component.is_main or component.role == "server":
        return True
    present = component.values.fields.get(f"{element}.{PRESENT}")
    return present is not None and not present.inherited
