"""The demands of rules on two values, or on one: functions of (type, Value, Value).

They know no address and no file. To add an operator of two values, write a function and one entry
in ``PAIR_OPERATORS``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from deploylint.documents.record import Record
from deploylint.model.own_name import NameAlignment, with_service
from deploylint.model.patterns import Pattern
from deploylint.model.secrets import redact
from deploylint.model.service import Value
from deploylint.model.types import AS_WRITTEN, FEWER_NAMES, TREES, Normal, Plain, Type

Outcome = Literal["match", "violation", "unknown"]


class Operand(Record):
    """One side of a comparison: its value and the own names of its service."""

    value: Value
    names: tuple[str, ...]


def normal(kind: Type, side: Operand) -> Normal:
    """A side's normal form, without secrets. Raises ValueError for data not of the type."""
    data = side.value.data
    form = kind.normalise(redact("", data) if isinstance(data, str) else data)
    if not kind.own_names:
        return form
    if isinstance(form, frozenset):
        return frozenset(with_service(item, side.names) for item in form)
    return with_service(str(form), side.names)


def align_names(kind: Type, expected: Operand, actual: Operand) -> Operand:
    """The expected side as the other service would write it: own names stand for each other.

    Only texts of free-form data change. Texts that are written alike agree, too.
    """
    value, other = expected.value, actual.value
    has_names = expected.names or actual.names
    if kind not in TREES or not has_names or value.data == other.data:
        return expected
    alignment = NameAlignment(expected.names, actual.names)
    return Operand(value._replace(data=alignment.aligned(value.data, other.data)), expected.names)


def _equal(kind: Type, expected: Normal, actual: Normal, ratio: float) -> bool:
    return expected == actual or (kind is FEWER_NAMES and _contain(kind, expected, actual, ratio))


def _contain(kind: Type, expected: Normal, actual: Normal, ratio: float) -> bool:
    return expected == actual or (kind.more is not None and kind.more(actual, expected))


def _within(kind: Type, expected: Normal, actual: Normal, ratio: float) -> bool:
    if not isinstance(expected, (int, float)) or not isinstance(actual, (int, float)):
        return expected == actual
    return expected <= actual * ratio and actual <= expected * ratio


PAIR_OPERATORS: dict[str, Callable[[Type, Normal, Normal, float], bool]] = {
    "equal": _equal,
    "contain": _contain,
    "within": _within,
    "as-majority": _contain,
}
"""The operators about two values; ``as-majority`` is that of a majority alone, in no rule file."""


def evaluate_pair(
    operator: str, ratio: float, kind: Type, expected: Operand, actual: Operand
) -> Outcome:
    """Whether two known values satisfy an operator.

    An actual value of another type (``256Mj``) is a violation. An expected one is unknown.
    """
    if expected.value.data == actual.value.data and not kind.own_names and kind is not AS_WRITTEN:
        return "match"
    try:
        wanted = normal(kind, align_names(kind, expected, actual))
    except ValueError:
        return "unknown"
    try:
        form = normal(kind, actual)
    except ValueError:
        return "violation"
    return "match" if PAIR_OPERATORS[operator](kind, wanted, form, ratio) else "violation"


def asks_nothing(kind: Type, data: Plain) -> bool:
    """Whether a flag is the lesser of the two: what does not set it demands no less."""
    try:
        form = kind.normalise(data)
    except ValueError:
        return False
    return isinstance(form, bool) and kind.more is not None and kind.more(not form, form)


def evaluate_membership(kind: Type, side: Operand, among: Type, members: Value) -> Outcome | None:
    """Whether one known item is among the known members of a set; others may be unknown.

    None where that is not decided, as for a name that stands for another value.
    """
    try:
        item, known = str(normal(kind, side)), among.normalise(members.data or [])
    except ValueError:
        return "unknown"
    assert isinstance(known, frozenset)
    is_member = item in known if among.holds is None else among.holds(known, item)
    if is_member is None:
        return None
    if is_member:
        return "match"
    return "unknown" if members.state == "unknown" else "violation"


def evaluate_value(operator: str, pattern: Pattern, kind: Type, value: Value) -> Outcome:
    """Whether one value satisfies ``be`` or ``not-be``.

    For an absent value only ``absent`` holds, and ``not-be`` always does.
    """
    if value.state == "unknown":
        return "unknown"
    holds = pattern.matches(kind, value.state == "known", value.data)
    return "match" if holds is (operator == "be") else "violation"
