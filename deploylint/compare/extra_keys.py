"""Keys that no element owns and that only one of two services has.

Elements are compared by rules; what is left of a file is compared by its shape alone: that a key is
there. Whole sub-trees are one key, lists are not looked into, and what is empty is not there.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from deploylint.compare.matching import ComponentMatcher
from deploylint.documents.nodes import Node, is_empty, leaves
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


class ExtraKeyFinder:
    """Finds the keys that only a service or only its reference has, by component."""

    def __init__(self, reference: Service) -> None:
        self._reference = reference
        self._matcher = ComponentMatcher(reference)
        self._side = _Side(reference)

    def find(self, service: Service) -> Iterator[ExtraKey]:
        """The extra keys of one service and of its reference beside it."""
        reference, side = self._reference, _Side(service)
        for there, here in self._matcher.pairs(service):
            one, two = reference.components[there], service.components[here]
            for path, node, near in _only(side, two.scope, one.scope, ()):
                at, other = place(node, service), place(near, reference)
                yield ExtraKey(two.key, dotted(path), True, at, other)
            for path, node, near in _only(self._side, one.scope, two.scope, ()):
                at, other = place(near, service), place(node, reference)
                yield ExtraKey(two.key, dotted(path), False, at, other)


class _Side:
    """One service: which of its leaves an element owns, and which mappings are components."""

    def __init__(self, service: Service) -> None:
        self._components = service.components
        self.scopes = {id(component.scope.content) for component in service.components}

    @cached_property
    def owned(self) -> set[int]:
        """The leaves that elements own; asked for only where a key is on one side alone."""
        values = (v for component in self._components for v in component.values.values())
        return {id(leaf) for value in values for leaf in value.leaves}

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
    here, there = node.content, other.content
    assert isinstance(here, dict)
    there = there if isinstance(there, dict) else {}
    for key, (name, value) in here.items():
        content, entry = value.content, there.get(key)
        if entry is None or is_empty(entry.value):
            if not (id(content) in side.scopes or is_empty(value) or side.owns(value)):
                yield (*path, key), name, other
        elif (
            isinstance(content, dict)
            and isinstance(entry.value.content, dict)
            and id(content) not in side.scopes
        ):
            below = _only(side, value, entry.value, (*path, key))
            yield from ((p, n, entry.key if o is entry.value else o) for p, n, o in below)
