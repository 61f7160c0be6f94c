"""Whether an allowance is for a place, and pins the values of a difference: pure predicates."""

from __future__ import annotations

from deploylint.model import paths
from deploylint.model.difference import Difference, Scope, scope_at
from deploylint.model.finding import Allowance, Finding
from deploylint.model.patterns import Pattern
from deploylint.model.secrets import hides, redact
from deploylint.model.service import Value
from deploylint.model.types import WORD
from deploylint.policy.allowance_lookup import item_type


def scope_of_difference(difference: Difference) -> Scope:
    """Where a difference is."""
    return scope_at(*difference.at, difference.address, difference.rule.key)


def in_scope(allowance: Allowance, scope: Scope | Finding) -> bool:
    """Whether a place, or that of a finding, is in an allowance's scope, whatever its rule."""
    about = allowance.addresses
    return is_for_component(allowance, scope) and (
        not about
        or paths.covers_path(about, scope.address)
        or (bool(scope.key) and paths.covers_path(about, scope.key))
    )


def is_for_component(allowance: Allowance, scope: Scope | Finding) -> bool:
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
    if difference.rule.operator == "built-in":
        return allowance.actual.matches(WORD, True, difference.actual.data)
    return pins_actual(allowance, difference) and pins_expected(allowance, difference)


def pins_actual(allowance: Allowance, difference: Difference) -> bool:
    """Whether the value that an allowance accepts is that of a difference."""
    return pins_value(allowance.actual, difference.address, difference.actual)


def pins_expected(allowance: Allowance, difference: Difference) -> bool:
    """Whether the value that an allowance expects is the one that a difference wants."""
    if allowance.expected is None or difference.rule.pattern is not None:
        return True  # it was compared with the rule's own pattern when it was read
    return pins_value(allowance.expected, difference.address, difference.expected)


def pins_value(pattern: Pattern, address: str, value: Value) -> bool:
    """Whether a side of an allowance matches a value at an address."""
    kind = item_type(address, value.data)
    if pattern.matches(kind, value.state == "known", value.data):
        return True
    # A report shows a secret masked, and that is how it can be pinned.
    public = redact(paths.name_in(address), value.data)
    return hides(pattern.operand) and pattern in (
        Pattern("is", public),
        Pattern("one-of", [public]),
    )
