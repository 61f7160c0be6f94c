"""Renders ``docs/rules.md``: the shipped rules, allowances, built-in checks and fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from deploylint.config import rules as rule_sets
from deploylint.config.rules import RuleSet
from deploylint.model.fields import ADDRESSES, ELEMENTS, PRESENT
from deploylint.model.finding import Allowance
from deploylint.model.format import format_value
from deploylint.model.patterns import Pattern
from deploylint.model.rule import Example, Rule
from deploylint.reports import Look
from deploylint.reports.rule_text import check_text, compact
from deploylint.reports.yaml_out import entry

WIDTH = Look(width=96)

_HEAD = """\
# The shipped rules

A rule names field paths (`element.field`) or keys, an operator, and why it matters. It is one block
of one file in `rules/`; its examples run as tests. The [README](../README.md) shows how to write
one.
"""
_ALLOWED = """\
## Shipped allowances

An allowance accepts one difference from one rule, if both values are the ones it names. Every
report shows the allowed deviation with its reason.

| allowance | rule | scope | from | to | because |
|---|---|---|---|---|---|
"""
_OWN = """\
## Built-in checks

| check | severity | why | source |
|---|---|---|---|
"""
_ADDRESSES = f"""\
## Elements and fields

Rules compare these fields. Every element also has the field `{PRESENT}`: whether it exists. A
worker that does not set an *inherited* element takes it from the root of its file.

| element | inherited | fields and their types |
|---|---|---|
"""


def render() -> str:
    """The text of ``docs/rules.md``."""
    rule_set = rule_sets.with_examples(rule_sets.shipped_rules())
    parts = [_HEAD, _contents(rule_set), *(_rule(rule) for rule in rule_set.rules)]
    parts += [_allowances(rule_set.allowances), _own(rule_set.builtin.values()), _elements()]
    return "\n".join(parts)


def _contents(rule_set: RuleSet) -> str:
    rows = [
        f"| [{rule.id}](#{rule.id}) | {_cell(check_text(rule))} | {rule.level} |\n"
        for rule in rule_set.rules
    ]
    return "| rule | requires | severity |\n|---|---|---|\n" + "".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rule(rule: Rule) -> str:
    about = ", ".join(f"`{name}`" for name in compact(rule.addresses))
    lines = [
        f"## {rule.id}",
        "",
        f"{rule.why}",
        "",
        f"* fields: {about}",
        f"* requires: {check_text(rule)}",
        f"* roles: {_roles(rule)}",
        f"* severity: {rule.level}",
        f"* file: `{rule.place.partition(':')[0]}`",
        "",
        *_examples(rule.examples),
    ]
    return "\n".join(lines)


def _roles(rule: Rule) -> str:
    return "all" if rule.roles == rule_sets.DEFAULT_ROLES else ", ".join(sorted(rule.roles))


def _pattern(pattern: Pattern) -> str:
    if pattern.operator == "state":
        return "set" if pattern.operand == "present" else "not set"
    values = pattern.operand if isinstance(pattern.operand, list) else [pattern.operand]
    text = ", ".join(f"`{format_value(value)}`" for value in values)
    words = {"is": "", "one-of": "one of ", "matching": "like "}
    compared = words.get(pattern.operator, f"{pattern.operator.replace('-', ' ')} ")
    return _cell(compared + text)


_VERDICTS = {
    "match": "Passes",
    "violation": "Violation",
    "unknown": "Unknown",
    "nothing": "Not evaluated",
}


def _examples(examples: Iterable[Example]) -> Iterator[str]:
    for example in examples:
        yield f"{_VERDICTS[example.gives]}:"
        yield "```yaml"
        if example.reference is not None:
            yield from entry("reference", example.reference, WIDTH, 0)
        yield from entry("peer", example.peer, WIDTH, 0)
        yield "```"
        built = {"Dockerfile": example.dockerfile} if example.dockerfile else {}
        for name, text in {**built, **example.code}.items():
            language = PurePath(name).suffix[1:] or name.lower()
            yield from (f"with `{name}`:", f"```{language}", text.rstrip(), "```")
    yield ""


def _allowances(allowances: Iterable[Allowance]) -> str:
    return _ALLOWED + "".join(map(_allowance, allowances))


def _allowance(one: Allowance) -> str:
    scope = [
        f"{what} {name}"
        for what, name in (("service", one.service), ("runtime", one.runtime), ("role", one.role))
        if name
    ]
    where = ", ".join([*scope, *(f"`{name}`" for name in compact(one.addresses))])
    expected = "anything" if one.expected is None else _pattern(one.expected)
    return (
        f"| {one.id} | [{one.rule}](#{one.rule}) | {where} | {expected} | "
        f"{_pattern(one.actual)} | {one.because} |\n"
    )


def _own(found: Iterable[Rule]) -> str:
    rows = [f"| {check.id} | {check.level} | {check.why} | {check.source} |\n" for check in found]
    return _OWN + "".join(rows)


def _elements() -> str:
    rows = []
    for name, element in ELEMENTS.items():
        fields = ", ".join(
            f"`{field}` {ADDRESSES[f'{name}.{field}'].name}"
            for field in element.fields
            if field != PRESENT
        )
        rows.append(f"| {name} | {'yes' if element.inherited else ''} | {fields} |\n")
    return _ADDRESSES + "".join(rows)
