"""The one place that decides a difference's fate: violation, allowed or unknown.

A Finding is made nowhere else. An allowance covers a difference when its rule, its scope and both
of its pinned values match; a project's own come before the shipped ones.
"""

import json
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from deploylint import messages
from deploylint.documents.nodes import Node
from deploylint.elements import ADDRESSES
from deploylint.model import (
    Allowance,
    Difference,
    Finding,
    Place,
    Position,
    Service,
    State,
    Status,
    Value,
)
from deploylint.packs import Own
from deploylint.patterns import Pattern
from deploylint.places import missing, node_of, place
from deploylint.secrets import redacted
from deploylint.types import TREE, WORD, Plain, Type


class Noticed(NamedTuple):
    """Something deploylint found by itself at one key, without comparing anything."""

    own: Own
    service: Service
    node: Node
    message: str
    related: tuple[tuple[str, Node], ...] = ()


def judge(
    group: str, differences: Iterable[Difference], allowances: Sequence[Allowance]
) -> list[Finding]:
    """A finding for each difference of one group."""
    return [_finding(group, difference, allowances) for difference in differences]


def notice(group: str, noticed: Iterable[Noticed]) -> list[Finding]:
    """A finding for each thing deploylint found by itself."""
    return [_noticed(group, one) for one in noticed]


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, line and rule, each fingerprint made unique."""
    seen: dict[tuple[str, ...], int] = {}
    result = []
    for finding in sorted(findings, key=_order):
        count = seen[finding.identity] = seen.get(finding.identity, 0) + 1
        if count > 1:
            finding = finding._replace(identity=(*finding.identity, str(count)))
        result.append(finding)
    return result


def _order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    at = finding.location
    return at.file, at.line, at.column, finding.rule, finding.path, finding.message


def covers(allowance: Allowance, difference: Difference) -> bool:
    """Whether an allowance is about a difference and pins just its two values."""
    return _is_about(allowance, difference) and _pins(allowance, difference)


def _is_about(allowance: Allowance, difference: Difference) -> bool:
    service, component = difference.at
    return (
        allowance.rule == difference.rule.id
        and (not allowance.service or fnmatchcase(service.name, allowance.service))
        and allowance.runtime in ("", service.runtime)
        and allowance.role in ("", component.role)
        and (not allowance.addresses or _names(allowance.addresses, difference.address))
    )


def _names(addresses: tuple[str, ...], address: str) -> bool:
    """Whether addresses name the field of one, or all below a level (``resources.limits``)."""
    field = _field(address)
    below = [known for known in ADDRESSES if known.startswith(f"{field}.")] or [field]
    return all(known in addresses for known in below)


def _field(address: str) -> str:
    """The field an address belongs to: an item of a tree belongs to the tree's field."""
    while address not in ADDRESSES and address.count(".") > 1:
        address = address.rpartition(".")[0]
    return address


def _pins(allowance: Allowance, difference: Difference) -> bool:
    address, expected = difference.address, difference.expected
    if not _matches(allowance.actual, address, difference.actual):
        return False
    return allowance.expected is None or _matches(allowance.expected, address, expected)


def item_type(address: str, data: Plain) -> Type:
    """The type in which one side of a difference is matched.

    A single item of a set or tree is a word, unless it is a collection itself.
    """
    kind = ADDRESSES.get(address, WORD)
    if kind in (WORD, TREE):
        return TREE if isinstance(data, (dict, list)) else WORD
    return kind


def _matches(pattern: Pattern, address: str, value: Value) -> bool:
    if value.data == "present" and pattern.verb == "state":
        return pattern.operand == "present"
    kind = item_type(address, value.data)
    return pattern.matches(kind, value.state == "known", value.data)


def _finding(group: str, difference: Difference, allowances: Sequence[Allowance]) -> Finding:
    status: Status = difference.outcome
    allowance = None
    if status == "violation":
        allowance = next((a for a in allowances if covers(a, difference)), None)
        status = "violation" if allowance is None else "allowed"
    service, component = difference.at
    rule, address = difference.rule, difference.address
    expected, actual = difference.expected, difference.actual
    node = actual.node or missing(difference)
    sides = _shown(address, expected), _shown(address, actual)
    return Finding(
        status=status,
        severity=rule.severity,
        rule=rule.id,
        why=rule.why,
        group=group,
        service=service.name,
        runtime=service.runtime,
        component=component.key,
        role=component.role,
        address=address,
        message=messages.of(difference),
        identity=_identity(group, difference, sides),
        expected=sides[0],
        expected_state=expected.state,
        expected_note=expected.note,
        actual=sides[1],
        actual_state=actual.state,
        actual_note=actual.note,
        location=place(node, service),
        reference_location=_reference_place(difference.reference, address, expected),
        related=_related(difference),
        allowance=allowance,
    )


def _shown(address: str, value: Value) -> Plain:
    return redacted(address.rpartition(".")[2], value.data) if value.state == "known" else None


def _reference_place(reference: Position | None, address: str, expected: Value) -> Place | None:
    if reference is None:
        return None
    return place(node_of(reference.component, address, expected), reference.service)


def _related(difference: Difference) -> tuple[tuple[str, Place, str], ...]:
    service, component = difference.at
    return tuple(
        (
            "agrees-not",
            place(node_of(component, address, value), service),
            f"{address} is {messages.said(redacted(address, value.data))}",
        )
        for address, value in difference.related
    )


def _identity(group: str, difference: Difference, sides: tuple[Plain, Plain]) -> tuple[str, ...]:
    """What makes a verdict this one, wherever it stands in its file; nothing secret is in it."""
    return (
        group,
        difference.rule.id,
        difference.at.service.name,
        difference.at.component.key,
        difference.address,
        json.dumps(sides, sort_keys=True, default=sorted),
    )


def _noticed(group: str, noticed: Noticed) -> Finding:
    own, service = noticed.own, noticed.service
    location = place(noticed.node, service)
    text = str(noticed.node.content)
    absent: State = "absent"
    return Finding(
        status="violation",
        severity=own.severity,
        rule=own.id,
        why=own.why,
        group=group,
        service=service.name,
        runtime=service.runtime,
        component=service.main.key,
        role=service.main.role,
        address="",
        message=noticed.message,
        identity=(group, own.id, service.name, location.key, text),
        expected=None,
        expected_state=absent,
        expected_note="",
        actual=text,
        actual_state="known",
        actual_note="",
        location=location,
        reference_location=None,
        related=tuple((role, place(n, service), str(n.content)) for role, n in noticed.related),
        allowance=None,
    )
