"""Mutants of a Python module: each is one operator of its syntax tree, changed alone.

A comparison, ``and`` and ``or``, ``not``, a constant, what a ``return`` gives and an arithmetic
operator are changed; annotations, docstrings and assertions are not, because they decide nothing.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
TYPE_ALIASES = ("Literal", "TypeVar", "cast")

KINDS = {
    ast.Compare: "comparison",
    ast.BoolOp: "boolean",
    ast.UnaryOp: "boolean",
    ast.Constant: "constant",
    ast.Return: "return",
    ast.BinOp: "arithmetic",
}

Edit = Callable[[ast.AST], None]


class AstMutant(NamedTuple):
    """A module with one operator changed.

    ``kind`` is what was changed: a comparison, a boolean, a constant, a return, an arithmetic
    ``line`` is where, ``before`` and ``after`` are the smallest expression around the change
    ``source`` is the text of the whole module
    """

    kind: str
    line: int
    before: str
    after: str
    source: str


def ast_mutants(text: str) -> list[AstMutant]:
    """Every mutant of a module, in the order of its text."""
    tree = ast.parse(text)
    nodes = list(_deciding(tree))
    found = [
        _mutant(tree, node, edit, number)
        for number, node in enumerate(ast.walk(tree))
        if any(node is one for one in nodes)
        for edit in _edits(node)
    ]
    return sorted(found, key=lambda mutant: (mutant.line, mutant.before, mutant.after))


def _deciding(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below one that can decide something."""
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_passed_over(node, field, child):
                yield child
                yield from _deciding(child)


def _is_passed_over(parent: ast.AST, field: str, child: ast.AST) -> bool:
    if field in ("annotation", "returns", "type_params", "decorator_list"):
        return True
    if isinstance(child, ast.Assert):
        return True
    if isinstance(child, ast.Expr):  # a docstring, or a string that describes a constant
        return isinstance(child.value, ast.Constant)
    if isinstance(child, ast.Subscript | ast.Call):
        name = child.value if isinstance(child, ast.Subscript) else child.func
        return isinstance(name, ast.Name) and name.id in TYPE_ALIASES
    return isinstance(parent, ast.ImportFrom)


def _mutant(tree: ast.Module, node: ast.AST, edit: Edit, number: int) -> AstMutant:
    mutated = copy.deepcopy(tree)
    changed = next(one for at, one in enumerate(ast.walk(mutated)) if at == number)
    before = ast.unparse(node)
    edit(changed)
    line = getattr(node, "lineno", 0)
    return AstMutant(KINDS[type(node)], line, before, ast.unparse(changed), ast.unparse(mutated))


def _edits(node: ast.AST) -> Iterator[Edit]:
    match node:
        case ast.Compare():
            yield from (_comparison(at) for at in range(len(node.ops)))
        case ast.BoolOp():
            yield _boolean
        case ast.UnaryOp(op=ast.Not()):
            yield _without_not
        case ast.Constant(value=bool() | int() | float() | str()):
            yield _constant
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield _return
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            yield _arithmetic


def _comparison(at: int) -> Edit:
    def edit(node: ast.AST) -> None:
        assert isinstance(node, ast.Compare)
        node.ops[at] = COMPARISONS[type(node.ops[at])]()

    return edit


def _boolean(node: ast.AST) -> None:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _without_not(node: ast.AST) -> None:
    """``not x`` becomes ``not (not x)``: the node stays, so that its parent need not be known."""
    assert isinstance(node, ast.UnaryOp)
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _constant(node: ast.AST) -> None:
    assert isinstance(node, ast.Constant)
    if isinstance(node.value, bool):
        node.value = not node.value
    elif isinstance(node.value, str):
        node.value = f"{node.value}x"
    elif isinstance(node.value, int | float):
        node.value += 1


def _return(node: ast.AST) -> None:
    assert isinstance(node, ast.Return)
    node.value = ast.Constant(None)


def _arithmetic(node: ast.AST) -> None:
    assert isinstance(node, ast.BinOp)
    node.op = ARITHMETIC[type(node.op)]()
