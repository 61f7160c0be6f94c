"""What a finding says, in words: what is there, what was wanted, and by whom."""

from __future__ import annotations

from deploylint.documents.nodes import Node
from deploylint.model.difference import Difference, Vote
from deploylint.model.fields import KEY, PRESENT, is_key
from deploylint.model.format import format_as_written, format_value
from deploylint.model.paths import name_in
from deploylint.model.patterns import Pattern
from deploylint.model.secrets import redacted
from deploylint.model.service import Service, Value


def message_for(difference: Difference) -> str:
    """The message of a difference, and which template it was rendered from."""
    if difference.message:
        return difference.message
    service, component = difference.at
    node = difference.actual.node or component.scope
    return _without_template(difference) + rendered(service, node)


def rendered(service: Service, node: Node) -> str:
    """Which template of a chart a node was rendered from, to be said after a message; or ""."""
    for root, template in service.templates:
        if root.source is node.source and root.start <= node.start < root.end:
            return f" (rendered from {template})"
    return ""


def _without_template(difference: Difference) -> str:
    rule = difference.rule
    if rule.verb == "be-among" and difference.actual.state == "known":
        return _not_among(difference)
    if difference.outcome == "unknown":
        return _unknown(difference)
    if rule.pattern is not None:
        return _absolute(difference, rule.pattern)
    if rule.verb == "agree" and difference.reference is None:
        return _disagreeing(difference)
    if difference.vote is not None:
        return _outvoted(difference, difference.vote)
    return _compared(difference)


def subject(address: str) -> str:
    """A field path as it is read in a sentence: without ``present``, a key as it is written."""
    return address.removesuffix(f".{PRESENT}").removeprefix(f"{KEY}:")


def _shown(address: str, value: Value) -> str:
    if value.default:
        return f"absent (= default {format_value(value.data)})"
    note = f" ({value.note})" if value.note else ""
    write = format_as_written if is_key(address) else format_value
    return write(redacted(name_in(address), value.data)) + note


def _missing(difference: Difference) -> str:
    value = difference.actual
    if value.state == "disabled" and value.data is False:
        return "switched off"
    return f"not set in {_WRITTEN[difference.at.service.shape]}"


_WRITTEN = {"values": "values", "manifests": "the manifests"}


def _unknown(difference: Difference) -> str:
    for whose, value in (("here", difference.actual), ("in the reference", difference.expected)):
        if value.state == "unknown":
            why = value.note or "not readable"
            return f"{subject(difference.address)} cannot be known {whose}: {why}"
    wanted = _shown(difference.address, difference.expected)
    return f"{subject(difference.address)} cannot be compared: the reference's {wanted} is none"


def _not_among(difference: Difference) -> str:
    (among, held), *_ = difference.related
    what = f"{subject(difference.address)} is {_shown(difference.address, difference.actual)}"
    if difference.outcome == "unknown":
        return f"{what}; whether that is among {among} cannot be known: {held.note}"
    there = ", ".join(map(format_value, held.data)) if isinstance(held.data, list) else ""
    note = f" ({held.note})" if held.note else ""
    return f"{what}, which is not among {among}: {there or 'nothing is'}{note}"


def _absolute(difference: Difference, pattern: Pattern) -> str:
    address, actual = difference.address, difference.actual
    must = "must not be" if difference.rule.verb == "not-be" else "must be"
    what = f"{subject(address)} {must} {wanted(pattern)}"
    if actual.state != "known":
        return f"{what}; it is {_missing(difference)}"
    return f"{what}; it is {_shown(address, actual)}"


def wanted(pattern: Pattern) -> str:
    """What a pattern asks of a value, after "must be"."""
    if pattern.verb == "among":
        return f"among {pattern.operand}"
    if pattern.verb == "state":
        return "set" if pattern.operand == "present" else "absent"
    if pattern.verb == "matching":
        return f"like {pattern.operand}"
    if pattern.verb == "one-of" and isinstance(pattern.operand, list):
        return "one of " + ", ".join(format_value(item) for item in pattern.operand)
    return (
        f"{pattern.verb.replace('-', ' ')} {format_value(pattern.operand)}"
        if pattern.verb != "is"
        else format_value(pattern.operand)
    )


def _disagreeing(difference: Difference) -> str:
    address, meant = difference.address, difference.expected
    others = list(dict.fromkeys(subject(a) for a, _ in difference.related))
    say = "says" if len(others) == 1 else "say"
    text = f"{subject(address)} is {_shown(address, difference.actual)}"
    return f"{text}, but {', '.join(others)} of the same service {say} {_shown(address, meant)}"


def _outvoted(difference: Difference, vote: Vote) -> str:
    address, expected, actual = difference.address, difference.expected, difference.actual
    most = f"{vote.agree} of {vote.asked} services"
    known = actual.state == "known"
    here = _shown(address, actual) if known else f"it is {_missing(difference)}"
    if expected.state != "known":
        return f"{most} have no {subject(address)} of this kind; here {here}"
    if expected.data == "present":
        return f"{most} set {subject(address)}; here {here}"
    return f"{most} have {subject(address)} {_shown(address, expected)}; here {here}"


def _whose(difference: Difference) -> str:
    """Whom a value is compared with: the reference, or another environment of the service."""
    if difference.rule.scope == "environments" and difference.reference is not None:
        return difference.reference.service.environment or "the other environment"
    return "the reference"


def _compared(difference: Difference) -> str:
    address, expected, actual = difference.address, difference.expected, difference.actual
    field = subject(address)
    whose = _whose(difference)
    if actual.state != "known" and difference.at.component.value(address).state == "known":
        return f"{field} lacks {_shown(address, expected)}, which {whose} has"
    if actual.state != "known":
        wanted = "sets it" if expected.data == "present" else f"has {_shown(address, expected)}"
        return f"{field} is {_missing(difference)}; {whose} {wanted}"
    here = "set" if actual.data == "present" else _shown(address, actual)
    if expected.state != "known":
        return f"{field} is {here}; {whose} does not have it"
    if isinstance(actual.data, str) and actual.data == expected.data:
        return f"{field} is {here}, the reference's own name; this service's belongs here"
    bound = (
        f" (allowed: within {difference.rule.ratio:g} times)"
        if difference.rule.verb == "within"
        else ""
    )
    return f"{field} is {here}; {whose} has {_shown(address, expected)}{bound}"
