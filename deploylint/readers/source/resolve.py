"""What a name in code comes to, where that can be told: followed through constants, fields of
structures, parameters and what functions return, in all files at once.

Whatever may reach a place is told; what cannot be followed is told as it stands, for its reader to
call unknown. What calls mean is ``table``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploylint.documents.record import Record
from deploylint.readers.source.calls import CallRule, owners, rows
from deploylint.readers.source.syntax import (
    Attribute,
    Call,
    Code,
    Expression,
    Function,
    Name,
    NameScope,
    Other,
    Parameter,
)

MOST = 64
"""How many different things one expression is followed to; no program means more."""


_WRAPPERS = ("Annotated", "Optional")
"""Types of Python that stand around the one that is meant."""


class Resolved(Record):
    """An object: its type by its qualified name, and the expression that it was made by."""

    kind: str
    made: Expression


class Program:
    """Code whose names can be followed."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self._known: dict[int, tuple[Expression, tuple[Expression, ...]]] = {}
        self._following: set[int] = set()
        self._types: dict[int, tuple[Expression, list[str]]] = {}
        self._sites: dict[int, list[Call]] = {}
        self._index()

    def _index(self) -> None:
        """Who calls which function. Methods need to know of what, so they come second."""
        found = [(call, list(self._functions(call.function))) for call in self.code.calls]
        self._keep(found)
        methods = [(call, list(self._methods(call.function))) for call, some in found if not some]
        self._keep(methods)
        self._known.clear()
        self._types.clear()

    def _keep(self, found: Iterable[tuple[Call, list[Function]]]) -> None:
        for call, functions in found:
            if call.decorates is None:
                for function in functions:
                    self._sites.setdefault(id(function), []).append(call)

    # --- names ------------------------------------------------------------------------------------

    def named(self, written: Expression) -> list[str]:
        """What a function or type is called in full: ``net/http.Handle``, ``gin.Engine.GET``."""
        if isinstance(written, Name):
            return [self._full(written)]
        if isinstance(written, Attribute):
            kinds = dict.fromkeys(thing.kind for thing in self.things(written.of))
            names = list(kinds) or self.named(written.of)
            return [f"{name}.{written.name}" for name in names if name]
        if isinstance(written, Call):
            names, first = self.named(written.function), written.argument(0)
            wrapped = any(name.rpartition(".")[2] in _WRAPPERS for name in names)
            return self.named(first) if wrapped and first is not None else names
        return []

    def _full(self, written: Name) -> str:
        holder = written.scope.holder(written.name)
        if holder is None:
            return written.name
        if written.name in holder.imports and written.name not in holder.names:
            return self.code.canonical(holder.imports[written.name])
        return f"{holder.package}.{written.name}" if holder.parent is None else ""

    def _global(self, full: str) -> list[Expression]:
        """What a name of a package is given; what it only imports is looked up there."""
        package, _, name = full.rpartition(".")
        scope = self.code.packages.get(package)
        if scope is None:
            return []
        if name in scope.imports and name not in scope.names:
            other = self.code.canonical(scope.imports[name])
            return self._global(other) if other != full else []
        return scope.names.get(name, [])

    def _bound(self, written: Name) -> list[Expression]:
        """All that a name is given."""
        holder: NameScope | None = written.scope.holder(written.name)
        if holder is None:
            return []
        return holder.names.get(written.name) or self._global(self._full(written))

    # --- what they come to ------------------------------------------------------------------------

    def origins(self, written: Expression) -> tuple[Expression, ...]:
        """The expressions that an expression may come from; itself where it cannot be followed."""
        if id(written) in self._known:
            return self._known[id(written)][1]
        if id(written) in self._following:
            return ()
        self._following.add(id(written))
        unique = {id(one): one for one in self._followed(written)}
        self._following.discard(id(written))
        found = tuple(unique.values()) or (written,)
        if len(found) > MOST:
            found = (*found[:MOST], Other(written.node))
        self._known[id(written)] = written, found  # held, so that no other gets its id
        return found

    def _followed(self, written: Expression) -> Iterator[Expression]:
        for one in self._next(written):
            yield from self.origins(one)

    def _next(self, written: Expression) -> Iterable[Expression]:
        if isinstance(written, Name):
            return self._bound(written)
        if isinstance(written, Parameter):
            return self._given(written)
        if isinstance(written, Attribute):
            return self._held(written)
        if isinstance(written, Call) and written.decorates is None:
            functions = self.functions(written)
            if not any(self.variable_of(function) for function in functions):
                return [one for function in functions for one in function.returns]
        return ()

    def _given(self, written: Parameter) -> list[Expression]:
        found = [
            call.keywords.get(written.name) or call.argument(written.position) or written.default
            for call in self._sites.get(id(written.function), ())
        ]
        return [one for one in found if one is not None]

    def _held(self, written: Attribute) -> list[Expression]:
        """What a package's name or a structure's field is given."""
        for full in self.named(written):
            if found := self._global(full):
                return found
        kinds = {thing.kind for thing in self.things(written.of)}
        given = self.code.fields.get(written.name, ())
        found = [value for owner, value in given if self._may_be(owner, kinds)]
        declared = (self.code.types.get(kind, {}).get(written.name) for kind in kinds)
        return found or [
            Parameter(Function("", written.node), 0, written.name, one, None, written.node)
            for one in declared
            if one is not None
        ]

    def _may_be(self, owner: Expression, kinds: set[str]) -> bool:
        """Whether a field's owner is of one of some types, or may be as nothing is known of it."""
        types = {thing.kind for thing in self.things(owner)} or {*self.named(owner)} - {""}
        return not kinds or not types or not kinds.isdisjoint(types)

    def _functions(self, written: Expression) -> Iterator[Function]:
        """The functions of the code that a plain name stands for."""
        bound: list[Expression] = []
        if isinstance(written, Name):
            bound = self._bound(written)
        elif isinstance(written, Attribute) and isinstance(written.of, Name):
            full = self._full(written.of)
            bound = self._global(f"{full}.{written.name}") if full else []
        yield from (one for one in bound if isinstance(one, Function))

    def _methods(self, written: Expression) -> Iterator[Function]:
        """The methods of the code's own types that a name may stand for."""
        if isinstance(written, Attribute):
            for thing in self.things(written.of):
                method = self.code.methods.get(f"{thing.kind}.{written.name}")
                if method is not None:
                    yield method

    # --- objects ----------------------------------------------------------------------------------

    def things(self, written: Expression) -> list[Resolved]:
        """The objects that an expression may be, with their types."""
        found = (Resolved(kind, one) for one in self.origins(written) for kind in self._kinds(one))
        unique = {(thing.kind, id(thing.made)): thing for thing in found if thing.kind}
        return list(unique.values())

    def _kinds(self, origin: Expression) -> list[str]:
        """The types of what an expression makes; none where it is made of itself."""
        if id(origin) not in self._types:
            self._types[id(origin)] = origin, []
            self._types[id(origin)] = origin, self._made_of(origin)
        return self._types[id(origin)][1]

    def _made_of(self, origin: Expression) -> list[str]:
        if isinstance(origin, Parameter):
            return self.named(origin.declared) if origin.declared is not None else []
        if isinstance(origin, Call):
            return [self._made(name) for name in self.named(origin.function)]
        if isinstance(origin, Attribute):
            return [made for name in self.named(origin) if (made := self._made(name)) != name]
        return []

    def _made(self, name: str) -> str:
        return next((row.makes for row in rows(name) if row.makes), name)

    def rows(self, call: Call) -> list[CallRule]:
        """What the table says of a call."""
        return [row for name in dict.fromkeys(self.named(call.function)) for row in rows(name)]

    def functions(self, call: Call) -> list[Function]:
        """The functions of the code that a call may be of."""
        return [*self._functions(call.function), *self._methods(call.function)]

    def is_strange(self, written: Expression) -> bool:
        """Whether it is an object of a type that the table does not know; a package is none."""
        kinds = {thing.kind for thing in self.things(written)}
        return kinds.isdisjoint(owners()) if kinds else not any(self.named(written))

    def is_own(self, call: Call) -> bool:
        """Whether it calls a function, or makes a structure, of the code."""
        packages = (name.rpartition(".")[0] for name in self.named(call.function))
        return bool(self.functions(call)) or any(p in self.code.packages for p in packages)

    def variable_of(self, function: Function) -> bool:
        """Whether a function gives a variable of the environment, or else its second parameter."""
        if len(function.parameters) != 2:
            return False
        name, otherwise = (parameter.name for parameter in function.parameters)
        returned = {one.name for one in function.returns if isinstance(one, Name)}
        asked = (c for c in function.calls if any(_is_called(one, name) for one in c.arguments))
        rows = (row for call in asked for row in self.rows(call))
        return otherwise in returned and any(row.variable is not None for row in rows)


def _is_called(written: Expression, name: str) -> bool:
    return isinstance(written, Name) and written.name == name
