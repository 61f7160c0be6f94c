"""Keys that no element owns and that only one of two services has.

Elements are compared by rules; what is left of a file is compared by its shape alone: that a key is
there. Whole sub-trees are one key, lists are not looked into, and what is empty is not there.
"""

from collections.abc import Iterator
from typing import NamedTuple

from deploylint.compare.matching import matched_components
from deploylint.documents.nodes import Node, child, is_empty, leaves
from deploylint.model.finding import Location
from deploylint.model.locations import dotted, place
from deploylint.model.service import Service


class ExtraKey(NamedTuple):
    """A key that only one side has: its dotted path in its component, and where it would stand.

    ``here`` is whether the service has it; else the reference does. ``other`` is its place there.
    """

    component: str
    key: str
    here: bool
    location: Location
    other: Location


def extra_keys(reference: Service, service: Service) -> Iterator[ExtraKey]:
    """The keys that only a service or only its reference has, by component."""
    sides = _Side(reference), _Side(service)
    for one, two in matched_components(reference, service):
        for path, node, near in _only(sides[1], two.scope, one.scope, ()):
            at, there = place(node, service), place(near, reference)
            yield ExtraKey(two.key, dotted(path), True, at, there)
        for path, node, near in _only(sides[0], one.scope, two.scope, ()):
            at, there = place(near, service), place(node, reference)
            yield ExtraKey(two.key, dotted(path), False, at, there)


class _Side:
    """One service: which of its leaves an element owns, and which mappings are components."""

    def __init__(self, service: Service) -> None:
        values = (v for component in service.components for v in component.values.values())
        self.owned = {id(leaf) for value in values for leaf in value.leaves}
        self.scopes = {id(component.scope.content) for component in service.components}

    def owns(self, node: Node) -> bool:
        """Whether an element owns something below a node, or a component is below it."""
        return any(id(leaf) in self.owned for leaf in leaves(node)) or self._holds_scope(node)

    def _holds_scope(self, node: Node) -> bool:
        if id(node.content) in self.scopes:
            return True
        below = node.content.values() if isinstance(node.content, dict) else ()
        return any(self._holds_scope(entry.value) for entry in below)


_Found = tuple[tuple[str, ...], Node, Node]
"""The path of a key, its node, and the nearest node of the other side."""


def _only(side: _Side, node: Node, other: Node, path: tuple[str, ...]) -> Iterator[_Found]:
    """The keys of one mapping that another one has not."""
    assert isinstance(node.content, dict)
    for key, entry in node.content.items():
        there = child(other, key)
        if id(entry.value.content) in side.scopes or is_empty(entry.value):
            continue
        if there is None or is_empty(there):
            if not side.owns(entry.value):
                yield (*path, key), entry.key, other
        elif isinstance(entry.value.content, dict) and isinstance(there.content, dict):
            near = other.content[key].key if isinstance(other.content, dict) else other
            below = _only(side, entry.value, there, (*path, key))
            yield from ((p, n, near if o is there else o) for p, n, o in below)
