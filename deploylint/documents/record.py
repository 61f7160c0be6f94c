"""Records: named tuples that cost little to define.

A short run defines a hundred kinds of records and makes few. ``typing.NamedTuple`` writes the code
of a constructor for each kind and compiles it, which is nine tenths of its cost; here that waits
until a second record of a kind is made, and kinds with as many fields share the code. All else is
as it is there, and a type checker sees it as that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["Record"]

if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    from collections import _tuplegetter
    from functools import cache
    from types import CodeType, FunctionType

    class _RecordType(type):
        """Makes a tuple with a name for each annotated field; what these are set to are defaults.

        The module has to begin with ``from __future__ import annotations``. A record of another
        kind of record has the same fields.
        """

        def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
            if "__annotations__" not in namespace and tuple not in bases:
                return super().__new__(cls, name, bases, {"__slots__": (), **namespace})
            fields = tuple(namespace.get("__annotations__", ()))
            own = namespace | {
                "__slots__": (),
                "_fields": fields,
                "__match_args__": fields,
                "_field_defaults": {name: namespace[name] for name in fields if name in namespace},
            }
            for place, field in enumerate(fields):
                own[field] = _tuplegetter(place, "")
            return super().__new__(cls, name, bases, own)

    class Record(tuple, metaclass=_RecordType):
        """A record with the fields that are annotated; equal to a tuple of the same values."""

        def __new__(cls, *values: Any, **named: Any) -> Any:
            """The first record of its kind; for the next one, or a wrong one, it is compiled."""
            rest, given = cls._fields[len(values) :], cls._field_defaults | named
            is_whole = named.keys() <= set(rest) <= given.keys() and len(values) <= len(cls._fields)
            if cls._is_met or not is_whole:
                cls.__new__ = staticmethod(_constructor(cls))
                return cls.__new__(cls, *values, **named)
            cls._is_met = True
            return tuple.__new__(cls, (*values, *map(given.get, rest)))

        _is_met = False
        _make = classmethod(tuple.__new__)

        def _replace(self, **changes: Any) -> Any:
            """The same record with other values in some fields."""
            made = tuple.__new__(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"{type(self).__name__} has no field {', '.join(changes)}")
            return made

        def _asdict(self) -> dict[str, Any]:
            """Its values by the names of the fields."""
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

        def __repr__(self) -> str:
            pairs = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({pairs})"

    def _constructor(kind: Any) -> Any:
        """A constructor of a record by position, by name and with its defaults."""
        code = _compiled(len(kind._fields)).replace(co_varnames=("_kind", *kind._fields))
        defaults = tuple(kind._field_defaults.values())
        return FunctionType(code, {"_new": tuple.__new__}, kind.__name__, defaults)

    @cache
    def _compiled(count: int) -> CodeType:
        """The code of the constructor of a record with so many fields, whatever their names are."""
        fields = ", ".join(f"field{number}" for number in range(count))
        made: FunctionType = eval(f"lambda _kind, {fields}: _new(_kind, ({fields},))")
        return made.__code__
