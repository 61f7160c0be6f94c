"""Rules over services to differences. Pure: no files, no clock, no printing.

Services and rules come in, a CompareResult goes out. A rule about the reference compares pairs of
components (``reference``), or each with the majority (``majority``). A rule about every service
looks at each component alone (``single``), and ``agree`` inside one service (``agreement``). A rule
about keys compares the values at them (``key_rules``). An operator is one function and one entry
in ``operators``.

The outcome of an element depends on the forms of its fields alone (``model.forms``). It is worked
out once for all components with the same forms (``outcome``), and differences are made only for a
report (``result``).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence, Set
from typing import TYPE_CHECKING

from deploylint.compare.agreement import AgreementRules
from deploylint.compare.matching import ComponentMatcher, not_shared
from deploylint.compare.outcome import RowRules
from deploylint.compare.reference import ReferenceRules, reference_rules, rules_by_element
from deploylint.compare.result import CompareResult, ServiceRecord
from deploylint.compare.single import MembershipRules, SingleRules
from deploylint.model.difference import Position
from deploylint.model.fields import VARIABLES, element_of
from deploylint.model.forms import FormTable, Row
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Role, Service, Shape

if TYPE_CHECKING:
    from deploylint.compare.key_rules import KeyRules
    from deploylint.compare.majority import MajorityReferences
    from deploylint.compare.outlier_vote import OutlierVote


_Alone = tuple[Role, bool, frozenset[str], frozenset[str] | None]
"""What the rules about a component alone depend on: role, chart, being main; the elements of a
guest that they are about."""

_Pair = tuple[int, Role, bool, Shape, frozenset[str]]
"""What the rules about a pair depend on: the reference's component, the role, being main and shape
of the other one, and the addresses that the two do not share."""


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
    single services can run; then the majority replaces it where it may. The ``outlier`` vote counts
    each service. Where the ``watched`` rules were judged is kept.
    """
    return GroupComparison(reference, rules, watched, majority, outlier).compare(services)


class GroupComparison:
    """The rules of one group, compiled for its reference. It may compare services in parts.

    Services called ``guests`` are compared with no other, and few rules about every service hold
    for them.
    """

    def __init__(
        self,
        reference: Service | None,
        rules: Sequence[Rule],
        watched: frozenset[str] = frozenset(),
        majority: MajorityReferences | None = None,
        outlier: OutlierVote | None = None,
        guests: Container[str] = (),
    ) -> None:
        rules = [rule for rule in rules if rule.across == "services"]
        keyed = [rule for rule in rules if rule.is_about_keys]
        rules = [rule for rule in rules if not rule.is_about_keys]
        self._reference = reference
        self._majority = majority
        self._outlier = outlier
        self._guests = guests
        self._watched = watched
        self._forms = FormTable()
        self._single = [rule for rule in rules if rule.operator in ("be", "not-be")]
        self._among = [rule for rule in rules if rule.operator == "be-among"]
        self._paired = [rule for rule in rules if rule.scope == "reference"]
        agreeing = [rule for rule in rules if rule.scope == "inside"]
        self._agreements = AgreementRules(agreeing, reference)
        self._uncompared = _uncompared(agreeing, self._paired)
        self._matcher = None if reference is None else ComponentMatcher(reference)
        self._by_role: dict[_Alone, tuple[RowRules, MembershipRules]] = {}
        self._by_pair: dict[_Pair, RowRules] = {}
        self._of_reference: list[ReferenceRules] = []
        peers = [] if majority is None else majority.votes.services
        self._keyed = _key_rules(keyed, reference, peers) if keyed else None
        if majority is not None and self._keyed is not None:
            majority.without_majority += self._keyed.without_majority

    def compare(self, services: Iterable[Service]) -> CompareResult:
        """Every rule over some services of the group."""
        result = CompareResult(self._watched)
        for service in services:
            self._compare_service(service, result)
        for rules in self._of_reference:
            result.mark_other_side(rules, rules.reference.component)
        if self._majority is not None:
            self._majority.mark_compared(result)
        return result

    def _compare_service(self, service: Service, result: CompareResult) -> None:
        record = ServiceRecord(service, result)
        rows = self._rows(service)
        is_guest = service.name in self._guests
        for number, (component, row) in enumerate(zip(service.components, rows, strict=True)):
            own = _set_by_user(service, component) if is_guest else None
            single, among = self._role_rules(component, service.chart_sets, own)
            record.apply(number, row, single)
            among.apply(number, row, record)
        self._agreements.apply(rows, record)
        if not is_guest:
            self._compare_with_others(service, rows, record, result)
        record.close()

    def _compare_with_others(
        self, service: Service, rows: Sequence[Row], record: ServiceRecord, result: CompareResult
    ) -> None:
        """Compare a service with the reference, or with the majority."""
        if self._outlier is not None:
            self._outlier.add(service, rows)
        if self._majority is not None:
            self._majority.compare(rows, record, result)
        if self._matcher is not None and service is not self._reference:
            for number, here in self._matcher.pairs(service):
                record.apply(here, rows[here], self._pair_rules(number, record.positions[here]))
        if self._keyed is not None:
            self._keyed.apply(record, result)

    def _rows(self, service: Service) -> list[Row]:
        """The rows of a service; they were made already where a majority was counted."""
        if self._majority is not None:
            return self._majority.votes.rows(service)
        return self._forms.rows(service)

    def _role_rules(
        self, component: Component, chart_sets: frozenset[str], own: frozenset[str] | None
    ) -> tuple[RowRules, MembershipRules]:
        """The rules about components like this one alone, of a chart that sets the same.

        For a guest only those about its ``own`` elements are left, which who deploys it sets.
        """
        role = component.role
        key = (role, component.is_main, chart_sets, own)
        known = self._by_role.get(key)
        if known is None:
            rules = _for_role(self._single, role)
            if own is not None:
                rules = [r for r in rules if own.issuperset(map(element_of, r.addresses))]
            by_element = rules_by_element(rules)
            single = [SingleRules(*each, self._watched, chart_sets) for each in by_element.items()]
            known = RowRules(single), MembershipRules(_for_role(self._among, role))
            self._by_role[key] = known
        return known

    def _pair_rules(self, number: int, at: Position) -> RowRules:
        """The rules about components like this one and one of the reference's."""
        service, component = at
        assert self._reference is not None
        position = Position(self._reference, self._reference.components[number])
        left_out = not_shared(position, at)
        key = (number, component.role, component.is_main, service.shape, left_out)
        known = self._by_pair.get(key)
        if known is None:
            paired = _without(_for_role(self._paired, component.role), left_out)
            agreeing = rules_by_element(_for_role(self._uncompared, component.role))
            rules = reference_rules(position, rules_by_element(paired), agreeing, self._watched)
            self._of_reference += rules
            known = self._by_pair[key] = RowRules(rules)
        return known


_SET_BY_USER = frozenset((element_of(VARIABLES),))
"""What those set who deploy a program, whoever wrote it: a password in a file is one of theirs."""


def _set_by_user(service: Service, component: Component) -> frozenset[str]:
    """The elements of a guest that who deploys it sets, also in files laid over its own."""
    if service.shape == "values" or len(service.files) == 1:
        return _SET_BY_USER
    file, addresses = service.root.source.file, component.values.fields.as_dict()
    nodes = ((element_of(each), component.value(each).node) for each in addresses)
    laid = (element for element, node in nodes if node is not None and node.source.file != file)
    return _SET_BY_USER.union(laid)


def compare_environments(
    pairs: Iterable[tuple[Service, Service]], rules: Sequence[Rule], result: CompareResult
) -> None:
    """Add what the rules about environments find, over pairs of one service in two of them.

    The first of a pair is the environment that the other is compared with.
    """
    across = [rule for rule in rules if rule.across == "environments"]
    keyed = [rule for rule in across if rule.is_about_keys]
    asked = [rule for rule in across if not rule.is_about_keys]
    for first, other in pairs if across else ():
        record = ServiceRecord(other, result)
        if keyed:
            _key_rules(keyed, first).apply(record, result)
        for number, here in ComponentMatcher(first).pairs(other):
            reference, at = Position(first, first.components[number]), record.positions[here]
            paired = rules_by_element(_for_role(asked, at.component.role))
            for each in reference_rules(reference, paired, {}, result.watched):
                record.apply_once(here, each)
                result.mark_other_side(each, reference.component)
        record.close()


def _key_rules(
    rules: Sequence[Rule], reference: Service | None, peers: Sequence[Service] = ()
) -> KeyRules:
    from deploylint.compare.key_rules import KeyRules  # few runs name keys

    return KeyRules(rules, reference, peers)


def _for_role(rules: Iterable[Rule], role: Role) -> list[Rule]:
    return [rule for rule in rules if role in rule.roles]


def _uncompared(agreeing: Iterable[Rule], paired: Iterable[Rule]) -> list[Rule]:
    """Rules ``agree`` about what no other rule compares with the reference."""
    return _without(agreeing, {address for rule in paired for address in rule.addresses})


def _without(rules: Iterable[Rule], left_out: Set[str]) -> list[Rule]:
    """Rules without some addresses."""
    return [
        rule
        if left_out.isdisjoint(rule.addresses)
        else rule._replace(addresses=tuple(a for a in rule.addresses if a not in left_out))
        for rule in rules
    ]
