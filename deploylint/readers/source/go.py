"""Go source as calls and names, by tree-sitter. Nothing is built or run.

To read another construct, write a method called ``visit_`` and the name of its node
(https://github.com/tree-sitter/tree-sitter-go).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import tree_sitter
import tree_sitter_go

from deploylint.documents.nodes import Node, Problem, Source
from deploylint.documents.regex import regex
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
    NameScope,
    Parameter,
    Slice,
    Sum,
    Where,
)

Tree = tree_sitter.Node

_BLOCK = regex(r"block|(?:if|for|select|\w+_switch)_statement|\w+_case")
_LISTS = frozenset({"expression_list", "argument_list", "literal_value"})
_LIST_TYPES = frozenset({"slice_type", "array_type", "implicit_length_array_type"})


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))


def read_file(source: Source, package: str, code: Code) -> Problem | None:
    """Add a file of a package to the code; a Problem if it is not Go.

    ``package`` is the path that it is imported by. Raises RecursionError for endless nesting.
    """
    reader = _GoReader(source, package, code)
    root = _parser().parse(reader.data).root_node
    if root.has_error:
        line, column = _first_error(root).start_point
        return Problem(source.file, line + 1, column + 1, "is not valid Go")
    reader.read(root)
    return None


def _first_error(node: Tree) -> Tree:
    """The deepest node with the first error; a missing token is a node without text."""
    while below := [child for child in node.children if child.has_error or child.is_missing]:
        node = below[0]
        if node.is_error or node.is_missing:
            break
    return node


def _fields(tree: Tree, *names: str) -> Iterable[Tree | None]:
    return (tree.child_by_field_name(name) for name in names)


def _children(tree: Tree | None) -> list[Tree]:
    """The pieces of a piece, without punctuation and comments."""
    return [] if tree is None else [c for c in tree.named_children if not c.is_extra]


@cache
def _kind(name: str) -> str:
    """The name of a node of the grammar, or one name for all blocks."""
    return "block" if _BLOCK.fullmatch(name) else name


class _GoReader(FileReader):
    """The walk over one file."""

    children = staticmethod(_children)

    def __init__(self, source: Source, package: str, code: Code) -> None:
        super().__init__(source, package, code)
        names = self.scope.names  # a package's files share its names, and import for themselves
        self.scope = NameScope(package=package)
        self.scope.names = names

    def kind(self, tree: Tree) -> str:
        """The kind of a piece."""
        return _kind(tree.type)

    def place(self, tree: Tree, text: str | None = None) -> Node:
        """A piece of the tree as a node."""
        return self.node(tree.start_byte, tree.end_byte, self.text(tree) if text is None else text)

    def text(self, tree: Tree | None) -> str:
        """The text of a piece; "" of none."""
        return "" if tree is None else self.data[tree.start_byte : tree.end_byte].decode()

    def read_list(self, tree: Tree | None) -> list[Expression]:
        """The expressions of a list, or a single expression in its place."""
        if tree is None or tree.type in _LISTS:
            return [self.read(child) for child in _children(tree)]
        return [self.read(tree)]

    # --- expressions ------------------------------------------------------------------------------

    def visit_interpreted_string_literal(self, tree: Tree) -> Expression:
        """A text in quotes; escapes other than those of JSON are left as they are."""
        inner = "".join(map(self.text, tree.named_children))
        inner = inner.replace('\\"', '"').replace("\\\\", "\\")
        return Literal(self.place(tree, inner), inner)

    visit_raw_string_literal = visit_interpreted_string_literal

    def visit_int_literal(self, tree: Tree) -> Expression | None:
        """A whole number."""
        try:
            return Literal(self.place(tree), int(self.text(tree).replace("_", ""), 0))
        except ValueError:
            return None

    def visit_identifier(self, tree: Tree) -> Expression:
        """A name."""
        return Name(self.place(tree), self.text(tree), self.scope)

    visit_type_identifier = visit_package_identifier = visit_identifier

    def visit_selector_expression(self, tree: Tree) -> Expression:
        """``operand.field``, and a type of another package."""
        owner, name = tree.named_children[0], tree.named_children[-1]
        return Attribute(self.place(tree), self.read(owner), self.text(name))

    visit_qualified_type = visit_selector_expression

    def visit_parenthesized_expression(self, tree: Tree) -> Expression:
        """Parentheses and the like, with the value of the one expression in them."""
        return self.read(next(iter(_children(tree)), None))

    visit_literal_element = visit_pointer_type = visit_parenthesized_expression
    visit_generic_type = visit_parenthesized_expression

    def visit_unary_expression(self, tree: Tree) -> Expression | None:
        """``&x`` and ``*x`` are read as x."""
        operator, operand = _fields(tree, "operator", "operand")
        value = self.read(operand)
        return value if self.text(operator) in "&*" else None

    def visit_binary_expression(self, tree: Tree) -> Expression | None:
        """``a + b``."""
        left, operator, right = _fields(tree, "left", "operator", "right")
        parts = self.read(left), self.read(right)
        return Sum(self.place(tree), parts) if self.text(operator) == "+" else None

    def visit_slice_expression(self, tree: Tree) -> Expression | None:
        """``args[1:]``."""
        operand, start, end = _fields(tree, "operand", "start", "end")
        value = self.read(operand)
        return Slice(self.place(tree), value, self.read(start)) if end is None else None

    def visit_call_expression(self, tree: Tree) -> Expression:
        """A call, which may set what it is given the address of."""
        callee, given = _fields(tree, "function", "arguments")
        function, arguments = self.read(callee), self.read_list(given)
        call = self.add_call(Call(self.place(tree), function, dict(enumerate(arguments))))
        for argument, value in zip(_children(given), arguments, strict=True):
            if argument.type == "unary_expression" and self.text(argument).startswith("&"):
                self.assign(value, call, is_new=False)
        return call

    def visit_composite_literal(self, tree: Tree) -> Expression:
        """A structure, map or list that is written out."""
        kind, body = _fields(tree, "type", "body")
        entries = [
            _children(child) if child.type == "keyed_element" else [child]
            for child in _children(body)
        ]
        if kind is not None and kind.type == "map_type":
            pairs = ((self.read(keys[0]), self.read(value)) for *keys, value in entries if keys)
            return Composite(self.place(tree), tuple(pairs))
        if kind is None or kind.type in _LIST_TYPES:
            items = ((self.read(value), None) for *_, value in entries)
            return Composite(self.place(tree), tuple(items))
        owner, arguments = self.read(kind), dict[Where, Expression]()
        for number, (*keys, value) in enumerate(entries):
            arguments[self.text(keys[0]) if keys else number] = given = self.read(value)
            for key in keys:
                self.assign(Attribute(owner.node, owner, self.text(key)), given)
        return self.add_call(Call(self.place(tree), owner, arguments))

    def visit_block(self, tree: Tree) -> None:
        """A block."""
        with self.block():
            self.read_children(tree)

    # --- what gives names their values ------------------------------------------------------------

    def visit_assignment_statement(self, tree: Tree) -> None:
        """``x := 1``, ``x = 1``, ``x, err := f()``."""
        left, right, operator = _fields(tree, "left", "right", "operator")
        values = self.read_list(right)
        if self.text(operator) not in ("", "="):
            values = []
        for target, value in self._given(_children(left), values, tree):
            self.assign(self.read(target), value, is_new=operator is None)

    visit_short_var_declaration = visit_assignment_statement

    def _given(
        self, names: list[Tree], values: list[Expression], tree: Tree
    ) -> Iterable[tuple[Tree, Expression]]:
        """Names with their values; of a call's several results only the first is known."""
        if len(names) != len(values):
            values = [*values[:1], *[Expression(self.place(tree))] * len(names)]
        return zip(names, values, strict=False)

    def visit_const_spec(self, tree: Tree) -> None:
        """``const x = 1``, ``var x T``."""
        value, declared = _fields(tree, "value", "type")
        names, values = tree.children_by_field_name("name"), self.read_list(value)
        if declared is not None and not values:
            self._declare(names, declared)
            return
        for name, given in self._given(names, values, tree):
            self.scope.define(self.text(name), given)

    visit_var_spec = visit_const_spec

    def visit_range_clause(self, tree: Tree) -> None:
        """``for x := range xs``: the value of x changes."""
        left, right = _fields(tree, "left", "right")
        for name in _children(left):
            self.scope.define(self.text(name), Expression(self.place(name)))
        self.read(right)

    def visit_import_spec(self, tree: Tree) -> None:
        """``import f "flag"``: by default the name is the last word of the path but a version."""
        path, name = _fields(tree, "path", "name")
        text = self.text(path).strip('"`')
        words = [word for word in text.split("/") if not (word[:1] == "v" and word[1:].isdigit())]
        self.code.imported.add(text)
        self.scope.imports[self.text(name) or (words or [text])[-1]] = text

    # --- functions and types ----------------------------------------------------------------------

    def visit_function_declaration(self, tree: Tree) -> Expression:
        """A function, a method, or a function literal."""
        name, receiver, parameters, body = _fields(tree, "name", "receiver", "parameters", "body")
        function = Function(self.place(tree), self.text(name), self.scope.package)
        if name is not None and receiver is None:
            self.scope.define(function.name, function)
        with self.block(function):
            for owner in self._parameters(receiver)[:1]:
                if isinstance(owner.declared, Name):
                    self._add_member(owner.declared.name, function.name, function)
            self._parameters(parameters, function)
            self.read(body)
        return function

    visit_method_declaration = visit_func_literal = visit_function_declaration

    def visit_return_statement(self, tree: Tree) -> None:
        """``return x, err``: the first result is the one that is followed."""
        values = self.read_list(next(iter(_children(tree)), None))
        if values and self.function is not None:
            self.function.returns.append(values[0])

    def visit_type_spec(self, tree: Tree) -> None:
        """``type T struct``: the types of its fields."""
        name, kind = _fields(tree, "name", "type")
        self.scope.define(self.text(name), Expression(self.place(tree)))
        if kind is None or kind.type != "struct_type":
            return
        with self.block():  # the fields are names of the structure alone
            for group in kind.named_children:
                for field in self._parameters(group):
                    self._add_member(self.text(name), field.name, field)

    def _add_member(self, kind: str, name: str, member: Function | Parameter) -> None:
        self.code.members[f"{self.scope.package}.{kind}.{name}"] = member

    def _parameters(self, tree: Tree | None, function: Function | None = None) -> list[Parameter]:
        parameters = list[Parameter]()
        for child in _children(tree):
            names = child.children_by_field_name("name") or [child]
            parameters += self._declare(names, child.child_by_field_name("type"), function)
        return parameters

    def _declare(
        self, names: list[Tree], declared: Tree | None, function: Function | None = None
    ) -> list[Parameter]:
        """Parameters, fields or variables of a type."""
        kind = self.read(declared)
        pairs = [(self.place(name), self.text(name)) for name in names]
        return [self.add_parameter(Parameter(*pair, kind, function=function)) for pair in pairs]
