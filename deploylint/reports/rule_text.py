"""Rules and allowances in words: the check and elements of a rule, the scope of an allowance."""

from __future__ import annotations

from collections.abc import Sequence

from deploylint.model.fields import ADDRESSES, element_of, is_key
from deploylint.model.finding import Allowance
from deploylint.model.rule import Rule
from deploylint.policy.messages import pattern_in_words, subject
from deploylint.reports import Look
from deploylint.reports.text.layout import Line, Piece, wrap

_CHECKS = {
    "equal": "the same as the reference",
    "contain": "everything the reference sets, the same or more",
    "agree": "the same value everywhere in a service",
}


def check_text(rule: Rule) -> str:
    """The check of a rule, in words."""
    if rule.operator == "within":
        return f"within {rule.ratio:g} times the reference's value, either way"
    if rule.pattern is None:
        return _CHECKS[rule.operator]
    must = "must not be" if rule.operator == "not-be" else "must be"
    return f"{must} {pattern_in_words(rule.pattern)}"


def compact(addresses: Sequence[str]) -> list[str]:
    """Field paths as one would write them: an element, perhaps without some of its fields."""
    chosen = [f"key {subject(path)}" for path in addresses if is_key(path)]
    about = (path for path in addresses if not is_key(path))
    for element in dict.fromkeys(map(element_of, about)):
        fields = [known for known in ADDRESSES if element_of(known) == element]
        meant = [address for address in addresses if element_of(address) == element]
        left = [known.partition(".")[2] for known in fields if known not in meant]
        if len(left) >= len(meant):
            chosen += meant
        else:
            chosen.append(element + (f" without {' and '.join(left)}" if left else ""))
    return chosen


def scope_text(allowance: Allowance) -> str:
    """The services and components that an allowance is for; "" for all."""
    if allowance.line:
        return f"line {allowance.line} of {allowance.at.file}"
    names = ("service", "group", "runtime", "role", "component")
    scope = ((name, getattr(allowance, name)) for name in names)
    return ", ".join(f"{name} {value}" for name, value in scope if value)


def head(name: str, severity: str, look: Look) -> list[Line]:
    """A rule's severity and id, as findings carry them."""
    style = "violation" if severity == "error" else "warning"
    return wrap([Piece(severity, style), Piece(f"[{name}]", "title")], look)
