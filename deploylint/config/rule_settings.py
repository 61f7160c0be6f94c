"""What a project changes of the rules: switched off or on, graded, or asking for something else."""

from collections.abc import Collection, Iterable, Mapping

from deploylint.config.rules import RuleSet, changed
from deploylint.config.schema import RuleSetting, Settings
from deploylint.documents.nodes import Node, child
from deploylint.documents.suggest import hint
from deploylint.model.decode import misread
from deploylint.model.rule import BuiltinRule, Level


def tuned(pack: RuleSet, settings: Settings, node: Node | None) -> RuleSet:
    """A pack as a project sets it; ``node`` is the mapping the settings were read from.

    Raises Misread for a rule that is not there and for a demand that is none.
    """
    if node is None or not isinstance(node.content, dict):
        return pack
    places = {rule: entry.value for rule, entry in node.content.items()}
    for rule, entry in node.content.items():
        if rule not in pack.ids:
            raise misread(entry.key, f"no rule is called {rule!r}; {hint(rule, pack.ids)}")
    wanted = {rule: _setting(setting) for rule, setting in settings.items()}
    rules = [
        changed(rule, wanted[rule.id], places[rule.id]) if rule.id in wanted else rule
        for rule in pack.rules
    ]
    return pack._replace(rules=tuple(rules), own=_own(pack, wanted, places))


def profiled(
    pack: RuleSet, said: Iterable[tuple[Mapping[str, Level], Node | None]], settled: Collection[str]
) -> RuleSet:
    """A pack as a profile sets it, but for the rules that the project itself has settled.

    Raises Misread for a rule that is not there.
    """
    for settings, node in said:
        open_: Settings = {k: v for k, v in settings.items() if k not in settled}
        pack = tuned(pack, open_, node)
    return pack


def _setting(written: Level | RuleSetting) -> RuleSetting:
    return written if isinstance(written, RuleSetting) else RuleSetting(severity=written)


def _own(
    pack: RuleSet, wanted: Mapping[str, RuleSetting], places: Mapping[str, Node]
) -> dict[str, BuiltinRule]:
    own = dict(pack.own)
    for rule in own.keys() & wanted.keys():
        setting, node = wanted[rule], places[rule]
        for key, value in (("must", setting.must), ("for", setting.for_)):
            if value is not None:
                message = f"{rule} is found by itself and demands nothing; only its severity is set"
                raise misread(child(node, key) or node, message)
        own[rule] = _graded(own[rule], setting)
    return own


def _graded(own: BuiltinRule, setting: RuleSetting) -> BuiltinRule:
    if setting.severity is None:
        return own
    if setting.severity == "skip":
        return own._replace(active=False)
    return own._replace(severity=setting.severity, active=True)
