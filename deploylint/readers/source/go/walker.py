"""One Go file as it is walked over, by tree-sitter's syntax tree of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import tree_sitter
import tree_sitter_go

from deploylint.documents.nodes import Node, Source
from deploylint.readers.source import syntax
from deploylint.readers.source.syntax import (
    Attribute,
    Code,
    Expression,
    Function,
    Name,
    NameScope,
    Other,
)

Tree = tree_sitter.Node


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))


class GoFile:
    """The walk over one file, with a reader for each kind of node that means something."""

    def __init__(self, source: Source, code: Code, readers: Mapping[str, Reader]) -> None:
        self.source = source
        self.code = code
        self.functions: list[Function] = []
        self._readers = readers
        self._data = source.text.encode()
        self._is_plain = len(self._data) == len(source.text)
        self.root = _parser().parse(self._data).root_node

    def read(self, tree: Tree | None, scope: NameScope) -> Expression:
        """One piece of the tree; what is no expression is looked into."""
        if tree is None:
            return Other(syntax.node_at(self.source, "", 0, 0))
        reader = self._readers.get(tree.type)
        if reader is not None:
            return reader(self, tree, scope)
        inner = NameScope(scope, scope.package) if tree.type in _BLOCKS else scope
        for child in tree.named_children:
            self.read(child, inner)
        return Other(self.node(tree))

    def all(self, tree: Tree | None, scope: NameScope) -> list[Expression]:
        """The expressions of a list of them, or the one that stands in its place."""
        if tree is None:
            return []
        if tree.type in ("expression_list", "argument_list", "literal_value"):
            return [self.read(child, scope) for child in tree.named_children]
        return [self.read(tree, scope)]

    def node(self, tree: Tree, text: str | None = None) -> Node:
        """Where a piece stands, counted in characters."""
        start, end = tree.start_byte, tree.end_byte
        if not self._is_plain:
            start, end = (len(self._data[:at].decode()) for at in (start, end))
        return syntax.node_at(self.source, self.text(tree) if text is None else text, start, end)

    def text(self, tree: Tree) -> str:
        """What is written there."""
        return self._data[tree.start_byte : tree.end_byte].decode()

    def set(self, target: Expression, value: Expression, scope: NameScope) -> None:
        """Give a name or a field another value."""
        if isinstance(target, Name):
            scope.assign(target.name, value)
        elif isinstance(target, Attribute):
            self.code.set_field(target.of, target.name, value)


Reader = Callable[[GoFile, Tree, NameScope], Expression]
"""Reads one kind of node."""

_BLOCKS = frozenset(
    {
        "block", "if_statement", "for_statement", "expression_switch_statement",
        "expression_case", "default_case", "type_switch_statement", "type_case",
        "select_statement", "communication_case",
    }
)  # fmt: skip
