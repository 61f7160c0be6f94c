"""Reads the files of a group as services, and names what is skipped and why.

A folder is read in one shape: as manifests if it holds a workload, else as values. Files that a
configuration or the command names one by one are each read in their own.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from deploylint.config.groups import GroupConfig
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import display_path
from deploylint.documents.reader import Document, read_stream
from deploylint.documents.record import Record
from deploylint.engine.attach_sources import with_sources
from deploylint.engine.discovery import (
    NOT_DEPLOYMENTS,
    OWN,
    STDIN,
    FileGroup,
    Skipped,
    is_kustomization,
)
from deploylint.engine.load_manifests import ManifestServices, combine_shapes, load_manifests
from deploylint.engine.load_values import ReadFile, ValuesServices, load_values, without_duplicates
from deploylint.engine.profile_choice import ProfileDetector
from deploylint.engine.shared_files import SharedFiles
from deploylint.model.errors import UsageError
from deploylint.model.progress import SILENT, Progress
from deploylint.model.service import Service
from deploylint.readers import detect
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.profile import Profile
from deploylint.readers.wrapped.values import FileContents, unreadable_at

CHARTS_INSIDE = (
    "a kustomization of charts; render it, and check the result: "
    "kustomize build --enable-helm {} | deploylint check -"
)
OVERLAID = "laid over other files by a kustomization; none of these is read here"

if TYPE_CHECKING:
    from deploylint.engine.kustomize.kustomized import KustomizedFiles


class DeploymentGroup(Record):
    """A group of services, what was skipped and what could not be read.

    ``documents`` are its files without their trees, and ``sources`` those of its services' sources.
    ``focus`` are the files that the report is limited to; none for all.
    ``configured`` is the group of the configuration that it is, in one ``environment``.
    ``piped`` is the name of the standard input in messages where it is one of the files.
    ``copies`` are its files that repeat the workloads or the releases of others.
    ``clashes`` is how many workloads are defined twice.
    ``everywhere`` are, in an environment that some services have files of, those of the others.
    ``is_aside`` is whether it may be too small to compare, since another group is compared.
    """

    name: str
    shape: str
    profile: Profile
    profile_because: str
    services: tuple[Service, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    documents: tuple[Document, ...] = ()
    sources: tuple[Document, ...] = ()
    focus: frozenset[str] = frozenset()
    configured: GroupConfig | None = None
    environment: str = ""
    piped: str = ""
    copies: tuple[str, ...] = ()
    clashes: int = 0
    everywhere: frozenset[str] = frozenset()
    is_aside: bool = False


def cli_names(group: DeploymentGroup) -> dict[str, str]:
    """What to type for each service: its file, or its name where the file holds several."""
    count = Counter(map(_own_files, group.services))
    return {
        s.name: s.name if count[_own_files(s)] > 1 or s.files[0] == group.piped else s.files[0]
        for s in group.services
    }


def _own_files(service: Service) -> tuple[str, ...]:
    """The files of a service; of manifests the one with its workload."""
    return service.files[:1] if service.shape == "manifests" else service.files


def load_group(
    files: FileGroup,
    profile: str,
    folders: profiles.Folders = (),
    progress: Progress = SILENT,
    shared: SharedFiles | None = None,
) -> DeploymentGroup:
    """Read a group; ``profile`` is a name or "", ``folders`` hold profiles of the project's own.

    ``shared`` are its files, if other groups are read from them too.
    A service without one of its layers is not read at all. Raises Misread for settings that do not
    go with a file.
    """
    shared = shared or SharedFiles(files.root)
    kustomized = _kustomized(files, shared)
    read = file_reader(files, shared, kustomized)
    detector = ProfileDetector(profile, folders)
    values = load_values(files, shared, read, detector, progress)
    group = _loaded(files, values, detector, folders, progress)
    return group if kustomized is None else _with_kustomizations(group, kustomized)


def _loaded(
    files: FileGroup,
    values: ValuesServices,
    detector: ProfileDetector,
    folders: profiles.Folders,
    progress: Progress,
) -> DeploymentGroup:
    """A group with what its files hold beside the services in its values."""
    manifests = load_manifests(files, values.files, progress)
    if manifests.services and files.folder is not None:
        values = values._replace(services=(), skipped=(), duplicates=(), copies=())
    chosen, because = _profile(detector, manifests)
    combined = combine_shapes(values.services, manifests.services, chosen, folders)
    services, duplicates = without_duplicates(combined)
    added = with_sources(services, files.members, alone=len(services) == 1)
    contents = manifests.files.values()
    problems = [problem for file in contents for problem in file.problems]
    problems += (*values.duplicates, *manifests.problems, *duplicates, *added.problems)
    skipped = (*files.skipped, *skipped_contents(files, manifests.files), *values.skipped)
    return DeploymentGroup(
        name=files.name,
        shape=_shape(added.services),
        profile=chosen,
        profile_because=because,
        services=added.services,
        skipped=(*skipped, *manifests.skipped, *added.skipped),
        problems=tuple(problems),
        copies=(*manifests.copies, *values.copies),
        clashes=manifests.clashes,
        documents=tuple(_documents(contents)),
        sources=added.documents,
        focus=files.focus,
        configured=files.configured,
        environment=files.environment,
        everywhere=files.everywhere,
        piped=files.piped if STDIN in files.files else "",
    )


def _shape(services: Iterable[Service]) -> str:
    shapes = {service.shape for service in services} or {"values"}
    return "mixed" if len(shapes) > 1 else shapes.pop()


def _with_kustomizations(group: DeploymentGroup, kustomized: KustomizedFiles) -> DeploymentGroup:
    """A group with what is wrong in its kustomizations."""
    faults = () if group.services else kustomized.lost_heads
    lost = (unreadable_at(fault.node, fault.message).problem for fault in faults)
    problems = dict.fromkeys((*group.problems, *kustomized.problems, *lost))
    return group._replace(
        services=tuple(kustomized.with_faults(group.services)),
        problems=tuple(problems),
        documents=(*group.documents, *kustomized.documents),
    )


def _kustomized(files: FileGroup, shared: SharedFiles) -> KustomizedFiles | None:
    """What the kustomizations among some files change; None where there are none."""
    if not any(map(is_kustomization, files.files)):
        return None
    from deploylint.engine.kustomize.kustomized import KustomizedFiles  # most groups have none

    return KustomizedFiles(files.files, shared)


def _read_kustomized(kustomized: KustomizedFiles, path: Path) -> FileContents | None:
    """What a file holds, if the kustomizations of its group change it or lay it over others."""
    is_top, is_patch = is_kustomization(path), kustomized.is_patch(path)
    if is_top and kustomized.has_charts(path):
        return FileContents(skipped=(CHARTS_INSIDE.format(display_path(path.parent)),))
    if (is_top or is_patch) and kustomized.is_applied(path):
        return FileContents()
    if is_patch:
        return FileContents(skipped=(OVERLAID,))
    return kustomized.contents(path) if _other_kind(path) is None else None


def _documents(contents: Iterable[FileContents]) -> Iterator[Document]:
    return (document._replace(roots=()) for file in contents for document in file.shown)


def _profile(detector: ProfileDetector, manifests: ManifestServices) -> tuple[Profile, str]:
    """The profile of a group, and why: the one of manifests where it has no values."""
    has_values = any(contents.values for contents in manifests.files.values())
    if manifests.profile is not None and not has_values:
        return manifests.profile, manifests.because
    return detector.profile, detector.because


def skipped_contents(group: FileGroup, files: Mapping[Path, FileContents]) -> Iterator[Skipped]:
    """The parts of files that no reader reads."""
    for path, contents in files.items():
        yield from (Skipped(group.file_name(path), reason) for reason in contents.skipped)


def file_reader(
    group: FileGroup, shared: SharedFiles, kustomized: KustomizedFiles | None = None
) -> ReadFile:
    """Reads the files of a group; the standard input is read once and kept.

    ``kustomized`` are those that kustomizations change.
    """

    @cache
    def read_piped() -> FileContents:
        if sys.stdin is None:
            raise UsageError("standard input is closed; name a file instead of -")
        return detect.read_contents(read_stream(sys.stdin.buffer, group.piped))

    def read(path: Path) -> FileContents:
        if path == STDIN:
            return read_piped()
        contents = _with_images(read_file(path), kustomized, path, shared)
        return contents if kustomized is None else _with_names(contents, kustomized, path)

    def read_file(path: Path) -> FileContents:
        if kustomized is not None and (contents := _read_kustomized(kustomized, path)) is not None:
            return contents
        if (kind := _other_kind(path)) is not None:
            return FileContents(skipped=(kind,))
        return detect.read_contents(shared.read(path))

    return read


def _with_images(
    contents: FileContents, kustomized: KustomizedFiles | None, path: Path, shared: SharedFiles
) -> FileContents:
    """What a file holds, with the images that others set if no kustomization of its group does."""
    if contents.manifests is None or (kustomized is not None and kustomized.deploys(path)):
        return contents
    from deploylint.engine.kustomize.set_images import may_be_set  # many files are no manifests

    if not may_be_set(contents.manifests):
        return contents
    return contents._replace(set_images=shared.set_images.in_file(path))


def _with_names(contents: FileContents, kustomized: KustomizedFiles, path: Path) -> FileContents:
    """What a file holds, with whether it is deployed and how what it defines is called."""
    is_listed, namespace = kustomized.is_listed(path), kustomized.namespace(path)
    return contents._replace(is_listed=is_listed, namespace=namespace)


def _other_kind(path: Path) -> str | None:
    """What a file is by its name, if it is no deployment."""
    if path.name.startswith(OWN):
        return "a configuration of deploylint"
    return NOT_DEPLOYMENTS.get(path.stem.partition(".")[0])
