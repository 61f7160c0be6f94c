"""Explains why a mutant was not found, from the rules and the coverage of its value.

A leaf that nothing compares says so. For one that is compared, every rule about its address is
asked again: each must be one that accepts the new value, else nobody knows why it was silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.compare.matching import ComponentMatcher
from deploylint.compare.operators import Operand, evaluate_pair, evaluate_value
from deploylint.config.rules import RuleSet
from deploylint.engine.coverage import Uncompared
from deploylint.engine.result import Report
from deploylint.model.fields import ADDRESSES
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Service, Value
from deploylint.policy.messages import pattern_in_words
from tools.mutations import Leaf

NOT_COMPARED = "nothing compares it"


def reason(leaf: Leaf, before: Report, after: Report, rule_set: RuleSet) -> str:
    """Why a mutant changed no finding, or "" if that is unknown."""
    file = leaf.node.source.file
    if is_not_compared(leaf, before):
        return NOT_COMPARED
    then, now = _service(before, file), _service(after, file)
    reasons = [
        _accepts(rule, address, component, now, after)
        for component, address in _read(then, leaf)
        for rule in rule_set.rules
        if rule.across == "services" and address in rule.addresses and component.role in rule.roles
    ]
    return "; ".join(dict.fromkeys(reasons)) if all(reasons) else ""


def is_not_compared(leaf: Leaf, report: Report) -> bool:
    """Whether ``check -v`` lists a leaf among the values that nothing compared."""
    file, line, column = leaf.node.source.file, *leaf.node.source.position(leaf.node.start)
    listed = {(one.place.file, one.place.line, one.place.column) for one in _uncompared(report)}
    return (file, line + 1, column + 1) in listed


def _uncompared(report: Report) -> Iterator[Uncompared]:
    for group in report.groups:
        yield from group.coverage.places


def _service(report: Report, file: str) -> Service:
    services = [service for group in report.groups for service in group.loaded.services]
    return next(service for service in services if file in service.files)


def _read(service: Service, leaf: Leaf) -> Iterator[tuple[Component, str]]:
    """The addresses that were read from a leaf."""
    for component in service.components:
        for address, value in component.values.items():
            if any(node.start == leaf.node.start for node in value.leaves):
                yield component, address


def _accepts(rule: Rule, address: str, before: Component, now: Service, after: Report) -> str:
    """Why a rule still passes for a component at a field path."""
    component = next((c for c in now.components if c.key == before.key), None)
    if component is None:
        return ""
    value = component.value(address)
    if value.state == "unknown":
        return "it is unknown, and is reported as that before and after"
    if value.state == "known" and value.note:
        return f"{address} is then {value.note.removeprefix('= ')}"
    if rule.pattern is not None:
        held = evaluate_value(rule.operator, rule.pattern, ADDRESSES[address], value) == "match"
        operator = rule.operator.replace("-", " ")
        return f"{rule.id} asks it to {operator} {pattern_in_words(rule.pattern)}" if held else ""
    return _contains(rule, address, component, now, after)


def _contains(rule: Rule, address: str, component: Component, now: Service, after: Report) -> str:
    reference = after.groups[0].reference
    if rule.operator == "agree":
        alone = len(list(_said(rule, now))) < 2
        return f"{rule.id} finds nothing else that says it" if alone else ""
    if reference is None:
        return ""
    for there, here in ComponentMatcher(reference).pairs(now):
        one, other = reference.components[there], now.components[here]
        if other.key == component.key:
            expected = Operand(one.value(address), reference.own_names)
            actual = Operand(component.value(address), now.own_names)
            return _judged(rule, address, expected, actual)
    return ""


def _said(rule: Rule, service: Service) -> Iterator[Value]:
    """The own values of a service at the field paths of a rule."""
    for component in service.components:
        for address in rule.addresses:
            value = component.value(address)
            if component.role in rule.roles and value.state == "known" and not value.inherited:
                yield value


def _judged(rule: Rule, address: str, expected: Operand, actual: Operand) -> str:
    if not expected.value.state == actual.value.state == "known":
        return ""
    kind = ADDRESSES[address]
    if evaluate_pair("equal", 1, kind, expected, actual) == "match":
        return "it means the same"
    held = evaluate_pair(rule.operator, rule.ratio, kind, expected, actual) == "match"
    return f"{rule.id} accepts more than the reference demands" if held else ""
