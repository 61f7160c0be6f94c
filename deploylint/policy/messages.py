"""The messages of findings: the value, the expected one, and where that is expected."""

from __future__ import annotations

from functools import lru_cache

from deploylint.documents.comments import comments
from deploylint.documents.locate import root_above
from deploylint.documents.nodes import Node, span
from deploylint.documents.record import Record
from deploylint.model.difference import Difference
from deploylint.model.fields import ADDRESSES, ELEMENTS, KEY, PRESENT, is_key
from deploylint.model.format import format_as_written, format_value, share_of
from deploylint.model.paths import field_of, name_in
from deploylint.model.patterns import Pattern
from deploylint.model.secrets import redact
from deploylint.model.service import Service, Value, is_presence


def message_for(difference: Difference) -> str:
    """The message of a difference, with the template it was rendered from."""
    if difference.message:
        return difference.message
    service, component = difference.at
    node = difference.actual.node or component.scope
    return _without_template(difference) + template_note(service, node)


def template_note(service: Service, node: Node) -> str:
    """The template of a chart that a node was rendered from, as the end of a message; or ""."""
    template = template_of(service, node)
    return f" (rendered from {template})" if template else ""


def template_of(service: Service, node: Node) -> str:
    """The template that Helm names above an object (``# Source: FILE``); "" where it names none."""
    if service.shape != "manifests":
        return ""
    root = root_above(service.roots, node)
    return _template_above(root) if root is not None else ""


@lru_cache(maxsize=8)
def _template_above(root: Node) -> str:
    """The template that is named above an object; findings about it come one after the other."""
    line = span(root).line
    templates = [c.text for c in comments(root.source, [root], "Source") if c.line == line]
    return templates[-1] if templates else ""


def _without_template(difference: Difference) -> str:
    rule = difference.rule
    if rule.operator == "be-among" and difference.actual.state == "known":
        return _not_among(difference)
    if difference.outcome == "unknown":
        return _unknown(difference)
    if rule.pattern is not None:
        return _absolute(difference, rule.pattern)
    if rule.operator == "agree" and difference.reference is None:
        return _disagreeing(difference)
    return _compared(difference, _other_side(difference))


def subject(address: str) -> str:
    """A field path as it is read in a sentence: without ``present``, a key as it is written."""
    return address.removesuffix(f".{PRESENT}").removeprefix(f"{KEY}:")


def _shown(address: str, value: Value) -> str:
    if value.default:
        return f"absent (the default is {format_value(value.data)})"
    note = f" ({value.note})" if value.note else ""
    write = format_as_written if is_key(address) else format_value
    return write(redact(name_in(address), value.data)) + note


def _missing(difference: Difference) -> str:
    value = difference.actual
    return "switched off" if value.state == "disabled" and value.data is False else "not set"


def _unknown(difference: Difference) -> str:
    field = subject(difference.address)
    for where, value in (("", difference.actual), (" in the reference", difference.expected)):
        if value.state == "unknown":
            return f"{field} is unknown{where}: {value.note or 'not readable'}"
    path = field_of(difference.address)
    kind = f"{ADDRESSES[path].name} value" if path in ADDRESSES else "value"
    text = f"the reference value {_shown(difference.address, difference.expected)}"
    return f"{field} cannot be compared: {text} is not a valid {kind}"


def _not_among(difference: Difference) -> str:
    (among, values), *_ = difference.related
    what = f"{subject(difference.address)} is {_shown(difference.address, difference.actual)}"
    if difference.outcome == "unknown":
        return f"{what}, but {among} is unknown: {values.note}"
    items = ", ".join(map(format_value, values.data)) if isinstance(values.data, list) else ""
    note = f" ({values.note})" if values.note else ""
    return f"{what}; {_source(among)} {items or 'none'}{note}"


def _source(address: str) -> str:
    """The owner of the values at an address, before they are listed."""
    element, _, field = address.partition(".")
    is_source = element in ELEMENTS and ELEMENTS[element].is_source
    return f"the {element} has {field}:" if is_source else f"{address} has"


def _absolute(difference: Difference, pattern: Pattern) -> str:
    address, actual = difference.address, difference.actual
    must = "must not be" if difference.rule.operator == "not-be" else "must be"
    here = _shown(address, actual) if actual.state == "known" else _missing(difference)
    return f"{subject(address)} {must} {pattern_in_words(pattern)}; it is {here}"


def pattern_in_words(pattern: Pattern) -> str:
    """A pattern in words, after "must be"."""
    match pattern:
        case Pattern("among", address):
            return f"among {address}"
        case Pattern("state", state):
            return "set" if state == "present" else "absent"
        case Pattern("matching", expression):
            return f"like {expression}"
        case Pattern("of-kind", list(kinds)):
            return f"of kind {' or '.join(kinds)}"
        case Pattern("one-of", list(items)):
            return "one of " + ", ".join(map(format_value, items))
    return pattern_text(pattern)


def pattern_text(pattern: Pattern | None) -> str:
    """One side of an allowance, in words."""
    if pattern is None:
        return "anything"
    if pattern.operator == "one-of" and isinstance(pattern.operand, list):
        return " or ".join(map(format_value, pattern.operand))
    value = format_value(pattern.operand)
    return (
        value
        if pattern.operator in ("is", "state")
        else f"{pattern.operator.replace('-', ' ')} {value}"
    )


def _disagreeing(difference: Difference) -> str:
    address, meant = difference.address, difference.expected
    others = list(dict.fromkeys(subject(a) for a, _ in difference.related))
    have = "has" if len(others) == 1 else "have"
    text = f"{subject(address)} is {_shown(address, difference.actual)}"
    return f"{text}; {', '.join(others)} of the same service {have} {_shown(address, meant)}"


class _OtherSide(Record):
    """The subject that has the expected value, with the words for what it does."""

    name: str
    has: str = "has"
    sets: str = "sets"
    does: str = "does"


def _other_side(difference: Difference) -> _OtherSide:
    """The reference, another environment of the service, or what most services have."""
    if difference.vote is not None:
        return _OtherSide(share_of(*difference.vote[:2]), "have", "set", "do")
    if difference.rule.scope == "environments" and difference.reference is not None:
        return _OtherSide(difference.reference.service.environment or "the other environment")
    return _OtherSide("the reference")


def _compared(difference: Difference, other: _OtherSide) -> str:
    address, expected, actual = difference.address, difference.expected, difference.actual
    field = subject(address)
    if actual.state != "known":
        is_set_here = difference.at.component.values.state(address) == "known"
        if is_set_here and not is_presence(expected):
            return f"{field} lacks {_shown(address, expected)}, which {other.name} {other.has}"
        is_set = expected.data == "present"
        want = f"{other.sets} it" if is_set else f"{other.has} {_shown(address, expected)}"
        return f"{field}: {_missing(difference)}; {other.name} {want}"
    here = "set" if actual.data == "present" else _shown(address, actual)
    if expected.state != "known":
        return f"{field} is {here}; {other.name} {other.does} not set it"
    if isinstance(actual.data, str) and actual.data == expected.data:
        return f"{field} is {here}, the reference's own name; use this service's own name"
    within = difference.rule.operator == "within"
    bound = f" (allowed: within {difference.rule.ratio:g} times)" if within else ""
    return f"{field} is {here}; {other.name} {other.has} {_shown(address, expected)}{bound}"
