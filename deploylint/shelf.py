"""The services of a set, of which only a batch has its trees at a time.

A set of up to ``HELD`` services is one batch, and held as it is. Of a larger one all but the last
batch are put away as messages (``packed``), and taken out again one after the other by who goes
through them: a quarter more time, for memory that hardly grows.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import overload

from deploylint.documents.nodes import Source
from deploylint.listed import Listed, listed
from deploylint.model import Service

HELD, BATCH = 512, 64
"""How many services of a set have their trees at once, some 64 MiB; and of a larger set, some 8."""


def batch_of(size: int) -> int:
    """How many services of a set of some size have their trees at once."""
    return HELD if size <= HELD else BATCH


Laid = Callable[[Service], Service]
"""What is said of a service from elsewhere, laid on it whenever it is taken out."""


class Services(Sequence[Service]):
    """The services of a set in their order; ``listed`` is what may be asked of all at once."""

    def __init__(self, batch: int) -> None:
        self.listed: list[Listed] = []
        self._named: dict[str, int] = {}
        self._size = batch
        self._places: list[int] = []
        """The place of each service; those that were left out have none."""
        self._put = 0
        self._packed: list[bytes] = []
        self._held: list[Service] = []
        self._texts: list[Source] = []
        self._numbers: dict[int, int] = {}
        self._laid: tuple[Laid, ...] = ()
        self._last: tuple[int, list[Service]] = (-1, [])

    def put(self, service: Service) -> None:
        """Add a service."""
        if len(self._held) == self._size:
            self._pack()
        self._held.append(service)
        self.listed.append(listed(service))
        self._places.append(self._put)
        self._put += 1

    def laid(self, on: Laid, told: Collection[int] = ()) -> Services:
        """The same services, each with something laid on it.

        It leaves what is listed of them, but for those at the positions that are ``told``.
        """
        other = self._copy()
        other._held = [on(one) for one in self._held]
        other._laid = (*self._laid, on)
        anew = {at: listed(other[at]) for at in told}
        other.listed = [anew.get(at, one) for at, one in enumerate(self.listed)]
        return other

    def without(self, names: Collection[int]) -> Services:
        """The services but those at some positions."""
        other = self._copy()
        kept = [n for n in range(len(self)) if n not in names]
        other.listed = [self.listed[n] for n in kept]
        other._places = [self._places[n] for n in kept]
        return other

    def batches(self) -> Iterator[list[Service]]:
        """The services, a batch at a time."""
        kept = set(self._places)
        for number in range(len(self._packed) + 1):
            first = number * self._size
            yield [one for n, one in enumerate(self._batch(number), first) if n in kept]

    def named(self, name: str) -> Service:
        """The service of a name. Raises KeyError where there is none."""
        if len(self._named) != len(self.listed):
            self._named = {one.name: at for at, one in enumerate(self.listed)}
        return self[self._named[name]]

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Service]:
        for batch in self.batches():
            yield from batch

    @overload
    def __getitem__(self, at: int) -> Service: ...
    @overload
    def __getitem__(self, at: slice) -> list[Service]: ...
    def __getitem__(self, at: int | slice) -> Service | list[Service]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        number, within = divmod(self._places[at], self._size)
        return self._batch(number)[within]

    def _copy(self) -> Services:
        other = copy.copy(self)
        other._named, other._last = {}, (-1, [])
        return other

    def _pack(self) -> None:
        from deploylint.packed import pack  # a small set never needs it

        self._packed.append(pack(self._held, self._number))
        self._held = []

    def _batch(self, number: int) -> list[Service]:
        """A batch as it was put, with what is laid on it."""
        if number == len(self._packed):
            return self._held
        if self._last[0] != number:
            from deploylint.packed import unpack

            batch = unpack(self._packed[number], self._texts.__getitem__)
            for on in self._laid:
                batch = [on(one) for one in batch]
            self._last = number, batch
        return self._last[1]

    def _number(self, text: Source) -> int:
        number = self._numbers.setdefault(id(text), len(self._texts))
        if number == len(self._texts):
            self._texts.append(text)
        return number
