"""One walk along the keys of a file and of a compiled profile at once, to the values of a scope.

What a key means is in the profile; the cost follows the file and not the table.
"""

from __future__ import annotations

from collections.abc import Mapping

from deploylint.documents.nodes import Entry, Node, child, is_empty, leaves, scalar
from deploylint.documents.suggest import distance, nearest
from deploylint.model.fields import ADDRESSES, PRESENT
from deploylint.model.service import Value
from deploylint.model.types import NAMES
from deploylint.readers.commands.worker import is_variable
from deploylint.readers.helm.field import field
from deploylint.readers.helm.forms import ARGUMENTS, COMMAND, PROGRAM, READERS, VARIABLES
from deploylint.readers.helm.key_tree import (
    ABOVE,
    ELSEWHERE,
    LAST,
    SWITCHES,
    ElementKey,
    KeyRule,
    Keys,
)
from deploylint.readers.helm.resolve import ReadKeys

NEAR_LENGTH = 5
"""Shorter keys are too easily near one another to be called a misspelling."""

NEAR_SHARE = 4
"""One letter in so many may be wrong: ``proxy`` is no misspelt ``probe``."""

NOTHING_CHOSEN = ("none", "false")
"""What a choice that only the chart understands is set to where nothing is chosen."""


def walk(node: Node, keys: Keys) -> ReadKeys:
    """What a mapping says, key by key."""
    scope = ReadKeys()
    _follow(node, keys, scope)
    return scope


def _follow(node: Node, keys: Keys, scope: ReadKeys) -> None:
    assert isinstance(node.content, dict)
    children, has_others = keys.children, keys.star is not None or bool(keys.globs)
    for key, entry in node.content.items():
        below = children.get(key)
        if below is None and has_others:
            below = keys.any_other(key)
        if below is None:
            _miss(key, entry, node.content, keys, scope)
        else:
            _enter(key, entry, below, scope)


def _enter(key: str, entry: Entry, keys: Keys, scope: ReadKeys) -> None:
    """What one key says, and what lies below it."""
    content = entry.value.content
    if keys.pending:
        keys.open()
    if is_foreign(entry.value, keys):
        return
    if keys.places:
        _place(key, entry, keys, scope)
        return
    _read(entry, keys, scope)
    if type(content) is dict:
        if keys.children or keys.star or keys.globs:
            _follow(entry.value, keys, scope)
    elif keys.items is not None and type(content) is list:
        for number, item in enumerate(content):
            name = child(item, "name")
            called = name.content if name is not None else None
            at = called if isinstance(called, str) else str(number)
            _enter(at, Entry(item, item), keys.items, scope)


def _read(entry: Entry, keys: Keys, scope: ReadKeys) -> None:
    """What a key itself says of elements and of fields."""
    is_several = bool(keys.owned) and _holds_several(entry.value, keys)
    for owned in keys.owned:
        (_leave_presence if is_several else _own)(owned, entry, scope)
    for row in keys.rows:
        if not (is_several and row.constants):
            _fill(row, entry, scope)


def is_foreign(node: Node, keys: Keys) -> bool:
    """Whether what stands at a key is another chart's."""
    return keys.foreign is not None and _holds_one(node, keys.foreign)


def _place(key: str, entry: Entry, keys: Keys, scope: ReadKeys) -> None:
    """A component, and the components that stand in it."""
    found = (place for place in keys.places if _holds_one(entry.value, place.holds))
    place = next(found, None)
    if place is None or not isinstance(entry.value.content, dict):
        return
    if not is_off(entry.value):
        scope.places.append((key, place, entry))
        if keys.children or keys.star or keys.globs:
            inner = walk(entry.value, keys)
            scope.places += ((f"{key}-{name}", inside, at) for name, inside, at in inner.places)


def _holds_one(node: Node, wanted: tuple[str, ...]) -> bool:
    """Whether a mapping holds one of some keys; there are none to hold where none are wanted."""
    content = node.content
    return not wanted or (isinstance(content, dict) and any(key in content for key in wanted))


def _holds_several(node: Node, keys: Keys) -> bool:
    """Whether an element's key holds maps under names of the chart's own: one for each process."""
    content = node.content
    if type(content) is not dict or not content or keys.star or keys.globs:
        return False
    return not any(
        key in keys.children or type(entry.value.content) is not dict
        for key, entry in content.items()
    )


def _leave_presence(owned: ElementKey, entry: Entry, scope: ReadKeys) -> None:
    """Whose each of several maps is only the chart knows, and so whether the element is there."""
    note = "a map of several, and the chart tells them apart"
    value = Value("unknown", None, entry.key, note, None, tuple(leaves(entry.value)))
    scope.owned.setdefault(owned.element, []).append((owned.entry, value))


def is_off(node: Node) -> bool:
    """Whether a component is switched off as a whole: no process of it runs."""
    switches = (child(node, switch) for switch in SWITCHES)
    return any(
        scalar(switch) is False
        for switch in switches
        if switch is not None and isinstance(switch.content, str)
    )


def _miss(
    key: str, entry: Entry, siblings: Mapping[str, Entry], keys: Keys, scope: ReadKeys
) -> None:
    for prefix in keys.prefixes:
        if key.startswith(prefix) and key[len(prefix) :][:1].isupper():
            rest = key[len(prefix)].lower() + key[len(prefix) + 1 :]
            scope.prefixed.setdefault(prefix, {})[rest] = entry
            return
    known = keys.children
    if len(key) < NEAR_LENGTH or not known:
        return
    meant = nearest(key, (k for k in known if k not in siblings and k not in SWITCHES))
    if meant and distance(key, meant) <= max(1, len(key) // NEAR_SHARE):
        scope.near.append((entry.key, meant))


def _own(owned: ElementKey, entry: Entry, scope: ReadKeys) -> None:
    """What the element's own key says of its being there."""
    node = entry.value
    if is_empty(node):
        value = Value("disabled", None, node, "", None, (node,))
    elif isinstance(node.content, str):
        data = None if node.style else scalar(node)
        if data is False:
            value = Value("disabled", False, node, "", None, (node,))
            scope.off[owned.element, owned.entry] = value
        elif data is True:
            value = Value("known", True, node, "", None, (node,))
        elif owned.holds_scalar and not is_variable(node.content):
            return
        else:
            value = Value(
                "unknown", None, node, "a text where a mapping is expected", None, (node,)
            )
    else:
        value = Value("known", True, entry.key)
    if owned.is_switched:
        scope.waiting.add((owned.element, owned.entry))
    if owned.alone and value.state != "disabled":
        scope.alone[owned.element] = owned.entry
    scope.owned.setdefault(owned.element, []).append((owned.entry, value))


def _fill(row: KeyRule, entry: Entry, scope: ReadKeys) -> None:
    node = entry.value
    if row.rank == ABOVE and row.field == PRESENT:
        scope.above[row.element, row.entry] = entry.key
    elif row.field == PRESENT:
        _switch(row, node, scope)
    elif row.reader in (COMMAND, ARGUMENTS):
        _said_to_run(row, node, scope)
    elif row.reader:
        if row.reader == PROGRAM:
            _said_to_run(row, node, scope)
        scope.variables += [node] if row.reader == VARIABLES else []
        for name, value in READERS[row.reader].read(node):
            _keep(name, row, value, scope)
    elif row.constants:
        _fill_constants(row, entry, scope)
    elif row.undecided:
        _leave_to_the_chart(row, entry, scope)
    else:
        _keep(row.field, row, field(ADDRESSES[f"{row.element}.{row.field}"], node), scope)


def _said_to_run(row: KeyRule, node: Node, scope: ReadKeys) -> None:
    if all(known is not node for _, known in scope.argv):  # two layers may name one key
        scope.argv.append((row.rank, node))
        scope.has_program |= row.reader != ARGUMENTS and not is_empty(node)


def _fill_constants(row: KeyRule, entry: Entry, scope: ReadKeys) -> None:
    node = entry.value
    if node.content and not (isinstance(node.content, str) and scalar(node) in (None, False)):
        for name, constant in row.constants:
            is_names = ADDRESSES[f"{row.element}.{name}"] is NAMES
            data = [constant] if is_names else constant
            parts = {constant: Entry(entry.key, entry.key)}
            _keep(name, row, Value("known", data, entry.key, "", parts), scope)


def _leave_to_the_chart(row: KeyRule, entry: Entry, scope: ReadKeys) -> None:
    """Fields that a key settles in a way only the chart knows."""
    if not is_empty(entry.value) and entry.value.content not in NOTHING_CHOSEN:
        note = f"the chart decides by {entry.key.content}"
        every = tuple(leaves(entry.value))
        for name in row.undecided:
            _keep(name, row, Value("unknown", None, entry.value, note, None, every), scope)


def _switch(row: KeyRule, node: Node, scope: ReadKeys) -> None:
    if row.rank == ELSEWHERE and not is_empty(node):
        scope.switched.add((row.element, row.entry))
    data = scalar(node) if isinstance(node.content, str) and not node.style else _plain_text(node)
    if data in (False, "false"):
        value = Value("disabled", False, node, "", None, (node,))
        scope.off[row.element, row.entry] = value
    elif data in (True, "true"):
        value = Value("known", True, node, "", None, (node,))
    elif is_empty(node):
        return
    else:
        value = Value("unknown", None, node, "neither true nor false", None, (node,))
    scope.owned.setdefault(row.element, []).insert(0, (row.entry, value))


def _plain_text(node: Node) -> str:
    """The text of a scalar, or "" for a collection."""
    return node.content if isinstance(node.content, str) else ""


def _keep(name: str, row: KeyRule, value: Value, scope: ReadKeys) -> None:
    rank = row.rank + LAST if value.derived else row.rank
    if row.pod:
        scope.pod.setdefault(f"{row.element}.{name}", (row.entry, value))
    scope.values.setdefault(f"{row.element}.{name}", []).append((rank, row.entry, value))
