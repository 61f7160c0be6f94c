"""Those who vote, by what they say alone: a vote takes all services of a set, and few have trees.

Who is quoted, because a place is named that says what most say, is looked at in full afterwards.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from deploylint.documents.nodes import Entry, Source, text_node
from deploylint.model.difference import Position
from deploylint.model.fields import element_of
from deploylint.model.service import Component, Service, Value

_NOWHERE = text_node(Source("", ""), "", 0, 0)


class _Said(Mapping[str, Value]):
    """What a component says; the addresses are shared by all that say something of the same."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: tuple[Value, ...]) -> None:
        self._places, self._values = places, values

    def __getitem__(self, address: str) -> Value:
        return self._values[self._places[address]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Voters:
    """Makes voters of components. What many say is kept once."""

    def __init__(self) -> None:
        self._values: dict[object, Value] = {}
        self._places: dict[tuple[str, ...], Mapping[str, int]] = {}

    def voter(self, at: Position, elements: Collection[str]) -> Position:
        """A component by what it says of some elements."""
        service, one = at
        said = {a: v for a, v in one.values.items() if element_of(a) in elements}
        bare = Service(service.name, (), "", "", service.own_names, (), (), _NOWHERE)
        values = _Said(self._shared(said), tuple(map(self._bare, said.values())))
        return Position(
            bare, Component(one.key, one.name, one.role, values, _NOWHERE, {}, one.is_main)
        )

    def known(self, voters: Iterable[Position]) -> Iterator[Position]:
        """Voters that were made elsewhere; what they say as others do is kept once too."""
        met: dict[int, Value] = {}
        for service, one in voters:
            said = one.values.values()
            values = tuple(met.get(id(v)) or met.setdefault(id(v), self._bare(v)) for v in said)
            yield Position(service, one._replace(values=_Said(self._shared(one.values), values)))

    def _shared(self, said: Mapping[str, Value]) -> Mapping[str, int]:
        addresses = tuple(said)
        return self._places.setdefault(addresses, {a: n for n, a in enumerate(addresses)})

    def _bare(self, value: Value) -> Value:
        """A value without its nodes."""
        data, parts = value.data, _names(value)
        key = (
            value.state,
            value.inherited,
            value.derived,
            bool(value.leaves),
            type(data),
            repr(data) if isinstance(data, (dict, list)) else data,
            parts,
        )
        known = self._values.get(key)
        if known is None:
            known = self._values[key] = value._replace(
                node=None,
                parts=None if parts is None else {name: _entry() for name in parts},
                leaves=(_NOWHERE,) if value.leaves else (),
            )
        return known


def _names(value: Value) -> tuple[str, ...] | None:
    """The names of a value's items or branches."""
    if value.parts is not None:
        return tuple(value.parts)
    content = value.node.content if value.node is not None else None
    return tuple(content) if isinstance(value.data, dict) and isinstance(content, dict) else None


def _entry() -> Entry:
    """Stands for one item: a vote is counted by the identity of its nodes."""
    return Entry(_NOWHERE.made(""), _NOWHERE.made(""))


def in_full(
    bench: Iterable[Position], quoted: Iterable[Position], named: Callable[[str], Service]
) -> list[Position]:
    """A bench, of which those who are ``quoted`` have their trees; ``named`` finds a service."""
    found = {id(at): _whole(at, named(at.service.name)) for at in quoted}
    return [found.get(id(at), at) for at in bench]


def _whole(at: Position, service: Service) -> Position:
    key = at.component.key
    return Position(service, next(one for one in service.components if one.key == key))
