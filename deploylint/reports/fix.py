"""What to do about a finding: put it right, or the lines to paste that allow it."""

from __future__ import annotations

import glob

from deploylint.model.fields import ADDRESSES, PRESENT, is_key
from deploylint.model.finding import WAITING, Finding
from deploylint.model.format import format_as_written, format_value
from deploylint.model.own_name import SELF
from deploylint.model.paths import field_of, matching
from deploylint.model.patterns import read as read_pattern
from deploylint.model.secrets import hides
from deploylint.model.service import State as ValueState
from deploylint.model.types import Plain
from deploylint.policy.allowance_match import item_type
from deploylint.policy.messages import subject
from deploylint.reports import Look
from deploylint.reports.yaml_out import entry, scalar

ALLOWED_IN = ".deploylint.yaml"
"""Where an allowance is written."""

_OWN = {
    "duplicate-key": "keep one of the two and remove the other",
    "unknown-key": "write the known key, or remove this one: nothing reads it",
    "same-structure": "set it on both sides, or on neither",
    "malformed-directive": "put the comment right, or remove it",
    "forbidden-directive": "write the allowance in the configuration, or remove the comment",
    "unused-allowance": "remove it, or say of what it is meant to be about",
    "expiring-allowance": "end the difference before that day, or agree on a later one",
    "overlapping-allowance": "keep the narrower one of the two",
    "missing-reason": "write why they may differ into because",
}
_ENOUGH = 6
"""How much of a fingerprint tells an allowance from the others that are pasted beside it."""

_FREELY = "present"
"""What a pattern says of a value that it cannot or may not spell out."""


def what_to_do(finding: Finding) -> str:
    """The change that puts a finding right, as a sentence without its end."""
    if not finding.address:
        return _OWN.get(finding.rule, "put it right")
    if finding.reference_location is not None:
        return _like_the_reference(finding)
    return _agreeing(finding) if _others(finding) else _as_demanded(finding)


def _like_the_reference(finding: Finding) -> str:
    what = subject(finding.address)
    if finding.expected_state != "known":
        return f"remove {what}, or add it to the {'others' if finding.votes else 'reference'}"
    if finding.actual_state != "known":
        value = "" if _marks_presence(finding) else f" as {_format(finding, finding.expected)}"
        verb = "switch on" if finding.actual_state == "disabled" else "add"
        return f"{verb} {what}{value}"
    if isinstance(finding.actual, str) and finding.expected == finding.actual:
        other = format_value(finding.actual)
        return f"write this service's own name into {what}: {other} is another one's"
    own = finding.address in ADDRESSES and ADDRESSES[finding.address].own_names
    named = ", with this service's own name where that holds the reference's" if own else ""
    if finding.votes is not None:
        named = ", with this service's own name" if SELF in format_value(finding.expected) else ""
    return f"set {what} to {_format(finding, finding.expected)}{named}"


def _format(finding: Finding, data: Plain) -> str:
    """Data as one writes it in a sentence."""
    return (format_as_written if is_key(finding.address) else format_value)(data)


def _agreeing(finding: Finding) -> str:
    others = ", ".join(_others(finding))
    wanted = _format(finding, finding.expected)
    return f"set {subject(finding.address)} to {wanted}, or change {others} with it"


def _as_demanded(finding: Finding) -> str:
    """For a demand on every service: the finding's expected side is the demand as it is written."""
    what, demand = subject(finding.address), finding.expected
    if demand == "present":
        return f"set {what}"
    if demand == "absent":
        return f"remove {what}"
    if _pins(finding, demand):
        return f"set {what} to another value, or remove it"
    if isinstance(demand, dict) and "among" in demand:
        return f"change {what} or {demand['among']}, so that the one is among the other"
    if isinstance(demand, dict):
        return f"set {what} to a value that the demand accepts"
    return f"set {what} to {_format(finding, demand)}"


def _pins(finding: Finding, demand: Plain) -> bool:
    """Whether the value that is there is the one that must not be."""
    return _holds(finding, demand, finding.actual_state, finding.actual)


def allowance(finding: Finding, look: Look, indent: int) -> list[str]:
    """An ``allow`` entry that covers just this finding; none for what has no address."""
    if not finding.address:
        return []
    # Ids are unique: two findings of one rule are told apart by what they are about.
    name = f"{finding.service}/{finding.rule}-{finding.fingerprint[:_ENOUGH]}"
    lines = [" " * indent + f"- id: {scalar(name, look)}"]
    for key, value in fields_of(finding).items():
        lines += entry(key, value, look, indent + 2)
    return lines


def fields_of(finding: Finding) -> dict[str, Plain]:
    """The keys of an allowance that covers just one finding, but its id.

    What is secret is pinned to its length, and what no pattern can spell out to being there.
    """
    about: dict[str, Plain] = {"rule": finding.rule, "service": glob.escape(finding.service)}
    if finding.environment:
        about["environment"] = glob.escape(finding.environment)
    if finding.address:
        about["component"] = glob.escape(finding.component)
        is_keyed = is_key(finding.address)
        about["key" if is_keyed else "element"] = _element(finding.address)
    if finding.reference_location is not None or _others(finding):
        about["from"] = _pattern(finding, finding.expected_state, finding.expected)
    about["to"] = _pattern(finding, finding.actual_state, finding.actual)
    return about | {"because": f"{WAITING} say why they may differ"}


def _others(finding: Finding) -> list[str]:
    """The addresses of the same service that a place does not agree with."""
    texts = [text for role, _, text in finding.related if role == "agrees-not"]
    return list(dict.fromkeys(subject(text.partition(" is ")[0]) for text in texts))


def _element(address: str) -> str:
    """An address as an allowance names it: a part of a tree where it can, else its field."""
    if is_key(address):
        return subject(address)
    return address if matching(address) else field_of(address)


def _pattern(finding: Finding, state: ValueState, data: Plain) -> Plain:
    """The narrowest pattern that one side of a finding satisfies."""
    if state != "known":
        return "absent"
    if hides(data):
        return {"one-of": [data]} if isinstance(data, dict) else data
    spelt: tuple[Plain, ...] = (data, {"one-of": [data]})
    candidates = spelt[1:] if data == _FREELY and not _is_presence(finding.address) else spelt
    return next((one for one in candidates if _holds(finding, one, state, data)), _FREELY)


def _holds(finding: Finding, written: Plain, state: ValueState, data: Plain) -> bool:
    try:
        pattern = read_pattern(written)
    except ValueError:
        return False
    kind = item_type(finding.address, data)
    return not hides(data) and pattern.matches(kind, state == "known", data)


def _is_presence(address: str) -> bool:
    """Whether an address is about being there: an element's own, or a level's."""
    if is_key(address):
        return False
    return address.endswith(f".{PRESENT}") or field_of(address) not in ADDRESSES


def _marks_presence(finding: Finding) -> bool:
    """Whether what is expected is only that something is there."""
    data = finding.expected
    return data == "present" or (data is True and not is_key(finding.address))
