"""Whether an allowance is about a difference, whether it pins its two values, and what it misses.

Pure predicates over one allowance and one difference; what follows from them is for
``verdict``.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from deploylint.config.allowances import allowance_state
from deploylint.documents.record import Record
from deploylint.model import paths
from deploylint.model.difference import Difference
from deploylint.model.fields import ADDRESSES, is_key
from deploylint.model.finding import Allowance, Finding
from deploylint.model.format import format_value
from deploylint.model.patterns import Pattern
from deploylint.model.scope import Scope, scope_at
from deploylint.model.secrets import hides, redacted
from deploylint.model.service import Value
from deploylint.model.types import AS_WRITTEN, TREE, WORD, Plain, Type


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


def in_scope(allowance: Allowance, one: Scope) -> bool:
    """Whether a place is in an allowance's scope, whatever its rule."""
    about = allowance.addresses
    return is_for_component(allowance, one) and (
        not about
        or paths.covers_path(about, one.address)
        or (bool(one.key) and paths.covers_path(about, one.key))
    )


_GLOB = frozenset("*?[")


def is_pattern(name: str) -> bool:
    """Whether a name of services is a glob, and not the name of one service."""
    return not _GLOB.isdisjoint(name)


def is_for_component(allowance: Allowance, one: Scope) -> bool:
    """Whether an allowance is for a component, whatever its rule and the address."""
    return (
        (not allowance.service or fnmatchcase(one.service, allowance.service))
        and allowance.runtime in ("", one.runtime)
        and allowance.role in ("", one.role)
        and (not allowance.environment or fnmatchcase(one.environment, allowance.environment))
        and (not allowance.component or fnmatchcase(one.component, allowance.component))
    )


def covers(allowance: Allowance, difference: Difference) -> bool:
    """Whether an allowance lifts a difference's rule for it and pins just its two values."""
    about = allowance.rule == difference.rule.id
    scope = scope_of_difference(difference)
    return about and in_scope(allowance, scope) and matches_values(allowance, difference)


def matches_values(allowance: Allowance, difference: Difference) -> bool:
    """Whether both of an allowance's values are those of a difference."""
    if difference.rule.verb == "built-in":
        return allowance.actual.matches(WORD, True, difference.actual.data)
    return _pins_actual(allowance, difference) and _pins_expected(allowance, difference)


def _pins_actual(allowance: Allowance, difference: Difference) -> bool:
    return _matches(allowance.actual, difference.address, difference.actual)


def _pins_expected(allowance: Allowance, difference: Difference) -> bool:
    if allowance.expected is None or difference.rule.pattern is not None:
        return True  # a demand on every service was held against it when it was read
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
    if value.data == "present" and pattern.verb == "state":
        return pattern.operand == "present"
    kind = item_type(address, value.data)
    if pattern.matches(kind, value.state == "known", value.data):
        return True
    # What is secret is shown masked, and that is how it can be pinned.
    shown = redacted(paths.name_in(address), value.data)
    return hides(pattern.operand) and pattern in (Pattern("is", shown), Pattern("one-of", [shown]))


class NearMiss(Record):
    """An allowance that nearly covers a difference, and what it misses, in words."""

    allowance: Allowance
    because: str


def nearest(about: Iterable[Allowance], difference: Difference, today: str) -> NearMiss | None:
    """Of the allowances about a difference, the one that comes nearest to covering it."""
    ranked = [_near(one, difference, today) for one in about]
    found = sorted((rank, number) for number, (rank, _) in enumerate(ranked) if rank)
    return ranked[found[0][1]][1] if found else None


def _near(allowance: Allowance, difference: Difference, today: str) -> tuple[int, NearMiss]:
    """The lower the nearer, 0 for not near at all: expired, one value moved, both moved."""
    expected, actual = (_pins_expected(allowance, difference), _pins_actual(allowance, difference))
    name = allowance.id
    found = [_shown(difference, side) for side in (difference.expected, difference.actual)]
    secret = paths.name_in(difference.address)
    pinned = [_pattern(side, secret) for side in (allowance.expected, allowance.actual)]
    if expected and actual:
        rank = int(allowance_state(allowance, today) == "expired")
        return rank, NearMiss(allowance, f"allowance {name} expired after {allowance.until}")
    if expected:
        return 2, NearMiss(
            allowance, f"allowance {name} accepts {pinned[1]}, but the value is {found[1]}"
        )
    if actual:
        return 3, NearMiss(
            allowance,
            f"allowance {name} expects the reference value {pinned[0]}, but it is {found[0]}",
        )
    text = (
        f"allowance {name} accepts {pinned[0]} -> {pinned[1]}, but found {found[0]} -> {found[1]}"
    )
    alone = len({paths.field_of(address) for address in allowance.addresses}) == 1
    return 4 if alone else 0, NearMiss(allowance, text)


def _shown(difference: Difference, value: Value) -> str:
    if value.state != "known":
        return "unset"
    return format_value(redacted(paths.name_in(difference.address), value.data))


def _pattern(pattern: Pattern | None, name: str) -> str:
    """A side of an allowance in words; ``name`` is what it is the value of."""
    if pattern is None:
        return "anything"
    pattern = pattern._replace(operand=redacted(name, pattern.operand))
    if pattern.verb == "one-of" and isinstance(pattern.operand, list):
        return " or ".join(map(format_value, pattern.operand))
    return format_value(pattern.operand) if pattern.verb in ("is", "state") else str(pattern)


def incomplete_change(
    allowed: Iterable[Allowance], difference: Difference, today: str
) -> NearMiss | None:
    """The allowance whose move from one value to the other stopped at this place.

    A place that its service does not agree with still holds what the allowance moves from, while
    the others hold what it moves to.
    """
    one = scope_of_difference(difference)
    for allowance in allowed:
        expected = allowance.expected
        linked = not set(difference.rule.addresses).isdisjoint(allowance.addresses)
        if expected is None or not linked or allowance_state(allowance, today) == "expired":
            continue
        about = in_scope(allowance._replace(addresses=(), component="", line=0), one)
        came_from = _matches(expected, one.address, difference.actual)
        if about and came_from and _matches(allowance.actual, one.address, difference.expected):
            name = paths.name_in(one.address)
            move = f"{_pattern(expected, name)} -> {_pattern(allowance.actual, name)}"
            return NearMiss(
                allowance, f"the change accepted by {allowance.id} ({move}) is incomplete here"
            )
    return None
