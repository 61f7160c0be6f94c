"""One rule explained: what it demands, of what, why, examples, and what is allowed to differ."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.config.rules import DEFAULT_ROLES, EVERY_ROLE, RuleSet
from deploylint.model.finding import Allowance
from deploylint.model.rule import BuiltinRule, Example, Rule
from deploylint.model.types import Plain
from deploylint.policy.messages import wanted
from deploylint.reports import Look
from deploylint.reports.rule_text import compact, demand, head
from deploylint.reports.text.layout import EMPTY, Line, Piece, painted, wrapped
from deploylint.reports.yaml_out import block

_GIVES = {
    "match": "holds",
    "violation": "is a violation",
    "unknown": "cannot be known",
    "nothing": "is not judged",
}


def write(pack: RuleSet, name: str, look: Look) -> str:
    """A rule, or something deploylint finds by itself: all there is to know about it."""
    rule = next((one for one in pack.rules if one.id == name), None)
    lines = _own_explained(pack.own[name], look) if rule is None else _explained(pack, rule, look)
    return painted(lines, look)


def _own_explained(own: BuiltinRule, look: Look) -> Iterator[Line]:
    yield from head(own.id, own.level, look)
    yield from _fact("why", own.why, look)
    allowed = "may be allowed" if own.may_be_allowed else "cannot be allowed"
    text = f"by deploylint itself, without a rule to run; it {allowed}"
    yield from _fact("found", text, look)


def _explained(pack: RuleSet, rule: Rule, look: Look) -> Iterator[Line]:
    yield from head(rule.id, rule.level, look)
    yield from _fact("demands", demand(rule), look)
    yield from _fact("of", ", ".join(compact(rule.addresses)), look)
    if rule.excepted:
        yield from _fact("without", ", ".join(compact(rule.excepted)), look)
    yield from _fact("in", _roles(rule), look)
    yield from _fact("why", rule.why, look)
    yield from _fact("written", rule.place, look)
    for example in rule.examples:
        yield EMPTY
        yield from _example(example, look)
    lifted = [one for one in pack.allowances if one.rule == rule.id]
    for allowance in lifted:
        yield EMPTY
        yield from _lifted(allowance, look)


def _fact(label: str, text: str, look: Look) -> list[Line]:
    return wrapped([Piece(f"{label:<9}", "faint"), text], look, indent=2, hang=9)


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
            yield from wrapped([line.lstrip()], look, indent=4 + len(line) - len(line.lstrip()))


def _fragment(label: str, data: Plain, look: Look) -> Iterator[Line]:
    yield (Piece(f"  # {label}", "faint"),)
    yield from ((Piece(line),) for line in block(data, look, 0))


def _lifted(allowance: Allowance, look: Look) -> Iterator[Line]:
    yield from wrapped(["Allowed: ", Piece(allowance.id, "allowed")], look)
    whom = [
        f"{label} {value}"
        for label, value in (
            ("service", allowance.service),
            ("runtime", allowance.runtime),
            ("role", allowance.role),
        )
        if value
    ]
    yield from _fact("for", ", ".join(whom) or "every service", look)
    if allowance.addresses:
        yield from _fact("of", ", ".join(compact(allowance.addresses)), look)
    expected = "anything" if allowance.expected is None else wanted(allowance.expected)
    yield from _fact("from", expected, look)
    yield from _fact("to", wanted(allowance.actual), look)
    yield from _fact("because", allowance.because, look)


def _roles(rule: Rule) -> str:
    is_any = rule.roles in (DEFAULT_ROLES, EVERY_ROLE)
    return "every process" if is_any else ", ".join(sorted(rule.roles))
