"""Slips in keys: those that the other side has at another level, or in another spelling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Entry, Node, entries_of
from deploylint.documents.record import Record
from deploylint.documents.suggest import is_near

Keys = tuple[str, ...]
"""The keys that lead to a key, and that itself; an item of a list is ``[0]``."""


class Candidate(Record):
    """A key that only one side has, with or without an owner; an empty one may be misplaced.

    ``is_blank`` is whether it has no value.
    ``is_emptied`` is whether the other side has the key without a value, and ``below`` are the
    keys in its value then.
    """

    path: Keys
    is_blank: bool
    is_emptied: bool
    below: Keys


def misplaced_keys(
    ours: Iterable[Candidate], theirs: Iterable[Candidate]
) -> Iterator[tuple[Keys, Keys]]:
    """The keys of one side that the other has one level further in or out, with those there."""
    wanted = dict.fromkeys(_paths(theirs))
    further_in = {(path[:-2], path[-1]): path for path in wanted}
    for path in _paths(ours) if wanted else ():
        further_out = (*path[:-2], path[-1])
        target = further_in.get((path[:-1], path[-1]))
        if target is None and further_out in wanted:
            target = further_out
        if target is not None:
            yield path, target


def misspelt_keys(
    ours: Iterable[Candidate], theirs: Iterable[Candidate]
) -> Iterator[tuple[Keys, Keys]]:
    """The keys of one side that the other has beside them in another spelling."""
    others = _by_spelling(theirs) if ours else {}
    for path, *_ in ours:
        near = (other for way in _spellings_of(path) for other in others.get(way, ()))
        slip = next((other for other in near if is_slip(path, other)), None)
        if slip is not None:
            yield path, slip


def _by_spelling(candidates: Iterable[Candidate]) -> Mapping[Keys, list[Keys]]:
    """The keys that are not there at all, by the ways to write them with one letter less."""
    paths = (path for path, _, is_emptied, _ in candidates if not is_emptied)
    return items_by_key((way, path) for path in paths for way in _spellings_of(path))


def _spellings_of(path: Keys) -> Iterator[Keys]:
    """The path of a key in lower case, also without one letter: that of a slip has one of these."""
    *above, name = path
    if name.isalpha() and _SHORT <= len(name) <= _LONGEST:
        lower = name.lower()
        yield (*above, lower)
        yield from ((*above, lower[:at] + lower[at + 1 :]) for at in range(len(lower)))


def is_slip(path: Keys, other: Keys) -> bool:
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
) -> Iterator[tuple[Keys, Node, Keys, Node]]:
    """The keys that a component lacks and that are beside it, with those that they are meant for.

    Each is its path and its node.
    """
    lacking = [path for path, *_ in theirs if len(path) == 1]
    if not lacking:
        return
    own_siblings, siblings = _above(scope), _above(other)
    for (key,) in lacking:
        if key in own_siblings and key not in siblings:
            node = entries_of(other)[key].key
            yield (key,), own_siblings[key].key, (other.path.name, key), node


def _above(scope: Node) -> Mapping[str, Entry]:
    """The keys of the mapping around a component; none if it is not as in its row."""
    table, row = scope.table, scope.row
    if row < 1 or not table.is_written(scope):
        return {}
    parent = table.paths[row].parent
    above = next(table.node(r) for r in range(row - 1, -1, -1) if table.paths[r] is parent)
    return above.content if isinstance(above.content, dict) else {}


def _paths(candidates: Iterable[Candidate]) -> Iterator[Keys]:
    """Keys of one side, and the keys below one that the other side has without a value."""
    for path, _, _, below in candidates:
        yield path
        yield from ((*path, name) for name in below)
