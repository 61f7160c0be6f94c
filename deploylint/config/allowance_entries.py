"""Entries under ``allow:`` to Allowances, in rule files and in configurations alike.

An entry says which rule it lifts and for whom, pins both values, and gives the reason. Whatever is
wrong with one is said with its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from deploylint.config.allowances import is_date, is_same, redact_pattern
from deploylint.config.keys import read_keys
from deploylint.config.schema import AllowanceEntry
from deploylint.documents.nodes import Node, child
from deploylint.documents.record import Record
from deploylint.documents.suggest import hint
from deploylint.model.decode import is_set
from deploylint.model.errors import misread_at
from deploylint.model.fields import is_key
from deploylint.model.finding import Allowance, Origin
from deploylint.model.locations import placed
from deploylint.model.paths import expand_selectors
from deploylint.model.patterns import Pattern, read_pattern
from deploylint.model.rule import Rule
from deploylint.model.types import Plain


def read_entry(entry: AllowanceEntry, node: Node, root: Node, origin: Origin) -> Allowance:
    """The allowance of one entry. ``node`` is the entry and ``root`` its file's root.

    Raises Misread for an element, a pattern or a date that is none, for a reason that says nothing,
    and for an allowance that is for nobody.
    """
    if not (entry.service or entry.runtime or entry.role):
        message = "has no scope; set service (a name or a glob), runtime or role"
        raise misread_at(node, message)
    if not entry.because.strip():
        raise misread_at(child(node, "because") or node, "because is empty; give a reason")
    at, addresses = placed(node, root), _addresses(entry, node)
    expected = _pattern(entry.from_, node, "from") if is_set(entry.from_) else None
    return Allowance(
        id=entry.id or f"{at.file}:{at.line}",
        rule=entry.rule,
        service=entry.service,
        runtime=entry.runtime,
        role=entry.role,
        component=entry.component,
        environment=entry.environment,
        addresses=addresses,
        expected=None if expected is None else redact_pattern(expected, addresses),
        actual=redact_pattern(_pattern(entry.to, node, "to"), addresses),
        because=entry.because,
        at=at,
        origin=origin,
        until=_date(entry.until, child(node, "until") or node),
        owner=entry.owner,
        ticket=entry.ticket,
    )


def _addresses(entry: AllowanceEntry, node: Node) -> tuple[str, ...]:
    if entry.key:
        if entry.element:
            message = "an allowance is about element or about key; write one of them"
            raise misread_at(child(node, "key") or node, message)
        return read_keys(entry.key, node)
    patterns = [entry.element] if isinstance(entry.element, str) else entry.element
    try:
        return tuple(expand_selectors(patterns, parts=True))
    except ValueError as error:
        raise misread_at(child(node, "element") or node, str(error)) from None


def _pattern(written: Plain, node: Node, key: str) -> Pattern:
    try:
        return read_pattern(written)
    except ValueError as error:
        raise misread_at(child(node, key) or node, f"{key}: {error}") from None


def _date(text: str, node: Node) -> str:
    if text and not is_date(text):
        raise misread_at(node, f"until: invalid date {text!r}; use YYYY-MM-DD")
    return text


class WrittenAllowance(Record):
    """An allowance and the entry it was read from."""

    allowance: Allowance
    node: Node


def resolved(one: WrittenAllowance, rules: Mapping[str, Rule], ids: Collection[str]) -> Allowance:
    """An allowance with the addresses of its rule where it names none.

    ``ids`` are what an allowance may lift: rules, and what deploylint finds by itself. Raises
    Misread for a rule that is not there, for sides that do not go with what the rule demands, and
    for two sides that are the same.
    """
    allowance, node = one
    rule = rules.get(allowance.rule)
    if rule is None:
        if allowance.rule in ids:
            return allowance
        message = f"unknown rule {allowance.rule!r}; {hint(allowance.rule, ids)}"
        raise misread_at(child(node, "rule") or node, message)
    _check_sides(allowance, rule, node)
    if rule.is_about_keys:
        return allowance  # a group may set other keys
    return allowance._replace(addresses=allowance.addresses or rule.addresses)


def _check_sides(allowance: Allowance, rule: Rule, node: Node) -> None:
    expected = allowance.expected
    if rule.pattern is not None:
        if expected not in (None, rule.pattern):
            message = "from: not allowed here, the rule itself sets the expected value; remove it"
            raise misread_at(child(node, "from") or node, message)
    elif expected is None:
        raise misread_at(node, "from is missing; set from (expected value) and to (accepted value)")
    elif is_same(expected, allowance.actual, allowance.addresses or rule.addresses):
        message = "from and to are the same value; set two different values"
        raise misread_at(child(node, "to") or node, message)


def check_keys(entries: Iterable[WrittenAllowance], rules: Iterable[Rule]) -> None:
    """Raises Misread for an allowance by key of a rule that is about elements everywhere."""
    keyed = {rule.id for rule in rules if rule.is_about_keys}
    for allowance, node in entries:
        if allowance.rule not in keyed and any(map(is_key, allowance.addresses)):
            message = f"{allowance.rule} is about elements; write element instead of key"
            raise misread_at(child(node, "key") or node, message)


def check_unique(entries: Iterable[WrittenAllowance], shipped: Iterable[Allowance] = ()) -> None:
    """Raises Misread where two allowances have one id."""
    seen = {allowance.id: allowance for allowance in shipped}
    for allowance, node in entries:
        first = seen.setdefault(allowance.id, allowance)
        if first is not allowance:
            message = f"allowance {allowance.id!r} is defined twice; first at {first.place}"
            raise misread_at(child(node, "id") or node, message)
