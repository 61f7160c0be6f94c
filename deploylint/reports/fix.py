"""The fix of a finding, and the lines to paste that allow it."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from functools import cache

from deploylint.config.rules import shipped_rules
from deploylint.documents.scalars import go_text
from deploylint.model.fields import ADDRESSES, PRESENT, is_key
from deploylint.model.finding import WAITING, Finding, Location
from deploylint.model.format import format_as_written, format_value
from deploylint.model.own_name import SELF
from deploylint.model.paths import field_of, matching
from deploylint.model.patterns import read_pattern
from deploylint.model.secrets import hides
from deploylint.model.service import State as ValueState
from deploylint.model.types import Plain
from deploylint.policy.allowance_lookup import item_type
from deploylint.policy.messages import subject
from deploylint.reports import Look
from deploylint.reports.yaml_out import block

ALLOWED_IN = ".deploylint.yaml"
"""Where an allowance is written."""

_ENOUGH = 6
"""How much of a fingerprint makes the id of a pasted allowance unique."""

_ANY = "present"
"""The pattern of a value that cannot or may not be written out."""


@cache
def _fixes() -> Mapping[str, str]:
    """The fix of each built-in check, which ``rules/own.yaml`` has."""
    return {check.id: check.fix for check in shipped_rules().builtin.values()}


def what_to_do(finding: Finding) -> str:
    """The change that ends a finding, as a sentence without its end; "" for none in general."""
    if not finding.address:
        return _fixes().get(finding.rule, "")
    if finding.reference_location is not None:
        return _follow_reference(finding)
    if others := _others(finding):
        what, wanted = _key(finding), _format(finding, finding.expected)
        return f"set {what} to {wanted}, or change {', '.join(others)} with it"
    return _meet_rule(finding)


def _key(finding: Finding) -> str:
    """What to change, by the file's own key where that holds the value alone; else by its field.

    A key that is not set yet is the one of the reference, for a component that both have.
    """
    place: Location | None = finding.location
    data = finding.actual
    if finding.actual_state != "known":
        place, data = finding.reference_location, finding.expected
        place = place if finding.component == "server" else None
    if place is not None and place.key and (data == _ANY or _is_whole(place, data)):
        return _with_own_name(place.key, finding)
    return subject(finding.address)


def _with_own_name(key: str, finding: Finding) -> str:
    """A key of another service as this one has it: with its own name where its key above has it."""
    name = finding.service.rpartition("/")[2]
    above = finding.location.key.split(".")
    parts = key.split(".")
    own = (part if part == name else other for part, other in zip(above, parts, strict=False))
    return ".".join([*own, *parts[len(above) :]])


def _is_whole(place: Location, data: Plain) -> bool:
    """Whether a value is all that stands at a place, but for quotes."""
    if not isinstance(data, (str, int, float)) or place.line != place.end_line:
        return False
    return place.end_column - place.column - len(go_text(data)) in (0, 2)


def _follow_reference(finding: Finding) -> str:
    what = _key(finding)
    if finding.expected_state != "known":
        return f"remove {what}, or add it to the {'others' if finding.votes else 'reference'}"
    if finding.actual_state != "known":
        data = finding.expected
        is_mark = data == "present" or (data is True and not is_key(finding.address))
        value = "" if is_mark else f" as {_format(finding, data)}"
        action = "switch on" if finding.actual_state == "disabled" else "add"
        return f"{action} {what}{value}"
    if isinstance(finding.actual, str) and finding.expected == finding.actual:
        other = format_value(finding.actual)
        return f"set {what} to this service's own name; {other} is another service's"
    value = _format(finding, finding.expected)
    if finding.votes is not None:
        name = ", with this service's own name" if SELF in value else ""
    else:
        own = finding.address in ADDRESSES and ADDRESSES[finding.address].own_names
        name = ", with this service's own name in place of the reference's" if own else ""
    return f"set {what} to {_accepted(finding)}{value}{name}"


def _accepted(finding: Finding) -> str:
    """The value that an allowance accepts in place of the reference's, before the latter; or ""."""
    near = finding.near
    if near is None or near.expected is None or near.actual.operator != "is":
        return ""
    if not _holds(finding, near.expected.written, finding.expected_state, finding.expected):
        return ""
    if near.actual.operand == finding.actual:
        return ""
    return f"{_format(finding, near.actual.operand)}, which {near.id} accepts, or to "


def _format(finding: Finding, data: Plain) -> str:
    """Data as one writes it in a sentence."""
    return (format_as_written if is_key(finding.address) else format_value)(data)


def _meet_rule(finding: Finding) -> str:
    """For a rule about every service: the expected side is the pattern of the rule."""
    what, wanted = _key(finding), finding.expected
    if wanted in ("present", "absent"):
        return f"{'set' if wanted == 'present' else 'remove'} {what}"
    if _holds(finding, wanted, finding.actual_state, finding.actual):  # it must not be that
        return f"set {what} to another value, or remove it"
    if isinstance(wanted, dict) and "among" in wanted:
        return f"change {what}, or add its value to {wanted['among']}"
    if isinstance(wanted, dict):
        return f"set {what} to a value that the rule accepts"
    return f"set {what} to {_format(finding, wanted)}"


def allowance(finding: Finding, look: Look, indent: int) -> list[str]:
    """An ``allow`` entry that covers just this finding; none without an address."""
    if not finding.address:
        return []
    # Ids are unique: a fingerprint tells two findings of one rule apart.
    name = f"{finding.service}/{finding.rule}-{finding.fingerprint[:_ENOUGH]}"
    return block([{"id": name} | fields_of(finding)], look, indent)


def fields_of(finding: Finding) -> dict[str, Plain]:
    """The keys of an allowance that covers just one finding, but its id.

    A secret is matched as it is masked, and a value that no pattern can write by its presence.
    """
    about: dict[str, Plain] = {"rule": finding.rule, "service": glob.escape(finding.service)}
    if finding.environment:
        about["environment"] = glob.escape(finding.environment)
    if address := finding.address:
        about["component"] = glob.escape(finding.component)
        if is_key(address):
            about["key"] = subject(address)
        else:  # a part of a tree where an allowance can name it
            about["element"] = address if matching(address) else field_of(address)
    if finding.reference_location is not None or _others(finding):
        about["from"] = _pattern(finding, finding.expected_state, finding.expected)
    about["to"] = _pattern(finding, finding.actual_state, finding.actual)
    return about | {"because": f"{WAITING} explain why"}


def _others(finding: Finding) -> list[str]:
    """The addresses of the same service that a value does not agree with."""
    texts = [text for role, _, text in finding.related if role == "agrees-not"]
    return list(dict.fromkeys(subject(text.partition(" is ")[0]) for text in texts))


def _pattern(finding: Finding, state: ValueState, data: Plain) -> Plain:
    """The narrowest pattern that one side of a finding satisfies."""
    if state != "known":
        return "absent"
    if hides(data):
        return {"one-of": [data]} if isinstance(data, dict) else data
    candidates: list[Plain] = [data, {"one-of": [data]}]
    if data == _ANY and not _is_presence(finding.address):
        candidates.pop(0)
    return next((one for one in candidates if _holds(finding, one, state, data)), _ANY)


def _holds(finding: Finding, written: Plain, state: ValueState, data: Plain) -> bool:
    try:
        pattern = read_pattern(written)
    except ValueError:
        return False
    kind = item_type(finding.address, data)
    return not hides(data) and pattern.matches(kind, state == "known", data)


def _is_presence(address: str) -> bool:
    """Whether an address is about presence: of an element, or of a level."""
    if is_key(address):
        return False
    return address.endswith(f".{PRESENT}") or field_of(address) not in ADDRESSES
