"""From a node to its location, looked up only for values in a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from pathlib import PurePath

from deploylint.documents.grouping import items_by_key
from deploylint.documents.locate import key_path, root_above
from deploylint.documents.nodes import Node, entries_of, span
from deploylint.model.difference import Difference
from deploylint.model.field_values import MOST_KNOWN
from deploylint.model.fields import PRESENT, element_of
from deploylint.model.finding import Location
from deploylint.model.service import Component, Service, Value

NEAR = 2
"""How many keys siblings write below the nearest key that is there: those of one mapping."""


def place(node: Node, service: Service) -> Location:
    """The location of a node in one of a service's documents."""
    return location_below(node, service.roots)


def location_below(node: Node, roots: Sequence[Node]) -> Location:
    """The location of a node below one of several roots; without a key where it is below none."""
    at = span(node)
    if not isinstance(node.content, str) and at.end_line > at.line:
        at = at._replace(end_line=at.line, end_column=_end_of_line(node))
    return Location._make((node.source.file, dotted_path(_keys(node, roots)), *at))


def _keys(node: Node, roots: Sequence[Node]) -> tuple[str, ...]:
    """The keys that lead to a node in the document it was written in.

    It is looked for in all of them where it was put there from elsewhere.
    """
    root = root_above(roots, node)
    if root is not None:
        return key_path(root, node)
    return next(filter(None, (key_path(root, node) for root in roots)), ())


def _end_of_line(node: Node) -> int:
    line, column = node.source.position(node.start)
    return max(len(node.source.line(line).rstrip()), column) + 1


@lru_cache(maxsize=MOST_KNOWN)
def dotted_path(keys: tuple[str, ...]) -> str:
    """A path as one writes it: ``env[0].value``; keys with dots are quoted."""
    text = ""
    for key in keys:
        if key.startswith("[") and key.endswith("]"):
            text += key
        else:
            text += ("." if text else "") + (f'"{key}"' if "." in key else key)
    return text


def node_of(component: Component, address: str, value: Value) -> Node:
    """The node a value was read from, or the nearest existing parent of where it would be."""
    if value.node is not None:
        return value.node
    return _deepest(component.scope, _path(component, address))[1]


def missing_key(difference: Difference) -> Node:
    """The nearest key above a value that is not written.

    It is looked for where the reference writes the value, then where this profile would write it,
    then at the element's own key. Where most siblings vote, their way comes first if it is nearly
    there.
    """
    component, address = difference.at.component, difference.address
    scope, path = _as_in_the_reference(difference)
    spelling = _path(component, address)
    depth, node, below = _deepest(scope, path)
    if path and spelling and (path[-1][:1] == "[" or (depth == len(path) and below.is_scalar)):
        depth, node, path = 0, component.scope, spelling  # a word of a command there, a key here
    spelt_depth, spelt, _ = _deepest(component.scope, spelling)
    is_near = difference.vote is not None and len(path) - depth <= NEAR
    if spelt_depth > depth and not is_near:
        return spelt
    own = _own_key(component, element_of(address))
    if not depth and len(path) != 1 and own is not None:
        return own
    return node if node is not difference.at.service.root else _layer(difference) or node


def _layer(difference: Difference) -> Node | None:
    """The layer of a service that is called like that which has a value in the reference."""
    service, reference, node = difference.at.service, difference.reference, difference.expected.node
    if node is None or reference is None or service.shape != "values":
        return None
    root = root_above(reference.service.roots, node)
    name = "" if root is None else PurePath(root.source.file).name
    layers = [each for each in service.roots if PurePath(each.source.file).name == name]
    return layers[0] if len(layers) == 1 else None


class MisspeltKeys:
    """The misspelt keys of a service, by the mappings that they are in."""

    def __init__(self, service: Service) -> None:
        self._faults = items_by_key(
            ((fault.node.table, fault.node.row), (number, fault))
            for number, fault in enumerate(service.faults)
            if fault.meant
        )
        self._by_mapping: dict[int, tuple[Node, Mapping[str, Node]]] = {}

    def find(self, difference: Difference) -> Node | None:
        """The key under which a missing value is written by a wrong name; None without one."""
        if not self._faults or difference.actual.state == "known":
            return None
        component = difference.at.component
        spelling = component.scope, _path(component, difference.address)
        for scope, path in (_as_in_the_reference(difference), spelling):
            depth, _, below = _deepest(scope, path)
            if depth < len(path) and (node := self._by_meaning(below).get(path[depth])):
                return node
        return None

    def _by_meaning(self, mapping: Node) -> Mapping[str, Node]:
        """The first misspelt key of a mapping for each key that is meant."""
        if id(mapping) not in self._by_mapping:
            keys = (key for key, _ in entries_of(mapping).values())
            faults = (self._faults.get((key.table, key.row), ()) for key in keys)
            ordered = sorted(chain.from_iterable(faults), key=itemgetter(0), reverse=True)
            by_meaning = {fault.meant: fault.node for _, fault in ordered}
            self._by_mapping[id(mapping)] = mapping, by_meaning
        return self._by_mapping[id(mapping)][1]


def _own_key(component: Component, element: str) -> Node | None:
    """The key of an element, where it is not only known by one of its fields."""
    present = component.value(f"{element}.{PRESENT}")
    fields = (
        value for address, value in component.values.items() if element_of(address) == element
    )
    if present.state != "known" or any(
        value.node == present.node for value in fields if value is not present
    ):
        return None
    return present.node


def _as_in_the_reference(difference: Difference) -> tuple[Node, tuple[str, ...]]:
    """The keys that the reference's value is written under, and below which node of this file."""
    service, component = difference.at
    node, reference = difference.expected.node, difference.reference
    if node is None or reference is None:
        return component.scope, ()
    scope = reference.component.scope
    keys, above = _keys(node, reference.service.roots), _keys(scope, reference.service.roots)
    if node is scope or (len(keys) > len(above) and keys[: len(above)] == above):
        return component.scope, keys[len(above) :]
    return service.root, keys


def _deepest(scope: Node, path: tuple[str, ...]) -> tuple[int, Node, Node]:
    """How many keys of a path there are below a node, the last of them, and its value."""
    nearest = content = scope
    for depth, key in enumerate(path):
        if not isinstance(content.content, dict) or key not in content.content:
            return depth, nearest, content
        nearest, content = content.content[key]
    return len(path), nearest, content


def _path(component: Component, address: str) -> tuple[str, ...]:
    """The keys an address is written under; of a level what its fields share."""
    paths = component.paths.by_address
    if address in paths:
        return paths[address]
    below = [path for known, path in paths.items() if known.startswith(f"{address}.")]
    if below:
        return below[0][:-1]
    field = ".".join(address.split(".")[:2])
    return paths.get(field) or paths.get(f"{element_of(address)}.{PRESENT}", ())
