"""What stands in Go: texts, names, calls, structures that are written out.

The names of the tree's nodes are those of https://github.com/tree-sitter/tree-sitter-go.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from deploylint.readers.source.go.walker import GoFile, Reader, Tree
from deploylint.readers.source.syntax import (
    Attribute,
    Call,
    Expression,
    Items,
    Literal,
    Name,
    NameScope,
    Other,
    Pairs,
    Slice,
    Sum,
)


def literal(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """A text in quotes; escapes other than those of JSON are left as they are."""
    inner = "".join(file.text(child) for child in tree.named_children)
    if "\\" in inner:
        inner = inner.replace('\\"', '"').replace("\\\\", "\\")
    return Literal(inner, file.node(tree, inner))


def number(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """A whole number."""
    try:
        return Literal(int(file.text(tree).replace("_", ""), 0), file.node(tree))
    except ValueError:
        return Other(file.node(tree))


def name(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """A name."""
    return Name(file.text(tree), file.node(tree), scope)


def selector(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """``operand.field``, and a type of another package."""
    of, name = tree.named_children[0], tree.named_children[-1]
    return Attribute(file.read(of, scope), file.text(name), file.node(tree))


def inner(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """What is the same as the one thing in it: brackets, a pointer, a generic type."""
    return file.read(tree.named_children[0], scope)


def unary(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """``&x`` and ``*x`` are as good as x."""
    operator = tree.child_by_field_name("operator")
    value = file.read(tree.child_by_field_name("operand"), scope)
    return value if operator is not None and operator.type in "&*" else Other(file.node(tree))


def binary(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """``a + b``."""
    operator = tree.child_by_field_name("operator")
    parts = [file.read(tree.child_by_field_name(side), scope) for side in ("left", "right")]
    if operator is None or operator.type != "+":
        return Other(file.node(tree))
    return Sum(tuple(parts), file.node(tree))


def rest(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """``args[1:]``."""
    of, start, end = (tree.child_by_field_name(field) for field in ("operand", "start", "end"))
    value = file.read(of, scope)
    if end is not None:
        return Other(file.node(tree))
    return Slice(value, file.read(start, scope) if start else None, file.node(tree))


def call(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """A call; what is given to it by address may be set by it."""
    arguments = tree.child_by_field_name("arguments")
    function = file.read(tree.child_by_field_name("function"), scope)
    given = arguments.named_children if arguments is not None else []
    call = Call(function, tuple(file.all(arguments, scope)), {}, file.node(tree))
    file.code.add(call, file.functions)
    for one, value in zip(given, call.arguments, strict=True):
        if one.type == "unary_expression" and file.text(one).startswith("&"):
            file.set(value, call, scope)
    return call


def composite(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """A structure, map or list that is written out."""
    kind, body = tree.child_by_field_name("type"), tree.child_by_field_name("body")
    children = body.named_children if body is not None else []
    if kind is not None and kind.type == "map_type":
        return Pairs(tuple(_pair(file, c, scope) for c in children), file.node(tree))
    if kind is None or kind.type in ("slice_type", "array_type", "implicit_length_array_type"):
        return Items(tuple(file.read(child, scope) for child in children), file.node(tree))
    owner = file.read(kind, scope)
    keyed = [child for child in children if child.type == "keyed_element"]
    fields = {file.text(c.named_children[0]): file.read(c.named_children[1], scope) for c in keyed}
    for name, value in fields.items():
        file.code.set_field(owner, name, value)
    plain = tuple(file.read(c, scope) for c in children if c.type != "keyed_element")
    call = Call(owner, plain, fields, file.node(tree))
    file.code.add(call, file.functions)
    return call


def _pair(file: GoFile, tree: Tree, scope: NameScope) -> tuple[Expression, Expression]:
    if tree.type != "keyed_element":
        return file.read(tree, scope), Other(file.node(tree))
    key, value = tree.named_children[:2]
    return file.read(key, scope), file.read(value, scope)


EXPRESSIONS: Mapping[str, Reader] = MappingProxyType(
    {
        "interpreted_string_literal": literal,
        "raw_string_literal": literal,
        "int_literal": number,
        "identifier": name,
        "type_identifier": name,
        "package_identifier": name,
        "selector_expression": selector,
        "qualified_type": selector,
        "parenthesized_expression": inner,
        "literal_element": inner,
        "pointer_type": inner,
        "generic_type": inner,
        "unary_expression": unary,
        "binary_expression": binary,
        "slice_expression": rest,
        "call_expression": call,
        "composite_literal": composite,
    }
)
