"""Matches allowances to differences, and explains near misses.

Pure predicates over one allowance and one difference; ``judgement`` acts on them.
"""

from __future__ import annotations

from collections.abc import Iterable

from deploylint.config.allowances import allowance_state
from deploylint.documents.record import Record
from deploylint.model import paths
from deploylint.model.difference import Difference
from deploylint.model.fields import ADDRESSES, is_key
from deploylint.model.finding import Allowance, Finding
from deploylint.model.format import format_value
from deploylint.model.patterns import Pattern
from deploylint.model.scope import Scope, scope_at
from deploylint.model.secrets import hides, redact
from deploylint.model.service import Value
from deploylint.model.types import AS_WRITTEN, TREE, WORD, Plain, Type
from deploylint.policy.messages import pattern_text


def scope_of_difference(difference: Difference) -> Scope:
    """Where a difference is."""
    return scope_at(*difference.at, difference.address, difference.rule.key)


def scope_of_finding(finding: Finding) -> Scope:
    """Where a finding is."""
    return Scope(
        finding.service,
        finding.runtime,
        finding.role,
        finding.component,
        finding.address,
        finding.environment,
        finding.key,
    )


def in_scope(allowance: Allowance, scope: Scope) -> bool:
    """Whether a place is in an allowance's scope, whatever its rule."""
    about = allowance.addresses
    return is_for_component(allowance, scope) and (
        not about
        or paths.covers_path(about, scope.address)
        or (bool(scope.key) and paths.covers_path(about, scope.key))
    )


def is_for_component(allowance: Allowance, scope: Scope) -> bool:
    """Whether an allowance is for a component, whatever its rule and the address."""
    return (
        (not allowance.service or paths.is_named(scope.service, allowance.service))
        and allowance.runtime in ("", scope.runtime)
        and allowance.role in ("", scope.role)
        and (not allowance.environment or paths.is_named(scope.environment, allowance.environment))
        and (not allowance.component or paths.is_named(scope.component, allowance.component))
    )


def covers(allowance: Allowance, difference: Difference) -> bool:
    """Whether an allowance lifts a difference's rule for it and pins just its two values."""
    return (
        allowance.rule == difference.rule.id
        and in_scope(allowance, scope_of_difference(difference))
        and matches_values(allowance, difference)
    )


def matches_values(allowance: Allowance, difference: Difference) -> bool:
    """Whether both of an allowance's values are those of a difference."""
    if difference.rule.verb == "built-in":
        return allowance.actual.matches(WORD, True, difference.actual.data)
    return _pins_actual(allowance, difference) and _pins_expected(allowance, difference)


def _pins_actual(allowance: Allowance, difference: Difference) -> bool:
    return _matches(allowance.actual, difference.address, difference.actual)


def _pins_expected(allowance: Allowance, difference: Difference) -> bool:
    if allowance.expected is None or difference.rule.pattern is not None:
        return True  # it was compared with the rule's own pattern when it was read
    return _matches(allowance.expected, difference.address, difference.expected)


def item_type(address: str, data: Plain) -> Type:
    """The type in which one side of a difference is matched.

    A single item of a set or tree is a word, unless it is a collection itself.
    """
    if is_key(address):
        return AS_WRITTEN
    kind = ADDRESSES.get(address, WORD)
    if kind in (WORD, TREE):
        return TREE if isinstance(data, (dict, list)) else WORD
    return kind


def _matches(pattern: Pattern, address: str, value: Value) -> bool:
    kind = item_type(address, value.data)
    if pattern.matches(kind, value.state == "known", value.data):
        return True
    # A report shows a secret masked, and that is how it can be pinned.
    public = redact(paths.name_in(address), value.data)
    return hides(pattern.operand) and pattern in (
        Pattern("is", public),
        Pattern("one-of", [public]),
    )


class NearMiss(Record):
    """An allowance that nearly covers a difference, and why it does not."""

    allowance: Allowance
    because: str


def nearest(about: Iterable[Allowance], difference: Difference) -> NearMiss | None:
    """The nearest of some allowances that have a difference in their scope and do not cover it."""
    every = list(about)
    ranks = [_nearness(allowance, difference) for allowance in every]
    near = [(rank, number) for number, rank in enumerate(ranks) if rank]
    if not near:
        return None
    rank, number = min(near)
    because = _because(every[number], difference, rank)
    return NearMiss(every[number], f"allowance {every[number].id} {because}")


_EXPIRED, _OTHER_VALUE, _OTHER_REFERENCE, _OTHER_SIDES = range(1, 5)


def _nearness(allowance: Allowance, difference: Difference) -> int:
    """The lower the nearer, 0 for not near at all: expired, one value moved, both moved."""
    expected, actual = _pins_expected(allowance, difference), _pins_actual(allowance, difference)
    if expected and actual:
        return _EXPIRED
    if expected or actual:
        return _OTHER_VALUE if expected else _OTHER_REFERENCE
    return _OTHER_SIDES if len(set(map(paths.field_of, allowance.addresses))) == 1 else 0


def _because(allowance: Allowance, difference: Difference, rank: int) -> str:
    """Why an allowance of a nearness does not cover a difference."""
    if rank == _EXPIRED:
        return f"expired after {allowance.until}"
    name = paths.name_in(difference.address)
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
    allowed: Iterable[Allowance], difference: Difference, today: str
) -> NearMiss | None:
    """The allowance for a change of a service that was not made at this place.

    Other places of the service have what the allowance accepts. This place still has what the
    allowance expects of the reference.
    """
    scope = scope_of_difference(difference)
    address = difference.address
    for allowance in allowed:
        expected = allowance.expected
        linked = not set(difference.rule.addresses).isdisjoint(allowance.addresses)
        if expected is None or not linked or allowance_state(allowance, today) == "expired":
            continue
        about = in_scope(allowance._replace(addresses=(), component="", line=0), scope)
        came_from = _matches(expected, address, difference.actual)
        if about and came_from and _matches(allowance.actual, address, difference.expected):
            name = paths.name_in(address)
            change = f"{_side(expected, name)} -> {_side(allowance.actual, name)}"
            text = f"the change accepted by {allowance.id} ({change}) is incomplete here"
            return NearMiss(allowance, text)
    return None
