"""Rules about keys: what they lead to is compared as the field that it is, else as it is written.

A key that spells a field of its component is judged as a rule about that field is. Any other value
is free-form data: own names stand for each other, and nothing else means the same as another text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from deploylint.compare.agreement import Statement, compare_statements, make_statement
from deploylint.compare.diff import DifferingItem, diff_items
from deploylint.compare.key_votes import ExpectedValue, KeyVotes
from deploylint.compare.majority import relaxed
from deploylint.compare.matching import ComponentMatcher
from deploylint.compare.operators import Operand, evaluate_pair, evaluate_value
from deploylint.compare.reference import ReferenceRules
from deploylint.compare.result import CompareResult, ServiceRecord
from deploylint.compare.single import SingleRules, effective
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
"""What a component holds at keys, by what other services have in common with it."""


class KeyedRule(Record):
    """A rule about keys, and where it looks."""

    rule: Rule
    queries: tuple[KeyQuery, ...]
    excepted: tuple[KeyQuery, ...]

    def fields(self, service: Service) -> list[KeyField]:
        """What a service holds at the keys, each place once."""
        fields: dict[tuple[int, str], KeyField] = {}
        for query in self.queries:
            for key in fields_by_key(service, query):
                if self._is_meant(service, key):
                    fields.setdefault((key.number, key.path), key)
        return list(fields.values())

    def _is_meant(self, service: Service, field: KeyField) -> bool:
        if not self.is_for(service.components[field.number]):
            return False
        path = query_of(field.path) if self.excepted else None
        return path is None or not any(query_covers(one, path) for one in self.excepted)

    def is_for(self, component: Component) -> bool:
        """Whether it is about components of this role."""
        return component.role in self.rule.roles

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

    They compare with its reference, or where ``peers`` are given with what most of these have.
    """

    def __init__(
        self, rules: Iterable[Rule], reference: Service | None, peers: Sequence[Service] = ()
    ) -> None:
        self._rules = key_rules(rules)
        self._reference = reference
        self._positions: list[Position] = []
        self._matcher: ComponentMatcher | None = None
        if reference is not None and self._rules:
            self._positions = [Position(reference, one) for one in reference.components]
            self._matcher = ComponentMatcher(reference)
        self._meant = [[] if reference is None else one.fields(reference) for one in self._rules]
        self._votes = [KeyVotes(peers, one.fields) for one in self._rules] if peers else []

    @property
    def without_majority(self) -> tuple[str, ...]:
        """The field paths of keys without a majority."""
        paths = (path for votes in self._votes for path in votes.without_majority)
        return tuple(dict.fromkeys(paths))

    def apply(self, record: ServiceRecord, result: CompareResult) -> None:
        """Add to a service what the rules make of it."""
        is_reference = record.positions[0].service is self._reference
        for number, rule in enumerate(self._rules):
            fields = rule.fields(record.positions[0].service)
            for key in fields:
                record.mark_evaluated(rule.rule, key.number, key.path)
            judge = _Judge(rule, record, result)
            meant = [] if is_reference else self._meant[number]
            if rule.rule.scope == "every":
                judge.judge_alone(fields)
            elif rule.rule.scope == "inside":
                judge.judge_agreement(fields, meant, self._positions)
            elif self._votes:
                judge.judge_by_votes(fields, self._votes[number])
            elif not is_reference:
                self._judge_pairs(judge, fields, meant, record)

    def _judge_pairs(
        self,
        judge: _Judge,
        fields: Sequence[KeyField],
        meant: Sequence[KeyField],
        record: ServiceRecord,
    ) -> None:
        matcher, service = self._matcher, record.positions[0].service
        for number, here in matcher.pairs(service) if matcher is not None else ():
            theirs = {one.shared: one for one in meant if one.number == number}
            ours = {one.shared: one for one in fields if one.number == here}
            judge.judge_pair(self._positions[number], theirs, here, ours)


class _Judge:
    """What one rule makes of one service."""

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
                rules = SingleRules(element_of(key.field), about, self._result.watched)
                self._record.apply_once(key.number, rules)
                continue
            outcome = evaluate_value(self._rule.verb, pattern, AS_WRITTEN, key.value)
            wanted = ExpectedValue(Value("known", pattern.written))
            if outcome == "match":
                self._match(key, wanted)
            else:
                self._add(outcome, key, wanted)

    def judge_agreement(
        self,
        fields: Sequence[KeyField],
        meant: Sequence[KeyField],
        reference: Sequence[Position],
    ) -> None:
        """Judge whether all places say the same; ``meant`` is what the reference has."""
        kind = next((ADDRESSES[one.field] for one in fields if one.field), AS_WRITTEN)
        positions = self._record.positions
        differences, matches = compare_statements(
            self._rule,
            list(_statements(fields, kind, positions)),
            list(_statements(meant, kind, reference)),
        )
        by_path = {(one.number, one.field or one.path): one for one in fields}
        numbers = {id(at): number for number, at in enumerate(positions)}
        for difference in differences:
            key = by_path[numbers[id(difference.at)], difference.address]
            rule = self._key_rule.about_field(key) if key.field else self._rule
            self._record.add_differences([difference._replace(rule=rule)])
        for place in matches:
            self._match(by_path[place], ExpectedValue(ABSENT))

    def judge_pair(self, reference: Position, theirs: Fields, here: int, ours: Fields) -> None:
        """Judge a component beside the reference's; both are what they hold, by place."""
        names = reference.service.own_names
        is_same_shape = reference.service.shape == self._record.positions[0].service.shape
        missing: list[KeyField] = []
        for shared in dict.fromkeys((*theirs, *ours)):
            key = ours.get(shared) or theirs[shared]._replace(number=here)
            expected = theirs[shared].value if shared in theirs else ABSENT
            wanted = ExpectedValue(expected, names, reference)
            if key.field:
                self._judge_field(reference, key)
            elif not is_same_shape:
                self._judge_other_shape(key, wanted, is_here=shared in ours)
            elif shared not in ours:
                missing.append(key)
            else:
                self._judge_value(key, wanted)
        for field in folded_fields(missing, self._record.positions[here], reference):
            self._judge_missing(field, ExpectedValue(field.value, names, reference))

    def _judge_other_shape(self, key: KeyField, wanted: ExpectedValue, *, is_here: bool) -> None:
        """Say that what one side writes is not comparable with a side that is written otherwise."""
        if key.value.state not in ("known", "unknown"):
            return
        value = key.value if is_here else _OTHER_SHAPE
        expected = _OTHER_SHAPE if is_here else wanted.value
        self._add("unknown", key._replace(value=value), wanted._replace(value=expected))

    def judge_by_votes(self, fields: Iterable[KeyField], votes: KeyVotes) -> None:
        """Judge each component beside what most services have."""
        by_number: dict[int, dict[SharedKey, KeyField]] = {}
        for field in fields:
            by_number.setdefault(field.number, {})[field.shared] = field
        self._rule = relaxed(self._rule)
        for number, at in enumerate(self._record.positions):
            if not self._key_rule.is_for(at.component):
                continue
            ours = by_number.get(number, {})
            for shared, (theirs, wanted) in votes.wanted(at).items():
                key = ours.get(shared)
                if key is None:
                    self._judge_missing(theirs._replace(number=number), wanted)
                elif wanted.is_presence and key.value.state == "known":
                    self._match(key, wanted)
                else:
                    self._judge_value(key, wanted)

    def _judge_field(self, reference: Position, key: KeyField) -> None:
        """Judge a field that a key spells as a rule about the field would."""
        about = [(self._key_rule.about_field(key), (key.field,))]
        element = element_of(key.field)
        rules = ReferenceRules(element, about, (), reference, self._result.watched)
        self._record.apply_once(key.number, rules)
        self._result.mark_other_side(rules, reference.component)

    def _judge_missing(self, key: KeyField, wanted: ExpectedValue) -> None:
        """Judge a place that the service does not have."""
        value = absent_value(self._record.positions[key.number], key.shared)
        self._record.mark_evaluated(self._rule, key.number, key.path)
        self._judge_value(key._replace(value=value), wanted)

    def _judge_value(self, key: KeyField, wanted: ExpectedValue) -> None:
        expected, actual = wanted.value.state, key.value.state
        if "unknown" in (expected, actual):
            if expected in ("known", "unknown") or self._rule.verb == "equal":
                self._add("unknown", key, wanted)
        elif expected == actual == "known":
            self._judge_known(key, wanted)
        elif expected == "known" or (actual == "known" and self._rule.verb == "equal"):
            self._add("violation", key, wanted)
        else:
            self._result.mark_values(wanted.value, key.value)

    def _judge_known(self, key: KeyField, wanted: ExpectedValue) -> None:
        service = self._record.positions[key.number].service
        expected = Operand(_canonical(wanted.value), wanted.names)
        actual = Operand(_canonical(key.value), service.own_names)
        verb = self._rule.verb
        outcome = evaluate_pair(verb, self._rule.ratio, AS_WRITTEN, expected, actual)
        if outcome == "match":
            self._match(key, wanted)
            return
        items = list[DifferingItem]()
        is_free_form = all(isinstance(o.value.data, (dict, list)) for o in (expected, actual))
        if is_free_form and not any(map(holds_secrets, (wanted.value, key.value))):
            items = list(diff_items(AS_WRITTEN, expected, actual, verb))
        for item in items:
            is_unknown = "unknown" in (item.expected.state, item.actual.state)
            path = item_path(key.path, (key.value, wanted.value), item.path)
            here = key._replace(path=path, value=item.actual)
            self._add(
                "unknown" if is_unknown else outcome, here, wanted._replace(value=item.expected)
            )
        if not items:
            self._add(outcome, key, wanted)
        self._result.mark_values(wanted.value, key.value)

    def _match(self, key: KeyField, wanted: ExpectedValue) -> None:
        self._record.add_matches(self._rule, [(key.number, key.field or key.path)])
        self._result.mark_values(wanted.value, key.value)

    def _add(
        self,
        outcome: Literal["match", "violation", "unknown"],
        key: KeyField,
        wanted: ExpectedValue,
    ) -> None:
        assert outcome != "match"
        at = self._record.positions[key.number]
        difference = Difference(
            self._rule,
            outcome,
            at,
            key.path,
            wanted.value,
            key.value,
            wanted.reference,
            vote=wanted.vote,
        )
        self._record.add_differences([difference])


_OTHER_SHAPE = Value("unknown", note="one is Helm values, the other Kubernetes manifests")


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
