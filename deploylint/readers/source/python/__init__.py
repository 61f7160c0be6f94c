"""Python source as calls and names, over the ``ast`` of the interpreter. Nothing is imported.

To read another construct, write a method called ``visit_`` and the name of its node
(https://docs.python.org/3/library/ast.html); for an expression see ``expressions``.
"""

from __future__ import annotations

import ast
import warnings

from deploylint.documents.nodes import Problem, Source
from deploylint.readers.source.python.expressions import ExpressionReader
from deploylint.readers.source.syntax import (
    Call,
    Code,
    Expression,
    Function,
    Items,
    NameScope,
    Other,
    Parameter,
    node_at,
)


def read(source: Source, module: str, code: Code) -> Problem | None:
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
    code.modules[module] = node_at(source, "", 0, 0)
    _Module(source, module, code).visit(tree)
    return None


class _Module(ast.NodeVisitor):
    """The walk over one module."""

    def __init__(self, source: Source, module: str, code: Code) -> None:
        self.code = code
        self.module = module
        is_package = source.file.endswith("/__init__.py")
        self.above = module if is_package else module.rpartition(".")[0]
        self.reader = ExpressionReader(source, code, code.package(module))

    def visit(self, node: ast.AST) -> None:
        """Statements have methods of their own; expressions are read."""
        if isinstance(node, ast.expr):
            self.reader.read(node)
        else:
            super().visit(node)

    # --- what gives names their values ------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> None:
        """``a = b = 1``, ``a, b = 1, 2``."""
        value = self.reader.read(node.value)
        for target in node.targets:
            self._set(target, value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """``a: int = 1``."""
        if node.value is not None:
            self._set(node.target, self.reader.read(node.value))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """``a += 1``."""
        self.reader.read(node.value)
        self._set(node.target, Other(self.reader.node(node)))

    def visit_For(self, node: ast.For) -> None:
        """``for a in b``: what a is changes."""
        self._set(node.target, Other(self.reader.node(node.target)))
        self.generic_visit(node)

    def visit_With(self, node: ast.With) -> None:
        """``with a as b``."""
        for item in node.items:
            value = self.reader.read(item.context_expr)
            if item.optional_vars is not None:
                self._set(item.optional_vars, value)
        for one in node.body:
            self.visit(one)

    def _set(self, target: ast.expr, value: Expression) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            parts = value.items if isinstance(value, Items) else ()
            known = len(parts) == len(target.elts)
            for number, one in enumerate(target.elts):
                self._set(one, parts[number] if known else Other(self.reader.node(one)))
        elif isinstance(target, ast.Name):
            self.reader.scope.define(target.id, value)
        elif isinstance(target, ast.Attribute):
            self.code.set_field(self.reader.read(target.value), target.attr, value)

    def visit_Import(self, node: ast.Import) -> None:
        """``import a.b as c``."""
        for one in node.names:
            top = one.name.partition(".")[0]
            self.code.imported.add(one.name)
            self.reader.scope.imports[one.asname or top] = one.name if one.asname else top

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """``from .a import b as c``."""
        above = self.above.split(".")[: len(self.above.split(".")) - node.level + 1]
        package = ".".join(filter(None, [*above, node.module or ""])) if node.level else node.module
        for one in node.names:
            self.reader.scope.imports[one.asname or one.name] = f"{package}.{one.name}"
            self.code.imported.add(f"{package}.{one.name}")

    # --- functions and classes --------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """A function: its parameters, what it returns, and what decorates it."""
        function = Function(node.name, self.reader.node(node), self.module)
        function.result = self.reader.read(node.returns) if node.returns is not None else None
        self.reader.scope.define(node.name, function)
        outer = self.reader.scope
        self.reader.scope = NameScope(outer, outer.package)
        self._take(node.args, function)
        self.reader.functions.append(function)
        for one in node.body:
            self.visit(one)
        self.reader.functions.pop()
        self.reader.scope = outer
        for decorator in node.decorator_list:
            self._decorate(decorator, function)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """``async def``."""
        self.visit_FunctionDef(node)

    def _decorate(self, decorator: ast.expr, function: Function) -> None:
        if isinstance(decorator, ast.Call):
            made = self.reader.call(decorator, function)
        else:
            written = self.reader.read(decorator)
            made = Call(written, (), {}, written.node, function)
            self.code.add(made, self.reader.functions)
        self.reader.scope.define(function.name, made)

    def _take(self, given: ast.arguments, function: Function) -> None:
        listed = [*given.posonlyargs, *given.args]
        padding: list[ast.expr | None] = [None] * (len(listed) - len(given.defaults))
        defaults = [*padding, *given.defaults, *given.kw_defaults]
        for place, (one, default) in enumerate(
            zip([*listed, *given.kwonlyargs], defaults, strict=True)
        ):
            declared = self.reader.read(one.annotation) if one.annotation is not None else None
            value = self.reader.read(default) if default is not None else None
            node = self.reader.node(one, one.arg)
            parameter = Parameter(function, place, one.arg, declared, value, node)
            function.parameters.append(parameter)
            self.reader.scope.define(one.arg, parameter)

    def visit_Return(self, node: ast.Return) -> None:
        """``return x``."""
        if node.value is not None and self.reader.functions:
            self.reader.functions[-1].returns.append(self.reader.read(node.value))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """A class: its names are not those of the module."""
        outer = self.reader.scope
        self.reader.scope = NameScope(outer, outer.package)
        self.generic_visit(node)
        self.reader.scope = outer
