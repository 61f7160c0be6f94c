"""Source code of any language, reduced to what a fact can be read from: calls, and what names hold.

``go`` and ``python`` turn their syntax trees into this; everything after them knows no language.
What is written has its place as a node of its file, as every value has. Expressions are told apart
by their class, which mypy does at once for classes, and in minutes for tuples that hold each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deploylint.documents.nodes import Node, Source, text_node


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number or truth value that stands there."""

    value: str | int | bool
    node: Node


@dataclass(frozen=True, slots=True)
class Name:
    """A name, and the scope it is looked up in."""

    name: str
    node: Node
    scope: NameScope


@dataclass(frozen=True, slots=True)
class Attribute:
    """``of.name``: what a package or an object holds."""

    of: Expression
    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A call, or a structure that is written out (``http.Server{Addr: addr}``).

    ``decorates`` is the function that a decorator's call is written over.
    """

    function: Expression
    arguments: tuple[Expression, ...]
    keywords: Mapping[str, Expression]
    node: Node
    decorates: Function | None = None

    def argument(self, where: int | str) -> Expression | None:
        """An argument by its position or its keyword."""
        if isinstance(where, str):
            return self.keywords.get(where)
        return self.arguments[where] if where < len(self.arguments) else None


@dataclass(frozen=True, slots=True)
class Items:
    """A list or tuple."""

    items: tuple[Expression, ...]
    node: Node


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping that is written out."""

    pairs: tuple[tuple[Expression, Expression], ...]
    node: Node


@dataclass(frozen=True, slots=True)
class Sum:
    """Texts put together."""

    parts: tuple[Expression, ...]
    node: Node


@dataclass(frozen=True, slots=True)
class Slice:
    """What is left of a list when words are taken off its front: ``args[1:]``."""

    of: Expression
    start: Expression | None
    node: Node


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function is called with: ``declared`` is its type, where that is written."""

    function: Function
    position: int
    name: str
    declared: Expression | None
    default: Expression | None
    node: Node


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else: what it comes to cannot be told."""

    node: Node


class Function:
    """A function: its parameters, what it returns and calls, the type it says it returns."""

    def __init__(self, name: str, node: Node, package: str = "") -> None:
        self.name = name
        self.full = f"{package}.{name}"
        self.node = node
        self.parameters: list[Parameter] = []
        self.returns: list[Expression] = []
        self.calls: list[Call] = []
        self.result: Expression | None = None


Expression = (
    Literal | Name | Attribute | Call | Items | Pairs | Sum | Slice | Parameter | Function | Other
)


class NameScope:
    """Where names are looked up: a block in a function in a file in a package.

    ``imports`` maps a name to what it stands for (``net/http``, ``fastapi.FastAPI``); ``package``
    is what the names of the outermost scope are called after.
    """

    def __init__(self, parent: NameScope | None = None, package: str = "") -> None:
        self.parent = parent
        self.package = package
        self.imports: dict[str, str] = {}
        self.names: dict[str, list[Expression]] = {}

    def define(self, name: str, value: Expression) -> None:
        """Give a name a value, here."""
        self.names.setdefault(name, []).append(value)

    def assign(self, name: str, value: Expression) -> None:
        """Give a name another value, where it is defined."""
        holder = self.holder(name)
        (self if holder is None else holder).define(name, value)

    def holder(self, name: str) -> NameScope | None:
        """The nearest scope that knows a name; None where none does."""
        scope: NameScope | None = self
        while scope is not None and name not in scope.names and name not in scope.imports:
            scope = scope.parent
        return scope


class Code:
    """What was read of some files.

    ``fields`` are by name what is assigned to fields of structures, with the structure (its type
    or an object of it); ``types`` the types of the fields of a structure that the code defines, by
    its qualified name, ``methods`` its methods. ``aliases`` are further names by which its packages
    are imported, ``imported`` is all that any file imports. ``modules`` are those of Python, each
    with the beginning of its file.
    """

    def __init__(self) -> None:
        self.packages: dict[str, NameScope] = {}
        self.calls: list[Call] = []
        self.fields: dict[str, list[tuple[Expression, Expression]]] = {}
        self.types: dict[str, dict[str, Expression]] = {}
        self.methods: dict[str, Function] = {}
        self.aliases: dict[str, str] = {}
        self.imported: set[str] = set()
        self.modules: dict[str, Node] = {}

    def add(self, call: Call, functions: list[Function]) -> None:
        """Keep a call, which stands in the last of some functions if there are any."""
        self.calls.append(call)
        if functions:
            functions[-1].calls.append(call)

    def canonical(self, full: str) -> str:
        """A qualified name as the code's own packages call it, by whatever name it is imported."""
        package, dot, rest = full, "", ""
        while package:
            if package in self.aliases:
                return f"{self.aliases[package]}{dot}{rest}"
            package, dot, last = package.rpartition(".")
            rest = f"{last}.{rest}" if rest else last
        return full

    def package(self, name: str) -> NameScope:
        """The scope of a package, which its files share."""
        return self.packages.setdefault(name, NameScope(package=name))

    def set_field(self, owner: Expression, name: str, value: Expression) -> None:
        """Keep that a field of a structure is given a value."""
        self.fields.setdefault(name, []).append((owner, value))


def node_at(source: Source, text: str, start: int, end: int) -> Node:
    """A piece of a file as a node: what a finding can point at."""
    return text_node(source, text, start, end, '"')
