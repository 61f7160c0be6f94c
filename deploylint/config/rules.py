"""The rules of a run: those that ship, as they are compiled, and those of a project's rule folders.

``rule_files`` reads rule files; a run that has none of its own needs only what ships.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from deploylint.documents.record import Record
from deploylint.model import own_data
from deploylint.model.finding import Allowance, Location
from deploylint.model.patterns import Pattern
from deploylint.model.rule import Example, Level, Rule
from deploylint.model.service import Role

FOLDER = Path(own_data.RULES)
"""The folder of the shipped rules."""

DEFAULT_ROLES = frozenset({"server", "worker", "job", "scheduler", "store", "client", "gateway"})


EVERY_ROLE = frozenset(get_args(Role))
"""The roles of a rule about keys: the keys say where it looks."""


class RuleSet(Record):
    """All rules, allowances and built-in checks of some rule files, in file order."""

    rules: tuple[Rule, ...]
    allowances: tuple[Allowance, ...]
    builtin: Mapping[str, Rule]

    @property
    def ids(self) -> list[str]:
        """Every id that a finding can have."""
        return [*(rule.id for rule in self.rules), *self.builtin]

    def above(self, other: RuleSet) -> RuleSet:
        """These rules and checks after those of another one, without allowances."""
        return RuleSet((*other.rules, *self.rules), (), {**other.builtin, **self.builtin})


NOTHING = RuleSet((), (), {})


def shipped_rules() -> RuleSet:
    """The rules that ship, as the shipped configuration sets them, without their examples.

    ``with_examples`` adds these.
    """
    rules, allowances, builtin = compiled_table("rules")
    return RuleSet(
        tuple(map(_rule, rules)),
        tuple(map(_allowance, allowances)),
        {rule.id: rule for rule in map(_rule, builtin)},
    )


def with_examples(rule_set: RuleSet) -> RuleSet:
    """A rule set with the examples of the shipped rules in it."""
    examples = compiled_table("examples")
    rules = tuple(
        rule._replace(examples=tuple(Example(*fields) for fields in examples[rule.id]))
        if rule.id in examples
        else rule
        for rule in rule_set.rules
    )
    return rule_set._replace(rules=rules)


def compiled_table(name: str) -> Any:
    """One of the tables that ``compile`` makes."""

    def make() -> Any:
        from deploylint.config.compile import TABLES  # only a checkout compiles

        return TABLES[name]()

    return own_data.table(name, make)


def _rule(fields: tuple[Any, ...]) -> Rule:
    """A rule of its fields, with plain tuples for records."""
    id_, addresses, operator, pattern, ratio, roles, *rest = fields
    pattern = pattern and Pattern(*pattern)
    return Rule._make((id_, addresses, operator, pattern, ratio, frozenset(roles), *rest))


def _allowance(fields: tuple[Any, ...]) -> Allowance:
    """An allowance of its fields, with plain tuples for records."""
    plain = Allowance._make(fields)
    expected = plain.expected and Pattern(*plain.expected)
    actual, at = Pattern(*plain.actual), Location._make(plain.at)
    return plain._replace(expected=expected, actual=actual, at=at)


def with_severity(rule: Rule, level: Level) -> Rule:
    """A rule or check at another level; a skipped one keeps its severity for when it is asked."""
    if level == "skip":
        return rule._replace(active=False)
    return rule._replace(severity=level, active=True)
