"""Explains which allowance nearly covers a difference, and why it does not."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.config.allowances import allowance_state
from deploylint.documents.record import Record
from deploylint.model.difference import Difference
from deploylint.model.finding import Allowance
from deploylint.model.format import format_value
from deploylint.model.paths import name_in
from deploylint.model.patterns import Pattern
from deploylint.model.secrets import redact
from deploylint.model.service import Value
from deploylint.policy.allowance_lookup import Allowances, is_about_one_field, sides_of
from deploylint.policy.allowance_match import (
    in_scope,
    pins_actual,
    pins_expected,
    pins_value,
    scope_of_difference,
)
from deploylint.policy.messages import pattern_text


class NearMiss(Record):
    """An allowance that nearly covers a difference, and why it does not."""

    allowance: Allowance
    because: str


_EXPIRED, _OTHER_VALUE, _OTHER_REFERENCE, _OTHER_SIDES = range(1, 5)
"""How near an allowance is, the nearest first: over, one value moved, both moved."""


def nearest(about: Allowances, difference: Difference, today: str) -> NearMiss | None:
    """The allowance about a difference that comes nearest to covering it."""
    scope = scope_of_difference(difference)
    for rank, allowances in _by_rank(about, difference):
        for allowance in allowances:
            if in_scope(allowance, scope) and _nearness(allowance, difference, today) == rank:
                because = _because(allowance, difference, rank)
                return NearMiss(allowance, f"allowance {allowance.id} {because}")
    return None


def _by_rank(
    about: Allowances, difference: Difference
) -> Iterator[tuple[int, Iterator[Allowance]]]:
    """The allowances that may be of each nearness, the nearest first."""
    expected, actual = sides_of(difference)
    if about.may_expire():
        yield _EXPIRED, about.pinning(difference, (expected, actual))
    yield _OTHER_VALUE, about.pinning(difference, (expected, None))
    yield _OTHER_REFERENCE, about.pinning(difference, (None, actual))
    yield _OTHER_SIDES, about.about_one_field(difference)


def _nearness(allowance: Allowance, difference: Difference, today: str) -> int:
    """The lower the nearer, 0 for not near at all."""
    expected, actual = pins_expected(allowance, difference), pins_actual(allowance, difference)
    if expected and actual:
        return _EXPIRED if allowance_state(allowance, today) == "expired" else 0
    if expected or actual:
        return _OTHER_VALUE if expected else _OTHER_REFERENCE
    return _OTHER_SIDES if is_about_one_field(allowance) else 0


def _because(allowance: Allowance, difference: Difference, rank: int) -> str:
    """Why an allowance of a nearness does not cover a difference."""
    if rank == _EXPIRED:
        return f"expired after {allowance.until}"
    name = name_in(difference.address)
    from_, to = _side(allowance.expected, name), _side(allowance.actual, name)
    reference, value = (_format(side, name) for side in (difference.expected, difference.actual))
    if rank == _OTHER_VALUE:
        return f"accepts {to}, but the value is {value}"
    if rank == _OTHER_REFERENCE:
        return f"expects the reference value {from_}, but it is {reference}"
    return f"accepts {from_} -> {to}, but found {reference} -> {value}"


def _format(value: Value, name: str) -> str:
    return format_value(redact(name, value.data)) if value.state == "known" else "unset"


def _side(pattern: Pattern | None, name: str) -> str:
    """A side of an allowance in words; ``name`` is what it is the value of."""
    return pattern_text(pattern and pattern._replace(operand=redact(name, pattern.operand)))


def incomplete_change(
    allowances: Allowances, difference: Difference, today: str
) -> NearMiss | None:
    """The allowance for a change of a service that was not made at this place.

    Other places of the service have what the allowance accepts. This place still has what the
    allowance expects of the reference.
    """
    scope = scope_of_difference(difference)
    address = difference.address
    for allowance in allowances.changes(difference):
        expected = allowance.expected
        if expected is None or allowance_state(allowance, today) == "expired":
            continue
        about = in_scope(allowance._replace(addresses=(), component="", line=0), scope)
        came_from = pins_value(expected, address, difference.actual)
        if about and came_from and pins_value(allowance.actual, address, difference.expected):
            name = name_in(address)
            change = f"{_side(expected, name)} -> {_side(allowance.actual, name)}"
            text = f"the change accepted by {allowance.id} ({change}) is incomplete here"
            return NearMiss(allowance, text)
    return None
