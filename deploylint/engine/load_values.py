"""The values files of a set as services: a batch of them is read, understood, and given up.

Batches are read in several processes where there are cores for them; what comes of them is put
together in ``gathered``. Where a later file speaks for a more specific profile than those that were
understood, all are read again with that one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from deploylint.config.groups import ServiceFiles
from deploylint.documents.reader import Document
from deploylint.engine.discovery import FileGroup, Skipped
from deploylint.engine.gathered import Gathered, Item, item, understand
from deploylint.engine.layering import layers_of
from deploylint.engine.profile_choice import ProfileDetector
from deploylint.model import shelf
from deploylint.model.processes import spread
from deploylint.model.progress import Told
from deploylint.model.service import Service
from deploylint.model.shelf import Batch, Services, Texts, put_away
from deploylint.readers.wrapped.values import FileContents

Read = Callable[[Path], FileContents]


class Valued(NamedTuple):
    """What the files of a set come to as values.

    ``files`` are all of them without their trees, but for those of manifests, which mean something
    together; in a large set these are pruned. ``alike`` are two services of one name, as (place,
    name, place of the first). ``texts`` are those of the services.
    """

    services: Services
    skipped: tuple[Skipped, ...]
    alike: tuple[str, str, str] | None
    files: Mapping[Path, FileContents]
    is_large: bool
    texts: Texts


def valued(wanted: FileGroup, read: Read, spoken: ProfileDetector, told: Told) -> Valued:
    """Every file of a set, read by ``read``, and what they hold of values as services.

    A file that is a layer of several services is read once. Raises Misread as ``layers_of`` does.
    """
    found = None
    while found is None:
        found = _read_with(wanted, _Files(wanted, read, told), spoken)
    return found


def _read_with(wanted: FileGroup, files: _Files, spoken: ProfileDetector) -> Valued | None:
    """None where a file speaks for another profile than those before it were understood with."""
    batches, texts = _batches(wanted.members), Texts()
    is_large = len(batches) > 1
    files.keep(batches)
    spoken.hear(_values(files.opened(batches[0]).values()))
    profile = spoken.profile

    def understood(number: int) -> _Understood | None:
        opened = files.opened(batches[number])
        spoken.hear(_values(opened.values()))
        if spoken.profile is not profile:
            return None
        every = (one for member in batches[number] for one in layers_of(member, opened))
        found = [understand(one, profile, wanted.environment) for one in every]
        services = [one.service for one in found if one.service is not None]
        return _Understood(
            {path: _without_trees(one, is_large) for path, one in opened.items()},
            [item(one) for one in found],
            put_away(services) if is_large else services,
        )

    found = Gathered(texts)
    for number, one in enumerate(spread(understood, range(len(batches)))):
        if one is None:  # what another process has heard was not heard here
            spoken.hear(_values(files.opened(batches[number]).values()))
            return None
        found.take(one.items, one.services)
        files.taken(one.files)
    return Valued(*found.settled(), files.closed, is_large, texts)


def _batches(members: Sequence[ServiceFiles]) -> list[Sequence[ServiceFiles]]:
    size = shelf.BATCH if len(members) > shelf.HELD else len(members) or 1
    return [members[first : first + size] for first in range(0, len(members), size)] or [()]


def _values(opened: Iterable[FileContents]) -> Iterator[Document]:
    yield from (document for one in opened for document in one.values)


class _Files:
    """The files of a set. Those of several batches are read once, as are those of the first.

    The standard input is of the first: a process that is begun later does not have it.
    """

    def __init__(self, wanted: FileGroup, read: Read, told: Told) -> None:
        self.closed: dict[Path, FileContents] = {}
        """Each file without its trees, in the order in which they were taken."""
        self._read, self._told = read, told
        self._total = len(set(wanted.files))
        self._kept: dict[Path, FileContents] = {}

    def keep(self, batches: Sequence[Sequence[ServiceFiles]]) -> None:
        """Read the files that are to be kept open."""
        each = [dict.fromkeys(path for one in members for path in one.files) for members in batches]
        often = Counter(path for paths in each for path in paths)
        for path in (*each[0], *(path for path, many in often.items() if many > 1)):
            if path not in self._kept:
                self._told("reading files:", len(self._kept), self._total)
                self._kept[path] = self._read(path)

    def opened(self, members: Iterable[ServiceFiles]) -> dict[Path, FileContents]:
        """What the files of some members hold."""
        paths = dict.fromkeys(path for member in members for path in member.files)
        return {path: self._kept.get(path) or self._read(path) for path in paths}

    def taken(self, files: Mapping[Path, FileContents]) -> None:
        """Note files that were read, of which the trees are given up."""
        for path, one in files.items():
            self.closed.setdefault(path, one)
        self._told("reading files:", len(self.closed), self._total)


class _Understood(NamedTuple):
    """A batch: its files without their trees, what stays of each item, and the services."""

    files: Mapping[Path, FileContents]
    items: Sequence[Item]
    services: Batch | Sequence[Service]


def _without_trees(one: FileContents, is_large: bool) -> FileContents:
    """What stays of a file: names and texts of its documents, and of manifests what they are."""
    manifests = one.manifests
    if manifests is not None and is_large:
        from deploylint.readers.kubernetes.pruned import pruned

        manifests = pruned(manifests)
    return one._replace(
        shown=tuple(document._replace(roots=()) for document in one.shown),
        values=tuple(document._replace(roots=(), origin=None) for document in one.values),
        manifests=manifests,
    )
