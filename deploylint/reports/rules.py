"""The formats of ``deploylint rules``: every rule, its check and why; the results of examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploylint.config.rules import RuleSet
from deploylint.documents.record import Record
from deploylint.engine.examples import ExampleResult
from deploylint.model.decode import encode
from deploylint.model.finding import Allowance
from deploylint.model.types import Plain
from deploylint.reports import Look
from deploylint.reports.json_schema import TOOL
from deploylint.reports.rule_text import check_text, compact, head
from deploylint.reports.text.escape import safe_lines
from deploylint.reports.text.layout import EMPTY, Line, at_place, render, wrap
from deploylint.reports.text.summary import count


class _RuleRow(Record):
    """A rule or a built-in check, which is about no address."""

    id: str
    severity: str
    demand: str | None
    addresses: list[str]
    roles: list[str]
    why: str

    @property
    def what(self) -> str:
        """The check and its elements; "" for a built-in check."""
        return f"{self.demand}: {', '.join(compact(self.addresses))}" if self.demand else ""


def _rows(rules: RuleSet) -> Iterator[_RuleRow]:
    for rule in rules.rules:
        addresses, roles = list(rule.addresses), sorted(rule.roles)
        yield _RuleRow(rule.id, rule.level, check_text(rule), addresses, roles, rule.why)
    for check in rules.builtin.values():
        yield _RuleRow(check.id, check.level, None, [], [], check.why)


def write_text(rules: RuleSet, look: Look) -> str:
    """For people: each rule, what it demands, and why."""
    return render(_lines(rules, look), look)


def _lines(rules: RuleSet, look: Look) -> Iterator[Line]:
    for row in _rows(rules):
        yield from head(row.id, row.severity, look)
        for text in (row.what or "a built-in check", row.why):
            yield from wrap([text], look, 4)
    yield EMPTY
    yield from wrap([f"{len(rules.ids)} rules; more about one: deploylint explain RULE"], look)


def write_concise(rules: RuleSet, look: Look) -> str:
    """A line for each rule."""
    lines = (f"{row.severity}[{row.id}] {row.what or row.why}" for row in _rows(rules))
    return safe_lines(lines, look)


def write_json(rules: RuleSet, look: Look) -> str:
    """As data, with the allowances."""
    return encode(
        {
            "schema": "deploylint/rules/v1",
            "tool": TOOL,
            "rules": [row._asdict() for row in _rows(rules)],
            "allow": [_allowance(allowance) for allowance in rules.allowances],
        }
    )


def _allowance(allowance: Allowance) -> dict[str, Plain]:
    return {
        "id": allowance.id,
        "rule": allowance.rule,
        "addresses": list(allowance.addresses),
        **{name: getattr(allowance, name) or None for name in ("service", "runtime", "role")},
        "from": allowance.expected and allowance.expected.written,
        "to": allowance.actual.written,
        "because": allowance.because,
    }


def write_examples(results: Sequence[ExampleResult], look: Look) -> str:
    """A line for each example that does not hold, and the count."""
    return render(_example_lines(results, look), look)


def _example_lines(results: Sequence[ExampleResult], look: Look) -> Iterator[Line]:
    failed = [result for result in results if not result.holds]
    for rule, number, wanted, gives in failed:
        text = f" {rule.id}: example {number}: expected {wanted}, got {gives}"
        yield from at_place(rule.place, text, look, indent=0)
    rules = len({result.rule.id for result in results})
    tried = f"{count(rules, 'rule')}, {count(len(results), 'example')}"
    yield from wrap([f"{tried}: {len(results) - len(failed)} passed, {len(failed)} failed"], look)
