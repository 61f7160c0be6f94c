"""Python source as calls and names, by the ``ast`` of the interpreter. Nothing is imported.

To read another construct, write a method called ``visit_`` and the name of its node in
small letters (https://docs.python.org/3/library/ast.html).
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from itertools import accumulate

from deploylint.documents.nodes import Node, Problem, Source
from deploylint.readers.source.ir import (
    Attribute,
    Call,
    Code,
    Composite,
    Expression,
    FileReader,
    Function,
    Literal,
    Name,
    Parameter,
    Slice,
    Sum,
    Where,
)


def read_file(source: Source, package: str, code: Code) -> Problem | None:
    """Add a module to the code; a Problem if it is not Python.

    ``package`` is its dotted name. Raises RecursionError and MemoryError for endless nesting.
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
    reader = _PythonReader(source, package, code)
    code.modules[package] = reader.node(0, 0)
    reader.read(tree)
    return None


class _PythonReader(FileReader):
    """The walk over one module."""

    children = staticmethod(ast.iter_child_nodes)

    def __init__(self, source: Source, package: str, code: Code) -> None:
        super().__init__(source, package, code)
        is_package = source.file.endswith("/__init__.py")
        self._parent = package if is_package else package.rpartition(".")[0]
        self._starts = [0, *accumulate(map(len, self.data.splitlines(keepends=True)))]

    def read_all(self, trees: Iterable[ast.AST]) -> tuple[Expression, ...]:
        """Several expressions or statements."""
        return tuple(map(self.read, trees))

    def kind(self, tree: ast.AST) -> str:
        """The name of its node, in small letters."""
        return type(tree).__name__.lower()

    def place(self, tree: ast.AST, text: str = "") -> Node:
        """A piece of the tree as a node; one without a position is at the beginning."""
        if not isinstance(tree, (ast.expr, ast.stmt, ast.arg)):
            return self.node(0, 0)
        end_line, end_column = tree.end_lineno or tree.lineno, tree.end_col_offset or 0
        start = self._starts[tree.lineno - 1] + tree.col_offset
        return self.node(start, self._starts[end_line - 1] + end_column, text)

    # --- expressions ------------------------------------------------------------------------------

    def visit_constant(self, tree: ast.Constant) -> Expression | None:
        """A text, number or truth value."""
        if not isinstance(tree.value, (str, int)):
            return None
        return Literal(self.place(tree, str(tree.value)), tree.value)

    def visit_name(self, tree: ast.Name) -> Expression:
        """A name."""
        return Name(self.place(tree, tree.id), tree.id, self.scope)

    def visit_attribute(self, tree: ast.Attribute) -> Expression:
        """``a.b``."""
        return Attribute(self.place(tree), self.read(tree.value), tree.attr)

    def visit_list(self, tree: ast.List | ast.Tuple | ast.Set) -> Expression:
        """A list, tuple or set."""
        return Composite(self.place(tree), tuple((item, None) for item in self.read_all(tree.elts)))

    visit_tuple = visit_set = visit_list

    def visit_dict(self, tree: ast.Dict) -> Expression:
        """A mapping."""
        pairs = zip(tree.keys, tree.values, strict=True)
        return Composite(self.place(tree), tuple((self.read(k), self.read(v)) for k, v in pairs))

    def visit_binop(self, tree: ast.BinOp) -> Expression:
        """``a + b``."""
        parts = self.read(tree.left), self.read(tree.right)
        is_sum = isinstance(tree.op, ast.Add)
        return Sum(self.place(tree), parts) if is_sum else Expression(parts[0].node)

    def visit_joinedstr(self, tree: ast.JoinedStr) -> Expression:
        """``f"{a}b"``."""
        return Sum(self.place(tree), self.read_all(tree.values))

    def visit_formattedvalue(self, tree: ast.FormattedValue) -> Expression | None:
        """The braces in an f-string."""
        value = self.read(tree.value)
        return None if tree.format_spec or tree.conversion > 0 else value

    def visit_boolop(self, tree: ast.BoolOp) -> Expression | None:
        """``a or b``, as a call of ``or``: b is the default of a."""
        parts = self.read_all(tree.values)
        if not isinstance(tree.op, ast.Or) or len(parts) != 2:
            return None
        place = self.place(tree)
        return Call(place, Name(place, "or", self.scope), dict(enumerate(parts)))

    def visit_subscript(self, tree: ast.Subscript) -> Expression | None:
        """``a[1:]``, and ``Annotated[T, x]`` as a call."""
        value = self.read(tree.value)
        if isinstance(tree.slice, ast.Slice):
            start = self.read(tree.slice.lower) if tree.slice.lower else None
            has_end = tree.slice.upper is not None or tree.slice.step is not None
            return None if has_end else Slice(self.place(tree), value, start)
        inside = self.read(tree.slice)
        items = inside.items if isinstance(inside, Composite) else ((inside, None),)
        return Call(self.place(tree), value, {n: item for n, (item, _) in enumerate(items)})

    def visit_call(self, tree: ast.Call, decorates: Function | None = None) -> Expression:
        """A call."""
        function = self.read(tree.func)
        arguments: dict[Where, Expression] = dict(enumerate(self.read_all(tree.args)))
        for keyword in tree.keywords:
            arguments[keyword.arg or "**"] = self.read(keyword.value)
        return self.add_call(Call(self.place(tree), function, arguments, decorates))

    # --- what gives names their values ------------------------------------------------------------

    def visit_assign(self, tree: ast.Assign) -> None:
        """``a = b = 1``, ``a, b = 1, 2``."""
        value = self.read(tree.value)
        for target in tree.targets:
            self._set(target, value)

    def visit_annassign(self, tree: ast.AnnAssign) -> None:
        """``a: int = 1``."""
        if tree.value is not None:
            self._set(tree.target, self.read(tree.value))

    def visit_augassign(self, tree: ast.AugAssign) -> None:
        """``a += 1``."""
        self.read(tree.value)
        self._set(tree.target, Expression(self.place(tree)))

    def visit_for(self, tree: ast.For) -> None:
        """``for a in b``: the value of a changes."""
        self._set(tree.target, Expression(self.place(tree.target)))
        self.read_children(tree)

    def visit_with(self, tree: ast.With) -> None:
        """``with a as b``."""
        for item in tree.items:
            value = self.read(item.context_expr)
            if item.optional_vars is not None:
                self._set(item.optional_vars, value)
        self.read_all(tree.body)

    def _set(self, target: ast.expr, value: Expression) -> None:
        if not isinstance(target, (ast.Tuple, ast.List)):
            self.assign(self.read(target), value)
            return
        items = value.items if isinstance(value, Composite) else ()
        for number, part in enumerate(target.elts):
            is_known = len(items) == len(target.elts)
            self._set(part, items[number][0] if is_known else Expression(self.place(part)))

    def visit_import(self, tree: ast.Import) -> None:
        """``import a.b as c``."""
        for alias in tree.names:
            top = alias.name.partition(".")[0]
            self.code.imported.add(alias.name)
            self.scope.imports[alias.asname or top] = alias.name if alias.asname else top

    def visit_importfrom(self, tree: ast.ImportFrom) -> None:
        """``from .a import b as c``."""
        parents = self._parent.split(".")
        parents = parents[: len(parents) - tree.level + 1] if tree.level else []
        package = ".".join(filter(None, [*parents, tree.module]))
        for alias in tree.names:
            full = f"{package}.{alias.name}"
            self.scope.imports[alias.asname or alias.name] = full
            self.code.imported.add(full)

    # --- functions and classes --------------------------------------------------------------------

    def visit_functiondef(self, tree: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """A function: its parameters, what it returns, and what decorates it."""
        function = Function(self.place(tree), tree.name, self.scope.package)
        self.scope.define(tree.name, function)
        with self.block(function):
            self._parameters(tree.args, function)
            self.read_all(tree.body)
        for decorator in tree.decorator_list:
            self._decorate(decorator, function)

    visit_asyncfunctiondef = visit_functiondef

    def _decorate(self, decorator: ast.expr, function: Function) -> None:
        if isinstance(decorator, ast.Call):
            call = self.visit_call(decorator, function)
        else:
            written = self.read(decorator)
            call = self.add_call(Call(written.node, written, {}, function))
        self.scope.define(function.name, call)

    def _parameters(self, tree: ast.arguments, function: Function) -> None:
        positional = [*tree.posonlyargs, *tree.args]
        without = [None] * (len(positional) - len(tree.defaults))
        defaults = [*without, *tree.defaults, *tree.kw_defaults]
        for argument, default in zip([*positional, *tree.kwonlyargs], defaults, strict=True):
            declared, value = (
                None if part is None else self.read(part) for part in (argument.annotation, default)
            )
            place = self.place(argument, argument.arg)
            self.add_parameter(Parameter(place, argument.arg, declared, value, function))

    def visit_return(self, tree: ast.Return) -> None:
        """``return x``."""
        if tree.value is not None and self.function is not None:
            self.function.returns.append(self.read(tree.value))

    def visit_classdef(self, tree: ast.ClassDef) -> None:
        """A class: its names are not those of the module."""
        with self.block():
            self.read_children(tree)
