"""Go source as calls and names, over tree-sitter's syntax tree. Nothing is built or run.

The names of the tree's nodes are those of https://github.com/tree-sitter/tree-sitter-go. To read
another construct, write a method and one entry in ``_READERS``; what has none is only looked into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

import tree_sitter_go
from tree_sitter import Language, Parser
from tree_sitter import Node as Tree

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


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_go.language()))


def read(source: Source, package: str, code: Code) -> Problem | None:
    """Add a file of a package to what is read; a Problem where it is not Go.

    ``package`` is the path that it is imported by. Raises RecursionError for endless nesting.
    """
    data = source.text.encode()
    root = _parser().parse(data).root_node
    if root.has_error:
        line, column = _first_error(root).start_point
        return Problem(source.file, line + 1, column + 1, "is not Go that can be read here")
    scope = Scope(code.package(package), package)
    _File(source, data, code).read(root, scope)
    return None


def _first_error(root: Tree) -> Tree:
    node = root
    while not (node.is_error or node.is_missing):
        node = next(child for child in node.children if child.has_error or child.is_missing)
    return node


class _File:
    """The walk over one file."""

    def __init__(self, source: Source, data: bytes, code: Code) -> None:
        self.source = source
        self.code = code
        self._data = data
        self._is_plain = len(data) == len(source.text)
        self._functions: list[Function] = []

    def read(self, tree: Tree | None, scope: Scope) -> Expression:
        """One piece of the tree; what is no expression is looked into."""
        if tree is None:
            return Other(self.node_of_all())
        reader = _READERS.get(tree.type)
        if reader is not None:
            return reader(self, tree, scope)
        inner = Scope(scope, scope.package) if tree.type in _BLOCKS else scope
        for child in tree.named_children:
            self.read(child, inner)
        return Other(self.node(tree))

    def node_of_all(self) -> Node:
        """The beginning of the file."""
        return syntax.node_at(self.source, "", 0, 0)

    def node(self, tree: Tree, text: str | None = None) -> Node:
        """Where a piece stands, counted in characters."""
        start, end = tree.start_byte, tree.end_byte
        if not self._is_plain:
            start, end = (len(self._data[:at].decode()) for at in (start, end))
        return syntax.node_at(self.source, self._text(tree) if text is None else text, start, end)

    def _text(self, tree: Tree) -> str:
        return self._data[tree.start_byte : tree.end_byte].decode()

    def _all(self, tree: Tree | None, scope: Scope) -> list[Expression]:
        """The expressions of a list of them, or the one that stands in its place."""
        if tree is None:
            return []
        if tree.type in ("expression_list", "argument_list", "literal_value"):
            return [self.read(child, scope) for child in tree.named_children]
        return [self.read(tree, scope)]

    # --- what stands there ------------------------------------------------------------------------

    def text(self, tree: Tree, scope: Scope) -> Expression:
        """A text in quotes; escapes other than those of JSON are left as they are."""
        inner = "".join(self._text(child) for child in tree.named_children)
        if "\\" in inner:
            inner = inner.replace('\\"', '"').replace("\\\\", "\\")
        return Literal(inner, self.node(tree, inner))

    def number(self, tree: Tree, scope: Scope) -> Expression:
        """A whole number."""
        try:
            return Literal(int(self._text(tree).replace("_", ""), 0), self.node(tree))
        except ValueError:
            return Other(self.node(tree))

    def name(self, tree: Tree, scope: Scope) -> Expression:
        """A name."""
        return Name(self._text(tree), self.node(tree), scope)

    def selector(self, tree: Tree, scope: Scope) -> Expression:
        """``operand.field``, and a type of another package."""
        of, name = tree.named_children[0], tree.named_children[-1]
        return Attribute(self.read(of, scope), self._text(name), self.node(tree))

    def inner(self, tree: Tree, scope: Scope) -> Expression:
        """What is the same as the one thing in it: brackets, a pointer, a generic type."""
        return self.read(tree.named_children[0], scope)

    def unary(self, tree: Tree, scope: Scope) -> Expression:
        """``&x`` and ``*x`` are as good as x."""
        operator = tree.child_by_field_name("operator")
        value = self.read(tree.child_by_field_name("operand"), scope)
        return value if operator is not None and operator.type in "&*" else Other(self.node(tree))

    def binary(self, tree: Tree, scope: Scope) -> Expression:
        """``a + b``."""
        operator = tree.child_by_field_name("operator")
        parts = [self.read(tree.child_by_field_name(side), scope) for side in ("left", "right")]
        if operator is None or operator.type != "+":
            return Other(self.node(tree))
        return Sum(tuple(parts), self.node(tree))

    def slice(self, tree: Tree, scope: Scope) -> Expression:
        """``args[1:]``."""
        of, start, end = (
            tree.child_by_field_name(field) for field in ("operand", "start", "end")
        )
        value = self.read(of, scope)
        if end is not None:
            return Other(self.node(tree))
        return Slice(value, self.read(start, scope) if start else None, self.node(tree))

    def call(self, tree: Tree, scope: Scope) -> Expression:
        """A call; what is given to it by address may be set by it."""
        arguments = tree.child_by_field_name("arguments")
        function = self.read(tree.child_by_field_name("function"), scope)
        given = arguments.named_children if arguments is not None else []
        call = Call(function, tuple(self._all(arguments, scope)), {}, self.node(tree))
        self.code.add(call, self._functions)
        for one, value in zip(given, call.arguments, strict=True):
            if one.type == "unary_expression" and self._text(one).startswith("&"):
                self._set(value, call, scope)
        return call

    def composite(self, tree: Tree, scope: Scope) -> Expression:
        """A structure, map or list that is written out."""
        kind, body = tree.child_by_field_name("type"), tree.child_by_field_name("body")
        children = body.named_children if body is not None else []
        if kind is not None and kind.type == "map_type":
            return Pairs(tuple(self._pair(c, scope) for c in children), self.node(tree))
        if kind is None or kind.type in ("slice_type", "array_type", "implicit_length_array_type"):
            return Items(tuple(self.read(child, scope) for child in children), self.node(tree))
        owner = self.read(kind, scope)
        keyed = [child for child in children if child.type == "keyed_element"]
        fields = {self._text(c.named_children[0]): self.read(c.named_children[1], scope) for c in keyed}
        for name, value in fields.items():
            self.code.set_field(owner, name, value)
        plain = tuple(self.read(c, scope) for c in children if c.type != "keyed_element")
        call = Call(owner, plain, fields, self.node(tree))
        self.code.add(call, self._functions)
        return call

    def _pair(self, tree: Tree, scope: Scope) -> tuple[Expression, Expression]:
        if tree.type != "keyed_element":
            return self.read(tree, scope), Other(self.node(tree))
        key, value = tree.named_children[:2]
        return self.read(key, scope), self.read(value, scope)

    # --- what gives names their values ------------------------------------------------------------

    def assignment(self, tree: Tree, scope: Scope) -> Expression:
        """``x := 1``, ``x = 1``, ``x, err := f()``."""
        left, right = (tree.child_by_field_name(side) for side in ("left", "right"))
        targets = left.named_children if left is not None else []
        values = self._all(right, scope)
        operator = tree.child_by_field_name("operator")
        if operator is not None and operator.type != "=":
            values = [Other(self.node(tree))]
        for number, target in enumerate(targets):
            value = self._value(values, number, len(targets), tree)
            if tree.type == "assignment_statement":
                self._set(self.read(target, scope), value, scope)
            else:
                scope.define(self._text(target), value)
        return Other(self.node(tree))

    def _value(
        self, values: Sequence[Expression], number: int, wanted: int, tree: Tree
    ) -> Expression:
        """What one of several names gets; of a call's several results only the first is told."""
        if len(values) == wanted:
            return values[number]
        return values[0] if values and number == 0 else Other(self.node(tree))

    def _set(self, target: Expression, value: Expression, scope: Scope) -> None:
        if isinstance(target, Name):
            scope.assign(target.name, value)
        elif isinstance(target, Attribute):
            self.code.set_field(target.of, target.name, value)

    def declaration(self, tree: Tree, scope: Scope) -> Expression:
        """``const x = 1``, ``var x T``."""
        values = self._all(tree.child_by_field_name("value"), scope)
        names = tree.children_by_field_name("name")
        declared = tree.child_by_field_name("type")
        holder = _holder(scope)
        for number, name in enumerate(names):
            value = self._value(values, number, len(names), tree)
            if not values and declared is not None:
                nothing = Function("", self.node(tree))
                value = Parameter(
                    nothing, 0, self._text(name), self.read(declared, scope), None, self.node(name)
                )
            holder.define(self._text(name), value)
        return Other(self.node(tree))

    def range(self, tree: Tree, scope: Scope) -> Expression:
        """``for x := range xs``: what x is changes."""
        left = tree.child_by_field_name("left")
        for name in left.named_children if left is not None else []:
            scope.define(self._text(name), Other(self.node(name)))
        self.read(tree.child_by_field_name("right"), scope)
        return Other(self.node(tree))

    def imported(self, tree: Tree, scope: Scope) -> Expression:
        """``import f "flag"``: without a name it is the last word of the path, but for a version."""
        path, name = (tree.child_by_field_name(field) for field in ("path", "name"))
        text = self._text(path).strip('"`') if path is not None else ""
        words = [word for word in text.split("/") if not (word[:1] == "v" and word[1:].isdigit())]
        self.code.imported.add(text)
        scope.imports[self._text(name) if name is not None else (words or [text])[-1]] = text
        return Other(self.node(tree))

    # --- functions and types ----------------------------------------------------------------------

    def function(self, tree: Tree, scope: Scope) -> Expression:
        """A function, a method, or one without a name."""
        named = tree.child_by_field_name("name")
        function = Function(self._text(named) if named is not None else "", self.node(tree), scope.package)
        inner = Scope(scope, scope.package)
        receiver = tree.child_by_field_name("receiver")
        if receiver is not None:
            self._receive(receiver, function, inner)
        elif named is not None and scope.parent is not None:
            scope.parent.define(function.name, function)
        self._take(tree.child_by_field_name("parameters"), function, inner)
        result = tree.child_by_field_name("result")
        if result is not None:
            first = result.named_children[0] if result.type == "parameter_list" else result
            kind = first.child_by_field_name("type") if result.type == "parameter_list" else first
            function.result = self.read(kind, inner)
        self._functions.append(function)
        self.read(tree.child_by_field_name("body"), inner)
        self._functions.pop()
        return function

    def _receive(self, receiver: Tree, function: Function, scope: Scope) -> None:
        holder = Function("", function.node)
        self._take(receiver, holder, scope)
        kind = holder.parameters[0].declared if holder.parameters else None
        if isinstance(kind, Name):
            self.code.methods[f"{scope.package}.{kind.name}.{function.name}"] = function

    def _take(self, parameters: Tree | None, function: Function, scope: Scope) -> None:
        for one in parameters.named_children if parameters is not None else []:
            declared = self.read(one.child_by_field_name("type"), scope)
            for name in one.children_by_field_name("name") or [one]:
                text = self._text(name)
                place = len(function.parameters)
                parameter = Parameter(function, place, text, declared, None, self.node(name))
                function.parameters.append(parameter)
                scope.define(text, parameter)

    def returned(self, tree: Tree, scope: Scope) -> Expression:
        """``return x, err``: the first is what is told of it."""
        values = self._all(tree.named_children[0], scope) if tree.named_children else []
        if values and self._functions:
            self._functions[-1].returns.append(values[0])
        return Other(self.node(tree))

    def type(self, tree: Tree, scope: Scope) -> Expression:
        """``type T struct``: what its fields are."""
        name, kind = (tree.child_by_field_name(field) for field in ("name", "type"))
        if name is not None:
            _holder(scope).define(self._text(name), Other(self.node(name)))
        if name is not None and kind is not None and kind.type == "struct_type":
            fields = self.code.types.setdefault(f"{scope.package}.{self._text(name)}", {})
            listed = [c for group in kind.named_children for c in group.named_children]
            for one in (c for c in listed if c.type == "field_declaration"):
                declared = self.read(one.child_by_field_name("type"), scope)
                fields |= {self._text(n): declared for n in one.children_by_field_name("name")}
        return Other(self.node(tree))


def _holder(scope: Scope) -> Scope:
    """Where what is declared belongs: at the top of a file that is the package."""
    return scope.parent if scope.parent is not None and scope.parent.parent is None else scope


_BLOCKS = frozenset(
    {
        "block", "if_statement", "for_statement", "expression_switch_statement",
        "expression_case", "default_case", "type_switch_statement", "type_case",
        "select_statement", "communication_case",
    }
)  # fmt: skip

_READERS: Mapping[str, Callable[[_File, Tree, Scope], Expression]] = MappingProxyType(
    {
        "interpreted_string_literal": _File.text,
        "raw_string_literal": _File.text,
        "int_literal": _File.number,
        "identifier": _File.name,
        "type_identifier": _File.name,
        "package_identifier": _File.name,
        "selector_expression": _File.selector,
        "qualified_type": _File.selector,
        "parenthesized_expression": _File.inner,
        "literal_element": _File.inner,
        "pointer_type": _File.inner,
        "generic_type": _File.inner,
        "unary_expression": _File.unary,
        "binary_expression": _File.binary,
        "slice_expression": _File.slice,
        "call_expression": _File.call,
        "composite_literal": _File.composite,
        "short_var_declaration": _File.assignment,
        "assignment_statement": _File.assignment,
        "const_spec": _File.declaration,
        "var_spec": _File.declaration,
        "range_clause": _File.range,
        "import_spec": _File.imported,
        "function_declaration": _File.function,
        "method_declaration": _File.function,
        "func_literal": _File.function,
        "return_statement": _File.returned,
        "type_spec": _File.type,
    }
)
