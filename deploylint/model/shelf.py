"""The services of a set, of which only a batch has its trees at a time.

A set of up to ``HELD`` services is held as it is. Of a larger one the batches are put away as
messages (``packed``), and taken out again one after the other by who goes through them: a quarter
more time, for memory that hardly grows.
"""

from __future__ import annotations

import copy
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple, overload

from deploylint.documents.nodes import Source
from deploylint.model.listed import Listed, listed
from deploylint.model.service import Service

HELD, BATCH = 512, 64
"""How many services of a set have their trees at once, some 64 MiB; and of a larger set, some 8
for each process."""


Laid = Callable[[Service], Service]
"""What is said of a service from elsewhere, laid on it whenever it is taken out."""


class Batch(NamedTuple):
    """Some services put away: as a message, which names their texts by number."""

    listed: Sequence[Listed]
    message: bytes
    texts: Sequence[Source]


def put_away(services: Sequence[Service]) -> Batch:
    """Some services without their trees."""
    from deploylint.model.packed import pack

    return Batch([listed(one) for one in services], *pack(services))


class Texts:
    """The texts that are known: each is kept once, whatever process it comes from."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Source] = {}

    def known(self, texts: Iterable[Source]) -> list[Source]:
        """Some texts, those in the place of which others are known as these."""
        return [self._known.setdefault((one.file, one.text), one) for one in texts]


class Services(Sequence[Service]):
    """The services of a set in their order; ``listed`` is what may be asked of all at once."""

    def __init__(self) -> None:
        self.listed: list[Listed] = []
        self._named: dict[str, int] = {}
        self._places: list[int] = []
        """The place of each service; those that were left out have none."""
        self._batches: list[Batch | list[Service]] = []
        self._ends: list[int] = []
        """The place after the last of each batch."""
        self._laid: tuple[Laid, ...] = ()
        self._last: tuple[int, list[Service]] = (-1, [])

    def put(self, services: Sequence[Service]) -> None:
        """Add services, which are held while the set is none of a larger one."""
        for begin in range(0, len(services), BATCH):
            some = services[begin : begin + BATCH]
            self._add([listed(one) for one in some], list(some))
        if len(self) > HELD:
            self._batches = [
                put_away(one)._replace(listed=()) if isinstance(one, list) else one
                for one in self._batches
            ]

    def add(self, batch: Batch, texts: Texts) -> None:
        """Add services that were put away; of their texts some are known."""
        self._add(batch.listed, batch._replace(listed=(), texts=texts.known(batch.texts)))

    def join(self, others: Services) -> None:
        """Add all of other services, on which nothing is laid yet."""
        for number, batch in enumerate(others._batches):
            begin, end = others._begin(number), others._ends[number]
            self._add(others.listed[begin:end], batch)

    def laid(self, on: Laid, told: Collection[int] = ()) -> Services:
        """The same services, each with something laid on it.

        It leaves what is listed of them, but for those at the positions that are ``told``.
        """
        other = self._copy()
        other._batches = [
            one if isinstance(one, Batch) else [on(service) for service in one]
            for one in self._batches
        ]
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

    @property
    def batches(self) -> int:
        """How many batches there are."""
        return len(self._batches)

    def batch(self, number: int) -> list[Service]:
        """The services of a batch."""
        begin = self._begin(number)
        batch = self._taken(number)
        kept = self._places[bisect_left(self._places, begin) : self.reached(number)]
        return [batch[place - begin] for place in kept]

    def reached(self, number: int) -> int:
        """How many services there are up to the end of a batch."""
        return bisect_left(self._places, self._ends[number])

    def named(self, name: str) -> Service:
        """The service of a name. Raises KeyError where there is none."""
        if len(self._named) != len(self.listed):
            self._named = {one.name: at for at, one in enumerate(self.listed)}
        return self[self._named[name]]

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Service]:
        for number in range(self.batches):
            yield from self.batch(number)

    @overload
    def __getitem__(self, at: int) -> Service: ...
    @overload
    def __getitem__(self, at: slice) -> list[Service]: ...
    def __getitem__(self, at: int | slice) -> Service | list[Service]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        number = bisect_right(self._ends, self._places[at])
        return self._taken(number)[self._places[at] - self._begin(number)]

    def _copy(self) -> Services:
        other = copy.copy(self)
        other._named, other._last = {}, (-1, [])
        return other

    def _add(self, some: Sequence[Listed], batch: Batch | list[Service]) -> None:
        begin = self._begin(len(self._ends))
        end = begin + len(some)
        self._places += range(begin, end)
        self._ends.append(end)
        self._batches.append(batch)
        self.listed += some

    def _begin(self, number: int) -> int:
        """The place of the first service of a batch."""
        return self._ends[number - 1] if number else 0

    def _taken(self, number: int) -> list[Service]:
        """A batch as it was put, with what is laid on it."""
        one = self._batches[number]
        if isinstance(one, list):
            return one
        if self._last[0] != number:
            from deploylint.model.packed import unpack

            batch: list[Service] = unpack(one.message, one.texts)
            for on in self._laid:
                batch = [on(service) for service in batch]
            self._last = number, batch
        return self._last[1]
