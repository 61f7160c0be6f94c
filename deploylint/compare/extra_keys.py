"""Keys that no element owns and that only one of two services has, and keys at another depth.

Rules compare elements. The other keys of a file are compared by their presence alone. A whole
sub-tree is one key, lists are not looked into, and an empty key is absent. A key is misplaced if
the other side has it one level further in or out, and misspelt if the other side has one there that
differs in a letter or in capitals; for these lists of one length are looked into, but in manifests,
where the API says what an item has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property

from deploylint.compare.key_slips import (
    Candidate,
    by_spelling,
    is_slip,
    keys_beside,
    misplaced_keys,
    spellings_of,
)
from deploylint.compare.matching import ComponentMatcher
from deploylint.documents.locate import key_path
from deploylint.documents.nodes import (
    Collection,
    Node,
    NodeTable,
    child,
    is_empty,
    items_of,
)
from deploylint.documents.record import Record
from deploylint.documents.structure import key_names, leaf_rows, structure
from deploylint.model.finding import Location
from deploylint.model.locations import dotted_path, place
from deploylint.model.service import Service


class ExtraKey(Record):
    """A key that only one side has.

    ``key`` is its dotted path in its component.
    ``here`` is whether the service has it; else the reference has it.
    ``location`` and ``other`` are its places in the service and the reference.
    """

    component: str
    key: str
    here: bool
    location: Location
    other: Location


class DifferingKey(Record):
    """A key of a service that its reference has at another level, or by another name.

    ``key`` and ``wanted`` are its dotted paths in the service and the reference.
    ``location`` and ``other`` are its places in them.
    """

    key: str
    wanted: str
    location: Location
    other: Location


class _Kept(Record):
    """A candidate for all services of one structure; rows count from that of the component.

    A place in the reference is a node, a place in the service a row, ``~row`` for a key.
    """

    path: tuple[str, ...]
    key: Node | int
    value: Node | int
    near: Node | int
    is_emptied: bool


class _Side:
    """One service: the leaves that elements own, and the mappings of components."""

    def __init__(self, service: Service) -> None:
        self._components = service.components
        self.has_values = service.shape == "values"
        scopes = [component.scope for component in service.components]
        scopes = [scope for scope in scopes if scope.table.is_written(scope)]
        self._places = frozenset((scope.table, scope.row) for scope in scopes)
        self._rows: dict[NodeTable, list[int]] = {}
        for scope in sorted(scopes, key=lambda scope: scope.row):
            self._rows.setdefault(scope.table, []).append(scope.row)

    def is_scope(self, node: Node) -> bool:
        """Whether a node is the mapping that a component is read from."""
        return (node.table, node.row) in self._places

    def rows_from(self, scope: Node) -> tuple[int, ...]:
        """The rows of the components inside a scope, counted from its row."""
        rows = self._rows.get(scope.table, [])
        within = rows[bisect_left(rows, scope.row) : bisect_left(rows, scope.end_row)]
        return tuple([row - scope.row for row in within])

    @cached_property
    def _owned(self) -> set[tuple[NodeTable, int]]:
        """The leaves that elements own; made only if a key is on one side alone."""
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
        below = node.content.values() if isinstance(node.content, dict) else ()
        return self.is_scope(node) or any(self._holds_scope(entry.value) for entry in below)


class _Pair(Record):
    """A mapping of a service beside the reference's: of a component, or around components.

    ``component`` is the key of the component, "" around them.
    ``ours`` and ``theirs`` are the keys that only this one and only the reference's may have.
    """

    component: str
    scope: Node
    other: Node
    ours: list[Candidate]
    theirs: list[Candidate]


class _ComparedService(Record):
    """A service beside its reference, and the mappings of both that are compared."""

    service: Service
    side: _Side
    pairs: list[_Pair]


class ExtraKeyFinder:
    """Finds the keys that only a service or only its reference has, by component.

    All services of one structure share their candidates.
    """

    LIMIT = 4096
    """The structures that are kept: a fleet with more of them repeats few."""

    def __init__(self, reference: Service) -> None:
        self._reference = reference
        self._matcher = ComponentMatcher(reference)
        self._side = _Side(reference)
        self._kept: dict[object, tuple[list[_Kept], list[_Kept]]] = {}
        self._last: _ComparedService | None = None

    def find(self, service: Service) -> Iterator[ExtraKey]:
        """The extra keys of one service and of its reference beside it."""
        reference, compared = self._reference, self._compared(service)
        for pair in compared.pairs:
            for key in filter(_is_outside_lists, pair.ours):
                if not (is_empty(key.value) or compared.side.owns(key.value)):
                    at, other = place(key.key, service), place(key.near, reference)
                    yield ExtraKey(pair.component, dotted_path(key.path), True, at, other)
            for key in filter(_is_outside_lists, pair.theirs):
                if not (is_empty(key.value) or self._side.owns(key.value)):
                    at, other = place(key.near, service), place(key.key, reference)
                    yield ExtraKey(pair.component, dotted_path(key.path), False, at, other)

    def misplaced(self, service: Service) -> Iterator[DifferingKey]:
        """The keys of one service that its reference has at another depth."""
        for _, scope, other_scope, ours, theirs in self._compared(service).pairs:
            if not theirs:
                continue
            beside = keys_beside(scope, other_scope, theirs)
            for (path, node), (target, other) in (*misplaced_keys(ours, theirs), *beside):
                if service.chart_reads and service.reads(key_path(service.root, node)):
                    continue
                at, wanted = place(node, service), place(other, self._reference)
                yield DifferingKey(dotted_path(path), dotted_path(target), at, wanted)

    def misspelt(self, service: Service) -> Iterator[DifferingKey]:
        """The keys of one service that its reference has beside them in another spelling."""
        reported = {fault.node for fault in service.faults}
        for pair in self._compared(service).pairs:
            others = by_spelling(pair.theirs) if pair.ours else {}
            for own in pair.ours:
                near = (other for way in spellings_of(own) for other in others.get(way, ()))
                slip = next((each for each in near if is_slip(own.path, each.path)), None)
                if slip is not None and own.key not in reported:
                    at, wanted = place(own.key, service), place(slip.key, self._reference)
                    yield DifferingKey(dotted_path(own.path), dotted_path(slip.path), at, wanted)

    def without_list(self, service: Service) -> Iterator[DifferingKey]:
        """The mappings of one service that are items of a list in its reference."""
        for pair in self._compared(service).pairs if service.shape == "values" else ():
            table = pair.scope.table
            rows = table.rows_below(pair.scope.row) if type(pair.scope) is Collection else ()
            for row in (row for row in rows if table.texts[row] is None):
                key = table.paths[row].name
                others = child(pair.other, key)
                names = {table.paths[below].name for below in table.rows_below(row)}
                if others is None or not names:
                    continue
                if any(names <= set(key_names(item)) for item in items_of(others)[:1]):
                    here, other = place(table.key(row), service), place(others.key, self._reference)
                    yield DifferingKey(dotted_path((key,)), "a list", here, other)

    def _compared(self, service: Service) -> _ComparedService:
        """A service beside the reference; that of the last call is kept."""
        if self._last is None or self._last.service is not service:
            side, reference = _Side(service), self._reference
            own_parts, parts = service.components, reference.components
            compared = [
                (number, own_parts[own].key, own_parts[own].scope, parts[number].scope)
                for number, own in self._matcher.pairs(service)
            ]
            if not (side.is_scope(service.root) or self._side.is_scope(reference.root)):
                compared.append((-1, "", service.root, reference.root))
            pairs = [
                _Pair(key, scope, other, *self._candidates(number, scope, other, side))
                for number, key, scope, other in compared
            ]
            self._last = _ComparedService(service, side, pairs)
        return self._last

    def _candidates(
        self, number: int, scope: Node, other: Node, side: _Side
    ) -> tuple[list[Candidate], list[Candidate]]:
        """The keys that only a mapping, and only the reference's one of a number, may have."""
        form = structure(scope)
        key = None if form is None else (number, side.rows_from(scope), form)
        kept = self._kept.get(key)
        if kept is not None:
            return [_taken(k, scope) for k in kept[0]], [_taken(k, scope) for k in kept[1]]
        ours = _each_once(_only(side, scope, other, ()))
        theirs = _each_once(_only(self._side, other, scope, ()))
        if key is not None and len(self._kept) < self.LIMIT:
            self._kept[key] = (
                [
                    _Kept(o.path, _row(o.key, scope), _row(o.value, scope), o.near, o.is_emptied)
                    for o in ours
                ],
                [_Kept(o.path, o.key, o.value, _row(o.near, scope), o.is_emptied) for o in theirs],
            )
        return ours, theirs


def _each_once(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each key by its first path: a view of a manifest holds some under several."""
    keys: dict[tuple[NodeTable, int], Candidate] = {}
    for candidate in candidates:
        keys.setdefault((candidate.key.table, candidate.key.row), candidate)
    return list(keys.values())


def _row(node: Node, scope: Node) -> int:
    """The row of a node, counted from that of a scope."""
    return node.row - scope.row if node.row >= 0 else ~(~node.row - scope.row)


def _taken(kept: _Kept, scope: Node) -> Candidate:
    """A candidate that was kept, in the component of a scope."""
    path, *nodes, is_emptied = kept
    key, value, near = (n if isinstance(n, Node) else _node(n, scope) for n in nodes)
    return Candidate(path, key, value, near, is_emptied)


def _node(row: int, scope: Node) -> Node:
    """The node in a row that is counted from that of a scope."""
    table = scope.table
    return table.node(scope.row + row) if row >= 0 else table.key(scope.row + ~row)


def _only(side: _Side, node: Node, other: Node, path: tuple[str, ...]) -> Iterator[Candidate]:
    """The keys of one mapping that another one has not, with or without an owner."""
    assert isinstance(node.content, dict)
    others = other.content if isinstance(other.content, dict) else {}
    for key, (name, value) in node.content.items():
        if side.is_scope(value):
            continue
        entry = others.get(key)
        if entry is None or (is_empty(entry.value) and not is_empty(value)):
            yield Candidate((*path, key), name, value, other, entry is not None)
        elif value.is_mapping and entry.value.is_mapping:
            for below in _only(side, value, entry.value, (*path, key)):
                yield below._replace(near=entry.key) if below.near is entry.value else below
        elif side.has_values:
            yield from _only_in_items(side, value, entry.value, (*path, key))


def _only_in_items(
    side: _Side, node: Node, other: Node, path: tuple[str, ...]
) -> Iterator[Candidate]:
    """The same for the items of two lists of one length, each beside the other's."""
    items, others = items_of(node), items_of(other)
    if len(items) == len(others):
        for at, (item, beside) in enumerate(zip(items, others, strict=True)):
            if item.is_mapping and beside.is_mapping:
                yield from _only(side, item, beside, (*path, f"[{at}]"))


def _is_outside_lists(candidate: Candidate) -> bool:
    return not any(step.startswith("[") for step in candidate.path)
