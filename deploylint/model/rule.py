"""What people demand of services: a Rule, its level and its examples.

Nothing here reads, decides or prints. Rules are written in ``rules/`` and in a project's own rule
folders; ``config.rules`` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from deploylint.documents.record import Record
from deploylint.model.fields import is_key
from deploylint.model.patterns import Pattern
from deploylint.model.types import Plain

Severity = Literal["error", "warning"]
Level = Literal["error", "warning", "skip"]
"""How severe a violation is; a skipped rule runs only when it is asked for."""

Gives = Literal["match", "violation", "unknown", "nothing"]
Operator = Literal[
    "equal", "contain", "within", "be", "not-be", "be-among", "agree", "as-majority", "built-in"
]
RuleScope = Literal["reference", "every", "inside", "environments"]


class Example(Record):
    """A rule's example: fragments of a values file, source files, and the outcome of the rule.

    ``dockerfile`` is the text of one, "" for none.
    """

    reference: Plain
    peer: Plain
    gives: Gives
    code: Mapping[str, str] = MappingProxyType({})
    dockerfile: str = ""


class Rule(Record):
    """One demand on a set of addresses. See ``docs/rules.md`` for those that ship.

    ``ratio`` is for ``within``, ``pattern`` for ``be``, ``not-be`` and ``be-among``.
    ``roles`` are the component roles it is about.
    ``place`` is the file and line it was written at.
    One that is not ``active`` runs only when it is asked for by name.
    ``across`` is what it compares: services with their reference, or environments of one service.
    Of a rule about keys the addresses are field paths of key paths, ``excepted`` those left out.
    ``key`` is the one that a rule about a field was written by, where that is so.

    A built-in check is something that is found without comparing anything. ``may_be_allowed`` is
    whether an allowance may name it, ``source`` where its reason is documented, ``fix`` the change
    that ends a finding.
    """

    id: str
    addresses: tuple[str, ...]
    operator: Operator
    pattern: Pattern | None
    ratio: float
    roles: frozenset[str]
    severity: Severity
    why: str
    examples: tuple[Example, ...]
    place: str = ""
    active: bool = True
    across: Literal["services", "environments"] = "services"
    excepted: tuple[str, ...] = ()
    key: str = ""
    may_be_allowed: bool = False
    source: str = ""
    fix: str = ""

    @property
    def is_about_keys(self) -> bool:
        """Whether it names keys, and no element."""
        return any(map(is_key, self.addresses))

    @property
    def level(self) -> Level:
        """Its severity, or that it is skipped unless it is asked for."""
        return self.severity if self.active else "skip"

    @property
    def scope(self) -> RuleScope:
        """Pairs of services or of environments, every service, or the inside of each."""
        if self.across == "environments":
            return "environments"
        if self.operator in ("be", "not-be", "be-among", "built-in"):
            return "every"
        return "inside" if self.operator == "agree" else "reference"


def builtin_rule(name: str, severity: Severity, why: str, **more: Any) -> Rule:
    """A built-in check as a rule: one without addresses; ``more`` are further fields."""
    return Rule(name, (), "built-in", None, 1.0, frozenset(), severity, why, (), **more)
