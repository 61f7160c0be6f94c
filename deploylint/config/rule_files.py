"""Rule files to Rules and Allowances. Every mistake in one names its file and line.

``rules/*.yaml`` ships inside the package; a rule is one block there and nothing else. A project's
own rule folders hold files of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from deploylint.config import allowance_entries
from deploylint.config.allowance_entries import WrittenAllowance
from deploylint.config.keys import about_keys, read_keys
from deploylint.config.rule_checks import parse_check
from deploylint.config.rules import DEFAULT_ROLES, FOLDER, RuleSet, items, with_severity
from deploylint.config.schema import AllowanceEntry, ExampleEntry, OwnEntry, RuleEntry, RuleFile
from deploylint.documents.nodes import Node, Problem, child, plain, span
from deploylint.documents.paths import display_path
from deploylint.documents.reader import Document, read_file
from deploylint.documents.record import Record
from deploylint.model.decode import decode
from deploylint.model.errors import Misread, misread_at
from deploylint.model.finding import Allowance
from deploylint.model.paths import expand_selectors
from deploylint.model.patterns import Pattern
from deploylint.model.rule import BuiltinRule, Example, Rule

NOTHING = RuleSet((), (), {})


class _Read(Record):
    """What one rule file holds, before its allowances are held against the rules of all."""

    rules: list[Rule]
    own: list[BuiltinRule]
    allow: list[WrittenAllowance]


def read_folders(folders: Iterable[Path], beside: RuleSet | None = None) -> RuleSet:
    """The rule files of some folders. Raises Misread at a mistake.

    Their allowances may also lift rules of the set that they are ``beside``.
    """
    return _joined(_documents(folders), beside)


def add_folders(shipped: RuleSet, folders: Iterable[Path]) -> RuleSet:
    """A rule set, and after it the rule files of some folders. Raises Misread at a mistake."""
    return _joined(_documents(folders), below=shipped)


def _documents(folders: Iterable[Path]) -> list[Document]:
    return [_document(path) for folder in folders for path in rule_paths(folder)]


def rule_paths(folder: Path) -> list[Path]:
    """The rule files of a folder, in order."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def _document(path: Path) -> Document:
    document = read_file(path, _shown(path), path.parent)
    if isinstance(document, Problem):
        raise Misread(document)
    return document


def _shown(path: Path) -> str:
    """How messages name a rule file; the shipped ones and those far away by their folder."""
    name = display_path(path)
    if path.parent == FOLDER or Path(name).is_absolute():
        return f"{path.parent.name}/{path.name}"
    return name


def _joined(
    documents: Sequence[Document], beside: RuleSet | None = None, below: RuleSet = NOTHING
) -> RuleSet:
    files = [_read(document) for document in documents]
    _check_ids(documents, below)
    rules = tuple(rule for file in files for rule in file.rules)
    own = {one.id: one for file in files for one in file.own}
    entries = [entry for file in files for entry in file.allow]
    allowance_entries.check_unique(entries, below.allowances)
    joined = _both(below, RuleSet(rules, (), own))
    every = joined if beside is None else _both(beside, joined)
    found = resolved(entries, every)
    allowance_entries.check_keys(entries, every.rules)
    return joined._replace(allowances=(*below.allowances, *found))


def _both(one: RuleSet, other: RuleSet) -> RuleSet:
    """The rules and own findings of two packs, the other's where both have one."""
    return RuleSet((*one.rules, *other.rules), (), {**one.own, **other.own})


def resolved(entries: Iterable[WrittenAllowance], pack: RuleSet) -> tuple[Allowance, ...]:
    """Allowances held against the rules they lift. Raises Misread for one that lifts none."""
    rules = {rule.id: rule for rule in pack.rules}
    ids = [*rules, *(one.id for one in pack.own.values() if one.may_be_allowed)]
    return tuple(allowance_entries.resolved(entry, rules, ids) for entry in entries)


def _check_ids(documents: Iterable[Document], below: RuleSet) -> None:
    """That no id of a rule is given twice."""
    seen = {rule.id: rule.place for rule in below.rules}
    seen |= {own.id: own.place for own in below.own.values()}
    for document in documents:
        root = document.roots[0]
        for node in (*items(root, "rules"), *items(root, "own")):
            _unique(node, seen)


def _unique(node: Node, seen: dict[str, str]) -> None:
    name = child(node, "id") or node
    wanted = str(plain(name))
    if wanted in seen:
        raise misread_at(name, f"rule {wanted!r} is defined twice; first at {seen[wanted]}")
    seen[wanted] = _place(node)


def _place(node: Node) -> str:
    """The file and line of a node."""
    return f"{node.source.file}:{span(node).line}"


def refuse_duplicates(document: Document) -> None:
    """Raises Misread for a key that is written twice: one of ours must not lose a value."""
    for lost, wins in document.source.duplicates:
        message = f"key {wins.content!r} is written twice; first in line {span(lost).line}"
        raise misread_at(wins, message)


def _read(document: Document) -> _Read:
    refuse_duplicates(document)
    written = decode(document, RuleFile)
    root = document.roots[0]
    rules = zip(written.rules, items(root, "rules"), strict=True)
    own = zip(written.own, items(root, "own"), strict=True)
    allow = zip(written.allow, items(root, "allow"), strict=True)
    return _Read(
        [_rule(entry, node) for entry, node in rules],
        [_own(entry, node) for entry, node in own],
        [
            WrittenAllowance(allowance_entries.read_entry(entry, node, root, "shipped"), node)
            for entry, node in allow
        ],
    )


def _allowance(entry: AllowanceEntry, node: Node, root: Node) -> WrittenAllowance:
    return WrittenAllowance(allowance_entries.read_entry(entry, node, root, "shipped"), node)


def _own(entry: OwnEntry, node: Node) -> BuiltinRule:
    return BuiltinRule(
        id=entry.id,
        severity="warning" if entry.severity == "skip" else entry.severity,
        why=entry.why,
        place=_place(node),
        may_be_allowed=entry.may_be_allowed,
        active=entry.severity != "skip",
        source=entry.source,
    )


def _rule(entry: RuleEntry, node: Node) -> Rule:
    verb, operand = parse_check(entry.must, node)
    rule = Rule(
        id=entry.id,
        addresses=() if entry.key else _about(entry, node),
        verb=verb,
        pattern=operand if isinstance(operand, Pattern) else None,
        ratio=operand if isinstance(operand, float) else 1.0,
        roles=DEFAULT_ROLES if entry.for_ is None else frozenset(entry.for_),
        severity="warning",
        why=entry.why,
        examples=tuple(_example(one) for one in entry.examples),
        place=_place(node),
        across=entry.across,
    )
    if entry.key and not entry.element:
        rule = about_keys(rule, read_keys(entry.key, node), node)
        rule = rule._replace(excepted=read_keys(entry.except_, node, "except"))
    elif entry.key or not entry.element:
        raise misread_at(node, "a rule is about element or about key; write one of them")
    return with_severity(rule, entry.severity)


def _about(entry: RuleEntry, node: Node) -> tuple[str, ...]:
    """The field paths of the elements that a rule is about."""
    patterns = [entry.element] if isinstance(entry.element, str) else entry.element
    left_out = set(_addresses(entry.except_, node, "except"))
    return tuple(one for one in _addresses(patterns, node, "element") if one not in left_out)


def _example(one: ExampleEntry) -> Example:
    return Example(one.reference, one.peer, one.gives, one.code, one.dockerfile)


def _addresses(patterns: Iterable[str], node: Node, key: str) -> list[str]:
    try:
        return expand_selectors(patterns)
    except ValueError as error:
        raise misread_at(child(node, key) or node, str(error)) from None
