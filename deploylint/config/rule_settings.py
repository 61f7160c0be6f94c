"""What a project changes of the rules: switched off or on, graded, or asking for something else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from deploylint.config.rules import RuleSet, with_severity
from deploylint.documents.nodes import Node, child
from deploylint.documents.suggest import hint
from deploylint.model.errors import misread_at
from deploylint.model.patterns import Pattern
from deploylint.model.rule import BuiltinRule, Level, Rule

if TYPE_CHECKING:  # msgspec is imported where a project has a configuration
    from deploylint.config.schema import RuleSetting, Settings


def tuned(pack: RuleSet, settings: Settings, node: Node | None) -> RuleSet:
    """A pack as a project sets it; ``node`` is the mapping the settings were read from.

    Raises Misread for a rule that is not there and for a demand that is none.
    """
    if node is None or not isinstance(node.content, dict):
        return pack
    places = {rule: entry.value for rule, entry in node.content.items()}
    _check_known(pack, node)
    rules = [
        _changed(rule, settings[rule.id], places[rule.id]) if rule.id in settings else rule
        for rule in pack.rules
    ]
    own = {
        one.id: _own(one, settings[one.id], places[one.id]) if one.id in settings else one
        for one in pack.own.values()
    }
    return pack._replace(rules=tuple(rules), own=own)


def profiled(
    pack: RuleSet, said: Iterable[tuple[Mapping[str, Level], Node | None]], settled: Collection[str]
) -> RuleSet:
    """A pack as a profile sets it, but for the rules that the project itself has settled.

    ``said`` are levels, and where they stand in a profile of the project's own. Raises Misread for
    a rule that is not there.
    """
    for levels, node in said:
        if node is not None:
            _check_known(pack, node)
        open_ = {rule: level for rule, level in levels.items() if rule not in settled}
        rules = (with_severity(r, open_[r.id]) if r.id in open_ else r for r in pack.rules)
        own = {name: _graded(one, open_.get(name)) for name, one in pack.own.items()}
        pack = pack._replace(rules=tuple(rules), own=own)
    return pack


def _check_known(pack: RuleSet, node: Node) -> None:
    """Raises Misread for a rule that is not there among the keys of a mapping."""
    assert isinstance(node.content, dict)
    known = pack.ids
    for rule, entry in node.content.items():
        if rule not in known:
            raise misread_at(entry.key, f"unknown rule {rule!r}; {hint(rule, known)}")


def _changed(rule: Rule, setting: Level | RuleSetting, node: Node) -> Rule:
    """A rule as a project sets it; a word alone is its severity.

    Raises Misread for a demand that is none.
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


def _own(own: BuiltinRule, setting: Level | RuleSetting, node: Node) -> BuiltinRule:
    if isinstance(setting, str):
        return _graded(own, setting)
    for key, value in (("must", setting.must), ("for", setting.for_), ("key", setting.key)):
        if value is not None:
            message = f"{own.id} is a built-in check; only its severity can be set"
            raise misread_at(child(node, key) or node, message)
    return _graded(own, setting.severity)


def _graded(own: BuiltinRule, level: Level | None) -> BuiltinRule:
    if level is None:
        return own
    if level == "skip":
        return own._replace(active=False)
    return own._replace(severity=level, active=True)
