"""The settings of a project for rules: their level, operator, roles and keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from deploylint.config.nodes import check_known, misread_key
from deploylint.config.rules import RuleSet, with_severity
from deploylint.documents.nodes import Node
from deploylint.model.patterns import Pattern
from deploylint.model.rule import BuiltinRule, Level, Rule

if TYPE_CHECKING:  # msgspec is imported where a project has a configuration
    from deploylint.config.schema import RuleSetting, Settings


def tuned(rule_set: RuleSet, settings: Settings, node: Node | None) -> RuleSet:
    """Rules as a project sets them; ``node`` is the mapping the settings were read from.

    Raises Misread for an unknown rule and for an invalid setting.
    """
    if node is None or not isinstance(node.content, dict):
        return rule_set
    places = {rule: entry.value for rule, entry in node.content.items()}
    _check_rules(rule_set, node)
    rules = [
        _changed(rule, settings[rule.id], places[rule.id]) if rule.id in settings else rule
        for rule in rule_set.rules
    ]
    builtin = {
        name: _graded(check, settings[name], places[name]) if name in settings else check
        for name, check in rule_set.builtin.items()
    }
    return rule_set._replace(rules=tuple(rules), builtin=builtin)


def profiled(
    rule_set: RuleSet,
    settings: Iterable[tuple[Mapping[str, Level], Node | None]],
    settled: Collection[str],
) -> RuleSet:
    """Rules as a profile sets them, but for the rules that the project itself sets.

    ``settings`` are levels, and their node in a profile of the project's own. Raises Misread for an
    unknown rule.
    """
    for levels, node in settings:
        if node is not None:
            _check_rules(rule_set, node)
        level = {rule: level for rule, level in levels.items() if rule not in settled}
        rules = (with_severity(r, level[r.id]) if r.id in level else r for r in rule_set.rules)
        builtin = {
            name: with_severity(check, level[name]) if name in level else check
            for name, check in rule_set.builtin.items()
        }
        rule_set = rule_set._replace(rules=tuple(rules), builtin=builtin)
    return rule_set


def _check_rules(rule_set: RuleSet, node: Node) -> None:
    """Raises Misread for an unknown rule among the keys of a mapping."""
    assert isinstance(node.content, dict)
    known = rule_set.ids
    for rule, entry in node.content.items():
        check_known("rule", rule, known, entry.key)


def _changed(rule: Rule, setting: Level | RuleSetting, node: Node) -> Rule:
    """A rule as a project sets it; a word alone is its level.

    Raises Misread for an invalid operator or key.
    """
    if isinstance(setting, str):
        return with_severity(rule, setting)
    if setting.severity is not None:
        rule = with_severity(rule, setting.severity)
    if setting.for_ is not None:
        rule = rule._replace(roles=frozenset(setting.for_))
    if setting.must is not None:
        from deploylint.config.rule_checks import parse_check

        verb, operand = parse_check(setting.must, node)
        pattern = operand if isinstance(operand, Pattern) else None
        ratio = operand if isinstance(operand, float) else 1.0
        rule = rule._replace(verb=verb, pattern=pattern, ratio=ratio)
    if setting.key is not None:
        from deploylint.config.keys import about_keys, read_keys

        rule = about_keys(rule, read_keys(setting.key, node), node)._replace(excepted=())
    return rule


def _graded(check: BuiltinRule, setting: Level | RuleSetting, node: Node) -> BuiltinRule:
    """A built-in check as a project sets it. Raises Misread where more than its level is set."""
    if isinstance(setting, str):
        return with_severity(check, setting)
    for key, value in (("must", setting.must), ("for", setting.for_), ("key", setting.key)):
        if value is not None:
            message = f"{check.id} is a built-in check; only its severity can be set"
            raise misread_key(node, key, message)
    return check if setting.severity is None else with_severity(check, setting.severity)
