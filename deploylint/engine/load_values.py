"""Reads the values files of a group as services.

A service is one document, or the layers that a configuration names. Overlays and duplicate names
are found once all files are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deploylint.config.groups import ServiceFiles, is_chart
from deploylint.documents.nodes import Node, Problem, span
from deploylint.documents.paths import absolute, display_path, from_display_path
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.documents.suggest import hint
from deploylint.engine.charts.groups import (
    GroupCharts,
    Signs,
    provided_charts,
    with_provided_chart,
)
from deploylint.engine.discovery import FileGroup, Skipped, is_kustomization
from deploylint.engine.profile_choice import ProfileDetector
from deploylint.engine.shared_files import SharedFiles
from deploylint.model.errors import misread_at
from deploylint.model.fields import IMAGE
from deploylint.model.progress import Progress
from deploylint.model.service import Service, ServiceSettings
from deploylint.readers.helm import umbrella, umbrella_layers
from deploylint.readers.helm.profile import Profile
from deploylint.readers.helm.umbrella_layers import NOTHING_KNOWN, KnownKeys
from deploylint.readers.service import as_job, read_service
from deploylint.readers.wrapped.values import FileContents

if TYPE_CHECKING:
    from deploylint.engine.overlays import LeafKeys

ReadFile = Callable[[Path], FileContents]


class LayeredFiles(Record):
    """The documents of one service, the lowest layer first, its settings and its folder's name."""

    documents: tuple[Document, ...]
    stated: ServiceSettings | None
    folder_name: str = ""

    @property
    def file(self) -> str:
        """The first of its files."""
        return self.documents[0].file

    @property
    def where(self) -> str:
        """The first of its files, and the line in it where the file wraps its values."""
        first = self.documents[0]
        return self.file if first.origin is None else f"{self.file}:{span(first.roots[0]).line}"

    @property
    def roots(self) -> tuple[Node, ...]:
        """The roots of all its documents."""
        return tuple(root for document in self.documents for root in document.roots)


class Doubt(Record):
    """The keys of a file that may be an overlay, and the file that it overlays, or ""."""

    keys: Set[LeafKeys]
    base: str


class ValuesServices(Record):
    """The services in the values files of a group.

    ``services`` are those that set something that the profile knows, overlays left out.
    ``skipped`` are the other files.
    ``duplicates`` are services of the name of another one, at both places; the first is kept.
    ``copies`` are files of releases that others have too.
    ``files`` are all files by path, those of manifests among them.
    ``doubts`` are documents that could be overlays of files that are read elsewhere.
    """

    services: tuple[Service, ...]
    skipped: tuple[Skipped, ...]
    duplicates: tuple[Problem, ...]
    copies: tuple[str, ...]
    files: Mapping[Path, FileContents]
    doubts: tuple[Doubt, ...]


def load_values(
    group: FileGroup,
    shared: SharedFiles,
    read_file: ReadFile,
    detector: ProfileDetector,
    progress: Progress,
) -> ValuesServices:
    """Read every file of a group once, and its values as services.

    Raises Misread where a file holds several services and none has the name that is set for it.
    """
    paths, charts = list(dict.fromkeys(group.files)), GroupCharts(group, shared)
    files = {path: read_file(path) for path in progress.track("reading files:", paths)}
    files |= charts.empty_values(files)
    detector.observe(charts.own_values(files))
    profile, inside = detector.profile, dict(charts.inside(files))
    read = partial(layers_of, files=files, around=charts, inside=inside)
    layered = [layers for member in group.members for layers in read(member)]
    tracked = progress.track("reading services:", layered)
    valued = [_valued(layers, profile, charts) for layers in tracked]
    doubts = _doubts([each[0] for each in valued], [each[-1] for each in valued])
    provided = dict(provided_charts(files.values()))
    kept, skipped = list[Service](), list[Skipped]()
    for number, (layers, signs, service) in enumerate(valued):
        base = doubts[number].base if number in doubts else ""
        if service is None or base:
            unknown = _overlays(base) if base else _nothing_known(layers, profile)
            reason = signs.against or unknown
            skipped += (Skipped(document.file, reason) for document in layers.documents)
            continue
        service = _with_chart(service, layers.documents[0], detector, charts)
        service = service._replace(environment=group.environment)
        kept.append(with_provided_chart(service, layers.documents[0], provided))
    different, duplicates = without_duplicates(kept)
    copies = tuple(_copies(files.values()))
    return ValuesServices(
        different, tuple(skipped), duplicates, copies, files, tuple(doubts.values())
    )


def _valued(
    layers: LayeredFiles, profile: Profile, charts: GroupCharts
) -> tuple[LayeredFiles, Signs, Service | None]:
    """Some files, what shows that they are of a service, and this.

    Where little shows it, a release of a helmfile may have them.
    """
    signs = charts.signs(layers.documents[0])
    service = _service(layers, profile, signs)
    if _may_overlay(layers, service):
        (document,) = layers.documents
        released = charts.released(document)
        if released is not document:
            return _valued(layers._replace(documents=(released,)), profile, charts)
    return layers, signs, service


def _service(layers: LayeredFiles, profile: Profile, signs: Signs) -> Service | None:
    """The service in some files, if they are of one."""
    if signs.against:
        return None
    documents, stated = layers.documents, layers.stated
    named, known_by = layers.folder_name, signs.known_by
    service = read_service(documents, profile, stated, folder_name=named, known_by=known_by)
    is_open = stated is None or stated.role is None
    return as_job(service) if service is not None and signs.is_job and is_open else service


def _with_chart(
    service: Service, document: Document, detector: ProfileDetector, charts: GroupCharts
) -> Service:
    """A service with what its chart sets and reads, found by its lowest file."""
    if detector.profile.is_complete and detector.is_detected_in(document):
        return service
    return charts.charts.with_chart(service, document)


def without_duplicates(
    services: Iterable[Service],
) -> tuple[tuple[Service, ...], tuple[Problem, ...]]:
    """The first service of each name, and what is wrong where there are more, at both places."""
    first = dict[str, Service]()
    problems = list[Problem]()
    for service in services:
        kept = first.setdefault(service.name, service)
        if kept is not service:
            message = f"duplicate service name {service.name!r}"
            places = [(one.files[0], span(one.root).line) for one in (kept, service)]
            problems += at_both_places(message, places, "rename one; only the first is compared")
    return tuple(first.values()), tuple(problems)


def at_both_places(what: str, places: Sequence[tuple[str, int]], wanted: str) -> Iterator[Problem]:
    """A problem of two places, given as file and line, at each of them."""
    for (file, line), (other, other_line) in zip(places, reversed(places), strict=True):
        yield Problem(file, line, 1, f"{what} (also {other}:{other_line}); {wanted}")


def _copies(files: Iterable[FileContents]) -> Iterator[str]:
    """The files of releases, if a larger one has some of them too.

    A helmfile is installed by itself (https://helmfile.readthedocs.io/en/latest/#cli-reference),
    and so is a list of applications: no release is there twice.
    """
    releases = {each.values[0].file: _releases(each.values) for each in files if each.values}
    known = set[str]()
    for file, names in sorted(releases.items(), key=lambda each: (-len(each[1]), each[0])):
        if known.isdisjoint(names):
            known |= names
        else:
            yield file


def _releases(values: Iterable[Document]) -> frozenset[str]:
    """The names in a list of releases; an object of Kubernetes around values is none."""
    origins = [each.origin for each in values if not umbrella.is_inside(each)]
    is_list = all(origin is not None and origin.wrapper is None for origin in origins)
    return frozenset(origin.name for origin in origins if is_list and origin is not None)


# --- layers ---------------------------------------------------------------------------------------


def layers_of(
    member: ServiceFiles,
    files: Mapping[Path, FileContents],
    around: GroupCharts,
    inside: Mapping[Path, KnownKeys] = {},
) -> Iterator[LayeredFiles]:
    """The services in some files: each document by itself, or the layers of one service.

    A service has layers where a configuration names it, or where it has environments or files
    above a base of others.
    ``around`` are the charts of its group, and ``inside`` those with values under their names in
    those of other charts.
    Raises Misread where a file holds several services and none has that name.
    """
    contents, stated = around.layers(member.files, files), member.stated
    if stated is None or not stated.name:
        charts = inside.get(member.files[0], NOTHING_KNOWN)
        has_layers = member.environments or len(member.files) > 1
        if charts.charts or (has_layers and not any(map(is_kustomization, member.files))):
            yield from _layers_of_folder(member, contents, charts)
            return
        for file in contents:
            for document in file.values:
                yield LayeredFiles((document,), stated, member.folder_name)
        return
    named = zip(member.files, contents, strict=True)
    layers = [_documents_of(path, each, stated) for path, each in named]
    documents = tuple(document for layer in layers for document in layer)
    if documents and (len(contents) == 1 or not any(file.problems for file in contents)):
        charts = inside.get(member.files[0], NOTHING_KNOWN)
        yield LayeredFiles(umbrella_layers.unwrap_layers(documents, charts, stated.name), stated)


def _layers_of_folder(
    member: ServiceFiles, contents: Sequence[FileContents], charts: KnownKeys
) -> Iterator[LayeredFiles]:
    """The services in values of an environment, over those of all environments."""
    if any(file.problems for file in contents):
        return
    wrapped = [named for file in contents if (named := list(filter(_is_wrapped, file.values)))]
    if wrapped:  # Helm replaces a list: that of the highest layer is all there is
        yield from (LayeredFiles((document,), member.stated) for document in wrapped[-1])
        return
    documents = tuple(document for file in contents for document in file.shown if file.values)
    for layers in umbrella_layers.split_layers(documents, charts):
        yield LayeredFiles(layers, member.stated, member.folder_name)


def _is_wrapped(document: Document) -> bool:
    """Whether values are of a service that a file names, and of no chart inside."""
    return bool(_name(document)) and not umbrella.is_inside(document)


def _documents_of(
    path: Path, contents: FileContents, stated: ServiceSettings
) -> tuple[Document, ...]:
    """The documents of a service in a file: the only one, else those of its name."""
    if len(contents.values) == 1 and not contents.problems:
        return contents.values
    names = {_name(document) for document in contents.values}
    if contents.values and not contents.problems and stated.name not in names:
        text = f"{display_path(path)} has several services, but not {stated.name!r}"
        raise misread_at(stated.node, f"{text}; {hint(stated.name, names)}")
    return tuple(document for document in contents.values if _name(document) == stated.name)


def _name(document: Document) -> str:
    """The name of a service in the file that wraps its values."""
    return document.origin.name if document.origin is not None else ""


# --- overlays -------------------------------------------------------------------------------------


def _doubts(
    layered: Sequence[LayeredFiles], services: Sequence[Service | None]
) -> dict[int, Doubt]:
    """The documents that may be overlays, by their numbers."""
    each = enumerate(zip(layered, services, strict=True))
    candidates = {n: layers for n, (layers, service) in each if _may_overlay(layers, service)}
    if not candidates:
        return {}
    from deploylint.engine.overlays import key_paths  # few groups have some

    keys = {number: key_paths(layers.roots) for number, layers in candidates.items()}
    bases = bases_in(layered, list(keys.values()))
    return {
        number: Doubt(paths, base)
        for (number, paths), base in zip(keys.items(), bases, strict=True)
    }


def bases_in(layered: Iterable[LayeredFiles], keys: Sequence[Set[LeafKeys]]) -> list[str]:
    """For each set of keys the first file that it could be an overlay of, or ""."""
    from deploylint.engine.overlays import find_base_files

    return find_base_files(keys, ((layers.file, layers.roots) for layers in layered))


def _may_overlay(layers: LayeredFiles, service: Service | None) -> bool:
    runs = service is not None and any(IMAGE in c.values for c in service.components)
    is_named = layers.stated is not None and layers.stated.name
    is_own = runs or layers.documents[0].origin or is_named or len(layers.documents) > 1
    return not (is_own or _is_of_a_chart(layers))


def _is_of_a_chart(layers: LayeredFiles) -> bool:
    """Whether files are those of the chart in their folder, which may write the image itself."""
    return bool(layers.folder_name) and is_chart(absolute(from_display_path(layers.file)).parent)


def _overlays(base: str) -> str:
    return f"an overlay of {base}: sets no image and no key of its own"


def _nothing_known(layers: LayeredFiles, profile: Profile) -> str:
    name = _name(layers.documents[0])
    of = f"{name}: " if name else ""
    inside = ", ".join(filter(None, map(umbrella.unread_charts, layers.documents)))
    more = f"; {inside} is not a complete service" if inside else ""
    return f"{of}sets no key of profile {profile.name}{more}"
