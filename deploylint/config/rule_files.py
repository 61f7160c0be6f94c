"""Rule files to Rules and Allowances. Every mistake in one names its file and line.

``rules/*.yaml`` ships inside the package; a rule is one block there and nothing else. A project's
own rule folders hold files of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from deploylint.config.allowance_entries import (
    WrittenAllowance,
    read_allowances,
    resolve_allowances,
)
from deploylint.config.keys import about_keys, read_elements, read_keys
from deploylint.config.rule_checks import parse_check
from deploylint.config.rules import DEFAULT_ROLES, FOLDER, NOTHING, RuleSet, with_severity
from deploylint.config.schema import ExampleEntry, OwnEntry, RuleEntry, RuleFile
from deploylint.documents.nodes import Node, Problem, child, items_of, plain, span
from deploylint.documents.paths import display_path
from deploylint.documents.reader import Document, read_file
from deploylint.documents.record import Record
from deploylint.model.decode import decode, with_nodes
from deploylint.model.errors import Misread, misread_at, misread_key, node_at, refuse_duplicates
from deploylint.model.rule import Example, Rule, builtin_rule


class _ReadRules(Record):
    """One rule file, before its allowances are matched to the rules of all files."""

    rules: list[Rule]
    builtin: list[Rule]
    allow: list[WrittenAllowance]


def read_folders(
    folders: Iterable[Path], beside: RuleSet = NOTHING, below: RuleSet = NOTHING
) -> RuleSet:
    """The rule files of some folders after a set that is ``below``. Raises Misread at a mistake.

    Their allowances may also lift rules of a set that they are ``beside``.
    """
    documents = [_document(path) for folder in folders for path in rule_paths(folder)]
    files = [_read(document) for document in documents]
    _check_ids(documents, below)
    rules = tuple(rule for file in files for rule in file.rules)
    builtin = {check.id: check for file in files for check in file.builtin}
    joined = RuleSet(rules, (), builtin).above(below)
    entries = [entry for file in files for entry in file.allow]
    allowances = resolve_allowances(entries, [joined.above(beside)], below.allowances)
    return joined._replace(allowances=(*below.allowances, *allowances))


def rule_paths(folder: Path) -> list[Path]:
    """The rule files of a folder, in order."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def _document(path: Path) -> Document:
    document = read_file(path, _name(path), path.parent)
    if isinstance(document, Problem):
        raise Misread(document)
    return document


def _name(path: Path) -> str:
    """The name of a rule file in messages; the shipped ones and those far away by their folder."""
    name = display_path(path)
    if path.parent == FOLDER or Path(name).is_absolute():
        return f"{path.parent.name}/{path.name}"
    return name


def _check_ids(documents: Iterable[Document], below: RuleSet) -> None:
    """Raises Misread for an id that two rules have."""
    seen = {rule.id: rule.place for rule in below.rules}
    seen |= {check.id: check.place for check in below.builtin.values()}
    for document in documents:
        root = document.roots[0]
        for node in (*items_of(child(root, "rules")), *items_of(child(root, "own"))):
            name = str(plain(node_at(node, "id")))
            if name in seen:
                message = f"rule {name!r} is defined twice; first at {seen[name]}"
                raise misread_key(node, "id", message)
            seen[name] = _line_of(node)


def _read(document: Document) -> _ReadRules:
    refuse_duplicates(document)
    written = decode(document, RuleFile)
    root = document.roots[0]
    return _ReadRules(
        [_rule(entry, node) for entry, node in with_nodes(written.rules, root, "rules")],
        [_check(entry, node) for entry, node in with_nodes(written.own, root, "own")],
        read_allowances(written.allow, root, "shipped"),
    )


def _check(entry: OwnEntry, node: Node) -> Rule:
    check = builtin_rule(
        entry.id,
        "warning",
        entry.why,
        place=_line_of(node),
        may_be_allowed=entry.may_be_allowed,
        source=entry.source,
        fix=entry.fix,
    )
    return with_severity(check, entry.severity)


def _rule(entry: RuleEntry, node: Node) -> Rule:
    operator, pattern, ratio = parse_check(entry.must, node)
    rule = Rule(
        id=entry.id,
        addresses=() if entry.key else _about(entry, node),
        operator=operator,
        pattern=pattern,
        ratio=ratio,
        roles=DEFAULT_ROLES if entry.for_ is None else frozenset(entry.for_),
        severity="warning",
        why=entry.why,
        examples=tuple(map(_example, entry.examples)),
        place=_line_of(node),
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
    left_out = read_elements(entry.except_, node, "except")
    return tuple(one for one in read_elements(entry.element, node) if one not in left_out)


def _example(entry: ExampleEntry) -> Example:
    return Example(entry.reference, entry.peer, entry.gives, entry.code, entry.dockerfile)


def _line_of(node: Node) -> str:
    """The file and line of a node."""
    return f"{node.source.file}:{span(node).line}"
