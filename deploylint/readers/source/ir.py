"""The intermediate form of source code: what is called, and what names are given.

``go`` and ``python`` turn their syntax trees into this; everything after them knows no language.
Each expression has its location as a node of its file, as every value has. Expressions differ by
class, which mypy checks at once, where tuples that hold each other take it minutes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from deploylint.documents.nodes import Node, Source, text_node

Where = int | str
"""An argument of a call, by its position or its keyword."""


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """An expression at a node; one of this class itself has an unknown value."""

    node: Node


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Expression):
    """A text, number or truth value."""

    value: str | int | bool


@dataclass(frozen=True, slots=True, eq=False)
class Name(Expression):
    """A name, and the scope it is looked up in."""

    name: str
    scope: NameScope


@dataclass(frozen=True, slots=True, eq=False)
class Attribute(Expression):
    """``owner.name``: a name of a package, or a field or method of an object."""

    owner: Expression
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Call(Expression):
    """A call, or a structure literal (``http.Server{Addr: addr}``).

    ``decorates`` is the function that a decorator's call is applied to.
    """

    function: Expression
    arguments: Mapping[Where, Expression]
    decorates: Function | None = None

    @property
    def positional(self) -> list[Expression]:
        """The arguments without a keyword."""
        return [value for place, value in self.arguments.items() if isinstance(place, int)]

    def argument(self, places: Iterable[Where]) -> Expression | None:
        """The first argument that is given of several."""
        return next((self.arguments[place] for place in places if place in self.arguments), None)


@dataclass(frozen=True, slots=True, eq=False)
class Composite(Expression):
    """A list, tuple or mapping literal: keys with their values, or items with None."""

    items: tuple[tuple[Expression, Expression | None], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sum(Expression):
    """Texts that are concatenated."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Slice(Expression):
    """A list without its first items: ``args[1:]``."""

    operand: Expression
    start: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Function(Expression):
    """A function of a package, with its parameters, what it returns and what it calls."""

    name: str
    package: str
    parameters: list[Parameter] = field(default_factory=list)
    returns: list[Expression] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Parameter(Expression):
    """A parameter of a function; without one, a variable or field with a declared type only."""

    name: str
    declared: Expression | None
    default: Expression | None = None
    function: Function | None = None


class NameScope:
    """A block in a function in a file, where names are looked up.

    ``imports`` maps a name to its qualified name (``net/http``, ``fastapi.FastAPI``).
    """

    def __init__(self, parent: NameScope | None = None, package: str = "") -> None:
        self.parent = parent
        self.package = package
        self.imports: dict[str, str] = {}
        self.names: dict[str, list[Expression]] = {}

    def define(self, name: str, value: Expression) -> None:
        """Give a name a value in this scope."""
        self.names.setdefault(name, []).append(value)

    def holder(self, name: str) -> NameScope | None:
        """The nearest scope that knows a name, if any."""
        scope: NameScope | None = self
        while scope is not None and name not in scope.names and name not in scope.imports:
            scope = scope.parent
        return scope


@dataclass
class Code:
    """The parts of a program's files that were read.

    ``packages``: the scope of each package, by the name it is imported by.
    ``calls``: every call.
    ``fields``: by name, the values that fields are given, each with the structure or its type.
    ``members``: methods, and declared types of fields, by qualified name.
    ``aliases``: further names that packages are imported by.
    ``imported``: all that any file imports.
    ``modules``: the modules of Python, each with the beginning of its file.
    """

    packages: dict[str, NameScope] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    fields: dict[str, list[tuple[Expression, Expression]]] = field(default_factory=dict)
    members: dict[str, Function | Parameter] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
    modules: dict[str, Node] = field(default_factory=dict)

    def canonical(self, full: str) -> str:
        """A qualified name with the package's own name instead of an alias."""
        package = full
        while package:
            if package in self.aliases:
                return self.aliases[package] + full[len(package) :]
            package = package.rpartition(".")[0]
        return full


class FileReader:
    """Adds one file to the code: the part that all languages share.

    A language gives a method ``visit_KIND`` for each kind of piece with a meaning; of others only
    the children are read. ``scope`` and ``function`` are those around the piece that is read.

    ``kind``: the name of the kind of a piece of the syntax tree.
    ``children``: the pieces of a piece.
    ``place``: a piece as a node.
    """

    kind: Callable[..., str]
    children: Callable[..., Iterable[Any]]
    place: Callable[..., Node]

    def __init__(self, source: Source, package: str, code: Code) -> None:
        self.source = source
        self.code = code
        self.scope = code.packages.setdefault(package, NameScope(package=package))
        self.function: Function | None = None
        self.data = source.text.encode()
        self._tails = [tail.start() for tail in re.finditer(rb"[\x80-\xbf]", self.data)]

    def read(self, tree: Any) -> Expression:
        """A piece of the tree as an expression, unknown if it is not one."""
        if tree is None:
            return Expression(self.node(0, 0))
        meaning = getattr(self, f"visit_{self.kind(tree)}", self.read_children)(tree)
        return meaning if isinstance(meaning, Expression) else Expression(self.place(tree))

    def read_children(self, tree: Any) -> list[Expression]:
        """The pieces of a piece."""
        return [self.read(child) for child in self.children(tree)]

    def node(self, start: int, end: int, text: str = "") -> Node:
        """A piece of the file between two positions in bytes."""
        start, end = (at - bisect_left(self._tails, at) for at in (start, end))
        return text_node(self.source, text, start, end, '"')

    @contextmanager
    def block(self, function: Function | None = None) -> Iterator[None]:
        """Read what is inside in a scope of its own, which may be that of a function."""
        scope, outer = self.scope, self.function
        self.scope, self.function = NameScope(scope, scope.package), function or outer
        yield
        self.scope, self.function = scope, outer

    def add_call(self, call: Call) -> Call:
        """A call, kept for the program and for the function that makes it."""
        self.code.calls.append(call)
        if self.function is not None:
            self.function.calls.append(call)
        return call

    def add_parameter(self, parameter: Parameter) -> Parameter:
        """A parameter, kept with its function, or a variable; defined in the scope."""
        if parameter.function is not None:
            parameter.function.parameters.append(parameter)
        self.scope.define(parameter.name, parameter)
        return parameter

    def assign(self, target: Expression, value: Expression, *, is_new: bool = True) -> None:
        """Give a field a value, or a name: in this scope, or else where it is defined."""
        if isinstance(target, Name):
            scope = None if is_new else self.scope.holder(target.name)
            (scope or self.scope).define(target.name, value)
        elif isinstance(target, Attribute):
            self.code.fields.setdefault(target.name, []).append((target.owner, value))
