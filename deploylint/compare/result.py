"""What the rules of a run have found so far, and which component has a say on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from deploylint.compare.outcome import (
    Deviation,
    ElementRules,
    Evaluation,
    RowRules,
    RuleAddresses,
)
from deploylint.compare.seen_leaves import SeenLeaves
from deploylint.documents.nodes import NodeTable
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ELEMENTS, PRESENT, element_of
from deploylint.model.forms import (
    BITS,
    ELEMENT_NUMBER,
    ROW,
    ElementForms,
    Row,
)
from deploylint.model.rule import Rule
from deploylint.model.scope import Scope, scope_at
from deploylint.model.service import Component, Service, Value


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
    """Deviations of one component: made into differences only for who asks.

    ``deviations`` is one tuple for all components with the same, so that what follows from them is
    worked out once; None where these are differences of this component alone.
    """

    __slots__ = ("_found", "_rules", "at", "deviations")

    def __init__(
        self,
        at: Position,
        rules: ElementRules | None,
        deviations: tuple[Deviation, ...] | None,
        found: Sequence[Difference] = (),
    ) -> None:
        self.at = at
        self.deviations = deviations
        self._rules = rules
        self._found = found

    def differences(self) -> Sequence[Difference]:
        """Its differences, in the order of its deviations."""
        if self.deviations is None or self._rules is None:
            return self._found
        every = self._found or self._rules.record(self.at).differences
        return [every[deviation.number] for deviation in self.deviations]

    def difference(self, number: int) -> Difference:
        """One of its differences."""
        if self.deviations is not None and self._rules is not None and not self._found:
            simple = self._rules.simple_difference(self.at, self.deviations[number])
            if simple is not None:
                return simple
        return self.differences()[number]


class CompareResult:
    """What came of a run: the deviations, how often a rule held, and which leaves were looked at.

    ``occurrences`` are the deviations, component by component.
    ``counts`` says how often rules held, by service, for each element of ``ROW``.
    ``compared`` and ``unknown`` are the leaves that rules looked at.
    ``judged`` is where the rules that are ``watched`` were judged.
    ``split`` are, without a reference, the leaves at addresses where there is no majority.
    """

    def __init__(self, watched: frozenset[str] = frozenset()) -> None:
        self.watched = watched
        self.judged: list[Evaluated] = []
        self.occurrences: list[Occurrence] = []
        self.counts: dict[str, tuple[int, ...]] = {}
        self._sums: dict[tuple[tuple[int, ...], ...], tuple[int, ...]] = {}
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
        return [one for occurrence in self.occurrences for one in occurrence.differences()]

    def add_matches(
        self, service: str, rows: Sequence[tuple[int, ...]], others: Mapping[int, int]
    ) -> None:
        """Add how often rules held in a service: rows of counts by element, and single elements."""
        key = tuple(rows)
        total = self._sums.get(key)
        if total is None:
            columns = zip(*rows, strict=True) if rows else [(0,)] * len(ROW)
            total = self._sums[key] = tuple(map(sum, columns))
        before = self.counts.get(service)
        if others or before is not None:
            counts = [
                count + others.get(element, 0) + (before[element] if before else 0)
                for element, count in enumerate(total)
            ]
            total = tuple(counts)
        self.counts[service] = total

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

    def mark_compared(self, component: Component, bits: int) -> None:
        """Count the leaves of some addresses of a component as compared."""
        self.compared.add(component, bits)

    def mark_other_side(self, rules: ElementRules, component: Component) -> None:
        """Count what some rules looked at in the component that others are compared with."""
        self.compared.add(component, rules.compared)
        self.unknown.add(component, rules.unknown)

    def mark_values(self, *values: Value) -> None:
        """Count the leaves of some values as compared."""
        for value in values:
            self.compared.add_nodes(value.leaves)

    def mark_unknown(self, component: Component, bits: int) -> None:
        """Count the leaves of some addresses of a component as unknown."""
        self.unknown.add(component, bits)


class ServiceRecord:
    """What one service comes to, while its components are compared; ``close`` adds it to a result.

    A difference is kept once: what a worker has from the root is told of the root only.
    """

    __slots__ = ("_compared", "_matches", "_result", "_rows", "_seen", "_unknown", "positions")

    def __init__(self, service: Service, result: CompareResult) -> None:
        self.positions = [Position(service, component) for component in service.components]
        self._result = result
        self._compared = [0] * len(self.positions)
        self._unknown = [0] * len(self.positions)
        self._matches: dict[int, int] = {}
        self._rows: list[tuple[int, ...]] = []
        self._seen: set[tuple[str, str, tuple[NodeTable, int], str]] = set()

    @property
    def watched(self) -> frozenset[str]:
        """The rules of which it is kept where they were judged."""
        return self._result.watched

    def apply(self, number: int, row: Row, rules: RowRules) -> None:
        """Add what some rules come to at a component, by its row."""
        outcome = rules.known_outcome(row)
        if outcome is None:
            for each in rules.rules:
                self._apply_element(number, each, row.elements[each.number])
            rules.keep_outcome(row)
            return
        self._rows.append(outcome.matches)
        self._compared[number] |= outcome.here
        if outcome.evaluated:
            self._evaluated(number, outcome.evaluated)
        for each, deviations in outcome.deviations:
            self._add_deviations(number, each, deviations, ())

    def _apply_element(self, number: int, rules: ElementRules, forms: ElementForms | None) -> None:
        outcome = rules.known_outcome(forms)
        differences: tuple[Difference, ...] = ()
        if outcome is None:
            record = rules.record(self.positions[number])
            outcome = rules.keep_outcome(record, self.positions[number], forms)
            if outcome is None:
                self._add_record(number, rules, record)
                return
            differences = tuple(record.differences)
        self._add_matches(rules.number, outcome.matches)
        self._compared[number] |= outcome.here
        rules.compared |= outcome.there
        self._evaluated(number, outcome.evaluated)
        if outcome.deviations:
            self._add_deviations(number, rules, outcome.deviations, differences)

    def apply_once(self, number: int, rules: ElementRules) -> None:
        """Add what some rules come to at a component that no other one is like."""
        self._add_record(number, rules, rules.record(self.positions[number]))

    def _add_deviations(
        self,
        number: int,
        rules: ElementRules,
        deviations: tuple[Deviation, ...],
        differences: tuple[Difference, ...],
    ) -> None:
        at = self.positions[number]
        kept = [one for one in deviations if self._is_new(one, at.component)]
        for one in kept:
            if one.is_unknown:
                self._unknown[number] |= one.here
                rules.unknown |= one.there
            else:
                self._compared[number] |= one.here
                rules.compared |= one.there
        if kept:
            shared = deviations if len(kept) == len(deviations) else tuple(kept)
            self._result.occurrences.append(Occurrence(at, rules, shared, differences))
            self._evaluated(number, [(one.rule.id, (one.address,)) for one in kept])

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

    def _add_record(self, number: int, rules: ElementRules, record: Evaluation) -> None:
        self._add_matches(rules.number, record.matches)
        self._compared[number] |= record.here
        rules.compared |= record.there
        self._evaluated(number, record.evaluated)
        self.add_differences(record.differences)

    def add_differences(self, differences: Iterable[Difference]) -> None:
        """Add differences that are worked out for this service alone."""
        for one in differences:
            node, expected = one.actual.node, str(one.expected.data)
            at = None if node is None else (node.table, node.row)
            if at is None or self._note(one.rule, one.address, at, expected):
                self._result.add_difference(one)

    def add_matches(self, rule: Rule, matches: Iterable[tuple[int, str]]) -> None:
        """Count that a rule held at some addresses of components, and these as compared."""
        for number, address in matches:
            self._add_matches(ELEMENT_NUMBER[element_of(address)], 1)
            self._compared[number] |= BITS.get(address, 0)
            self._evaluated(number, [(rule.id, (address,))])

    def mark_evaluated(self, rule: Rule, number: int, path: str) -> None:
        """Keep that a rule was evaluated at a field path of a component."""
        if rule.id in self.watched:
            self._evaluated(number, [(rule.id, (path,))])

    def add_row(self, matches: tuple[int, ...], compared: Iterable[tuple[int, int]]) -> None:
        """Count matches by element, and addresses of components, as bits, as compared."""
        self._rows.append(matches)
        for number, bits in compared:
            self._compared[number] |= bits

    def _add_matches(self, element: int, matches: int) -> None:
        self._matches[element] = self._matches.get(element, 0) + matches

    def _evaluated(self, number: int, evaluated: Iterable[RuleAddresses]) -> None:
        if self._result.watched:
            self._result.add_evaluated(self.positions[number], evaluated)

    def close(self) -> None:
        """Add the counts to the result."""
        result = self._result
        result.add_matches(self.positions[0].service.name, self._rows, self._matches)
        for at, compared, unknown in zip(
            self.positions, self._compared, self._unknown, strict=True
        ):
            result.mark_compared(at.component, compared)
            if unknown:
                result.mark_unknown(at.component, unknown)


def is_own(component: Component, address: str) -> bool:
    """Whether a component has a say of its own on an element, or only what the root says."""
    element = element_of(address)
    if not ELEMENTS[element].inherited or component.is_main or component.role == "server":
        return True
    present = component.values.fields.get(f"{element}.{PRESENT}")
    return present is not None and not present.inherited
