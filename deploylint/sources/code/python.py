"""Python source as calls and names, over the ``ast`` of the interpreter. Nothing is imported.

To read another construct, write a method called ``visit_`` and the name of its node
(https://docs.python.org/3/library/ast.html), or for an expression one entry in ``_READERS``.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType

from deploylint.documents.nodes import Node, Problem, Source
from deploylint.sources.code import syntax
from deploylint.sources.code.syntax import (
    Attribute,
    Call,
    Code,
    Expression,
    Function,
    Items,
    Literal,
    Name,
    Other,
    Pairs,
    Parameter,
    Scope,
    Slice,
    Sum,
)


def read(source: Source, module: str, is_package: bool, code: Code) -> Problem | None:
    """Add a module to what is read; a Problem where it is not Python.

    ``module`` is its dotted name. Raises RecursionError and MemoryError for endless nesting.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the style of a file that is not ours
            tree = ast.parse(source.text)
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        return Problem(source.file, line, max(column, 1), f"is not Python: {error.msg}")
    except ValueError as error:  # a null byte
        return Problem(source.file, 1, 1, f"is not Python: {error}")
    _Module(source, module, is_package, code).visit(tree)
    return None


class _Module(ast.NodeVisitor):
    """The walk over one module."""

    def __init__(self, source: Source, module: str, is_package: bool, code: Code) -> None:
        self.source = source
        self.code = code
        self.module = module
        self.above = module if is_package else module.rpartition(".")[0]
        self.scope = code.package(module)
        self.functions: list[Function] = []
        self._starts = self._line_starts()
        self._lines = source.text.split("\n")

    def _line_starts(self) -> list[int]:
        starts, at = [0], 0
        for line in self.source.text.split("\n"):
            at += len(line) + 1
            starts.append(at)
        return starts

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

    # --- what stands there ------------------------------------------------------------------------

    def read(self, tree: ast.expr | None) -> Expression:
        """An expression."""
        if tree is None:
            return Other(syntax.node_at(self.source, "", 0, 0))
        reader = _READERS.get(type(tree).__name__)
        if reader is not None:
            return reader(self, tree)
        self.generic_visit(tree)
        return Other(self.node(tree))

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

    def visit(self, node: ast.AST) -> None:
        """Statements have methods of their own; expressions are read."""
        if isinstance(node, ast.expr):
            self.read(node)
        else:
            super().visit(node)

    # --- what gives names their values ------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> None:  # noqa: N802
        """``a = b = 1``, ``a, b = 1, 2``."""
        value = self.read(node.value)
        for target in node.targets:
            self._set(target, value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:  # noqa: N802
        """``a: int = 1``."""
        if node.value is not None:
            self._set(node.target, self.read(node.value))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:  # noqa: N802
        """``a += 1``."""
        self.read(node.value)
        self._set(node.target, Other(self.node(node)))

    def visit_For(self, node: ast.For) -> None:  # noqa: N802
        """``for a in b``: what a is changes."""
        self._set(node.target, Other(self.node(node.target)))
        self.generic_visit(node)

    def visit_With(self, node: ast.With) -> None:  # noqa: N802
        """``with a as b``."""
        for item in node.items:
            value = self.read(item.context_expr)
            if item.optional_vars is not None:
                self._set(item.optional_vars, value)
        for one in node.body:
            self.visit(one)

    def _set(self, target: ast.expr, value: Expression) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            parts = value.items if isinstance(value, Items) else ()
            known = len(parts) == len(target.elts)
            for number, one in enumerate(target.elts):
                self._set(one, parts[number] if known else Other(self.node(one)))
        elif isinstance(target, ast.Name):
            self.scope.define(target.id, value)
        elif isinstance(target, ast.Attribute):
            self.code.set_field(self.read(target.value), target.attr, value)

    def visit_Import(self, node: ast.Import) -> None:  # noqa: N802
        """``import a.b as c``."""
        for one in node.names:
            top = one.name.partition(".")[0]
            self.code.imported.add(one.name)
            self.scope.imports[one.asname or top] = one.name if one.asname else top

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:  # noqa: N802
        """``from .a import b as c``."""
        above = self.above.split(".")[: len(self.above.split(".")) - node.level + 1]
        package = ".".join(filter(None, [*above, node.module or ""])) if node.level else node.module
        for one in node.names:
            self.scope.imports[one.asname or one.name] = f"{package}.{one.name}"
            self.code.imported.add(f"{package}.{one.name}")

    # --- functions and classes --------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:  # noqa: N802
        """A function: its parameters, what it returns, and what decorates it."""
        function = Function(node.name, self.node(node), self.module)
        function.result = self.read(node.returns) if node.returns is not None else None
        self.scope.define(node.name, function)
        outer = self.scope
        self.scope = Scope(outer, outer.package)
        self._take(node.args, function)
        self.functions.append(function)
        for one in node.body:
            self.visit(one)
        self.functions.pop()
        self.scope = outer
        for decorator in node.decorator_list:
            self._decorate(decorator, function)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def _decorate(self, decorator: ast.expr, function: Function) -> None:
        if isinstance(decorator, ast.Call):
            made = self.call(decorator, function)
        else:
            written = self.read(decorator)
            made = Call(written, (), {}, written.node, function)
            self.code.add(made, self.functions)
        self.scope.define(function.name, made)

    def _take(self, given: ast.arguments, function: Function) -> None:
        listed = [*given.posonlyargs, *given.args]
        padding: list[ast.expr | None] = [None] * (len(listed) - len(given.defaults))
        defaults = [*padding, *given.defaults, *given.kw_defaults]
        for place, (one, default) in enumerate(
            zip([*listed, *given.kwonlyargs], defaults, strict=True)
        ):
            declared = self.read(one.annotation) if one.annotation is not None else None
            value = self.read(default) if default is not None else None
            node = self.node(one, one.arg)
            parameter = Parameter(function, place, one.arg, declared, value, node)
            function.parameters.append(parameter)
            self.scope.define(one.arg, parameter)

    def visit_Return(self, node: ast.Return) -> None:  # noqa: N802
        """``return x``."""
        if node.value is not None and self.functions:
            self.functions[-1].returns.append(self.read(node.value))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802
        """A class: its names are not those of the module."""
        outer = self.scope
        self.scope = Scope(outer, outer.package)
        self.generic_visit(node)
        self.scope = outer


_READERS: Mapping[str, Callable[..., Expression]] = MappingProxyType(
    {
        "Constant": _Module.constant,
        "Name": _Module.name,
        "Attribute": _Module.attribute,
        "List": _Module.items,
        "Tuple": _Module.items,
        "Set": _Module.items,
        "Dict": _Module.pairs,
        "BinOp": _Module.sum,
        "JoinedStr": _Module.joined,
        "FormattedValue": _Module.formatted,
        "BoolOp": _Module.either,
        "Subscript": _Module.subscript,
        "Call": _Module.call,
    }
)
