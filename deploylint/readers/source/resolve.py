"""The values that a name in code may have: followed through constants, fields of structures,
parameters and what functions return, in all files at once.

An expression that cannot be followed resolves to itself, and its reader calls it unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from deploylint.documents.record import Record
from deploylint.readers.source.calls import CallRule, call_rules, known_owners
from deploylint.readers.source.ir import (
    Attribute,
    Call,
    Code,
    Expression,
    Function,
    Name,
    Parameter,
)

if TYPE_CHECKING:
    from deploylint.readers.source.strings import Text

MOST = 64
"""The values of one expression that are kept; no program has more."""

Value = TypeVar("Value")

_WRAPPERS = ("Annotated", "Optional")
"""Types of Python around the type that is meant."""


class Resolved(Record):
    """An object: the qualified name of its type, and the expression that makes it."""

    kind: str
    made: Expression


class Match(Record):
    """A call, and a row of the table about it."""

    call: Call
    row: CallRule


class Program:
    """Code with names that can be resolved.

    ``matches``: all its calls that the table knows.
    ``texts``: those of the expressions that were followed for so many levels (``strings``).
    """

    def __init__(self, code: Code) -> None:
        self.code = code
        self._origins: dict[Expression, list[Expression]] = {}
        self._types: dict[Expression, list[str]] = {}
        self.texts: dict[tuple[Expression, int], list[Text]] = {}
        self._callers: dict[Function, list[Call]] = {}
        calls = [call for call in code.calls if call.decorates is None]
        for find in (self._plain, self._methods):  # methods need to know who calls functions
            called = [(call, function) for call in calls for function in find(call.function)]
            for call, function in called:
                self._callers.setdefault(function, []).append(call)
        self._origins.clear()
        self._types.clear()
        self.texts.clear()
        self.matches = [Match(call, row) for call in code.calls for row in self.rows(call)]

    # --- names ------------------------------------------------------------------------------------

    def qualified_names(self, written: Expression) -> list[str]:
        """What a function or type may be: ``net/http.Handle``, ``gin.Engine.GET``."""
        if isinstance(written, Name):
            return [self._full(written)]
        if isinstance(written, Attribute):
            kinds = dict.fromkeys(thing.kind for thing in self.receivers(written))
            names = list(kinds) or self.qualified_names(written.owner)
            return [f"{name}.{written.name}" for name in names if name]
        if isinstance(written, Call):
            names, first = self.qualified_names(written.function), written.argument((0,))
            is_wrapped = any(name.rpartition(".")[2] in _WRAPPERS for name in names)
            return self.qualified_names(first) if is_wrapped and first is not None else names
        return []

    def _full(self, written: Name) -> str:
        holder = written.scope.holder(written.name)
        if holder is None:
            return written.name
        if written.name not in holder.names:
            return self.code.canonical(holder.imports[written.name])
        return f"{holder.package}.{written.name}" if holder.parent is None else ""

    def _global(self, full: str) -> list[Expression]:
        """The values of a package's name; an imported name is looked up in its own package."""
        package, _, name = full.rpartition(".")
        scope = self.code.packages.get(package)
        if scope is None:
            return []
        if name in scope.imports and name not in scope.names:
            other = self.code.canonical(scope.imports[name])
            return self._global(other) if other != full else []
        return scope.names.get(name, [])

    def _bound(self, written: Name) -> list[Expression]:
        holder = written.scope.holder(written.name)
        if holder is None:
            return []
        return holder.names.get(written.name) or self._global(self._full(written))

    # --- values -----------------------------------------------------------------------------------

    def origins(self, written: Expression | None) -> list[Expression]:
        """The expressions that an expression may come from; itself if it cannot be followed."""
        if written is None:
            return []
        known = self._origins.get(written)
        if known is None:
            self._origins[written] = []  # while it is followed: a circle adds nothing
            origins = (o for source in self._sources(written) for o in self.origins(source))
            known = limit_values(origins, Expression(written.node)) or [written]
            self._origins[written] = known
        return known

    def _sources(self, written: Expression) -> Iterable[Expression]:
        """The expressions one step back."""
        if isinstance(written, Name):
            return self._bound(written)
        if isinstance(written, Parameter):
            return self._given(written)
        if isinstance(written, Attribute):
            return self._field_values(written)
        if isinstance(written, Call) and written.decorates is None:
            functions = self.functions(written)
            if not any(self.reads_variable(function) for function in functions):
                return [value for function in functions for value in function.returns]
        return ()

    def _given(self, written: Parameter) -> list[Expression]:
        if written.function is None:
            return []
        calls = self._callers.get(written.function, ())
        places = (written.name, written.function.parameters.index(written))
        values = (call.argument(places) or written.default for call in calls)
        return [value for value in values if value is not None]

    def _field_values(self, written: Attribute) -> list[Expression]:
        """The values of a package's name or a structure's field."""
        for full in self.qualified_names(written):
            if values := self._global(full):
                return values
        kinds = {thing.kind for thing in self.objects(written.owner)}
        given = self.code.fields.get(written.name, ())
        members = (self.code.members.get(f"{kind}.{written.name}") for kind in kinds)
        return [value for owner, value in given if self._may_be(owner, kinds)] or [
            Parameter(written.node, member.name, member.declared)
            for member in members
            if isinstance(member, Parameter)
        ]

    def _may_be(self, owner: Expression, kinds: set[str]) -> bool:
        """Whether a field's owner is of one of some types, or its type is unknown."""
        types = {thing.kind for thing in self.objects(owner)} or {*self.qualified_names(owner)}
        return not kinds or not types - {""} or not kinds.isdisjoint(types)

    # --- functions --------------------------------------------------------------------------------

    def functions(self, call: Call) -> list[Function]:
        """The functions of the code that a call may be of."""
        return [*self._plain(call.function), *self._methods(call.function)]

    def _plain(self, written: Expression) -> Iterator[Function]:
        bound: list[Expression] = []
        if isinstance(written, Name):
            bound = self._bound(written)
        elif isinstance(written, Attribute) and isinstance(written.owner, Name):
            bound = self._global(f"{self._full(written.owner)}.{written.name}")
        yield from (value for value in bound if isinstance(value, Function))

    def _methods(self, written: Expression) -> Iterator[Function]:
        if isinstance(written, Attribute):
            members = self.code.members
            methods = (
                members.get(f"{thing.kind}.{written.name}") for thing in self.receivers(written)
            )
            yield from (method for method in methods if isinstance(method, Function))

    def reads_variable(self, function: Function) -> bool:
        """Whether a function returns a variable of the environment, or its second parameter."""
        if len(function.parameters) != 2:
            return False
        name, default = (parameter.name for parameter in function.parameters)
        returned = {value.name for value in function.returns if isinstance(value, Name)}
        if default not in returned:
            return False
        asking = (
            call
            for call in function.calls
            if any(isinstance(a, Name) and a.name == name for a in call.arguments.values())
        )
        return any(row.variable for call in asking for row in self.rows(call))

    # --- objects ----------------------------------------------------------------------------------

    def receivers(self, written: Expression) -> list[Resolved]:
        """The objects that a method may be called on."""
        return self.objects(written.owner) if isinstance(written, Attribute) else []

    def objects(self, written: Expression | None) -> list[Resolved]:
        """The objects that an expression may be."""
        objects = (
            Resolved(kind, origin)
            for origin in self.origins(written)
            for kind in self._kinds(origin)
            if kind
        )
        return list(dict.fromkeys(objects))

    def _kinds(self, origin: Expression) -> list[str]:
        """The types of what an expression makes; none if it is made of itself."""
        if origin not in self._types:
            self._types[origin] = []
            self._types[origin] = list(self._made_types(origin))
        return self._types[origin]

    def _made_types(self, origin: Expression) -> Iterable[str]:
        if isinstance(origin, Parameter):
            return [] if origin.declared is None else self.qualified_names(origin.declared)
        if isinstance(origin, Call):
            return [next(_makes(name), name) for name in self.qualified_names(origin.function)]
        if isinstance(origin, Attribute):
            return [kind for name in self.qualified_names(origin) for kind in _makes(name)]
        return []

    def rows(self, call: Call) -> list[CallRule]:
        """The rows of the table about a call."""
        names = dict.fromkeys(self.qualified_names(call.function))
        return [row for name in names for row in call_rules(name)]

    def is_foreign(self, written: Expression) -> bool:
        """Whether it is an object of a type that the table does not know; a package is not."""
        kinds = {thing.kind for thing in self.objects(written)}
        return kinds.isdisjoint(known_owners()) if kinds else not any(self.qualified_names(written))

    def is_own(self, call: Call) -> bool:
        """Whether it calls a function, or makes a structure, of the code."""
        names = self.qualified_names(call.function)
        packages = (name.rpartition(".")[0] for name in names)
        return bool(self.functions(call)) or any(p in self.code.packages for p in packages)


def limit_values(values: Iterable[Value], rest: Value) -> list[Value]:
    """Each of several values once; the rest, which is unknown, in the place of too many."""
    unique = list(dict.fromkeys(values))
    return unique if len(unique) <= MOST else [*unique[:MOST], rest]


def _makes(name: str) -> Iterator[str]:
    return (row.makes for row in call_rules(name) if row.makes)
