"""Walks the keys of a file and of a compiled profile at once, to the values of a scope.

The meaning of a key is in the profile. The cost grows with the file, not with the profile.
"""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

from deploylint.documents.nodes import (
    NEXT,
    STYLE,
    WIDTH,
    Collection,
    Entry,
    Node,
    NodeTable,
    child,
    is_empty,
    scalar,
)
from deploylint.documents.regex import regex
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import nearest
from deploylint.model.fault import MISPLACED, Fault, unknown_key
from deploylint.model.field_values import MOST_KNOWN, RowNumbers
from deploylint.model.fields import ELEMENTS
from deploylint.readers.helm.fill import fill_presence, leave_presence, leave_to_chart
from deploylint.readers.helm.key_tree import GUESSED, SWITCHES, ElementKey, KeyNode, KeyRule
from deploylint.readers.helm.keys_together import faults_together, level_faults
from deploylint.readers.helm.resolve import ReadKeys


def walk(node: Node, keys: KeyNode, rows: RowNumbers) -> ReadKeys:
    """The values of a mapping, key by key."""
    scope = ReadKeys(rows, keys)
    _follow(node, keys, scope)
    scope.faults += level_faults(scope)
    scope.faults += faults_together(scope)
    return scope


def _follow(node: Node, keys: KeyNode, scope: ReadKeys) -> None:
    """Read the keys of a mapping in a file, or of one made of several."""
    if not keys.is_open:
        keys.open()
    if type(node) is Collection:
        _follow_rows(node.table, node.row, keys, scope)
        return
    content = node.content
    assert isinstance(content, dict)
    before, at = None, node
    for key, entry in content.items():
        below = keys.children.get(key) or keys.any_other(key)
        if before is not None and (below is None or keys.owned) and key in before.children:
            _slip(key, entry.key, at, keys, below, scope)
        before, at = below, entry.value
        if below is not None:
            _enter(key, entry.value, entry.key, below, scope)
        else:
            _miss(key, entry.value, entry.key, content.keys(), keys, scope)


def _follow_rows(table: NodeTable, parent: int, keys: KeyNode, scope: ReadKeys) -> None:
    """Read the keys of a mapping in a row of a table."""
    paths, texts, numbers = table.paths, table.texts, table.numbers
    base = scope.rows.base(table)
    is_written = not table.aliases and not table.tags
    children, has_others = keys.children, keys.has_others
    row, end = parent + 1, numbers[parent * WIDTH + NEXT]
    before, at, siblings = None, parent, frozenset[str]()
    while row < end:
        key = paths[row].name
        below = children.get(key) or (keys.any_other(key) if has_others else None)
        if before is not None and (below is None or keys.owned) and key in before.children:
            _slip(key, table.key(row), table.node(at), keys, below, scope)
        before, at = below, row
        if below is None:
            if _may_mean(keys, key):
                siblings = siblings or frozenset(key_names(table.node(parent)))
                _miss(key, table.node(row), table.key(row), siblings, keys, scope)
        else:
            if not below.is_open:
                below.open()
            rule = below.only_rule
            is_plain = rule and is_written and not numbers[row * WIDTH + STYLE]
            value = rule.known_value(base + row, texts[row]) if rule and is_plain else None
            if rule is not None and value is not None:
                scope.keep(rule.path, rule, value)
            elif not below.is_passage:
                key_node = table.key(row) if row in table.aliases else None
                _enter(key, table.node(row), key_node, below, scope)
            elif texts[row] is None:
                _follow_rows(table, row, below, scope)
        row = numbers[row * WIDTH + NEXT]


def _enter(key: str, node: Node, key_node: Node | None, keys: KeyNode, scope: ReadKeys) -> None:
    """Read one key and the keys below it; a block that is met again adds what it added then.

    ``key_node`` is the key if it is not in the row of its value.
    """
    is_alone = key_node is None or key_node is node
    block = scope.rows.block(node) if is_alone and not scope.is_part else None
    where = scope.top, key_node is None, block
    if block is None or where not in keys.known:
        if block is not None:
            if len(keys.known) > MOST_BLOCKS:
                keys.known.clear()
            keys.known[where] = None  # most are met once: what they add is kept the second time
        _read(key, node, key_node, keys, scope)
        return
    part = keys.known[where]
    if part is None:
        part = ReadKeys(scope.rows, scope.top, is_part=True)
        _read(key, node, key_node, keys, part)
        if not part.is_repeatable:
            _read(key, node, key_node, keys, scope)
            return
        part.rows = _NO_ROWS
        keys.known[where] = part
    scope.add(part)


MOST_BLOCKS = 1_000
"""The blocks that are kept for a key; a fleet with more repeats few of them."""

_NO_ROWS = RowNumbers()
"""A block that is kept refers to no documents."""


def _read(key: str, node: Node, key_node: Node | None, keys: KeyNode, scope: ReadKeys) -> None:
    """Read one key and the keys below it."""
    if not keys.is_open:
        keys.open()
    if keys.foreign is not None and is_foreign(node, keys):
        return
    if keys.places:
        _place(key, node, key_node or node.key, keys, scope)
        return
    is_several = bool(keys.owned) and _holds_several(node, keys)
    for owned in keys.owned:
        (leave_presence if is_several else fill_presence)(owned, node, key_node, scope)
    for rule in keys.rules:
        if not (is_several and rule.constants):
            rule.fill(rule, node, key_node, scope)
    if (keys.children or keys.items or keys.has_others) and not node.is_scalar:
        _below(node, keys, scope)


def _below(node: Node, keys: KeyNode, scope: ReadKeys) -> None:
    """Read the keys or items below a key."""
    if node.is_mapping:
        if keys.children or keys.has_others:
            _follow(node, keys, scope)
    elif keys.items is not None:
        assert isinstance(node.content, list)
        for number, item in enumerate(node.content):
            name = child(item, "name")
            called = name.content if name is not None else None
            at = called if isinstance(called, str) else str(number)
            _enter(at, item, item, keys.items, scope)


def is_foreign(node: Node, keys: KeyNode) -> bool:
    """Whether the value of a key belongs to another chart."""
    return keys.foreign is not None and _holds_one(node, keys.foreign)


def _place(key: str, node: Node, key_node: Node, keys: KeyNode, scope: ReadKeys) -> None:
    """Keep a component and the components inside it."""
    place = next((place for place in keys.places if _holds_one(node, place.holds)), None)
    if place is None or not node.is_mapping:
        return
    if not is_off(node):
        scope.places.append((key, place, Entry(key_node, node)))
        if keys.children or keys.star or keys.globs:
            inner = walk(node, keys, scope.rows)
            scope.places += ((f"{key}-{name}", inside, at) for name, inside, at in inner.places)


def _holds_one(node: Node, wanted: tuple[str, ...]) -> bool:
    """Whether a mapping has any of some keys; true if no keys are wanted."""
    content = node.content if wanted else None
    return not wanted or (isinstance(content, dict) and any(key in content for key in wanted))


def _holds_several(node: Node, keys: KeyNode) -> bool:
    """Whether an element's key has a map for each process, under names of the chart."""
    if keys.has_others or not node.is_mapping:
        return False
    if type(node) is Collection:
        table, row = node.table, node.row
        for row in table.rows_below(node.row):
            if table.texts[row] is not None or table.paths[row].name in keys.children:
                return False
        return row != node.row
    content = node.content
    assert isinstance(content, dict)
    return bool(content) and not any(
        key in keys.children or not entry.value.is_mapping for key, entry in content.items()
    )


def is_off(node: Node) -> bool:
    """Whether a whole component is switched off: it runs no process."""
    switches = (child(node, switch) for switch in SWITCHES)
    return any(
        scalar(switch) is False
        for switch in switches
        if switch is not None and isinstance(switch.content, str)
    )


def _slip(
    key: str, key_node: Node, before: Node, keys: KeyNode, below: KeyNode | None, scope: ReadKeys
) -> None:
    """Report a key that belongs in the key before it, which is empty, or that means nothing here.

    In a mapping without an element the chart may have a key of that name.
    """
    is_open = is_empty(before) and before.is_scalar  # what is left of a moved block is null
    if key not in SWITCHES and (is_open or (below is None and keys.owned)):
        name = before.key.content
        message = f"{key} means nothing beside {name}; indent it to stand in {name}"
        scope.faults.append(Fault(MISPLACED, key_node, message))


def _miss(
    key: str, node: Node, key_node: Node, siblings: Set[str], keys: KeyNode, scope: ReadKeys
) -> None:
    """Read a key that the profile does not have: a component's with a prefix, or misspelt."""
    for prefix in keys.prefixes:
        if key.startswith(prefix) and key[len(prefix) :][:1].isupper():
            rest = key[len(prefix)].lower() + key[len(prefix) + 1 :]
            scope.prefixed.setdefault(prefix, {})[rest] = Entry(key_node, node)
            return
    near = (word for word in keys.near_keys(key) if word not in siblings)
    near = (word for word in near if word not in SWITCHES or siblings.isdisjoint(SWITCHES))
    meant = nearest(key, (w for w in near if node.is_mapping or not keys.children[w].places))
    if meant:
        scope.faults.append(unknown_key(key_node, meant))
    is_misplaced = key in scope.top.children and not (
        node.is_mapping and len(siblings) > 1 and siblings.isdisjoint(keys.children)
    )
    _leave_to_chart(key, node, key_node, keys, scope, is_misplaced=is_misplaced)


@lru_cache(maxsize=MOST_KNOWN)
def _may_mean(keys: KeyNode, key: str) -> bool:
    """Whether a key that the profile does not have may still mean something."""
    if keys.prefixes or keys.near_keys(key):
        return True
    return any(owned.element in _OF_THE_API or _spelled(owned, key) for owned in keys.owned)


def _leave_to_chart(
    key: str, node: Node, key_node: Node, keys: KeyNode, scope: ReadKeys, *, is_misplaced: bool
) -> None:
    """Read a key of an element's mapping: another spelling of its words, or misplaced."""
    for owned in keys.owned:
        fields = _spelled(owned, key)
        if fields:
            rule = KeyRule(owned.element, owned.entry, GUESSED, leave_to_chart, chart_fields=fields)
            rule.fill(rule, node, key_node, scope)
        elif owned.element in _OF_THE_API and is_misplaced:
            above = node.path.parent
            name = "" if above is None else above.name
            message = f"{key} means nothing in {name}; indent it to stand beside {name}"
            scope.faults.append(Fault(MISPLACED, key_node, message, may_be_own=True))


def _spelled(owned: ElementKey, key: str) -> tuple[str, ...]:
    """The fields of an element that a key spells: all words of limits.memory are in memoryLimit."""
    words = _words(key)
    return tuple(field for field in ELEMENTS[owned.element].fields if _words(field) <= words)


@lru_cache(maxsize=MOST_KNOWN)
def _words(name: str) -> frozenset[str]:
    """The words of a key or a field in lower case, without the s of a plural."""
    return frozenset(word.lower().removesuffix("s") for word in _WORDS.findall(name))


_OF_THE_API = frozenset(
    name for name in ELEMENTS if name in ("resources", "security-context") or "probe" in name
)
"""The elements with the keys of the API: no chart adds keys of a component to them."""

_WORDS = regex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
