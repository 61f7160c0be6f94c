"""What a rule can demand of two values, or of one: functions of (type, Value, Value).

They know no address and no file. To add an operator of two values, write a function and one entry
in ``PAIR_OPERATORS``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from deploylint.documents.record import Record
from deploylint.model.own_name import NameAlignment, with_service
from deploylint.model.patterns import Pattern
from deploylint.model.service import Value
from deploylint.model.types import AS_WRITTEN, TREES, Normal, Type

Outcome = Literal["match", "violation", "unknown"]


class Operand(Record):
    """One side of a comparison: its value and the words its service calls itself."""

    value: Value
    names: tuple[str, ...]


def normal(kind: Type, side: Operand) -> Normal:
    """A side's normal form. Raises ValueError when the data is not of the type."""
    form = kind.normalise(side.value.data)
    if not kind.own_names:
        return form
    if isinstance(form, frozenset):
        return frozenset(with_service(item, side.names) for item in form)
    return with_service(str(form), side.names)


def aligned(kind: Type, expected: Operand, actual: Operand) -> Operand:
    """The expected side as the other service would write it: own names stand for each other.

    Only texts of free-form data change so. What is the same as it is written agrees, too.
    """
    value, other = expected.value, actual.value
    has_names = expected.names or actual.names
    if kind not in TREES or not has_names or value.data == other.data:
        return expected
    alignment = NameAlignment(expected.names, actual.names)
    return Operand(value._replace(data=alignment.aligned(value.data, other.data)), expected.names)


def _equal(kind: Type, expected: Normal, actual: Normal, ratio: float) -> bool:
    return expected == actual


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
"""The verbs about two values. ``as-majority`` is how a majority puts every rule; none is written so."""


def evaluate_pair(
    verb: str, ratio: float, kind: Type, expected: Operand, actual: Operand
) -> Outcome:
    """Whether two known values satisfy a verb.

    What is written and is not of the type (``256Mj``) is not what the reference has; where the
    reference itself is not of the type, nothing can be told.
    """
    if expected.value.data == actual.value.data and not kind.own_names and kind is not AS_WRITTEN:
        return "match"
    try:
        one = normal(kind, aligned(kind, expected, actual))
    except ValueError:
        return "unknown"
    try:
        other = normal(kind, actual)
    except ValueError:
        return "violation"
    return "match" if PAIR_OPERATORS[verb](kind, one, other, ratio) else "violation"


def evaluate_membership(kind: Type, one: Operand, among: Type, held: Value) -> Outcome | None:
    """Whether one known item is among what is known of a set, whether or not that is all of it.

    None where the item says nothing of its own: a name that stands for another value.
    """
    try:
        item, every = str(normal(kind, one)), among.normalise(held.data or [])
    except ValueError:
        return "unknown"
    assert isinstance(every, frozenset)
    found = item in every if among.holds is None else among.holds(every, item)
    if found is None:
        return None
    if found:
        return "match"
    return "unknown" if held.state == "unknown" else "violation"


def evaluate_value(verb: str, pattern: Pattern, kind: Type, value: Value) -> Outcome:
    """Whether one value satisfies ``be`` or ``not-be``.

    On what is not there only ``absent`` holds, and ``not-be`` always does.
    """
    if value.state == "unknown":
        return "unknown"
    holds = pattern.matches(kind, value.state == "known", value.data)
    return "match" if holds is (verb == "be") else "violation"
