"""Where a node is found below another one."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import NEXT, WIDTH, Node


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
    return _found(root, wanted)


def _found(root: Node, wanted: Node) -> tuple[str, ...]:
    """The keys that lead to a node wherever it stands; none where it is not in the tree."""
    stack: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    while stack:
        node, path = stack.pop()
        if isinstance(node.content, str):
            continue
        for key, name, value in _below(node):
            if wanted is value or wanted is name or _in_place_of(value, wanted):
                return (*path, key)
            stack.append((value, (*path, key)))
    return ()


def _in_place_of(node: Node, wanted: Node) -> bool:
    """Whether two mappings stand in the same place: one of them may be merged."""
    if not (isinstance(node.content, dict) and isinstance(wanted.content, dict)):
        return False
    return node.table is wanted.table and node.row == wanted.row


def _below(node: Node) -> Iterator[tuple[str, Node | None, Node]]:
    if isinstance(node.content, dict):
        yield from ((key, entry.key, entry.value) for key, entry in node.content.items())
    elif isinstance(node.content, list):
        yield from ((f"[{number}]", None, item) for number, item in enumerate(node.content))
