"""Which files of a large group of manifests have to be in one chunk, by small numbers for marks.

A chunk is a range of files, so two files that have to do with each other keep all those between
them together. Most fleets have all objects of a service in one file or in neighbours.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING

from deploylint.documents.record import Record

if TYPE_CHECKING:
    from deploylint.readers.kubernetes.links import Links, Mark

Chunk = tuple[int, int]
"""The members of a group from one number up to another."""


class SentLinks(Record):
    """The links of a chunk, as plain data that can be sent to a process.

    ``marks`` are a mark and, in the lowest bits, the number of a file that has it. ``asked`` are
    the number of a file, how many marks it asks for at once, and these, in turn.
    """

    marks: array[int]
    asked: array[int]
    is_loose: bool
    unused: frozenset[str]
    missing: frozenset[str]
    has_homeless: bool


def send_links(links: Links, numbers: Mapping[str, int]) -> SentLinks:
    """Links of files by their ``numbers``."""
    marks, asked = array("Q"), array("Q")
    for file, own in links.marks.items():
        marks.extend(_number(mark) | numbers[file] for mark in own)
    for file, each in links.asked.items():
        for together in each:
            asked.extend((numbers[file], len(together), *map(_number, together)))
    return SentLinks(marks, asked, links.is_loose, links.unused, links.missing, links.has_homeless)


FILES = 1 << 24
"""One more than the largest number of a file."""


def _number(mark: Mark) -> int:
    """A mark as a number, with room for that of a file."""
    return int.from_bytes(blake2b(repr(mark).encode(), digest_size=5).digest()) * FILES


def is_open(links: Sequence[SentLinks]) -> bool:
    """Whether what is in one of several chunks may hang on any other one.

    Faults of objects without a workload are those of the first service, in the first chunk.
    """
    if len(links) > 1 and any(each.is_loose for each in links):
        return True
    for kind in {kind for each in links for kind in each.unused}:
        unused = {number for number, each in enumerate(links) if kind in each.unused}
        missing = {number for number, each in enumerate(links) if kind in each.missing}
        if missing and len(unused | missing) > 1:
            return True
    return any(each.has_homeless for each in links[1:])


def joined_files(links: Sequence[SentLinks], total: int) -> Sequence[bool]:
    """For each file of all, and for the end, whether it has to be read with the one before it."""
    steps = [0] * (total + 1)
    for first, last in _spans(links, total):
        steps[first + 1] += 1
        steps[last + 1] -= 1
    return [depth > 0 for depth in accumulate(steps)]


def _spans(links: Sequence[SentLinks], total: int) -> Iterator[Chunk]:
    """The first and the last of the files that have to do with a file, for each that it asks."""
    holders = _Holders(mark for each in links for mark in each.marks)
    for each in links:
        at, asked = 0, each.asked
        while at < len(asked):
            file, wanted = asked[at], asked[at + 2 : at + 2 + asked[at + 1]]
            at += 2 + len(wanted)
            first, last = holders.ends(wanted) if wanted else (0, total - 1)
            yield min(file, first), max(file, last)


class _Holders:
    """The files by their marks: each mark with the number of a file, in order."""

    def __init__(self, marks: Iterable[int]) -> None:
        self._marks = array("Q", sorted(marks))

    def ends(self, wanted: Sequence[int]) -> Chunk:
        """The first and the last file with all of some marks; a range of nothing without any."""
        fewest = min(map(self._places, wanted), key=len)
        first = next((file for file in self._files(fewest) if self._has_all(file, wanted)), None)
        if first is None:
            return FILES, -1
        last = self._files(reversed(fewest))
        return first, next(file for file in last if self._has_all(file, wanted))

    def _places(self, mark: int) -> range:
        return range(bisect_left(self._marks, mark), bisect_left(self._marks, mark + FILES))

    def _files(self, places: Iterable[int]) -> Iterator[int]:
        return (self._marks[place] % FILES for place in places)

    def _has_all(self, file: int, wanted: Iterable[int]) -> bool:
        return all(self._has(mark | file) for mark in wanted)

    def _has(self, mark: int) -> bool:
        place = bisect_left(self._marks, mark)
        return place < len(self._marks) and self._marks[place] == mark


def range_around(number: int, joined: Sequence[bool]) -> Chunk:
    """The files that one has to be read with."""
    first, end = number, number + 1
    while joined[first]:
        first -= 1
    while joined[end]:
        end += 1
    return first, end


def chunks_of(joined: Sequence[bool], size: int) -> tuple[Chunk, ...]:
    """Chunks of at most a size, larger ones where files have to be read together."""
    chunks, first, total = list[Chunk](), 0, len(joined) - 1
    while first < total:
        end = min(first + size, total)
        while end > first and joined[end]:
            end -= 1
        if end == first:
            end = range_around(first, joined)[1]
        chunks.append((first, end))
        first = end
    return tuple(chunks)
