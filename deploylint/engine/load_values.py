"""The values files of a group as services.

A service is one document, or the layers that a configuration names. Which of them are overlays of
others, and whether two have one name, is known once all are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path

from deploylint.config.groups import ServiceFiles
from deploylint.documents.nodes import Node, span
from deploylint.documents.paths import display_path
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.documents.suggest import hint
from deploylint.engine.discovery import FileGroup, Skipped
from deploylint.engine.overlays import KeyPath, find_base_files, key_paths
from deploylint.engine.profile_choice import ProfileDetector
from deploylint.model.errors import misread_at
from deploylint.model.fields import IMAGE
from deploylint.model.progress import Progress
from deploylint.model.service import Service, ServiceSettings
from deploylint.readers.helm import umbrella
from deploylint.readers.helm.profile import Profile
from deploylint.readers.service import read_service
from deploylint.readers.wrapped.values import FileContents

ReadFile = Callable[[Path], FileContents]


class LayeredFiles(Record):
    """The documents of one service, the lowest layer first, and what is stated of it."""

    documents: tuple[Document, ...]
    stated: ServiceSettings | None

    @property
    def file(self) -> str:
        """The first of its files, by which it is known."""
        return self.documents[0].file

    @property
    def where(self) -> str:
        """Where its values stand: the file, and the line in it where it holds others."""
        first = self.documents[0]
        return self.file if first.origin is None else f"{self.file}:{span(first.roots[0]).line}"

    @property
    def roots(self) -> tuple[Node, ...]:
        """The roots of all its documents."""
        return tuple(root for document in self.documents for root in document.roots)


class Doubt(Record):
    """A file that may be an overlay, its keys, and the file that it overlays, or ""."""

    file: str
    keys: Set[KeyPath]
    base: str


class DuplicateName(Record):
    """Two services of one name: where the second stands, the name, and where the first does."""

    here: str
    name: str
    first: str


class ValuesServices(Record):
    """What the files of a group hold of values.

    ``services`` are those that set something that the profile knows, overlays left out.
    ``skipped`` are the others.
    ``duplicate`` is the first pair of one name, if any.
    ``files`` are all files by path, those of manifests among them.
    ``doubts`` are documents that could be overlays of files that are read elsewhere.
    """

    services: tuple[Service, ...]
    skipped: tuple[Skipped, ...]
    duplicate: DuplicateName | None
    files: Mapping[Path, FileContents]
    doubts: tuple[Doubt, ...]


def load_values(
    wanted: FileGroup, read_file: ReadFile, detector: ProfileDetector, progress: Progress
) -> ValuesServices:
    """Read every file of a group once, and its values as services.

    Raises Misread where a file holds several services and none is called as it has to be.
    """
    paths = list(dict.fromkeys(wanted.files))
    files = {path: read_file(path) for path in progress.track("reading files:", paths)}
    detector.observe(document for one in files.values() for document in one.values)
    profile = detector.profile
    layered = [one for member in wanted.members for one in layers_of(member, files)]
    services = [
        read_service(one.documents, profile, one.stated)
        for one in progress.track("reading services:", layered)
    ]
    doubts = _doubts(layered, services)
    bases = {number: one.base for number, one in doubts.items()}
    kept, places, skipped = list[Service](), list[str](), list[Skipped]()
    for number, (one, service) in enumerate(zip(layered, services, strict=True)):
        base = bases.get(number, "")
        reason = _overlays(base) if base else "" if service else _nothing_known(one, profile)
        skipped += (Skipped(document.file, reason) for document in one.documents if reason)
        if service is not None and not base:
            kept.append(service._replace(environment=wanted.environment))
            places.append(one.where)
    duplicate = _duplicate(kept, places)
    return ValuesServices(tuple(kept), tuple(skipped), duplicate, files, tuple(doubts.values()))


# --- layers ---------------------------------------------------------------------------------------


def layers_of(member: ServiceFiles, files: Mapping[Path, FileContents]) -> Iterator[LayeredFiles]:
    """The services that a member's files hold: each by itself, or all layers of the one named.

    Raises Misread where a file holds several and none is called as the member is.
    """
    contents, stated = [files[path] for path in member.files], member.stated
    if stated is None or not stated.name:
        for one in contents:
            yield from (LayeredFiles((document,), stated) for document in one.values)
        return
    meant = [_meant(path, files[path], stated) for path in member.files]
    documents = tuple(document for one in meant for document in one)
    if documents and (len(contents) == 1 or not any(one.problems for one in contents)):
        yield LayeredFiles(umbrella.unwrap_layers(documents), stated)


def _meant(path: Path, one: FileContents, stated: ServiceSettings) -> tuple[Document, ...]:
    """What a file holds of a service: all where that is one, else what is called as it is."""
    if len(one.values) == 1 and not one.problems:
        return one.values
    names = {_name(document) for document in one.values}
    if one.values and not one.problems and stated.name not in names:
        text = f"{display_path(path)} has several services, but not {stated.name!r}"
        raise misread_at(stated.node, f"{text}; {hint(stated.name, names)}")
    return tuple(document for document in one.values if _name(document) == stated.name)


def _name(document: Document) -> str:
    """What a file calls the values of a service that it carries."""
    return document.origin.name if document.origin is not None else ""


# --- overlays -------------------------------------------------------------------------------------


def _doubts(
    layered: Sequence[LayeredFiles], services: Sequence[Service | None]
) -> dict[int, Doubt]:
    """Which of some documents may be overlays, by their numbers."""
    keys = {
        number: key_paths(one.roots)
        for number, (one, service) in enumerate(zip(layered, services, strict=True))
        if _may_overlay(one, service)
    }
    if not keys:
        return {}
    found = bases_in(layered, list(keys.values()))
    return {
        number: Doubt(layered[number].file, keys[number], base)
        for number, base in zip(keys, found, strict=True)
    }


def bases_in(layered: Iterable[LayeredFiles], keys: Sequence[Set[KeyPath]]) -> list[str]:
    """For each set of keys the first of some files that it could be an overlay of, or ""."""
    return find_base_files(keys, ((one.file, one.roots) for one in layered))


def _may_overlay(one: LayeredFiles, service: Service | None) -> bool:
    runs = service is not None and any(IMAGE in c.values for c in service.components)
    is_named = one.stated is not None and one.stated.name
    return not (runs or one.documents[0].origin or is_named)


def _overlays(base: str) -> str:
    return f"an overlay of {base}: sets no image and no key of its own"


def _nothing_known(one: LayeredFiles, profile: Profile) -> str:
    carried = one.documents[0].origin
    named = f"{carried.name}: " if carried and carried.name else ""
    inside = ", ".join(filter(None, map(umbrella.unread_charts, one.documents)))
    more = f"; {inside} is not a complete service" if inside else ""
    return f"{named}sets no key of profile {profile.name}{more}"


def _duplicate(services: Iterable[Service], places: Iterable[str]) -> DuplicateName | None:
    """The first service that is called like one before it."""
    first: dict[str, str] = {}
    for service, place in zip(services, places, strict=True):
        if service.name in first:
            return DuplicateName(place, service.name, first[service.name])
        first[service.name] = place
    return None
