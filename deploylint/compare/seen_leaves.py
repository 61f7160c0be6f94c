"""The leaves of the files that a comparison looked up, by document and row."""

from __future__ import annotations

from collections.abc import Iterable, Set

from deploylint.documents.nodes import Node, NodeTable
from deploylint.model.field_values import RowNumber, RowNumbers
from deploylint.model.forms import addresses_in
from deploylint.model.service import Component

Leaf = tuple[NodeTable, int]
"""A leaf by its document and row."""


class SeenLeaves:
    """Leaves of some documents."""

    def __init__(self) -> None:
        self._numbers: dict[RowNumbers, set[RowNumber]] = {}
        self._rows: dict[NodeTable, set[int]] = {}

    def add(self, component: Component, bits: int) -> None:
        """Add the leaves of some field paths of a component, which are bits."""
        values = component.values
        numbers = self._numbers.get(values.rows)
        if numbers is None:
            numbers = self._numbers[values.rows] = set()
        row = values.fields.row
        for number in values.fields.layout.numbers(addresses_in(bits)):
            if leaves := row[number].leaves:
                numbers.update(leaves)

    def add_nodes(self, nodes: Iterable[Node]) -> None:
        """Add some leaves."""
        for node in nodes:
            self._rows.setdefault(node.table, set()).add(node.row)

    def rows(self, table: NodeTable) -> Set[int]:
        """The rows of a document that were added."""
        while self._numbers:
            row_numbers, numbers = self._numbers.popitem()
            for document, rows in row_numbers.rows(numbers).items():
                self._rows.setdefault(document, set()).update(rows)
        return self._rows.get(table, _NO_ROWS)


_NO_ROWS: frozenset[int] = frozenset()
