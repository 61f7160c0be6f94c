"""The root that a node is below, and the keys that lead from there to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from deploylint.documents.nodes import (
    NEXT,
    WIDTH,
    Collection,
    Node,
    NodeTable,
    entries_of,
    items_of,
)


def contains(root: Node, node: Node) -> bool:
    """Whether a node is written below another one, or is that one."""
    row = node.row if node.row >= 0 else ~node.row
    if node.table is not root.table or root.row < 0:
        return False
    return root.row <= row < root.table.numbers[root.row * WIDTH + NEXT]


class _RootFinder:
    """Finds which of some roots, which are beside each other, a node is written below."""

    def __init__(self, roots: Sequence[Node]) -> None:
        self.roots = roots
        self._by_table: dict[NodeTable, dict[int, Node]] = {}
        for root in sorted(roots, key=attrgetter("row")):
            self._by_table.setdefault(root.table, {}).setdefault(root.row, root)
        self._rows = {table: list(by_row) for table, by_row in self._by_table.items()}

    def root_of(self, node: Node) -> Node | None:
        """The root above a node."""
        rows = self._rows.get(node.table, [])
        before = bisect_right(rows, node.row if node.row >= 0 else ~node.row)
        return self._by_table[node.table][rows[before - 1]] if before else None


_KEPT = 8
_finders: dict[int, _RootFinder] = {}
"""The finders for the roots that were asked last, by the identity of these: each holds its own."""


def root_above(roots: Sequence[Node], node: Node) -> Node | None:
    """The one of some roots that a node is written below; None where it is below none.

    Roots that are asked again are not looked at again.
    """
    if len(roots) == 1:
        root: Node | None = roots[0]
    else:
        finder = _finders.get(id(roots))
        if finder is None:
            if len(_finders) == _KEPT:
                _finders.clear()
            finder = _finders[id(roots)] = _RootFinder(roots)
        root = finder.root_of(node)
    return root if root is not None and contains(root, node) else None


def key_path(root: Node, wanted: Node) -> tuple[str, ...]:
    """The keys that lead from ``root`` to a node, a key's own among them; list items are ``[0]``.

    Only what was put together from several places is searched for. A node that is not below the
    root gets no keys.
    """
    if contains(root, wanted) and (wanted is root or wanted.row != root.row):
        return wanted.path.keys(root.path.depth)
    is_repeated = root.table is wanted.table and bool(root.table.aliases)
    if type(root) is Collection and not is_repeated:
        return ()  # as it is written, it holds only what is of its own document
    return next((path for path, *nodes in _below(root, ()) if _is_one_of(nodes, wanted)), ())


def _is_one_of(nodes: list[Node], wanted: Node) -> bool:
    """Whether a node is one of some, or a mapping in the place of one: either may be merged."""
    return any(
        node is wanted
        or (
            node.is_mapping
            and wanted.is_mapping
            and (node.table, node.row) == (wanted.table, wanted.row)
        )
        for node in nodes
    )


def _below(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node, Node]]:
    """Every value below a node: the keys that lead to it, its own key and itself."""
    entries = [(key, *entry) for key, entry in entries_of(node).items()]
    items = [(f"[{number}]", item, item) for number, item in enumerate(items_of(node))]
    for key, name, value in (*entries, *items):
        yield (*path, key), name, value
        yield from _below(value, (*path, key))
