"""The formats of ``deploylint rules``: every rule, what it demands and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from deploylint import __version__
from deploylint.decoding import encode
from deploylint.model import Rule
from deploylint.packs import Own, Pack
from deploylint.reports import Look
from deploylint.reports.demands import compact, demand, head
from deploylint.reports.plain_text import safe
from deploylint.reports.text_lines import EMPTY, Line, painted, wrapped
from deploylint.types import Plain
from deploylint.verdicts import Allowance


def _text(pack: Pack, look: Look) -> str:
    return painted(_listed(pack, look), look)


def _listed(pack: Pack, look: Look) -> Iterator[Line]:
    for rule in pack.rules:
        yield from head(rule.id, rule.level, look)
        yield from wrapped([demand(rule) + ": " + ", ".join(compact(rule.addresses))], look, 4)
        yield from wrapped([rule.why], look, 4)
    for own in pack.own.values():
        yield from head(own.id, own.level, look)
        yield from wrapped(["found without comparing anything"], look, 4)
        yield from wrapped([own.why], look, 4)
    yield EMPTY
    yield from wrapped([f"{len(pack.ids)} rules; more about one: deploylint explain RULE"], look)


def _concise(pack: Pack, look: Look) -> str:
    lines = [
        f"{rule.level}[{rule.id}] {demand(rule)}: {', '.join(compact(rule.addresses))}"
        for rule in pack.rules
    ]
    lines += [f"{own.level}[{own.id}] {own.why}" for own in pack.own.values()]
    return "".join(safe(line, look) + "\n" for line in lines)


def _json(pack: Pack, look: Look) -> str:
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


def _own(own: Own) -> dict[str, Plain]:
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


FORMATS: dict[str, Callable[[Pack, Look], str]] = {
    "text": _text,
    "concise": _concise,
    "json": _json,
}
"""Every format of ``rules`` and its writer."""
