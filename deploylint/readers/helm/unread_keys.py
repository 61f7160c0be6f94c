"""Keys of values that no template of their chart takes, nearly called like one that it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from deploylint.documents.nodes import Node, entries_of
from deploylint.documents.suggest import NearWords, is_same_or_plural
from deploylint.model.fault import Fault, unknown_key

_SHORTEST = 5
"""How long a misspelt key is at least."""

_MOST_CHARTS = 1_000


class _Read:
    """What templates take below a key of values; ``is_whole`` is whether one takes all of it."""

    def __init__(self) -> None:
        self.below: dict[str, _Read] = {}
        self.is_whole = False

    @cached_property
    def words(self) -> NearWords:
        """The keys below, to be found by one that is a letter off."""
        return NearWords(self.below)


@lru_cache(maxsize=_MOST_CHARTS)
def _tree(reads: frozenset[str]) -> _Read:
    """What templates take, as a tree of keys."""
    top = _Read()
    for path in reads:
        at = top
        for key in path.split("."):
            at = at.below.setdefault(key, _Read())
        at.is_whole = True
    return top


def with_unread_keys(faults: Iterable[Fault], root: Node, reads: frozenset[str]) -> Iterator[Fault]:
    """Some faults, and the keys of values that nothing takes, a letter off one that is taken.

    What the faults are about already is left out.
    """
    nodes = set[Node]()
    for fault in faults:
        nodes.add(fault.node)
        yield fault
    words = frozenset(key for path in reads for key in path.split("."))
    yield from (fault for fault in _unread(root, _tree(reads), words) if fault.node not in nodes)


def _unread(node: Node, read: _Read, words: frozenset[str]) -> Iterator[Fault]:
    entries = entries_of(node)
    for name, entry in entries.items():
        below = read.below.get(name)
        if below is not None and not below.is_whole:
            yield from _unread(entry.value, below, words)
        elif below is None and name not in words and (meant := _meant(name, read.words)):
            yield unknown_key(entry.key, meant)


def _meant(name: str, known: NearWords) -> str:
    """The known key that another one is a slip of; what differs in its signs or an s may be old."""
    near = known.near(name) if name.isalpha() else ()
    return next((each for each in near if _is_slip(name, each)), "")


def _is_slip(name: str, known: str) -> bool:
    return min(len(name), len(known)) >= _SHORTEST and not is_same_or_plural(name, known)
