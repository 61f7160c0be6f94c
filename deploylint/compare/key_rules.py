"""Rules about keys: a value is compared as the field that its key spells, else as it is written.

A key that spells a field of its component is judged as a rule about that field is. Any other value
is free-form data: own names stand for each other, and no other two texts mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.compare.agreement import Statement, compare_statements, make_statement
from deploylint.compare.diff import DifferingItem, diff_items
from deploylint.compare.key_votes import ExpectedField, KeyVotes
from deploylint.compare.matching import ComponentMatcher
from deploylint.compare.operators import Operand, Outcome, evaluate_pair, evaluate_value
from deploylint.compare.reference import ReferenceRules
from deploylint.compare.result import CompareResult, ServiceRecord
from deploylint.compare.single import SingleRules, effective
from deploylint.compare.votes import relaxed_rule
from deploylint.documents.key_query import KeyQuery, by_merge_key, query_covers
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ADDRESSES, element_of
from deploylint.model.keys import (
    KeyField,
    SharedKey,
    absent_value,
    fields_by_key,
    folded_fields,
    holds_secrets,
    item_path,
    query_of,
)
from deploylint.model.rule import Rule
from deploylint.model.service import ABSENT, Component, Service, Value
from deploylint.model.types import AS_WRITTEN, Type

Fields = Mapping[SharedKey, KeyField]
"""The values of a component at keys, by what other services have in common with it."""


class KeyedRule(Record):
    """A rule about keys, and the queries that lead to its values."""

    rule: Rule
    queries: tuple[KeyQuery, ...]
    excepted: tuple[KeyQuery, ...]

    def fields(self, service: Service) -> list[KeyField]:
        """The values of a service at the keys, each place once."""
        fields: dict[tuple[int, str], KeyField] = {}
        for query in self.queries:
            for key in fields_by_key(service, query):
                if self.is_for(service.components[key.number]) and not self._is_excepted(key):
                    fields.setdefault((key.number, key.path), key)
        return list(fields.values())

    def is_for(self, component: Component) -> bool:
        """Whether it is about components of this role."""
        return component.role in self.rule.roles

    def _is_excepted(self, key: KeyField) -> bool:
        return bool(self.excepted) and any(
            query_covers(query, query_of(key.path)) for query in self.excepted
        )

    def about_field(self, key: KeyField) -> Rule:
        """The rule about the field that a key spells."""
        return self.rule._replace(addresses=(key.field,), key=key.path)


def key_rules(rules: Iterable[Rule]) -> list[KeyedRule]:
    """The rules about keys among some rules."""
    return [
        KeyedRule(rule, tuple(map(query_of, rule.addresses)), tuple(map(query_of, rule.excepted)))
        for rule in rules
        if rule.is_about_keys
    ]


def rules_about_fields(rules: Iterable[Rule], services: Sequence[Service]) -> Iterator[Rule]:
    """Rules about the fields that keys of some services spell, for a vote on these."""
    for rule in key_rules(rules):
        about: dict[str, Rule] = {}
        for service in services if rule.rule.scope == "reference" else ():
            for key in filter(lambda key: key.field, rule.fields(service)):
                role = service.components[key.number].role
                known = about.get(key.field)
                roles = frozenset() if known is None else known.roles
                about[key.field] = (known or rule.about_field(key))._replace(roles=roles | {role})
        yield from about.values()


class KeyRules:
    """The rules about keys of one group.

    They compare with its reference, or where ``peers`` are given with the values of most of these.
    """

    def __init__(
        self, rules: Iterable[Rule], reference: Service | None, peers: Sequence[Service] = ()
    ) -> None:
        if peers:
            rules = [relaxed_rule(rule) if rule.scope == "reference" else rule for rule in rules]
        self._rules = key_rules(rules)
        self._reference = reference
        self._positions: list[Position] = []
        self._matcher: ComponentMatcher | None = None
        if reference is not None:
            self._positions = [Position(reference, component) for component in reference.components]
            self._matcher = ComponentMatcher(reference)
        self._copied = [[] if reference is None else rule.fields(reference) for rule in self._rules]
        self._votes = {
            number: KeyVotes(peers, rule.fields)
            for number, rule in enumerate(self._rules)
            if peers and rule.rule.scope == "reference"
        }

    @property
    def without_majority(self) -> tuple[str, ...]:
        """The field paths of keys without a majority."""
        paths = (path for votes in self._votes.values() for path in votes.without_majority)
        return tuple(dict.fromkeys(paths))

    def apply(self, record: ServiceRecord, result: CompareResult) -> None:
        """Add the results of the rules to a service."""
        service = record.positions[0].service
        for number, rule in enumerate(self._rules):
            fields = rule.fields(service)
            for key in fields:
                record.mark_evaluated(rule.rule, key.number, key.path)
            judge = _Judge(rule, record, result)
            if rule.rule.scope == "every":
                judge.judge_alone(fields)
            elif rule.rule.scope == "inside":
                copied = [] if service is self._reference else self._copied[number]
                judge.judge_agreement(fields, copied, self._positions)
            else:
                for here, ours, expected in self._pairs(number, record, fields):
                    judge.judge_pair(here, ours, expected)

    def _pairs(
        self, number: int, record: ServiceRecord, fields: Iterable[KeyField]
    ) -> Iterator[tuple[int, Fields, Mapping[SharedKey, ExpectedField]]]:
        """The components with a counterpart: their numbers, their values and the expected ones."""
        by_number: dict[int, dict[SharedKey, KeyField]] = {}
        for key in fields:
            by_number.setdefault(key.number, {})[key.shared] = key
        if number in self._votes:
            for here, at in enumerate(record.positions):
                if self._rules[number].is_for(at.component):
                    yield here, by_number.get(here, {}), self._votes[number].expected(at)
            return
        service = record.positions[0].service
        if self._matcher is None or service is self._reference:
            return
        for number_there, here in self._matcher.pairs(service):
            ours, at = by_number.get(here, {}), self._positions[number_there]
            theirs = (key for key in self._copied[number] if key.number == number_there)
            expected = {key.shared: ExpectedField(key, at) for key in theirs}
            for shared, key in ours.items():
                expected.setdefault(shared, ExpectedField(key._replace(value=ABSENT), at))
            yield here, ours, expected


class _Judge:
    """The evaluation of one rule at one service."""

    def __init__(self, key_rule: KeyedRule, record: ServiceRecord, result: CompareResult) -> None:
        self._key_rule = key_rule
        self._rule = key_rule.rule
        self._record = record
        self._result = result

    def judge_alone(self, fields: Iterable[KeyField]) -> None:
        """Judge each value by itself."""
        pattern = self._rule.pattern
        assert pattern is not None
        for key in fields:
            if key.field:
                about = [(self._key_rule.about_field(key), (key.field,))]
                sets = self._record.positions[0].service.chart_sets
                rules = SingleRules(element_of(key.field), about, self._result.watched, sets)
                self._record.apply_once(key.number, rules)
                continue
            outcome = evaluate_value(self._rule.operator, pattern, AS_WRITTEN, key.value)
            expected = ExpectedField(key._replace(value=Value("known", pattern.written)))
            if outcome == "match":
                self._match(key, expected)
            else:
                self._add(outcome, key, expected)

    def judge_agreement(
        self,
        fields: Sequence[KeyField],
        copied: Sequence[KeyField],
        reference: Sequence[Position],
    ) -> None:
        """Judge whether all places have one value; ``copied`` are those of the reference."""
        kind = next((ADDRESSES[key.field] for key in fields if key.field), AS_WRITTEN)
        positions = self._record.positions
        differences, matches = compare_statements(
            self._rule,
            list(_statements(fields, kind, positions)),
            list(_statements(copied, kind, reference)),
        )
        by_path = {(key.number, key.field or key.path): key for key in fields}
        numbers = {id(at): number for number, at in enumerate(positions)}
        for difference in differences:
            key = by_path[numbers[id(difference.at)], difference.address]
            rule = self._key_rule.about_field(key) if key.field else self._rule
            self._record.add_differences([difference._replace(rule=rule)])
        for place in matches:
            self._match(by_path[place], ExpectedField(by_path[place]))

    def judge_pair(
        self, here: int, ours: Fields, expected: Mapping[SharedKey, ExpectedField]
    ) -> None:
        """Judge a component beside the expected values of the reference or of most peers."""
        missing: list[ExpectedField] = []
        for shared, wanted in expected.items():
            key = ours.get(shared)
            if wanted.vote is None and (key or wanted.field).field:
                self._judge_field((key or wanted.field)._replace(number=here), wanted)
            elif wanted.vote is None and not self._has_shape_of(wanted):
                self._judge_other_shape(here, key, wanted)
            elif key is None:
                missing.append(wanted)
            elif wanted.is_presence and key.value.state == "known":
                self._match(key, wanted)
            else:
                self._judge_value(key, wanted)
        at = self._record.positions[here]
        for wanted in _folded(missing, at):
            value = absent_value(at, wanted.field.shared)
            self._record.mark_evaluated(self._rule, here, wanted.field.path)
            self._judge_value(wanted.field._replace(number=here, value=value), wanted)

    def _has_shape_of(self, wanted: ExpectedField) -> bool:
        assert wanted.reference is not None
        return wanted.reference.service.shape == self._record.positions[0].service.shape

    def _judge_other_shape(self, here: int, key: KeyField | None, wanted: ExpectedField) -> None:
        """Report a value as not comparable with a service that is written in another way."""
        if (key or wanted.field).value.state not in ("known", "unknown"):
            return
        if key is None:
            self._add("unknown", wanted.field._replace(number=here, value=_OTHER_SHAPE), wanted)
        else:
            self._add("unknown", key, wanted.with_value(_OTHER_SHAPE))

    def _judge_field(self, key: KeyField, wanted: ExpectedField) -> None:
        """Judge a field that a key spells as a rule about the field would."""
        assert wanted.reference is not None
        about = [(self._key_rule.about_field(key), (key.field,))]
        element = element_of(key.field)
        rules = ReferenceRules(element, about, (), wanted.reference, self._result.watched)
        self._record.apply_once(key.number, rules)
        self._result.mark_other_side(rules, wanted.reference.component)

    def _judge_value(self, key: KeyField, wanted: ExpectedField) -> None:
        expected, actual = wanted.value.state, key.value.state
        if "unknown" in (expected, actual):
            if expected in ("known", "unknown") or self._rule.operator == "equal":
                self._add("unknown", key, wanted)
        elif expected == actual == "known":
            self._judge_known(key, wanted)
        elif expected == "known" or (actual == "known" and self._rule.operator == "equal"):
            self._add("violation", key, wanted)
        else:
            self._result.mark_values(wanted.value, key.value)

    def _judge_known(self, key: KeyField, wanted: ExpectedField) -> None:
        service = self._record.positions[key.number].service
        expected = Operand(_canonical(wanted.value), wanted.names)
        actual = Operand(_canonical(key.value), service.own_names)
        operator = self._rule.operator
        outcome = evaluate_pair(operator, self._rule.ratio, AS_WRITTEN, expected, actual)
        if outcome == "match":
            self._match(key, wanted)
            return
        items = list[DifferingItem]()
        is_free_form = all(isinstance(o.value.data, (dict, list)) for o in (expected, actual))
        if is_free_form and not any(map(holds_secrets, (wanted.value, key.value))):
            items = list(diff_items(AS_WRITTEN, expected, actual, operator))
        for steps, theirs, ours in items:
            is_unknown = "unknown" in (theirs.state, ours.state)
            path = item_path(key.path, (key.value, wanted.value), steps)
            here = key._replace(path=path, value=ours)
            self._add("unknown" if is_unknown else outcome, here, wanted.with_value(theirs))
        if not items:
            self._add(outcome, key, wanted)
        self._result.mark_values(wanted.value, key.value)

    def _match(self, key: KeyField, wanted: ExpectedField) -> None:
        self._record.add_matches(self._rule, [(key.number, key.field or key.path)])
        self._result.mark_values(wanted.value, key.value)

    def _add(self, outcome: Outcome, key: KeyField, wanted: ExpectedField) -> None:
        assert outcome != "match"
        at, sides = self._record.positions[key.number], (wanted.value, key.value)
        difference = Difference(
            self._rule, outcome, at, key.path, *sides, wanted.reference, vote=wanted.vote
        )
        self._record.add_differences([difference])


_OTHER_SHAPE = Value("unknown", note="one is Helm values, the other Kubernetes manifests")


def _folded(missing: Sequence[ExpectedField], at: Position) -> Iterable[ExpectedField]:
    """Missing values, several of the reference below one missing key as that key."""
    reference = missing[0].reference if missing else None
    if reference is None or missing[0].vote is not None:
        return missing
    fields = folded_fields([wanted.field for wanted in missing], at, reference)
    return [ExpectedField(field, reference) for field in fields]


def _canonical(value: Value) -> Value:
    """A value in which lists are mappings, where their items have merge keys."""
    return value._replace(data=by_merge_key(value.data))


def _statements(
    fields: Iterable[KeyField], kind: Type, positions: Sequence[Position]
) -> Iterator[Statement]:
    """The statements of keys, in the normal form of one type."""
    for key in fields:
        at = positions[key.number]
        value = effective(at.component, key.field) if key.field else key.value
        yield from make_statement(key.number, at, key.field or key.path, value, kind)
