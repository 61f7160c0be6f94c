"""The keys that lead from a node to one below it."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import NEXT, WIDTH, Node, entries_of, items_of


def contains(root: Node, node: Node) -> bool:
    """Whether a node is written below another one, or is that one."""
    row = node.row if node.row >= 0 else ~node.row
    if node.table is not root.table or root.row < 0:
        return False
    return root.row <= row < root.table.numbers[root.row * WIDTH + NEXT]


def key_path(root: Node, wanted: Node) -> tuple[str, ...]:
    """The keys that lead from ``root`` to a node, a key's own among them; list items are ``[0]``.

    Only what was put together from several places is searched for. A node that is not below the
    root gets no keys.
    """
    if contains(root, wanted) and (wanted is root or wanted.row != root.row):
        return wanted.path.keys(root.path.depth)
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
