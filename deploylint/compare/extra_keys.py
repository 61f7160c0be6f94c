"""Keys that no element owns and that only one of two services has.

Rules compare elements. The rest of a file is compared by its keys alone. A whole sub-tree is one
key, lists have no keys, and an empty value is absent.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from deploylint.compare.matching import ComponentMatcher
from deploylint.compare.outcome import LIMIT
from deploylint.documents.nodes import Collection, Node, NodeTable, entries_of, is_empty
from deploylint.documents.record import Record
from deploylint.documents.structure import leaf_rows, structure
from deploylint.model.finding import Location
from deploylint.model.locations import dotted, place
from deploylint.model.service import Service


class ExtraKey(Record):
    """A key that only one side has: its dotted path in its component, and its location.

    ``here`` is whether the service has it; else the reference does. ``other`` is the location in
    the reference.
    """

    component: str
    key: str
    here: bool
    location: Location
    other: Location


class _Candidate(Record):
    """A key that only one side has, with or without an owner: its path, key and value there.

    ``near`` is the nearest node of the other side.
    """

    path: tuple[str, ...]
    key: Node
    value: Node
    near: Node


class _Kept(Record):
    """A candidate for all services of one structure; rows count from that of the component.

    A place in the reference is a node, one in the service a row, ``~row`` for a key.
    """

    path: tuple[str, ...]
    key: Node | int
    value: Node | int
    near: Node | int


class _Side:
    """One service: the leaves that elements own, and the mappings that are components."""

    def __init__(self, service: Service) -> None:
        self._components = service.components
        scopes = [component.scope for component in service.components]
        self._places = frozenset((scope.table, scope.row) for scope in scopes)
        self._rows: dict[NodeTable, list[int]] = {}
        for scope in sorted(scopes, key=lambda scope: scope.row):
            self._rows.setdefault(scope.table, []).append(scope.row)

    def is_scope(self, node: Node) -> bool:
        """Whether a node is the mapping that a component is read from."""
        return (node.table, node.row) in self._places

    def rows_from(self, scope: Node) -> tuple[int, ...]:
        """The rows of the components that are written in a scope, counted from there."""
        rows = self._rows.get(scope.table, [])
        within = rows[bisect_left(rows, scope.row) : bisect_left(rows, scope.end_row)]
        return tuple([row - scope.row for row in within])

    @cached_property
    def _owned(self) -> set[tuple[NodeTable, int]]:
        """The leaves that elements own; needed only where a key is on one side alone."""
        every = (component.values for component in self._components)
        return {
            values.rows.row(leaf)
            for values in every
            for value in values.fields.row
            for leaf in value.leaves
        }

    def owns(self, node: Node) -> bool:
        """Whether a component is below a node, or an element owns something there."""
        return self._holds_scope(node) or any(
            (table, row) in self._owned for table, rows in leaf_rows(node) for row in rows
        )

    def _holds_scope(self, node: Node) -> bool:
        if node.is_scalar:
            return False
        if type(node) is Collection:
            return bool(self.rows_from(node))
        below = (entry.value for entry in entries_of(node).values())
        return self.is_scope(node) or any(map(self._holds_scope, below))


class ExtraKeyFinder:
    """Finds the keys that only a service or only its reference has, by component.

    The candidates are worked out once for all services of one structure.
    """

    def __init__(self, reference: Service) -> None:
        self._reference = reference
        self._matcher = ComponentMatcher(reference)
        self._side = _Side(reference)
        self._kept: dict[object, tuple[list[_Kept], list[_Kept]]] = {}

    def find(self, service: Service) -> Iterator[ExtraKey]:
        """The extra keys of one service and of its reference beside it."""
        reference, side = self._reference, _Side(service)
        for number, here in self._matcher.pairs(service):
            component = service.components[here].key
            ours, theirs = self._candidates(number, service.components[here].scope, side)
            for path, key, value, near in ours:
                if not side.owns(value):
                    at, other = place(key, service), place(near, reference)
                    yield ExtraKey(component, dotted(path), True, at, other)
            for path, key, value, near in theirs:
                if not self._side.owns(value):
                    at, other = place(near, service), place(key, reference)
                    yield ExtraKey(component, dotted(path), False, at, other)

    def _candidates(
        self, number: int, scope: Node, side: _Side
    ) -> tuple[list[_Candidate], list[_Candidate]]:
        """The keys that only a component, and only the reference's, may have."""
        form = structure(scope)
        key = None if form is None else (number, side.rows_from(scope), form)
        kept = self._kept.get(key)
        if kept is not None:
            ours = [_candidate(candidate, scope) for candidate in kept[0]]
            return ours, [_candidate(candidate, scope) for candidate in kept[1]]
        other = self._reference.components[number].scope
        ours = list(_only(side, scope, other, ()))
        theirs = list(_only(self._side, other, scope, ()))
        if key is not None and len(self._kept) < LIMIT:
            self._kept[key] = (
                [_Kept(c.path, _row(c.key, scope), _row(c.value, scope), c.near) for c in ours],
                [_Kept(c.path, c.key, c.value, _row(c.near, scope)) for c in theirs],
            )
        return ours, theirs


def _row(node: Node, scope: Node) -> int:
    """The row of a node, counted from that of a scope."""
    return node.row - scope.row if node.row >= 0 else ~(~node.row - scope.row)


def _candidate(kept: _Kept, scope: Node) -> _Candidate:
    """A candidate that was kept, in the component of a scope."""
    nodes = (at if isinstance(at, Node) else _node(at, scope) for at in kept[1:])
    return _Candidate(kept.path, *nodes)


def _node(row: int, scope: Node) -> Node:
    """The node in a row that is counted from that of a scope."""
    table = scope.table
    return table.node(scope.row + row) if row >= 0 else table.key(scope.row + ~row)


def _only(side: _Side, node: Node, other: Node, path: tuple[str, ...]) -> Iterator[_Candidate]:
    """The keys of one mapping that another one has not, with or without an owner."""
    others = entries_of(other)
    for key, (name, value) in entries_of(node).items():
        if side.is_scope(value) or is_empty(value):
            continue
        entry = others.get(key)
        if entry is None or is_empty(entry.value):
            yield _Candidate((*path, key), name, value, other)
        elif value.is_mapping and entry.value.is_mapping:
            for below in _only(side, value, entry.value, (*path, key)):
                yield below._replace(near=entry.key) if below.near is entry.value else below
