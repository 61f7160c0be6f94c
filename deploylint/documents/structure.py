"""What a mapping or a list has below it, by the rows of its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploylint.documents.nodes import (
    NEXT,
    STYLE,
    WIDTH,
    Collection,
    Node,
    NodeTable,
    Text,
    entries_of,
    leaves,
    text_of,
)

_NULLS: dict[Text, object] = {text: text for text in ("", "~", "null", "Null", "NULL")}
"""Texts that mean null where they are written plain."""


def structure(node: Node) -> tuple[object, ...] | None:
    """What distinguishes nodes with other keys below them, and those that hold nothing.

    None where something below is an alias, has a tag, or is a list that was made.
    """
    if type(node) is not Collection:
        content = node.content
        if isinstance(content, dict):
            return _structure_of_several([(key, entry.value) for key, entry in content.items()])
        is_text = isinstance(content, str) and node.tag is None
        return (content if content in _NULLS else str, node.style) if is_text else None
    table, row = node.table, node.row
    if table.aliases or table.tags:
        return None
    end = table.numbers[row * WIDTH + NEXT]
    texts = table.texts[row:end]
    kinds = tuple(map(_NULLS.get, texts, map(type, texts)))
    nulls = [] if _NULLS.keys().isdisjoint(texts) else enumerate(kinds, row)
    styles = [table.numbers[at * WIDTH + STYLE] for at, kind in nulls if kind.__class__ is str]
    return tuple(table.paths[row:end]), kinds, tuple(styles)


def _structure_of_several(values: Sequence[tuple[str, Node]]) -> tuple[object, ...] | None:
    """The same of a mapping that was made of several values; some may be inside others."""
    forms = list[object]()
    for number, (key, value) in enumerate(values):
        form = _place_within(value, values[:number]) or structure(value)
        if form is None:
            return None
        forms.append((key, form))
    return tuple(forms)


def _place_within(node: Node, values: Sequence[tuple[str, Node]]) -> tuple[int, int] | None:
    """The number of the value that a node is inside, and how many rows below its first."""
    for number, (_, value) in enumerate(values):
        is_same_table = type(value) is type(node) is Collection and value.table is node.table
        if is_same_table and value.row <= node.row < value.end_row:
            return number, node.row - value.row
    return None


def key_names(node: Node) -> Sequence[str]:
    """The keys of a mapping, in order; none of another kind of node."""
    if type(node) is Collection:
        if node.table.texts[node.row] is not None:
            return ()
        paths = node.table.paths
        return [paths[row].name for row in node.table.rows_below(node.row)]
    return [*entries_of(node)]


def texts_below(node: Node) -> dict[str, str]:
    """The texts of a mapping by key, "" for what is none; nothing of another kind of node."""
    table = node.table
    if type(node) is not Collection or table.aliases:
        return {key: text_of(entry.value) for key, entry in entries_of(node).items()}
    if table.texts[node.row] is not None:
        return {}
    paths, texts = table.paths, table.texts
    return {paths[row].name: texts[row] or "" for row in table.rows_below(node.row)}


def leaf_rows(node: Node) -> Iterator[tuple[NodeTable, list[int]]]:
    """The rows of the leaves below a node, in order: of a document as it is written all at once."""
    if type(node) is Collection:
        table, aliases = node.table, node.table.aliases
        first, end = node.row, node.end_row
        ends = enumerate(table.numbers[first * WIDTH + NEXT : end * WIDTH : WIDTH], first + 1)
        rows = [row - 1 for row, after in ends if row == after]  # nothing is below a leaf
        yield table, [aliases.get(row, row) for row in rows] if aliases else rows
        return
    for leaf in leaves(node):
        yield leaf.table, [leaf.row]
