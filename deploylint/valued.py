"""The values files of a set as services: a batch of them is read, understood, and given up.

What is known only once all files were read is settled at the end: which of them are overlays of
others, and whether two are called alike. Where a later file speaks for a more specific profile than
those that were understood, all are read again with that one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import NamedTuple

from deploylint import shelf
from deploylint.config.groups import Member
from deploylint.documents.nodes import Node
from deploylint.elements import IMAGE
from deploylint.layering import Layers, layers_of
from deploylint.model import Service
from deploylint.overlays import KeyPath, bases, key_paths
from deploylint.progress import Told
from deploylint.shapes import wrappers
from deploylint.shapes.carried import Contents
from deploylint.shapes.profiles import Profile
from deploylint.shapes.services import read_service
from deploylint.spoken import Spoken
from deploylint.targets import Skipped, Wanted

Read = Callable[[Path], Contents]


class Valued(NamedTuple):
    """What the files of a set come to as values.

    ``files`` are all of them without their trees, but for those of manifests, which mean something
    together. ``alike`` are two services of one name, as (place, name, place of the first).
    """

    services: shelf.Services
    skipped: tuple[Skipped, ...]
    files: Mapping[Path, Contents]
    alike: tuple[str, str, str] | None


def valued(wanted: Wanted, read: Read, spoken: Spoken, told: Told) -> Valued:
    """Every file of a set, read by ``read``, and what they hold of values as services.

    A file that is a layer of several services is read once. Raises Misread as ``layers_of`` does.
    """
    found = None
    while found is None:
        found = _read_with(wanted, _Files(wanted, read, told), spoken)
    return found


def _read_with(wanted: Wanted, files: _Files, spoken: Spoken) -> Valued | None:
    """None where a file speaks for another profile than those before it were understood with."""
    size = shelf.batch_of(len(wanted.members))
    found, profile = _Found(size), None
    for first in range(0, len(wanted.members), size):
        members = wanted.members[first : first + size]
        opened = {path: files.open(path) for member in members for path in member.files}
        spoken.hear(document for one in opened.values() for document in one.values)
        if profile is not None and profile is not spoken.profile:
            return None
        profile = spoken.profile
        for one in (one for member in members for one in layers_of(member, opened)):
            service = read_service(one.documents, profile, one.stated)
            within = service and service._replace(environment=wanted.environment)
            found.add(one, within, profile)
        files.close(members)
    return found.settled(files.closed)


class _Files:
    """The files of a set: each is open from the first member that has it to the last."""

    def __init__(self, wanted: Wanted, read: Read, told: Told) -> None:
        self.closed: dict[Path, Contents] = {}
        """Each file without its trees, in the order in which they were opened."""
        self._read, self._told = read, told
        self._left = Counter(wanted.files)
        self._total = len(self._left)
        self._open: dict[Path, Contents] = {}

    def open(self, path: Path) -> Contents:
        """What a file holds."""
        if path not in self._open:
            self._told("reading files:", len(self.closed), self._total)
            self._open[path] = self._read(path)
            self.closed[path] = _without_trees(self._open[path])
        return self._open[path]

    def close(self, members: Iterable[Member]) -> None:
        """Give up the files that no further member has."""
        self._left.subtract(path for member in members for path in member.files)
        self._open = {path: one for path, one in self._open.items() if self._left[path]}


def _without_trees(one: Contents) -> Contents:
    """What stays of a file's values: the names and texts of its documents."""
    return one._replace(
        shown=tuple(document._replace(roots=()) for document in one.shown),
        values=tuple(document._replace(roots=(), origin=None) for document in one.values),
    )


class _Doubt(NamedTuple):
    """What may be an overlay: its number, its files and keys, and what it is if it is none.

    ``at`` is its place among the services, -1 where it is none for a reason.
    """

    number: int
    files: tuple[str, ...]
    keys: Set[KeyPath]
    at: int
    reason: str


class _Found:
    """What was understood so far, numbered in the order of the files."""

    def __init__(self, batch: int) -> None:
        self._services = shelf.Services(batch)
        self._numbers: list[int] = []
        """The number of each service."""
        self._places: list[str] = []
        self._none: dict[int, tuple[str, tuple[Node, ...]]] = {}
        """What is no service: its first file, and its roots."""
        self._doubts: list[_Doubt] = []
        self._skipped: list[tuple[int, Skipped]] = []

    def add(self, one: Layers, service: Service | None, profile: Profile) -> None:
        """Keep what the documents of one service come to."""
        number, at, reason = len(self._numbers) + len(self._none), -1, ""
        files = tuple(document.file for document in one.documents)
        if service is None:
            reason = _nothing_known(one, profile)
            self._none[number] = one.file, one.roots
        else:
            at = len(self._services)
            self._services.put(service)
            self._numbers.append(number)
            self._places.append(one.where)
        if _may_overlay(one, service):
            self._doubts.append(_Doubt(number, files, key_paths(one.roots), at, reason))
        elif service is None:
            self._skip(number, files, reason)

    def _skip(self, number: int, files: Iterable[str], reason: str) -> None:
        self._skipped += ((number, Skipped(file, reason)) for file in files)

    def settled(self, files: Mapping[Path, Contents]) -> Valued:
        """What all of it comes to."""
        overlays = set[int]()
        keys = [one.keys for one in self._doubts]
        for one, base in zip(self._doubts, bases(keys, self._held() if keys else ()), strict=True):
            if base:
                overlays.add(one.at)
                reason = f"an overlay: sets no image, all its keys are in {base}"
                self._skip(one.number, one.files, reason)
            elif one.reason:
                self._skip(one.number, one.files, one.reason)
        services = self._services.without(overlays) if overlays else self._services
        kept = [place for at, place in enumerate(self._places) if at not in overlays]
        skipped = tuple(skip for _, skip in sorted(self._skipped, key=lambda one: one[0]))
        return Valued(services, skipped, files, _alike(services, kept))

    def _held(self) -> Iterator[tuple[str, tuple[Node, ...]]]:
        """The first file and the roots of everything, in order."""
        none = dict(self._none)
        for number, service in zip(self._numbers, self._services, strict=True):
            yield from (none.pop(before) for before in list(none) if before < number)
            yield service.files[0], service.roots
        yield from none.values()


def _may_overlay(one: Layers, service: Service | None) -> bool:
    runs = service is not None and any(IMAGE in c.values for c in service.components)
    is_named = one.stated is not None and one.stated.name
    return not (runs or one.documents[0].origin or is_named)


def _nothing_known(one: Layers, profile: Profile) -> str:
    carried = one.documents[0].origin
    named = f"{carried.name}: " if carried and carried.name else ""
    inside = ", ".join(filter(None, map(wrappers.left, one.documents)))
    more = f"; what stands under {inside} is no whole service" if inside else ""
    return f"{named}sets nothing that profile {profile.name} knows{more}"


def _alike(services: shelf.Services, places: Iterable[str]) -> tuple[str, str, str] | None:
    """The first service that is called like one before it."""
    named: dict[str, str] = {}
    for one, place in zip(services.listed, places, strict=True):
        if one.name in named:
            return place, one.name, named[one.name]
        named[one.name] = place
    return None
