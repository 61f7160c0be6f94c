"""Slips in keys: those that the other side has at another level, or in another spelling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deploylint.documents.nodes import Entry, Node
from deploylint.documents.record import Record
from deploylint.documents.suggest import is_near

_Path = tuple[str, ...]


class Candidate(Record):
    """A key that only one side has, with or without an owner; an empty one may be misplaced.

    ``path``, ``key`` and ``value`` are those of that side.
    ``near`` is the nearest node of the other side.
    ``is_emptied`` is whether the other side has the key without a value.
    """

    path: tuple[str, ...]
    key: Node
    value: Node
    near: Node
    is_emptied: bool


_Place = tuple[tuple[str, ...], Node]
"""A key: its path in its component, and its node."""


def misplaced_keys(
    ours: Iterable[Candidate], theirs: Iterable[Candidate]
) -> Iterator[tuple[_Place, _Place]]:
    """The keys of one side that the other has one level further in or out, with their places."""
    wanted = dict(_places(theirs))
    further_in = {(path[:-2], path[-1]): path for path in wanted}
    for path, key in _places(ours):
        further_out = (*path[:-2], path[-1])
        target = further_in.get((path[:-1], path[-1]))
        if target is None and further_out in wanted:
            target = further_out
        if target is not None:
            yield (path, key), (target, wanted[target])


def by_spelling(candidates: Iterable[Candidate]) -> Mapping[_Path, list[Candidate]]:
    """The keys that are not there at all, by the ways to write them with one letter less."""
    by_way: dict[_Path, list[Candidate]] = {}
    for candidate in candidates:
        for way in () if candidate.is_emptied else spellings_of(candidate):
            by_way.setdefault(way, []).append(candidate)
    return by_way


def spellings_of(candidate: Candidate) -> Iterator[_Path]:
    """The path of a key in lower case, also without one letter: that of a slip has one of these."""
    *above, name = candidate.path
    if name.isalpha() and _SHORT <= len(name) <= _LONGEST:
        lower = name.lower()
        yield (*above, lower)
        yield from ((*above, lower[:at] + lower[at + 1 :]) for at in range(len(lower)))


def is_slip(path: _Path, other: _Path) -> bool:
    """Whether a key is another one with a slip. Numbers, names and variables often are alike."""
    name, meant = path[-1], other[-1]
    is_word = len(name) > _SHORT and name[:1].islower() and (name + meant).isalpha()
    return is_word and (name.lower() == meant.lower() or is_near(name, meant, 1))


_SHORT = 4
"""Of words of so many letters many differ in one, as ``cpu`` and ``gpu``."""
_LONGEST = 63
"""No longer key is a word."""


def keys_beside(
    scope: Node, other: Node, theirs: Iterable[Candidate]
) -> Iterator[tuple[_Place, _Place]]:
    """The keys that a component lacks and that are beside it, with their places."""
    own_siblings, siblings = _above(scope), _above(other)
    for path, node, *_ in theirs:
        key = path[0]
        if len(path) == 1 and key in own_siblings and key not in siblings:
            yield (path, own_siblings[key].key), ((other.path.name, key), node)


def _above(scope: Node) -> Mapping[str, Entry]:
    """The keys of the mapping around a component; none if it is not as in its row."""
    table, row = scope.table, scope.row
    if row < 1 or not table.is_written(scope):
        return {}
    parent = table.paths[row].parent
    above = next(table.node(r) for r in range(row - 1, -1, -1) if table.paths[r] is parent)
    return above.content if isinstance(above.content, dict) else {}


def _places(candidates: Iterable[Candidate]) -> Iterator[_Place]:
    """Keys of one side, and the keys below one that the other side has without a value."""
    for path, key, value, _, is_emptied in candidates:
        yield path, key
        if is_emptied and isinstance(value.content, dict):
            yield from (((*path, name), entry.key) for name, entry in value.content.items())
