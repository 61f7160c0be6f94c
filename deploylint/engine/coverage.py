"""How much of each file was looked at: every leaf is compared, unknown or uncompared.

A set is accounted for batch by batch. Two things are settled at its end: the leaves of files that
several services hold, which are the first one's and may be looked at with another, and those of the
reference, which each batch is compared with.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from deploylint.compare.result import CompareResult
from deploylint.documents.merge import Lost
from deploylint.documents.nodes import Node, leaves, span
from deploylint.model.finding import Location
from deploylint.model.listed import Listed
from deploylint.model.locations import place
from deploylint.model.service import Service

_UNSEEN, _SPLIT, _UNKNOWN, _COMPARED = range(4)
"""What was made of a leaf, the better the higher."""


class Uncompared(NamedTuple):
    """A leaf no rule looked at: its place and why."""

    place: Location
    reason: str


class Coverage(NamedTuple):
    """Counts of leaves, and of each service by name those that nothing looked at.

    These are (number of the leaf among those of the service's files, reason).
    """

    compared: int
    unknown: int
    uncompared: Mapping[str, Sequence[tuple[int, str]]]


class _Leaf(NamedTuple):
    """A leaf as its service has it: its address, whether that is unknown, what took it away."""

    address: str
    is_unknown: bool
    lost: str

    def outcome(self, seen: int) -> str | int:
        """What becomes of it: a count, or the reason why nothing looked at it."""
        if self.lost:
            return self.lost
        if seen == _COMPARED:
            return _COMPARED
        if seen == _UNKNOWN or self.is_unknown:
            return _UNKNOWN
        return f"{self.address}: no majority" if seen == _SPLIT else _reason(self.address)


class _Waiting:
    """A leaf that is settled at the end: whose it is, and the best that was made of it so far."""

    __slots__ = ("leaves", "seen", "service")

    def __init__(self, service: str, number: int, leaf: _Leaf, seen: int) -> None:
        self.service = service
        self.leaves = [(number, leaf)]
        """Its number and what it is read as, for each place that uses it."""
        self.seen = seen


class Accounted(NamedTuple):
    """What the leaves of some services come to: counts, and of each service what is left over.

    ``waiting`` are those that are settled at the end; ``met`` is what was made of the reference's
    leaves, whose batch may be another one.
    """

    counts: Mapping[int, int]
    uncompared: Mapping[str, Sequence[tuple[int, str]]]
    waiting: Mapping[object, _Waiting]
    met: Mapping[object, int]


class Account:
    """Accounts for every leaf of every file of some services."""

    def __init__(self, services: Sequence[Listed], reference: Service | None) -> None:
        held = Counter(file for one in services for file in dict.fromkeys(one.files))
        self._shared = {file for file, often in held.items() if often > 1}
        self._reference = reference
        self._counts = Counter[int]()
        self._uncompared: dict[str, list[tuple[int, str]]] = {one.name: [] for one in services}
        self._alike: dict[tuple[int, str], tuple[int, str]] = {}
        self._waiting: dict[object, _Waiting] = {}
        self._met: dict[object, int] = {}

    def of(self, services: Iterable[Service], comparison: CompareResult) -> Accounted:
        """What the leaves of one batch come to. It is not added: that is for ``take``."""
        counts, waiting = Counter[int](), dict[object, _Waiting]()
        left: dict[str, list[tuple[int, str]]] = {}
        for service in services:
            waits, read = service is self._reference, _reader(service)
            for number, leaf in enumerate(_leaves(service)):
                seen = _seen(leaf, comparison)
                if waits or leaf.source.file in self._shared:
                    one = _Waiting(service.name, number, read(leaf), seen)
                    _wait(waiting, _key(leaf), one)
                elif isinstance(outcome := read(leaf).outcome(seen), str):
                    left.setdefault(service.name, []).append((number, outcome))
                else:
                    counts[outcome] += 1
        met = dict[object, int]()
        for leaf in () if self._reference is None else _leaves(self._reference):
            key = _key(leaf)
            met[key] = max(met.get(key, _UNSEEN), _seen(leaf, comparison))
        return Accounted(counts, left, waiting, met)

    def take(self, one: Accounted) -> None:
        """Add what a batch comes to, after those before it."""
        self._counts.update(one.counts)
        for service, left in one.uncompared.items():
            self._leave(service, left)
        for key, waiting in one.waiting.items():
            _wait(self._waiting, key, waiting)
        for key, seen in one.met.items():
            self._met[key] = max(self._met.get(key, _UNSEEN), seen)

    def settled(self) -> Coverage:
        """What all of it comes to."""
        for key, one in self._waiting.items():
            seen = max(one.seen, self._met.get(key, _UNSEEN))
            for number, leaf in one.leaves:
                outcome = leaf.outcome(seen)
                if isinstance(outcome, str):
                    self._leave(one.service, [(number, outcome)])
                else:
                    self._counts[outcome] += 1
        return Coverage(self._counts[_COMPARED], self._counts[_UNKNOWN], self._uncompared)

    def _leave(self, service: str, left: Iterable[tuple[int, str]]) -> None:
        self._uncompared[service] += (self._alike.setdefault(told, told) for told in left)


def _wait(waiting: dict[object, _Waiting], key: object, one: _Waiting) -> None:
    """Let a leaf wait: it is that of the service that has it first."""
    first = waiting.setdefault(key, one)
    if first is not one:
        first.seen = max(first.seen, one.seen)
        if first.service == one.service:
            first.leaves.extend(one.leaves)


def _leaves(service: Service) -> Iterator[Node]:
    for root in service.roots:
        yield from leaves(root)


def _key(leaf: Node) -> object:
    """What tells a leaf from others, also when its service is taken from the shelf again."""
    content = leaf.content if isinstance(leaf.content, str) else ""
    return id(leaf.source), leaf.start, leaf.end, content


def _seen(leaf: Node, comparison: CompareResult) -> int:
    if id(leaf) in comparison.compared:
        return _COMPARED
    if id(leaf) in comparison.unknown:
        return _UNKNOWN
    return _SPLIT if id(leaf) in comparison.split else _UNSEEN


def _reader(service: Service) -> Callable[[Node], _Leaf]:
    """What a service reads each of its leaves as."""
    read = _read(service)
    lost = _lost(service)

    def reader(leaf: Node) -> _Leaf:
        address, state = read.get(id(leaf), ("", ""))
        return _Leaf(address, state == "unknown", lost.get(id(leaf), ""))

    return reader


def _read(service: Service) -> dict[int, tuple[str, str]]:
    """What each leaf was read as: its address and the state of the value."""
    return {
        id(leaf): (f"{component.key}/{address}", value.state)
        for component in service.components
        for address, value in component.values.items()
        for leaf in value.leaves
    }


def _lost(service: Service) -> dict[int, str]:
    """What befell the leaves that the service's files hold and the tree they come to does not."""
    if not service.lost:
        return {}
    there = {id(leaf) for leaf in leaves(service.root)}  # an alias may be lost in one place only
    return {
        id(leaf): _fate(one)
        for one in service.lost
        for leaf in leaves(one.node)
        if id(leaf) not in there
    }


def _fate(lost: Lost) -> str:
    if lost.by is None:
        return lost.why
    return f"{lost.why} {lost.by.source.file}:{span(lost.by).line}"


def _reason(address: str) -> str:
    if not address:
        return "no element owns it"
    return f"{address}: nothing to compare it with"


def located(coverage: Coverage, services: Iterable[Service]) -> list[Uncompared]:
    """The uncompared leaves with their places; looked up only for those who ask."""
    found = list[Uncompared]()
    for service in services:
        if wanted := dict(coverage.uncompared[service.name]):
            found += (
                Uncompared(place(leaf, service), wanted[number])
                for number, leaf in enumerate(_leaves(service))
                if number in wanted
            )
    return sorted(found, key=lambda one: one.place)
