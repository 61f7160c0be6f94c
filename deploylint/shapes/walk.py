"""One walk along the keys of a file and of a compiled profile at once, to the values of a scope.

What a key means is in the profile; the cost follows the file and not the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from deploylint.documents.nodes import Entry, Node, is_empty, scalar
from deploylint.elements import ADDRESSES, PRESENT, element_of
from deploylint.model import Value
from deploylint.nearest import nearest
from deploylint.shapes.commands import is_variable
from deploylint.shapes.fields import field
from deploylint.shapes.profiles import SWITCHES, Keys, Place, Row
from deploylint.shapes.readers import READERS
from deploylint.types import NAMES, TREE

NEAR_LENGTH = 5
"""Shorter keys are too easily near one another to be called a misspelling."""


class Scope:
    """What one walk of one mapping has found so far."""

    def __init__(self) -> None:
        self.values: dict[str, list[tuple[int, int, Value]]] = {}
        """Address -> every (rank, entry, value) that was read for it, in the order of the file."""
        self.off: dict[tuple[str, int], Value] = {}
        """Alternatives of an element that are switched off."""
        self.owned: dict[str, list[tuple[int, Value]]] = {}
        """Elements whose own key is there: (entry, the value of ``present`` it gives)."""
        self.argv: list[tuple[int, Node]] = []
        self.has_program = False
        """Whether what is in ``argv`` begins with a program, and is not only arguments of one."""
        self.variables: list[Node] = []
        self.places: list[tuple[str, Place, Entry]] = []
        self.near: list[tuple[Node, str]] = []


def walk(node: Node, keys: Keys) -> Scope:
    """What a mapping says, key by key."""
    scope = Scope()
    _follow(node, keys, scope)
    return scope


def _follow(node: Node, keys: Keys, scope: Scope) -> None:
    assert isinstance(node.content, dict)
    children, star = keys.children, keys.star
    for key, entry in node.content.items():
        below = children.get(key, star)
        if below is None:
            _miss(key, entry, node.content, children, scope)
            continue
        if below.component is not None:
            scope.places.append((key, below.component, entry))
            continue
        for element, number, holds_scalar in below.owned:
            _own(element, number, holds_scalar, entry, scope)
        for row in below.rows:
            _fill(row, entry, scope)
        if type(entry.value.content) is dict and (below.children or below.star):
            _follow(entry.value, below, scope)


def _miss(
    key: str, entry: Entry, siblings: Mapping[str, Entry], known: Mapping[str, Keys], scope: Scope
) -> None:
    if len(key) < NEAR_LENGTH or not known:
        return
    meant = nearest(key, (k for k in known if k not in siblings and k not in SWITCHES))
    if meant:
        scope.near.append((entry.key, meant))


def _own(element: str, number: int, holds_scalar: bool, entry: Entry, scope: Scope) -> None:
    """What the element's own key says of its being there."""
    node = entry.value
    if is_empty(node):
        value = Value("disabled", None, node, "", None, (node,))
    elif isinstance(node.content, str):
        data = None if node.style else scalar(node)
        if data is False:
            value = Value("disabled", False, node, "", None, (node,))
            scope.off[element, number] = value
        elif data is True:
            value = Value("known", True, node, "", None, (node,))
        elif holds_scalar and not is_variable(node.content):
            return
        else:
            value = Value(
                "unknown", None, node, "a text where a mapping is expected", None, (node,)
            )
    else:
        value = Value("known", True, entry.key)
    scope.owned.setdefault(element, []).append((number, value))


def _fill(row: Row, entry: Entry, scope: Scope) -> None:
    node = entry.value
    if row.field == PRESENT:
        _switch(row, node, scope)
    elif row.reader in ("command", "arguments"):
        scope.argv.append((row.rank, node))
        scope.has_program |= row.reader == "command" and not is_empty(node)
    elif row.reader:
        scope.variables += [node] if row.reader == "variables" else []
        for name, value in READERS[row.reader](node):
            _keep(f"{row.element}.{name}", row, value, scope)
    elif row.constants:
        if node.content and not (isinstance(node.content, str) and scalar(node) in (None, False)):
            for name, constant in row.constants:
                data = [constant] if ADDRESSES[f"{row.element}.{name}"] is NAMES else constant
                parts = {constant: Entry(entry.key, entry.key)}
                _keep(
                    f"{row.element}.{name}", row, Value("known", data, entry.key, "", parts), scope
                )
    else:
        address = f"{row.element}.{row.field}"
        _keep(address, row, field(ADDRESSES[address], node), scope)


def _switch(row: Row, node: Node, scope: Scope) -> None:
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


def _keep(address: str, row: Row, value: Value, scope: Scope) -> None:
    scope.values.setdefault(address, []).append((row.rank, row.entry, value))


def _heard(address: str, said: list[tuple[int, Value]]) -> Value:
    """Of several (rank, value) the lowest rank that is set; of an environment all of them."""
    there = [(rank, value) for rank, value in said if value.state != "disabled"]
    if not there:
        return said[-1][1]
    if element_of(address) == "environment" and ADDRESSES[address] in (NAMES, TREE):
        return reduce(_joined, (value for _, value in there))
    return min(there, key=lambda ranked: ranked[0])[1]


def _joined(one: Value, other: Value) -> Value:
    """Two readings of one set: the union, unknown when one of them is."""
    if "unknown" in (one.state, other.state):
        return (one if one.state == "unknown" else other)._replace(
            leaves=(*one.leaves, *other.leaves)
        )
    parts = {**(other.parts or {}), **(one.parts or {})}
    if isinstance(one.data, dict) and isinstance(other.data, dict):
        data: object = {**other.data, **one.data}
    else:
        data = list(parts)
    return one._replace(data=data, parts=parts, leaves=(*one.leaves, *other.leaves))


def finish(scope: Scope) -> dict[str, Value]:
    """The values of one scope, without alternatives that are switched off, with ``present``."""
    values = dict[str, Value]()
    for address, said in scope.values.items():
        element = element_of(address)
        on = [(rank, value) for rank, entry, value in said if (element, entry) not in scope.off]
        if on:
            values[address] = _heard(address, on)
    for element, owned in scope.owned.items():
        values[f"{element}.{PRESENT}"] = _presence(element, owned, scope)
    for address in list(values):
        present = f"{element_of(address)}.{PRESENT}"
        if present not in values and values[address].state in ("known", "unknown"):
            values[present] = Value("known", True, values[address].node)
    return values


def _presence(element: str, owned: list[tuple[int, Value]], scope: Scope) -> Value:
    """One verdict from every key that speaks: there, else unknown, else switched off."""
    speaking: dict[int, list[Value]] = {}
    for number, value in owned:
        speaking.setdefault(number, []).append(scope.off.get((element, number), value))
    said = [min(values, key=_weight) for values in speaking.values()]
    order = {"known": 0, "unknown": 1, "disabled": 2, "absent": 3}
    best = min(said, key=lambda value: order[value.state])
    switches = tuple(leaf for value in said for leaf in value.leaves)
    return best._replace(leaves=switches)


def _weight(value: Value) -> int:
    """A switch speaks louder than the mere presence of the element's key."""
    return 0 if value.leaves else 1
