"""Entries under ``allow:`` to Allowances, in rule files and in configurations alike.

An entry names the rule that it lifts and for which services, both values, and the reason. Every
mistake in one names its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from deploylint.config.allowances import is_date, is_same, redact_pattern
from deploylint.config.keys import read_elements, read_keys
from deploylint.config.rules import RuleSet
from deploylint.config.schema import AllowanceEntry
from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.model.decode import is_set, with_nodes
from deploylint.model.errors import check_known, misread_at, misread_key, node_at
from deploylint.model.fields import is_key
from deploylint.model.finding import Allowance, AllowanceOrigin, Location
from deploylint.model.locations import location_below
from deploylint.model.patterns import Pattern, read_pattern
from deploylint.model.rule import Rule
from deploylint.model.types import Plain


class WrittenAllowance(Record):
    """An allowance and the entry it was read from."""

    allowance: Allowance
    node: Node


def read_allowances(
    entries: Sequence[AllowanceEntry], root: Node, origin: AllowanceOrigin
) -> list[WrittenAllowance]:
    """The allowances of the entries under ``allow`` of a file.

    Raises Misread for an unknown element, an invalid pattern or date, an empty reason, and an
    allowance without a scope.
    """
    return [
        WrittenAllowance(allowance, node)
        for entry, node in with_nodes(entries, root, "allow")
        for allowance in _by_service(entry, _allowance(entry, node, root, origin))
    ]


def _allowance(entry: AllowanceEntry, node: Node, root: Node, origin: AllowanceOrigin) -> Allowance:
    if not (entry.service or entry.runtime or entry.role):
        message = "has no scope; set service (a name or a glob), runtime or role"
        raise misread_at(node, message)
    if not entry.because.strip():
        raise misread_key(node, "because", "because is empty; give a reason")
    if entry.until and not is_date(entry.until):
        raise misread_key(node, "until", f"until: invalid date {entry.until!r}; use YYYY-MM-DD")
    at, addresses = location_below(node, (root,)), _addresses(entry, node)
    expected = _pattern(entry.from_, node, "from") if is_set(entry.from_) else None
    return Allowance(
        id=entry.id or _default_id(at, node),
        service=entry.service if isinstance(entry.service, str) else " or ".join(entry.service),
        addresses=addresses,
        expected=expected and redact_pattern(expected, addresses),
        actual=redact_pattern(_pattern(entry.to, node, "to"), addresses),
        at=at,
        origin=origin,
        **{name: getattr(entry, name) for name in _AS_WRITTEN},
    )


_AS_WRITTEN = (
    *("rule", "runtime", "role", "component", "environment", "group"),
    *("because", "until", "owner", "ticket"),
)
"""The keys of an entry that an allowance has as they are written."""


def _by_service(entry: AllowanceEntry, allowance: Allowance) -> Iterator[Allowance]:
    """The allowance of an entry; where it lists services, one for each, with an id of its own."""
    if isinstance(entry.service, str):
        yield allowance
        return
    for name in dict.fromkeys(entry.service):
        yield allowance._replace(service=name, id=f"{allowance.id}/{name}")


def _default_id(at: Location, node: Node) -> str:
    """The file and line; for an entry behind another one on its line the column too."""
    is_first = "}" not in node.source.line(at.line - 1)[: at.column - 1]
    return f"{at.file}:{at.line}" if is_first else f"{at.file}:{at.line}:{at.column}"


def _addresses(entry: AllowanceEntry, node: Node) -> tuple[str, ...]:
    if entry.key:
        if entry.element:
            message = "an allowance is about element or about key; write one of them"
            raise misread_key(node, "key", message)
        return read_keys(entry.key, node)
    return read_elements(entry.element, node, parts=True)


def _pattern(written: Plain, node: Node, key: str) -> Pattern:
    try:
        return read_pattern(written)
    except ValueError as error:
        raise misread_key(node, key, f"{key}: {error}") from None


def resolve_allowances(
    entries: Sequence[WrittenAllowance],
    rule_sets: Sequence[RuleSet],
    others: Iterable[Allowance] = (),
) -> tuple[Allowance, ...]:
    """Allowances with the addresses of their rules where they name none.

    The first of the rule sets has the rules that they lift; a rule is about keys in any of them.
    Raises Misread for an unknown rule, for sides that do not go with the rule, for two sides that
    are the same, and for two allowances of one id, the ``others`` among them.
    """
    _check_unique(entries, others)
    rules = {rule.id: rule for rule in rule_sets[0].rules}
    checks = (check.id for check in rule_sets[0].builtin.values() if check.may_be_allowed)
    ids = [*rules, *checks]
    allowances = tuple(_resolved(entry, rules, ids) for entry in entries)
    about_keys = [entry for entry in entries if any(map(is_key, entry.allowance.addresses))]
    sets = rule_sets if about_keys else ()  # few allowances are, of many groups
    keyed = {rule.id for one in sets for rule in one.rules if rule.is_about_keys}
    for allowance, node in about_keys:
        if allowance.rule not in keyed:
            message = f"{allowance.rule} is about elements; write element instead of key"
            raise misread_key(node, "key", message)
    return allowances


def _check_unique(entries: Iterable[WrittenAllowance], others: Iterable[Allowance]) -> None:
    seen = {allowance.id: allowance for allowance in others}
    for allowance, node in entries:
        first = seen.setdefault(allowance.id, allowance)
        if first is not allowance:
            message = f"allowance {allowance.id!r} is defined twice; first at {first.place}"
            raise misread_key(node, "id", message)


def _resolved(
    entry: WrittenAllowance, rules: Mapping[str, Rule], ids: Collection[str]
) -> Allowance:
    allowance, node = entry
    rule = rules.get(allowance.rule)
    if rule is None:
        check_known("rule", allowance.rule, ids, node_at(node, "rule"))
        return allowance
    _check_sides(allowance, rule, node)
    if rule.is_about_keys:
        return allowance  # a group may set other keys
    return allowance._replace(addresses=allowance.addresses or rule.addresses)


def _check_sides(allowance: Allowance, rule: Rule, node: Node) -> None:
    expected = allowance.expected
    if rule.pattern is not None:
        if expected not in (None, rule.pattern):
            message = "from: not allowed here, the rule itself sets the expected value; remove it"
            raise misread_key(node, "from", message)
    elif expected is None:
        raise misread_at(node, "from is missing; set from (expected value) and to (accepted value)")
    elif is_same(expected, allowance.actual, allowance.addresses or rule.addresses):
        message = "from and to are the same value; set two different values"
        raise misread_key(node, "to", message)
