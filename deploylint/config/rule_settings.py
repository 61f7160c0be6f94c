"""The settings of a project or a profile for rules: their level, operator, roles and keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from deploylint.config.rules import RuleSet, with_severity
from deploylint.documents.nodes import Node, entries_of
from deploylint.model.errors import check_known, misread_key
from deploylint.model.rule import Level, Rule

if TYPE_CHECKING:  # msgspec is imported where a project has a configuration
    from deploylint.config.schema import RuleSetting


def with_settings(
    rule_set: RuleSet, settings: Mapping[str, Level | RuleSetting], node: Node | None
) -> RuleSet:
    """Rules as a file sets them; ``node`` is the mapping the settings were read from.

    It is None for levels of our own. Raises Misread for an unknown rule and for an invalid setting.
    """
    entries = entries_of(node)
    for name, entry in entries.items():
        check_known("rule", name, rule_set.ids, entry.key)

    def changed(rule: Rule) -> Rule:
        setting = settings.get(rule.id)
        if setting is None:
            return rule
        if isinstance(setting, str):
            return with_severity(rule, setting)
        return _changed(rule, setting, entries[rule.id].value)

    builtin = {name: changed(check) for name, check in rule_set.builtin.items()}
    return rule_set._replace(rules=tuple(map(changed, rule_set.rules)), builtin=builtin)


def with_profile_levels(
    rule_set: RuleSet,
    settings: Iterable[tuple[Mapping[str, Level], Node | None]],
    settled: Collection[str],
) -> RuleSet:
    """Rules as a profile sets them, but for the rules that the project itself sets.

    ``settings`` are levels, and their node in a profile of the project's own. Raises Misread for an
    unknown rule.
    """
    for levels, node in settings:
        left = {rule: level for rule, level in levels.items() if rule not in settled}
        rule_set = with_settings(rule_set, left, node)
    return rule_set


def _changed(rule: Rule, setting: RuleSetting, node: Node) -> Rule:
    """A rule with settings. Raises Misread for an invalid operator or key."""
    if rule.operator == "built-in":
        for key, value in (("must", setting.must), ("for", setting.for_), ("key", setting.key)):
            if value is not None:
                message = f"{rule.id} is a built-in check; only its severity can be set"
                raise misread_key(node, key, message)
    if setting.severity is not None:
        rule = with_severity(rule, setting.severity)
    if setting.for_ is not None:
        rule = rule._replace(roles=frozenset(setting.for_))
    if setting.must is not None:
        from deploylint.config.rule_checks import parse_check

        operator, pattern, ratio = parse_check(setting.must, node)
        rule = rule._replace(operator=operator, pattern=pattern, ratio=ratio)
    if setting.key is not None:
        from deploylint.config.keys import about_keys, read_keys

        rule = about_keys(rule, read_keys(setting.key, node), node)._replace(excepted=())
    return rule
