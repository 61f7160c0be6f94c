"""The formats of ``deploylint rules``: every rule, what it demands and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from deploylint import __version__
from deploylint.config.rules import RuleSet
from deploylint.model.decode import encode
from deploylint.model.finding import Allowance
from deploylint.model.rule import BuiltinRule, Rule
from deploylint.model.types import Plain
from deploylint.reports import Look
from deploylint.reports.rule_text import compact, demand, head
from deploylint.reports.text.escape import safe
from deploylint.reports.text.layout import EMPTY, Line, painted, wrapped


def _text(pack: RuleSet, look: Look) -> str:
    return painted(_listed(pack, look), look)


def _listed(pack: RuleSet, look: Look) -> Iterator[Line]:
    for rule in pack.rules:
        yield from head(rule.id, rule.level, look)
        yield from wrapped([demand(rule) + ": " + ", ".join(compact(rule.addresses))], look, 4)
        yield from wrapped([rule.why], look, 4)
    for own in pack.own.values():
        yield from head(own.id, own.level, look)
        yield from wrapped(["a built-in check"], look, 4)
        yield from wrapped([own.why], look, 4)
    yield EMPTY
    yield from wrapped([f"{len(pack.ids)} rules; more about one: deploylint explain RULE"], look)


def _concise(pack: RuleSet, look: Look) -> str:
    lines = [
        f"{rule.level}[{rule.id}] {demand(rule)}: {', '.join(compact(rule.addresses))}"
        for rule in pack.rules
    ]
    lines += [f"{own.level}[{own.id}] {own.why}" for own in pack.own.values()]
    return "".join(safe(line, look) + "\n" for line in lines)


def _json(pack: RuleSet, look: Look) -> str:
    return encode(
        {
            "schema": "deploylint/rules/v1",
            "tool": {"name": "deploylint", "version": __version__},
            "rules": [
                *map(_rule, pack.rules),
                *(_own(own) for own in pack.own.values()),
            ],
            "allow": [_allowance(allowance) for allowance in pack.allowances],
        }
    )


def _rule(rule: Rule) -> dict[str, Plain]:
    return {
        "id": rule.id,
        "severity": rule.level,
        "demand": demand(rule),
        "addresses": list(rule.addresses),
        "roles": sorted(rule.roles),
        "why": rule.why,
    }


def _own(own: BuiltinRule) -> dict[str, Plain]:
    return {
        "id": own.id,
        "severity": own.level,
        "demand": None,
        "addresses": [],
        "roles": [],
        "why": own.why,
    }


def _allowance(allowance: Allowance) -> dict[str, Plain]:
    return {
        "id": allowance.id,
        "rule": allowance.rule,
        "addresses": list(allowance.addresses),
        "service": allowance.service or None,
        "runtime": allowance.runtime or None,
        "role": allowance.role or None,
        "from": None if allowance.expected is None else allowance.expected.written,
        "to": allowance.actual.written,
        "because": allowance.because,
    }


FORMATS: dict[str, Callable[[RuleSet, Look], str]] = {
    "text": _text,
    "concise": _concise,
    "json": _json,
}
"""Every format of ``rules`` and its writer."""
