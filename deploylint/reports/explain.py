"""One rule explained: what it demands, of what, why, examples, and what is allowed to differ."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.config.rules import DEFAULT_ROLES, EVERY_ROLE, RuleSet
from deploylint.model.finding import Allowance
from deploylint.model.rule import Example, Rule
from deploylint.model.types import Plain
from deploylint.policy.messages import pattern_in_words
from deploylint.reports import Look
from deploylint.reports.rule_text import check_text, compact, head, scope_text
from deploylint.reports.text.layout import EMPTY, Line, Piece, label_lines, render, wrap
from deploylint.reports.yaml_out import block

_GIVES = {
    "match": "holds",
    "violation": "is a violation",
    "unknown": "is unknown",
    "nothing": "is not checked",
}


def write(rules: RuleSet, name: str, look: Look) -> str:
    """A rule or a built-in check: all there is to know about it."""
    rule = next((rule for rule in rules.rules if rule.id == name), None)
    return render(_rule(rules, rule, look) if rule else _check(rules.builtin[name], look), look)


def _check(check: Rule, look: Look) -> Iterator[Line]:
    yield from head(check.id, check.level, look)
    allowed = "can be allowed" if check.may_be_allowed else "cannot be allowed"
    facts = {"why": check.why, "found": f"a built-in check; its findings {allowed}"}
    yield from _facts(facts, look)


def _rule(rules: RuleSet, rule: Rule, look: Look) -> Iterator[Line]:
    yield from head(rule.id, rule.level, look)
    facts = {
        "demands": check_text(rule),
        "of": ", ".join(compact(rule.addresses)),
        "without": ", ".join(compact(rule.excepted)),
        "in": _roles(rule),
        "why": rule.why,
        "written": rule.place,
    }
    yield from _facts(facts, look)
    for example in rule.examples:
        yield EMPTY
        yield from _example(example, look)
    for allowance in rules.allowances:
        if allowance.rule == rule.id:
            yield EMPTY
            yield from wrap(["Allowed: ", Piece(allowance.id, "allowed")], look)
            yield from _facts(_allowance(allowance), look)


def _facts(facts: dict[str, str], look: Look) -> Iterator[Line]:
    for label, text in facts.items():
        yield from label_lines(f"{label:<9}", text, look) if text else ()


def _example(example: Example, look: Look) -> Iterator[Line]:
    style = {"match": "match", "violation": "violation"}.get(example.gives, "unknown")
    yield (Piece("Example: this "), Piece(_GIVES[example.gives], style))
    if example.reference is not None:
        yield from _fragment("reference", example.reference, look)
    yield from _fragment("service", example.peer, look)
    built = {"Dockerfile": example.dockerfile} if example.dockerfile else {}
    for name, text in {**built, **example.code}.items():
        yield (Piece(f"  # {name}", "faint"),)
        for line in text.splitlines():
            yield from wrap([line.lstrip()], look, indent=4 + len(line) - len(line.lstrip()))


def _fragment(label: str, data: Plain, look: Look) -> Iterator[Line]:
    yield (Piece(f"  # {label}", "faint"),)
    yield from ((Piece(line),) for line in block(data, look, 0))


def _allowance(allowance: Allowance) -> dict[str, str]:
    return {
        "for": scope_text(allowance) or "every service",
        "of": ", ".join(compact(allowance.addresses)),
        "from": "anything" if allowance.expected is None else pattern_in_words(allowance.expected),
        "to": pattern_in_words(allowance.actual),
        "because": allowance.because,
    }


def _roles(rule: Rule) -> str:
    is_any = rule.roles in (DEFAULT_ROLES, EVERY_ROLE)
    return "every process" if is_any else ", ".join(sorted(rule.roles))
