"""What gives names in Go their values: assignments, declarations, imports, functions, types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from deploylint.readers.source.go.walker import GoFile, Reader, Tree
from deploylint.readers.source.syntax import Expression, Function, Name, NameScope, Other, Parameter


def assignment(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """``x := 1``, ``x = 1``, ``x, err := f()``."""
    left, right = (tree.child_by_field_name(side) for side in ("left", "right"))
    targets = left.named_children if left is not None else []
    values = file.all(right, scope)
    operator = tree.child_by_field_name("operator")
    if operator is not None and operator.type != "=":
        values = [Other(file.node(tree))]
    for number, target in enumerate(targets):
        value = _value(file, values, number, len(targets), tree)
        if tree.type == "assignment_statement":
            file.set(file.read(target, scope), value, scope)
        else:
            scope.define(file.text(target), value)
    return Other(file.node(tree))


def _value(
    file: GoFile, values: Sequence[Expression], number: int, wanted: int, tree: Tree
) -> Expression:
    """What one of several names gets; of a call's several results only the first is told."""
    if len(values) == wanted:
        return values[number]
    return values[0] if values and number == 0 else Other(file.node(tree))


def declaration(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """``const x = 1``, ``var x T``."""
    values = file.all(tree.child_by_field_name("value"), scope)
    names = tree.children_by_field_name("name")
    declared = tree.child_by_field_name("type")
    holder = _holder(scope)
    for number, name in enumerate(names):
        value = _value(file, values, number, len(names), tree)
        if not values and declared is not None:
            nothing = Function("", file.node(tree))
            value = Parameter(
                nothing, 0, file.text(name), file.read(declared, scope), None, file.node(name)
            )
        holder.define(file.text(name), value)
    return Other(file.node(tree))


def changing(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """``for x := range xs``: what x is changes."""
    left = tree.child_by_field_name("left")
    for name in left.named_children if left is not None else []:
        scope.define(file.text(name), Other(file.node(name)))
    file.read(tree.child_by_field_name("right"), scope)
    return Other(file.node(tree))


def imported(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """``import f "flag"``: without a name it is the last word of the path, but for a version."""
    path, name = (tree.child_by_field_name(field) for field in ("path", "name"))
    text = file.text(path).strip('"`') if path is not None else ""
    words = [word for word in text.split("/") if not (word[:1] == "v" and word[1:].isdigit())]
    file.code.imported.add(text)
    scope.imports[file.text(name) if name is not None else (words or [text])[-1]] = text
    return Other(file.node(tree))


# --- functions and types ----------------------------------------------------------------------


def function(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """A function, a method, or one without a name."""
    named = tree.child_by_field_name("name")
    function = Function(
        file.text(named) if named is not None else "", file.node(tree), scope.package
    )
    inner = NameScope(scope, scope.package)
    receiver = tree.child_by_field_name("receiver")
    if receiver is not None:
        _receive(file, receiver, function, inner)
    elif named is not None and scope.parent is not None:
        scope.parent.define(function.name, function)
    _take(file, tree.child_by_field_name("parameters"), function, inner)
    result = tree.child_by_field_name("result")
    if result is not None:
        first = result.named_children[0] if result.type == "parameter_list" else result
        kind = first.child_by_field_name("type") if result.type == "parameter_list" else first
        function.result = file.read(kind, inner)
    file.functions.append(function)
    file.read(tree.child_by_field_name("body"), inner)
    file.functions.pop()
    return function


def _receive(file: GoFile, receiver: Tree, function: Function, scope: NameScope) -> None:
    holder = Function("", function.node)
    _take(file, receiver, holder, scope)
    kind = holder.parameters[0].declared if holder.parameters else None
    if isinstance(kind, Name):
        file.code.methods[f"{scope.package}.{kind.name}.{function.name}"] = function


def _take(file: GoFile, parameters: Tree | None, function: Function, scope: NameScope) -> None:
    for one in parameters.named_children if parameters is not None else []:
        declared = file.read(one.child_by_field_name("type"), scope)
        for name in one.children_by_field_name("name") or [one]:
            text = file.text(name)
            place = len(function.parameters)
            parameter = Parameter(function, place, text, declared, None, file.node(name))
            function.parameters.append(parameter)
            scope.define(text, parameter)


def returned(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """``return x, err``: the first is what is told of it."""
    values = file.all(tree.named_children[0], scope) if tree.named_children else []
    if values and file.functions:
        file.functions[-1].returns.append(values[0])
    return Other(file.node(tree))


def structure(file: GoFile, tree: Tree, scope: NameScope) -> Expression:
    """``type T struct``: what its fields are."""
    name, kind = (tree.child_by_field_name(field) for field in ("name", "type"))
    if name is not None:
        _holder(scope).define(file.text(name), Other(file.node(name)))
    if name is not None and kind is not None and kind.type == "struct_type":
        fields = file.code.types.setdefault(f"{scope.package}.{file.text(name)}", {})
        listed = [c for group in kind.named_children for c in group.named_children]
        for one in (c for c in listed if c.type == "field_declaration"):
            declared = file.read(one.child_by_field_name("type"), scope)
            fields |= {file.text(n): declared for n in one.children_by_field_name("name")}
    return Other(file.node(tree))


def _holder(scope: NameScope) -> NameScope:
    """Where what is declared belongs: at the top of a file that is the package."""
    return scope.parent if scope.parent is not None and scope.parent.parent is None else scope


DECLARATIONS: Mapping[str, Reader] = MappingProxyType(
    {
        "short_var_declaration": assignment,
        "assignment_statement": assignment,
        "const_spec": declaration,
        "var_spec": declaration,
        "range_clause": changing,
        "import_spec": imported,
        "function_declaration": function,
        "method_declaration": function,
        "func_literal": function,
        "return_statement": returned,
        "type_spec": structure,
    }
)
