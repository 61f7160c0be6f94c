"""Rules over services to differences. Pure: no files, no clock, no printing.

A rule about the reference looks at pairs of components (``reference``), or, where none is named, at
what the majority has (``majority``); a rule about every service at each component alone
(``single``), and ``agree`` inside one service (``agreement``). The operators are in ``operators``.

What comes of an element depends on the forms of its fields alone (``model.forms``), so it is worked
out once for all components with the same forms, and differences are made only for who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deploylint.compare.agreement import AgreementRule
from deploylint.compare.majority import MajorityReferences, OutlierVote
from deploylint.compare.matching import ComponentMatcher
from deploylint.compare.reference import ReferenceRules, RulesByElement, rules_by_element
from deploylint.compare.result import CompareResult, ServiceRecord
from deploylint.compare.single import MembershipRules, SingleRules
from deploylint.model.difference import Position
from deploylint.model.forms import ELEMENT_NUMBER, FormTable, Row
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Role, Service, Shape


def compare(
    services: Iterable[Service],
    reference: Service | None,
    rules: Sequence[Rule],
    watched: frozenset[str] = frozenset(),
    *,
    majority: MajorityReferences | None = None,
    outlier: OutlierVote | None = None,
) -> CompareResult:
    """Every rule over every service of one group.

    ``services`` may be some of a group. ``reference`` is one of it, or None when only rules about
    single services can run; the majority stands in for it where it may. The ``outlier`` vote counts
    each service. Where the ``watched`` rules were judged is kept.
    """
    return GroupComparison(reference, rules, watched, majority, outlier).compare(services)


class GroupComparison:
    """The rules of one group, compiled for its reference. It may compare services in parts."""

    def __init__(
        self,
        reference: Service | None,
        rules: Sequence[Rule],
        watched: frozenset[str] = frozenset(),
        majority: MajorityReferences | None = None,
        outlier: OutlierVote | None = None,
    ) -> None:
        rules = [rule for rule in rules if rule.across == "services"]
        self._reference = reference
        self._majority = majority
        self._outlier = outlier
        self._watched = watched
        self._forms = FormTable()
        self._single = [rule for rule in rules if rule.verb in ("be", "not-be")]
        self._among = [rule for rule in rules if rule.verb == "be-among"]
        self._paired = [rule for rule in rules if rule.scope == "reference"]
        self._agreeing = [rule for rule in rules if rule.scope == "inside"]
        self._agreements = [AgreementRule(rule, reference) for rule in self._agreeing]
        self._matcher = None if reference is None else ComponentMatcher(reference)
        self._by_role: dict[tuple[Role, bool], _RoleRules] = {}
        self._by_pair: dict[tuple[int, Role, bool, Shape], list[tuple[int, ReferenceRules]]] = {}

    def compare(self, services: Iterable[Service]) -> CompareResult:
        """Every rule over some services of the group."""
        result = CompareResult(self._watched)
        for service in services:
            self._compare_service(service, result)
        for rules in (rules for each in self._by_pair.values() for _, rules in each):
            result.mark_other_side(rules, rules.reference.component)
        if self._majority is not None:
            self._majority.mark_compared(result)
        return result

    def _compare_service(self, service: Service, result: CompareResult) -> None:
        record = ServiceRecord(service, result)
        rows = [self._forms.row(one, service.own_names) for one in service.components]
        if self._outlier is not None:
            self._outlier.add(service, rows)
        if self._majority is not None:
            self._majority.compare(rows, record, result)
        for number, (component, row) in enumerate(zip(service.components, rows, strict=True)):
            self._role_rules(component).apply(number, row, record)
        for agreement in self._agreements:
            agreement.apply(rows, record)
        if self._matcher is not None and service is not self._reference:
            for there, here in self._matcher.pairs(service):
                row, at = rows[here], record.positions[here]
                for element, rules in self._pair_rules(there, at):
                    rules.apply(here, element, row[element], record)
        record.close()

    def _role_rules(self, component: Component) -> _RoleRules:
        key = (component.role, component.is_main)
        if key not in self._by_role:
            self._by_role[key] = _RoleRules(
                component.role, self._single, self._among, self._watched
            )
        return self._by_role[key]

    def _pair_rules(self, there: int, at: Position) -> list[tuple[int, ReferenceRules]]:
        """The rules about components like this one and one of the reference's."""
        service, component = at
        key = (there, component.role, component.is_main, service.shape)
        known = self._by_pair.get(key)
        if known is None:
            assert self._reference is not None
            position = Position(self._reference, self._reference.components[there])
            paired = _for_role(self._paired, component.role)
            agreeing = _for_role(_uncompared(self._agreeing, self._paired), component.role)
            known = self._by_pair[key] = reference_rules(
                position, rules_by_element(paired), rules_by_element(agreeing), self._watched
            )
        return known


def compare_environments(
    pairs: Iterable[tuple[Service, Service]], rules: Sequence[Rule], result: CompareResult
) -> None:
    """Add what the rules about environments find, over pairs of one service in two of them.

    The first of a pair is the environment that the other is compared with.
    """
    by_element = rules_by_element(rule for rule in rules if rule.across == "environments")
    for first, other in pairs if by_element else ():
        record = ServiceRecord(other, result)
        for there, here in ComponentMatcher(first).pairs(other):
            reference, at = Position(first, first.components[there]), record.positions[here]
            paired = {
                element: [one for one in fields if at.component.role in one[0].roles]
                for element, fields in by_element.items()
            }
            for element, each in reference_rules(reference, paired, {}, result.watched):
                each.apply_once(here, element, record)
                result.mark_other_side(each, reference.component)
        record.close()


class _RoleRules:
    """The rules about each component of one role alone."""

    def __init__(
        self,
        role: Role,
        single: Sequence[Rule],
        among: Sequence[Rule],
        watched: frozenset[str],
    ) -> None:
        by_element = rules_by_element(_for_role(single, role))
        self._single = [
            (ELEMENT_NUMBER[element], SingleRules(element, rules, watched))
            for element, rules in by_element.items()
        ]
        self._among = MembershipRules(_for_role(among, role))

    def apply(self, number: int, row: Row, record: ServiceRecord) -> None:
        """Add to a service what the rules come to at one of its components."""
        for element, rules in self._single:
            rules.apply(number, element, row[element], record)
        self._among.apply(number, row, record)


def _for_role(rules: Iterable[Rule], role: Role) -> list[Rule]:
    return [rule for rule in rules if role in rule.roles]


def _uncompared(agreeing: Iterable[Rule], paired: Iterable[Rule]) -> list[Rule]:
    """Rules ``agree`` about what no other rule compares with the reference."""
    compared = {address for rule in paired for address in rule.addresses}
    return [
        rule._replace(addresses=tuple(a for a in rule.addresses if a not in compared))
        for rule in agreeing
    ]


def reference_rules(
    reference: Position,
    paired: RulesByElement,
    agreeing: RulesByElement,
    watched: frozenset[str],
) -> list[tuple[int, ReferenceRules]]:
    """The rules about each element of components of one role and of one of the reference's."""
    return [
        (
            ELEMENT_NUMBER[element],
            ReferenceRules(
                element, paired.get(element, ()), agreeing.get(element, ()), reference, watched
            ),
        )
        for element in dict.fromkeys((*paired, *agreeing))
    ]
