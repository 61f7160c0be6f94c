"""What stands in Python: texts, names, calls, lists and mappings that are written out.

The names of the tree's nodes are those of https://docs.python.org/3/library/ast.html.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType

from deploylint.documents.nodes import Node, Source
from deploylint.readers.source import syntax
from deploylint.readers.source.syntax import (
    Attribute,
    Call,
    Code,
    Expression,
    Function,
    Items,
    Literal,
    Name,
    NameScope,
    Other,
    Pairs,
    Slice,
    Sum,
)


class ExpressionReader:
    """Reads the expressions of one module; ``scope`` and ``functions`` are those around them."""

    def __init__(self, source: Source, code: Code, scope: NameScope) -> None:
        self.source = source
        self.code = code
        self.scope = scope
        self.functions: list[Function] = []
        self._lines = source.text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def node(self, tree: ast.AST, text: str = "") -> Node:
        """Where a piece stands, counted in characters."""
        line, column = getattr(tree, "lineno", 1), getattr(tree, "col_offset", 0)
        end_line = getattr(tree, "end_lineno", None) or line
        end_column = getattr(tree, "end_col_offset", None) or column
        start, end = self._at(line, column), self._at(end_line, end_column)
        return syntax.node_at(self.source, text, start, end)

    def _at(self, line: int, column: int) -> int:
        """A position from a line and its bytes."""
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        before = text if text.isascii() else text.encode()[:column].decode(errors="ignore")
        return self._starts[line - 1] + (column if text.isascii() else len(before))

    def read(self, tree: ast.expr | None) -> Expression:
        """An expression."""
        if tree is None:
            return Other(syntax.node_at(self.source, "", 0, 0))
        reader = _READERS.get(type(tree).__name__)
        if reader is not None:
            return reader(self, tree)
        self._look_into(tree)
        return Other(self.node(tree))

    def _look_into(self, tree: ast.AST) -> None:
        for child in ast.iter_child_nodes(tree):
            if isinstance(child, ast.expr):
                self.read(child)
            else:
                self._look_into(child)

    def constant(self, tree: ast.Constant) -> Expression:
        """A text, number or truth value."""
        if isinstance(tree.value, (str, int)):
            return Literal(tree.value, self.node(tree, str(tree.value)))
        return Other(self.node(tree))

    def name(self, tree: ast.Name) -> Expression:
        """A name."""
        return Name(tree.id, self.node(tree, tree.id), self.scope)

    def attribute(self, tree: ast.Attribute) -> Expression:
        """``a.b``."""
        return Attribute(self.read(tree.value), tree.attr, self.node(tree))

    def items(self, tree: ast.List | ast.Tuple | ast.Set) -> Expression:
        """A list, tuple or set."""
        return Items(tuple(map(self.read, tree.elts)), self.node(tree))

    def pairs(self, tree: ast.Dict) -> Expression:
        """A mapping."""
        both = zip(tree.keys, tree.values, strict=True)
        return Pairs(tuple((self.read(k), self.read(v)) for k, v in both), self.node(tree))

    def sum(self, tree: ast.BinOp) -> Expression:
        """``a + b``."""
        parts = self.read(tree.left), self.read(tree.right)
        return Sum(parts, self.node(tree)) if isinstance(tree.op, ast.Add) else Other(parts[0].node)

    def joined(self, tree: ast.JoinedStr) -> Expression:
        """``f"{a}b"``."""
        return Sum(tuple(map(self.read, tree.values)), self.node(tree))

    def formatted(self, tree: ast.FormattedValue) -> Expression:
        """What stands between the braces of one."""
        value = self.read(tree.value)
        return Other(self.node(tree)) if tree.format_spec or tree.conversion > 0 else value

    def either(self, tree: ast.BoolOp) -> Expression:
        """``a or b``: what it comes to where a gives nothing, as a call of ``or``."""
        parts = tuple(map(self.read, tree.values))
        if not isinstance(tree.op, ast.Or) or len(parts) != 2:
            return Other(self.node(tree))
        return Call(Name("or", self.node(tree), self.scope), parts, {}, self.node(tree))

    def subscript(self, tree: ast.Subscript) -> Expression:
        """``a[1:]``, and ``Annotated[T, x]`` as a call."""
        value = self.read(tree.value)
        if isinstance(tree.slice, ast.Slice):
            start = self.read(tree.slice.lower) if tree.slice.lower else None
            kept = tree.slice.upper is None and tree.slice.step is None
            return Slice(value, start, self.node(tree)) if kept else Other(self.node(tree))
        inside = self.read(tree.slice)
        given = inside.items if isinstance(inside, Items) else (inside,)
        return Call(value, given, {}, self.node(tree))

    def call(self, tree: ast.Call, decorates: Function | None = None) -> Expression:
        """A call."""
        function = self.read(tree.func)
        arguments = tuple(map(self.read, tree.args))
        keywords = {one.arg or "**": self.read(one.value) for one in tree.keywords}
        call = Call(function, arguments, keywords, self.node(tree), decorates)
        self.code.add(call, self.functions)
        return call


_READERS: Mapping[str, Callable[..., Expression]] = MappingProxyType(
    {
        "Constant": ExpressionReader.constant,
        "Name": ExpressionReader.name,
        "Attribute": ExpressionReader.attribute,
        "List": ExpressionReader.items,
        "Tuple": ExpressionReader.items,
        "Set": ExpressionReader.items,
        "Dict": ExpressionReader.pairs,
        "BinOp": ExpressionReader.sum,
        "JoinedStr": ExpressionReader.joined,
        "FormattedValue": ExpressionReader.formatted,
        "BoolOp": ExpressionReader.either,
        "Subscript": ExpressionReader.subscript,
        "Call": ExpressionReader.call,
    }
)
