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

    ``marks`` are the number of a file and a mark, in turn. ``asked`` are the number of a file, how
    many marks it asks for at once, and these, in turn.
    """

    marks: array[int]
    asked: array[int]
    is_loose: bool
    unused: frozenset[str]
    missing: frozenset[str]
    has_homeless: bool


def send_links(links: Links, numbers: Mapping[str, int]) -> SentLinks:
    """Links of files by their ``numbers``, with eight bytes for a mark."""
    marks, asked = array("Q"), array("Q")
    for file, own in links.marks.items():
        for mark in own:
            marks.extend((numbers[file], _number(mark)))
    for file, each in links.asked.items():
        for together in each:
            asked.extend((numbers[file], len(together), *map(_number, together)))
    return SentLinks(marks, asked, links.is_loose, links.unused, links.missing, links.has_homeless)


def _number(mark: Mark) -> int:
    return int.from_bytes(blake2b(repr(mark).encode(), digest_size=8).digest())


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


def joined_files(links: Iterable[SentLinks], total: int) -> Sequence[bool]:
    """For each file of all, and for the end, whether it has to be read with the one before it."""
    steps = [0] * (total + 1)
    for first, last in _spans(list(links), total):
        steps[first + 1] += 1
        steps[last + 1] -= 1
    return [depth > 0 for depth in accumulate(steps)]


def _spans(links: Sequence[SentLinks], total: int) -> Iterator[Chunk]:
    """The first and the last of the files that have to do with a file, for each that it asks."""
    holders: dict[int, list[int]] = {}
    for each in links:
        for file, mark in zip(each.marks[::2], each.marks[1::2], strict=True):
            holders.setdefault(mark, []).append(file)
    for each in links:
        at, asked = 0, each.asked
        while at < len(asked):
            file, end = asked[at], at + 2 + asked[at + 1]
            if end == at + 2:
                yield 0, total - 1
            elif found := _holding_all([holders.get(mark, []) for mark in asked[at + 2 : end]]):
                yield min(file, found[0]), max(file, found[1])
            at = end


def _holding_all(holders: Sequence[Sequence[int]]) -> Chunk | None:
    """The first and the last of the files that are in each of some ordered lists."""
    fewest, *others = sorted(holders, key=len)
    first = next((file for file in fewest if _is_in_all(file, others)), None)
    if first is None:
        return None
    return first, next(file for file in reversed(fewest) if _is_in_all(file, others))


def _is_in_all(file: int, lists: Iterable[Sequence[int]]) -> bool:
    places = ((files, bisect_left(files, file)) for files in lists)
    return all(place < len(files) and files[place] == file for files, place in places)


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
