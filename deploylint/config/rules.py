"""Rule files to Rules and Allowances. Every mistake in one names its file and line.

``rules/*.yaml`` ships inside the package; a rule is one block there and nothing else. A project's
own rule folders hold files of the same kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from deploylint.config import allowances
from deploylint.config.allowances import Entry
from deploylint.config.rule_checks import parse_check
from deploylint.config.schema import ExampleEntry, OwnEntry, RuleEntry, RuleFile, RuleSetting
from deploylint.documents.nodes import Node, Problem, child, plain, span
from deploylint.documents.paths import shown
from deploylint.documents.reader import Document, read
from deploylint.model.decode import Misread, decode, misread
from deploylint.model.finding import Allowance
from deploylint.model.paths import expand_selectors
from deploylint.model.patterns import Pattern
from deploylint.model.rule import BuiltinRule, Example, Level, Rule, Severity

_PACKAGE = Path(__file__).parent.parent
_BESIDE, _INSIDE = _PACKAGE.parent / "rules", _PACKAGE / "rules"
FOLDER = _INSIDE if _INSIDE.is_dir() else _BESIDE
"""Where the shipped rules lie: inside an installed package, beside it in a checkout."""

DEFAULT_ROLES = frozenset({"server", "worker", "job", "scheduler", "store", "client", "gateway"})


class RuleSet(NamedTuple):
    """All rules, allowances and own findings of some rule files, in file order."""

    rules: tuple[Rule, ...]
    allowances: tuple[Allowance, ...]
    own: Mapping[str, BuiltinRule]

    @property
    def ids(self) -> list[str]:
        """Every id that a finding can carry."""
        return [*(rule.id for rule in self.rules), *self.own]


class _Read(NamedTuple):
    """What one rule file holds, before its allowances are held against the rules of all."""

    rules: list[Rule]
    own: list[BuiltinRule]
    allow: list[Entry]


def load(*folders: Path, beside: RuleSet | None = None) -> RuleSet:
    """The rule files of some folders, by default the shipped ones. Raises Misread at a mistake.

    Their allowances may also lift rules of the pack that they are ``beside``.
    """
    found = [path for folder in folders or (FOLDER,) for path in listed(folder)]
    return _joined([_document(path) for path in found], beside)


def listed(folder: Path) -> list[Path]:
    """The rule files of a folder, in order."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def _document(path: Path) -> Document:
    document = read(path, _shown(path), path.parent)
    if isinstance(document, Problem):
        raise Misread(document)
    return document


def _shown(path: Path) -> str:
    """How messages name a rule file; the shipped ones and those far away by their folder."""
    name = shown(path)
    if path.parent == FOLDER or Path(name).is_absolute():
        return f"{path.parent.name}/{path.name}"
    return name


def _joined(documents: Sequence[Document], beside: RuleSet | None = None) -> RuleSet:
    files = [_read(document) for document in documents]
    _check_ids(documents)
    rules = {rule.id: rule for file in files for rule in file.rules}
    own = {one.id: one for file in files for one in file.own}
    entries = [entry for file in files for entry in file.allow]
    allowances.check_unique(entries)
    pack = RuleSet(tuple(rules.values()), (), own)
    every = pack if beside is None else _both(beside, pack)
    return pack._replace(allowances=resolved(entries, every))


def _both(one: RuleSet, other: RuleSet) -> RuleSet:
    """The rules and own findings of two packs, the other's where both have one."""
    return RuleSet((*one.rules, *other.rules), (), {**one.own, **other.own})


def resolved(entries: Iterable[Entry], pack: RuleSet) -> tuple[Allowance, ...]:
    """Allowances held against the rules they lift. Raises Misread for one that lifts none."""
    rules = {rule.id: rule for rule in pack.rules}
    ids = [*rules, *(one.id for one in pack.own.values() if one.may_be_allowed)]
    return tuple(allowances.resolved(entry, rules, ids) for entry in entries)


def _check_ids(documents: Iterable[Document]) -> None:
    """That no id of a rule is given twice."""
    seen = dict[str, Node]()
    for document in documents:
        root = document.roots[0]
        for node in (*items(root, "rules"), *items(root, "own")):
            _unique(node, seen)


def _unique(node: Node, seen: dict[str, Node]) -> None:
    wanted = str(plain(child(node, "id") or node))
    if wanted in seen:
        first = seen[wanted]
        place = f"{first.source.file}:{span(first).line}"
        raise misread(
            child(node, "id") or node, f"rule {wanted!r} is defined twice; first at {place}"
        )
    seen[wanted] = node


def refuse_duplicates(document: Document) -> None:
    """Raises Misread for a key that is written twice: one of ours must not lose a value."""
    for lost, wins in document.source.duplicates:
        message = f"key {wins.content!r} is written twice; first in line {span(lost).line}"
        raise misread(wins, message)


def _read(document: Document) -> _Read:
    refuse_duplicates(document)
    written = decode(document, RuleFile)
    root = document.roots[0]
    rules = zip(written.rules, items(root, "rules"), strict=True)
    allow = zip(written.allow, items(root, "allow"), strict=True)
    return _Read(
        [_rule(entry, node) for entry, node in rules],
        [_own(entry) for entry in written.own],
        [Entry(allowances.read(entry, node, root, "shipped"), node) for entry, node in allow],
    )


def items(root: Node, key: str) -> list[Node]:
    """The nodes of the list under a key; none where there is no such list."""
    node = child(root, key)
    return node.content if node is not None and isinstance(node.content, list) else []


def _own(entry: OwnEntry) -> BuiltinRule:
    severity: Severity = "warning" if entry.severity == "skip" else entry.severity
    return BuiltinRule(
        entry.id, severity, entry.why, entry.may_be_allowed, entry.severity != "skip"
    )


def _rule(entry: RuleEntry, node: Node) -> Rule:
    verb, operand = parse_check(entry.must, node)
    patterns = [entry.element] if isinstance(entry.element, str) else entry.element
    chosen = _addresses(patterns, node, "element")
    left_out = set(_addresses(entry.except_, node, "except"))
    rule = Rule(
        id=entry.id,
        addresses=tuple(address for address in chosen if address not in left_out),
        verb=verb,
        pattern=operand if isinstance(operand, Pattern) else None,
        ratio=operand if isinstance(operand, float) else 1.0,
        roles=DEFAULT_ROLES if entry.for_ is None else frozenset(entry.for_),
        severity="warning",
        why=entry.why,
        examples=tuple(_example(one) for one in entry.examples),
        place=f"{node.source.file}:{span(node).line}",
        across=entry.across,
    )
    return with_severity(rule, entry.severity)


def _example(one: ExampleEntry) -> Example:
    return Example(one.reference, one.peer, one.gives, one.code, one.dockerfile)


def with_severity(rule: Rule, level: Level) -> Rule:
    """A rule at another level; a skipped one keeps its severity for when it is asked for."""
    if level == "skip":
        return rule._replace(active=False)
    return rule._replace(severity=level, active=True)


def changed(rule: Rule, setting: RuleSetting, node: Node) -> Rule:
    """A rule as a project sets it. Raises Misread for a demand that is none."""
    if setting.severity is not None:
        rule = with_severity(rule, setting.severity)
    if setting.for_ is not None:
        rule = rule._replace(roles=frozenset(setting.for_))
    if setting.must is None:
        return rule
    verb, operand = parse_check(setting.must, node)
    pattern = operand if isinstance(operand, Pattern) else None
    ratio = operand if isinstance(operand, float) else 1.0
    return rule._replace(verb=verb, pattern=pattern, ratio=ratio)


def _addresses(patterns: Iterable[str], node: Node, key: str) -> list[str]:
    try:
        return expand_selectors(patterns)
    except ValueError as error:
        raise misread(child(node, key) or node, str(error)) from None
