"""Rule files to Rules and Allowances. Every mistake in one names its file and line.

``rules/*.yaml`` ships inside the package; a rule is one block there and nothing else.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from deploylint.documents.nodes import Node, Problem, child, plain, span
from deploylint.documents.reader import Document, read
from deploylint.elements import ADDRESSES, ELEMENTS
from deploylint.model import Allowance, Example, Rule, Severity, Verb
from deploylint.nearest import hint, nearest
from deploylint.patterns import Pattern
from deploylint.patterns import read as read_pattern
from deploylint.schemas import AllowanceEntry, Misread, OwnEntry, RuleEntry, RuleFile, decode

_BESIDE, _INSIDE = Path(__file__).parent.parent / "rules", Path(__file__).parent / "rules"
FOLDER = _INSIDE if _INSIDE.is_dir() else _BESIDE
"""Where the shipped rules lie: inside an installed package, beside it in a checkout."""

DEFAULT_ROLES = frozenset({"server", "worker", "job", "scheduler", "store", "client", "gateway"})
PLAIN_VERBS = ("equal", "contain", "agree")
VERBS_WITH_VALUE = ("within", "be", "not-be")


class Own(NamedTuple):
    """Something deploylint finds by itself, without a rule to run."""

    id: str
    severity: Severity
    why: str


class Pack(NamedTuple):
    """All rules, allowances and own findings of the shipped rule files, in file order."""

    rules: tuple[Rule, ...]
    allowances: tuple[Allowance, ...]
    own: Mapping[str, Own]

    @property
    def ids(self) -> list[str]:
        """Every id that a finding can carry."""
        return [*(rule.id for rule in self.rules), *self.own]


def load(folder: Path = FOLDER) -> Pack:
    """The rule files of a folder. Raises Misread at the first mistake."""
    documents = [_read(path, folder) for path in sorted(folder.glob("*.yaml"))]
    packs = [read_pack(document) for document in documents]
    _check_ids(documents)
    return Pack(
        tuple(rule for p in packs for rule in p.rules),
        tuple(allowance for p in packs for allowance in p.allowances),
        {own.id: own for p in packs for own in p.own.values()},
    )


def _read(path: Path, folder: Path) -> Document:
    document = read(path, f"{folder.name}/{path.name}", folder)
    if isinstance(document, Problem):
        raise Misread(document)
    return document


def _check_ids(documents: Iterable[Document]) -> None:
    """That no id is given twice, and that every allowance lifts a rule that is there."""
    rules, allowances = dict[str, Node](), dict[str, Node]()
    for document in documents:
        root = document.roots[0]
        for node in (*_items(root, "rules"), *_items(root, "own")):
            _unique(node, rules, "rule", document.file)
        for node in _items(root, "allow"):
            _unique(node, allowances, "allowance", document.file)
    for document in documents:
        for node in _items(document.roots[0], "allow"):
            wanted = str(plain(child(node, "rule") or node))
            if wanted not in rules:
                message = f"no rule is called {wanted!r}; {hint(wanted, rules)}"
                raise _misread(node, "rule", document.file, message)


def _unique(node: Node, seen: dict[str, Node], kind: str, file: str) -> None:
    wanted = str(plain(child(node, "id") or node))
    if wanted in seen:
        first = seen[wanted]
        place = f"{first.source.file}:{span(first).line}"
        message = f"{kind} {wanted!r} is defined twice; first at {place}"
        raise _misread(node, "id", file, message)
    seen[wanted] = node


def read_pack(document: Document) -> Pack:
    """The rules and allowances of one rule file. Raises Misread with a place."""
    for lost, wins in document.source.duplicates:
        message = f"key {wins.content!r} is written twice; first in line {span(lost).line}"
        raise Misread(Problem(document.file, span(wins).line, span(wins).column, message))
    written = decode(document, RuleFile)
    root = document.roots[0]
    rules = [
        _rule(entry, node, document.file)
        for entry, node in zip(written.rules, _items(root, "rules"), strict=True)
    ]
    allowances = [
        _allowance(entry, node, document.file)
        for entry, node in zip(written.allow, _items(root, "allow"), strict=True)
    ]
    return Pack(tuple(rules), tuple(allowances), {o.id: _own(o) for o in written.own})


def _items(root: Node, key: str) -> list[Node]:
    node = child(root, key)
    return node.content if node is not None and isinstance(node.content, list) else []


def _own(entry: OwnEntry) -> Own:
    return Own(entry.id, entry.severity, entry.why)


def _place(node: Node, file: str) -> str:
    return f"{file}:{span(node).line}"


def _misread(node: Node, key: str, file: str, message: str) -> Misread:
    at = span(child(node, key) or node)
    return Misread(Problem(file, at.line, at.column, message))


def _rule(entry: RuleEntry, node: Node, file: str) -> Rule:
    verb, operand = _demand(entry, node, file)
    patterns = [entry.element] if isinstance(entry.element, str) else entry.element
    chosen = _addresses(patterns, node, "element", file)
    left_out = set(_addresses(entry.except_, node, "except", file))
    return Rule(
        id=entry.id,
        addresses=tuple(address for address in chosen if address not in left_out),
        verb=verb,
        pattern=operand if isinstance(operand, Pattern) else None,
        ratio=operand if isinstance(operand, float) else 1.0,
        roles=DEFAULT_ROLES if entry.for_ is None else frozenset(entry.for_),
        severity=entry.severity,
        why=entry.why,
        examples=tuple(Example(e.reference, e.peer, e.gives) for e in entry.examples),
        place=_place(node, file),
    )


def _demand(entry: RuleEntry, node: Node, file: str) -> tuple[Verb, Pattern | float | None]:
    must = entry.must
    known = (*PLAIN_VERBS, *VERBS_WITH_VALUE)
    verb = must if isinstance(must, str) else next(iter(must), "")
    allowed = PLAIN_VERBS if isinstance(must, str) else VERBS_WITH_VALUE
    found = next((v for v in allowed if v == verb), None)
    if found is None or (not isinstance(must, str) and len(must) != 1):
        raise _misread(node, "must", file, f"unknown verb {verb!r}; {hint(verb, known)}")
    verbs: dict[str, Verb] = {
        "equal": "equal",
        "contain": "contain",
        "agree": "agree",
        "within": "within",
        "be": "be",
        "not-be": "not-be",
    }
    if isinstance(must, str):
        return verbs[found], None
    try:
        return verbs[found], _ratio(must) if found == "within" else read_pattern(must[found])
    except ValueError as error:
        raise _misread(node, "must", file, str(error)) from None


def _ratio(must: dict[str, object]) -> float:
    bounds = must["within"]
    ratio = bounds.get("ratio") if isinstance(bounds, dict) else None
    if not isinstance(ratio, (int, float)) or isinstance(ratio, bool) or ratio < 1:
        raise ValueError("within takes {ratio: N} with N at least 1")
    return float(ratio)


def _addresses(patterns: Iterable[str], node: Node, key: str, file: str) -> list[str]:
    found: dict[str, None] = {}
    for pattern in patterns:
        matched = matching(pattern)
        if not matched:
            known = ADDRESSES if nearest(pattern, ADDRESSES) else ELEMENTS
            message = f"no element or field is called {pattern!r}; {hint(pattern, known)}"
            raise _misread(node, key, file, message)
        found.update(dict.fromkeys(matched))
    return list(found)


def matching(pattern: str) -> list[str]:
    """The addresses a pattern names: an element means all its fields, ``*`` any part of a name."""
    wanted, _, part = pattern.partition(".")
    return [
        f"{name}.{field}"
        for name, element in ELEMENTS.items()
        if fnmatchcase(name, wanted)
        for field in element.fields
        if fnmatchcase(field, part or "*")
    ]


def _allowance(entry: AllowanceEntry, node: Node, file: str) -> Allowance:
    patterns = [entry.element] if isinstance(entry.element, str) else entry.element
    try:
        expected = None if not isinstance(entry.from_, _PLAIN) else read_pattern(entry.from_)
        actual = read_pattern(entry.to)
    except ValueError as error:
        raise _misread(node, "to", file, str(error)) from None
    return Allowance(
        id=entry.id,
        rule=entry.rule,
        service=entry.service,
        runtime=entry.runtime,
        role=entry.role,
        addresses=tuple(_addresses(patterns, node, "element", file)),
        expected=expected,
        actual=actual,
        because=entry.because,
        place=_place(node, file),
    )


_PLAIN = (str, int, float, bool, list, dict, type(None))
