"""Keys that no element owns and that only one of two services has, and keys at another depth.

Rules compare elements. The other keys of a file are compared by their presence alone. A whole
sub-tree is one key, lists are not looked into, and an empty key is absent. A key is misplaced if
the other side has it one level further in or out, and misspelt if the other side has one there that
differs in a letter or in capitals; for these lists of one length are looked into, but in manifests,
where the API says what an item has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from deploylint.compare.key_slips import (
    Candidate,
    Keys,
    keys_beside,
    misplaced_keys,
    misspelt_keys,
)
from deploylint.compare.matching import ComponentMatcher
from deploylint.documents.grouping import items_by_key
from deploylint.documents.locate import key_path
from deploylint.documents.nodes import (
    Collection,
    Entry,
    Node,
    NodeTable,
    child,
    entries_of,
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


class _Differing(Record):
    """The keys in which a mapping differs from the reference's: the same for all of one structure.

    ``ours`` and ``theirs`` are the keys that only this one and only the reference's may have.
    ``misplaced`` and ``misspelt`` are keys with those that they are in the reference.
    ``unlisted`` are the keys of mappings that are items of a list there.
    """

    ours: Sequence[Candidate]
    theirs: Sequence[Candidate]
    misplaced: Sequence[tuple[Keys, Keys]]
    misspelt: Sequence[tuple[Keys, Keys]]
    unlisted: Sequence[str]


class _Side:
    """One service: the leaves that elements own, and the mappings of components."""

    def __init__(self, service: Service) -> None:
        self._components = service.components
        self.has_values = service.shape == "values"
        every = [component.scope for component in service.components]
        scopes = [scope for scope in every if scope.table.is_written(scope)]
        self._made = [scope for scope in every if not scope.table.is_written(scope)]
        self._places = frozenset((scope.table, scope.row) for scope in scopes)
        scopes.sort(key=lambda scope: scope.row)
        self._rows = items_by_key((scope.table, scope.row) for scope in scopes)

    def is_scope(self, node: Node) -> bool:
        """Whether a node is the mapping that a component is read from."""
        is_merged = any(scope is node for scope in self._made)  # a tree of several files
        return is_merged or (node.table, node.row) in self._places

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
    """

    component: str
    scope: Node
    other: Node
    differing: _Differing


class _ComparedService(Record):
    """A service beside its reference, and the mappings of both that are compared."""

    service: Service
    side: _Side
    pairs: list[_Pair]


class ExtraKeyFinder:
    """Finds the keys that only a service or only its reference has, by component.

    All services of one structure share what is found.
    """

    LIMIT = 4096
    """The structures that are kept: a fleet with more of them repeats few."""

    def __init__(self, reference: Service) -> None:
        self._reference = reference
        self._matcher = ComponentMatcher(reference)
        self._side = _Side(reference)
        self._kept: dict[object, _Differing] = {}
        self._last: _ComparedService | None = None

    def find(self, service: Service) -> Iterator[ExtraKey]:
        """The extra keys of one service and of its reference beside it."""
        reference, compared = self._reference, self._compared(service)
        for component, scope, other, differing in compared.pairs:
            for path in _present(differing.ours):
                if not compared.side.owns(_entry(scope, path).value):
                    at = place(_entry(scope, path).key, service)
                    beside = place(_node_around(other, path), reference)
                    yield ExtraKey(component, dotted_path(path), True, at, beside)
            for path in _present(differing.theirs):
                if not self._side.owns(_entry(other, path).value):
                    at = place(_node_around(scope, path), service)
                    beside = place(_entry(other, path).key, reference)
                    yield ExtraKey(component, dotted_path(path), False, at, beside)

    def misplaced(self, service: Service) -> Iterator[DifferingKey]:
        """The keys of one service that its reference has at another depth."""
        for _, scope, other, differing in self._compared(service).pairs:
            within = (
                (path, _entry(scope, path).key, target, _entry(other, target).key)
                for path, target in differing.misplaced
            )
            for path, node, target, meant in (
                *within,
                *keys_beside(scope, other, differing.theirs),
            ):
                if service.chart_reads and service.reads(key_path(service.root, node)):
                    continue
                at, wanted = place(node, service), place(meant, self._reference)
                yield DifferingKey(dotted_path(path), dotted_path(target), at, wanted)

    def misspelt(self, service: Service) -> Iterator[DifferingKey]:
        """The keys of one service that its reference has beside them in another spelling."""
        reported = {fault.node for fault in service.faults}
        for _, scope, other, differing in self._compared(service).pairs:
            for path, meant in differing.misspelt:
                node = _entry(scope, path).key
                if node not in reported:
                    wanted = place(_entry(other, meant).key, self._reference)
                    at = place(node, service)
                    yield DifferingKey(dotted_path(path), dotted_path(meant), at, wanted)

    def without_list(self, service: Service) -> Iterator[DifferingKey]:
        """The mappings of one service that are items of a list in its reference."""
        for _, scope, other, differing in self._compared(service).pairs:
            for key in differing.unlisted:
                here = place(_entry(scope, (key,)).key, service)
                wanted = place(_entry(other, (key,)).value.key, self._reference)
                yield DifferingKey(dotted_path((key,)), "a list", here, wanted)

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
                _Pair(key, scope, other, self._differing(number, scope, other, side))
                for number, key, scope, other in compared
            ]
            self._last = _ComparedService(service, side, pairs)
        return self._last

    def _differing(self, number: int, scope: Node, other: Node, side: _Side) -> _Differing:
        """The keys in which a mapping differs from the reference's one of a number."""
        form = structure(scope)
        key = None if form is None else (number, side.has_values, side.rows_from(scope), form)
        known = self._kept.get(key)
        if known is None:
            ours = _each_once(_only(side, scope, other, ()))
            theirs = _each_once(_only(self._side, other, scope, ()))
            known = _Differing(
                ours,
                theirs,
                list(misplaced_keys(ours, theirs)),
                list(misspelt_keys(ours, theirs)),
                list(_unlisted(scope, other)) if side.has_values else (),
            )
            if key is not None and len(self._kept) < self.LIMIT:
                self._kept[key] = known
        return known


def _each_once(candidates: Iterable[tuple[Candidate, Node]]) -> list[Candidate]:
    """Each key by its first path: a view of a manifest holds some under several."""
    keys: dict[tuple[NodeTable, int], Candidate] = {}
    for candidate, key in candidates:
        keys.setdefault((key.table, key.row), candidate)
    return list(keys.values())


def _only(side: _Side, node: Node, other: Node, path: Keys) -> Iterator[tuple[Candidate, Node]]:
    """The keys of one mapping that another one has not, with or without an owner."""
    assert isinstance(node.content, dict)
    others = other.content if isinstance(other.content, dict) else {}
    for key, (name, value) in node.content.items():
        if side.is_scope(value):
            continue
        entry, is_blank = others.get(key), is_empty(value)
        if entry is None or (is_empty(entry.value) and not is_blank):
            below = () if entry is None else tuple(key_names(value))
            yield Candidate((*path, key), is_blank, entry is not None, below), name
        elif value.is_mapping and entry.value.is_mapping:
            yield from _only(side, value, entry.value, (*path, key))
        elif side.has_values:
            yield from _only_in_items(side, value, entry.value, (*path, key))


def _only_in_items(
    side: _Side, node: Node, other: Node, path: Keys
) -> Iterator[tuple[Candidate, Node]]:
    """The same for the items of two lists of one length, each beside the other's."""
    items, others = items_of(node), items_of(other)
    if len(items) == len(others):
        for at, (item, beside) in enumerate(zip(items, others, strict=True)):
            if item.is_mapping and beside.is_mapping:
                yield from _only(side, item, beside, (*path, f"[{at}]"))


def _unlisted(scope: Node, other: Node) -> Iterator[str]:
    """The keys of mappings that are items of a list in another mapping."""
    if type(scope) is not Collection:
        return
    for key, (_, value) in entries_of(scope).items():
        names, others = set(key_names(value)), child(other, key)
        if names and any(names <= set(key_names(item)) for item in items_of(others)[:1]):
            yield key


def _present(candidates: Iterable[Candidate]) -> Iterator[Keys]:
    """The keys that hold something and are outside lists."""
    for path, is_blank, *_ in candidates:
        if not (is_blank or any(step.startswith("[") for step in path)):
            yield path


def _entry(scope: Node, path: Keys) -> Entry:
    """What is at the end of a path in a mapping."""
    *above, key = path
    for step in above:
        scope = _value(scope, step)
    return entries_of(scope)[key]


def _value(node: Node, step: str) -> Node:
    content = node.content
    return content[step].value if isinstance(content, dict) else items_of(node)[int(step[1:-1])]


def _node_around(scope: Node, path: Keys) -> Node:
    """The key above a path outside lists, or the mapping itself where nothing is above it."""
    return _entry(scope, path[:-1]).key if path[1:] else scope
