"""Records that cost little to define: a short run defines many kinds of them and makes few.

A NamedTuple costs seven times as much to define, a dataclass more: both write source code and
compile it. The fields of a record are its annotations, as in those two.
"""

from __future__ import annotations

from typing import Any, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class _RecordType(type):
    """Makes a class whose annotated names are its slots; what they are set to are defaults."""

    _fields: tuple[str, ...]
    _defaults: dict[str, Any]

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _RecordType:
        fields = tuple(namespace.get("__annotations__", ()))
        defaults = {field: namespace.pop(field) for field in fields if field in namespace}
        made = super().__new__(cls, name, bases, namespace | {"__slots__": fields})
        made._fields, made._defaults = fields, defaults
        return made


class Record(metaclass=_RecordType):
    """A record: equal to one of its kind with equal fields; nobody changes one.

    A module that defines one begins with ``from __future__ import annotations``.
    """

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = type(self)._fields
        if named or len(values) != len(fields):
            values = self._complete(values, named)
        for field, value in zip(fields, values, strict=True):
            setattr(self, field, value)

    def _complete(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """The values of all fields. Raises TypeError for one that is missing or not known."""
        kind = type(self)
        rest = kind._fields[len(values) :]
        given = kind._defaults | named
        if len(values) > len(kind._fields) or not named.keys() <= set(rest):
            raise TypeError(f"{kind.__name__}: it takes {', '.join(kind._fields)}")
        try:
            return (*values, *[given[field] for field in rest])
        except KeyError as error:
            raise TypeError(f"{kind.__name__}: {error.args[0]} is missing") from None

    def values(self) -> tuple[Any, ...]:
        """The values of its fields, in their order."""
        return tuple([getattr(self, field) for field in type(self)._fields])

    def replace(self, **changes: Any) -> Self:
        """The same record with other values in some fields."""
        kind = type(self)
        if not changes.keys() <= set(kind._fields):
            raise TypeError(f"{kind.__name__}: it takes {', '.join(kind._fields)}")
        return kind(
            *[
                changes[field] if field in changes else getattr(self, field)
                for field in kind._fields
            ]
        )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.values() == other.values()

    def __hash__(self) -> int:
        return hash(self.values())

    def __repr__(self) -> str:
        pairs = zip(type(self)._fields, self.values(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"
