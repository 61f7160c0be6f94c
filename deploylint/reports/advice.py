"""What to do about a finding: put it right, or the lines to paste that allow it."""

from __future__ import annotations

import glob

from deploylint.elements import ADDRESSES
from deploylint.ledger import item_type
from deploylint.messages import name as subject
from deploylint.messages import said
from deploylint.model import Finding, State
from deploylint.patterns import read as read_pattern
from deploylint.reports import Look
from deploylint.reports.yaml_text import entry, scalar
from deploylint.types import Plain

ALLOWED_IN = "a rule file (rules/*.yaml)"
"""Where an allowance is written."""

_OWN = {
    "duplicate-key": "keep one of the two and remove the other",
    "unknown-key": "write the known key, or remove this one: nothing reads it",
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
    return _agreeing(finding) if finding.related else _as_demanded(finding)


def _like_the_reference(finding: Finding) -> str:
    what = subject(finding.address)
    if finding.expected_state != "known":
        return f"remove {what}, or add it to the reference"
    if finding.actual_state != "known":
        value = "" if _marks_presence(finding.expected) else f" as {said(finding.expected)}"
        verb = "switch on" if finding.actual_state == "disabled" else "add"
        return f"{verb} {what}{value}"
    if isinstance(finding.actual, str) and finding.expected == finding.actual:
        return f"write this service's own name into {what}: {said(finding.actual)} is another one's"
    own = finding.address in ADDRESSES and ADDRESSES[finding.address].own_names
    named = ", with this service's own name where that holds the reference's" if own else ""
    return f"set {what} to {said(finding.expected)}{named}"


def _agreeing(finding: Finding) -> str:
    others = ", ".join(dict.fromkeys(subject(text.split(" ")[0]) for _, _, text in finding.related))
    return f"set {subject(finding.address)} to {said(finding.expected)}, or change {others} with it"


def _as_demanded(finding: Finding) -> str:
    """For a demand on every service: the finding's expected side is the demand as it is written."""
    what, demand = subject(finding.address), finding.expected
    if demand == "present":
        return f"set {what}"
    if demand == "absent":
        return f"remove {what}"
    if _pins(finding, demand):
        return f"set {what} to another value, or remove it"
    if isinstance(demand, dict):
        return f"set {what} to a value that the demand accepts"
    return f"set {what} to {said(demand)}"


def _pins(finding: Finding, demand: Plain) -> bool:
    """Whether the value that is there is the one that must not be."""
    return _holds(finding, demand, finding.actual_state, finding.actual)


def allowance(finding: Finding, look: Look, indent: int) -> list[str]:
    """A rule file's ``allow`` entry that covers just this finding; none for what has no address.

    A side that is secret, or that no pattern can spell out, is pinned to being there.
    """
    if not finding.address:
        return []
    sides = {"to": _pattern(finding, finding.actual_state, finding.actual)}
    if finding.reference_location is not None or finding.related:
        expected = _pattern(finding, finding.expected_state, finding.expected)
        sides = {"from": expected} | sides
    fields: dict[str, Plain] = {
        "rule": finding.rule,
        "service": glob.escape(finding.service),
        "element": _element(finding.address),
        **sides,
        "because": "TODO say why they may differ",
    }
    # Ids are unique: two findings of one rule are told apart by what they are about.
    name = f"{finding.service}/{finding.rule}-{finding.fingerprint[:_ENOUGH]}"
    lines = [" " * indent + f"- id: {scalar(name, look)}"]
    for key, value in fields.items():
        lines += entry(key, value, look, indent + 2)
    return lines


def _element(address: str) -> str:
    """The field an address belongs to, or all fields of its level, as rule files name them."""
    if any(known.startswith(f"{address}.") for known in ADDRESSES):
        return f"{address}.*"
    while address not in ADDRESSES:
        address = address.rpartition(".")[0]
    return address


def _pattern(finding: Finding, state: State, data: Plain) -> Plain:
    """The narrowest pattern that one side of a finding satisfies."""
    if state != "known":
        return "absent"
    candidates = (data, {"one-of": [data]})
    return next((one for one in candidates if _holds(finding, one, state, data)), _FREELY)


def _holds(finding: Finding, written: Plain, state: State, data: Plain) -> bool:
    try:
        pattern = read_pattern(written)
    except ValueError:
        return False
    kind = item_type(finding.address, data)
    return not _hides(data) and pattern.matches(kind, state == "known", data)


def _hides(data: Plain) -> bool:
    """Whether a value is shown with a secret in it left out."""
    return "<redacted " in said(data)


def _marks_presence(data: Plain) -> bool:
    return data == "present" or data is True
