"""Files to deployment sets: what is read of them, and what is not looked at and why.

A folder is read in one shape: as manifests if it holds a workload, else as values. Files that are
named one by one, in a configuration or by the command, are each read in their own.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from deploylint.config.groups import GroupConfig
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import display_path
from deploylint.documents.reader import Document, read_file, read_stream
from deploylint.documents.record import Record
from deploylint.engine.attach_sources import with_sources
from deploylint.engine.discovery import OWN, STDIN, FileGroup, Skipped
from deploylint.engine.load_manifests import (
    ManifestServices,
    combine,
    duplicate_name_error,
    load_manifests,
)
from deploylint.engine.load_values import load_values
from deploylint.engine.profile_choice import ProfileDetector
from deploylint.model.progress import SILENT, Progress
from deploylint.model.service import Service
from deploylint.readers import detect
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.profile import Profile
from deploylint.readers.wrapped.values import FileContents

NOT_DEPLOYMENTS = {
    "Chart": "a chart's description",
    "kustomization": "a kustomization; build it first: kustomize build DIR | deploylint check -",
    "skaffold": "a skaffold configuration",
    "docker-compose": "a compose file",
    "compose": "a compose file",
}


class DeploymentGroup(Record):
    """One deployment set: its services, what was passed over and what could not be read.

    ``documents`` are its files without their trees, and ``sources`` those of its services' sources.
    ``focus`` are the files that findings are asked of; none means all of them. ``group`` is the
    configured group that it is, in one ``environment``. ``piped`` is how messages name the standard
    input where it is of the set.
    """

    name: str
    shape: str
    profile: Profile
    profile_because: str
    services: tuple[Service, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    documents: tuple[Document, ...]
    sources: tuple[Document, ...]
    focus: frozenset[str]
    group: GroupConfig | None = None
    environment: str = ""
    piped: str = ""


def called(one: DeploymentGroup) -> dict[str, str]:
    """What is typed for each service of a set: its file, or its name where that holds several."""
    held = Counter(map(_held, one.services))
    by_name = {s.name for s in one.services if held[_held(s)] > 1 or s.files[0] == one.piped}
    return {s.name: s.name if s.name in by_name else s.files[0] for s in one.services}


def _held(service: Service) -> tuple[str, ...]:
    """The files that hold a service: of manifests the one with its workload."""
    return service.files[:1] if service.shape == "manifests" else service.files


def load(
    wanted: FileGroup, profile: str, folders: profiles.Folders = (), progress: Progress = SILENT
) -> DeploymentGroup:
    """Read one set; ``profile`` is a name or "", ``folders`` hold profiles of the project's own.

    A service that lacks one of its layers is not read at all. Raises UsageError for two services of
    one name, Misread for what a configuration says of a file and the file does not.
    """
    detector = ProfileDetector(profile, folders)
    values = load_values(wanted, file_reader(wanted), detector, progress)
    deployed = load_manifests(wanted, values.files, progress)
    is_all = bool(deployed.services) and wanted.one_shape  # what is values is passed over
    if values.duplicate is not None and not is_all:
        raise duplicate_name_error(*values.duplicate)
    services = () if is_all else values.services
    chosen, because = _profile(detector, deployed)
    whole = combine(services, deployed.services, chosen, folders)
    added = with_sources(whole, wanted.members, alone=len(whole) == 1)
    skipped = () if is_all else values.skipped
    found = deployed.rest.values()
    problems = [problem for one in found for problem in one.problems]
    return DeploymentGroup(
        name=wanted.name,
        shape=_shape(whole),
        profile=chosen,
        profile_because=because,
        services=added.services,
        skipped=(*_skipped(wanted, deployed), *skipped, *deployed.skipped, *added.skipped),
        problems=(*problems, *deployed.problems, *added.problems),
        documents=tuple(d._replace(roots=()) for one in found for d in one.shown),
        sources=added.documents,
        focus=wanted.focus,
        group=wanted.group,
        environment=wanted.environment,
        piped=wanted.piped if STDIN in wanted.files else "",
    )


def _profile(detector: ProfileDetector, deployed: ManifestServices) -> tuple[Profile, str]:
    """What a set was read with, and why: with manifests alone, with theirs."""
    has_values = any(one.values for one in deployed.rest.values())
    if deployed.profile is not None and not has_values:
        return deployed.profile, deployed.because
    return detector.profile, detector.because


def _skipped(wanted: FileGroup, deployed: ManifestServices) -> Iterator[Skipped]:
    yield from wanted.skipped
    for path, one in deployed.rest.items():
        yield from (Skipped(wanted.called(path), reason) for reason in one.skipped)


def _shape(services: Sequence[Service]) -> str:
    shapes = {service.shape for service in services} or {"values"}
    return shapes.pop() if len(shapes) == 1 else "mixed"


def file_reader(wanted: FileGroup) -> Callable[[Path], FileContents]:
    """Reads the files of a set; the standard input, which can be read only once, is remembered."""

    @cache
    def piped() -> FileContents:
        return detect.read_contents(read_stream(sys.stdin.buffer, wanted.piped))

    return lambda path: piped() if path == STDIN else _read(path, wanted)


def _read(path: Path, wanted: FileGroup) -> FileContents:
    """What one file holds, where it is a deployment."""
    stem = path.stem.partition(".")[0]
    kind = NOT_DEPLOYMENTS.get(stem)
    if path.name.startswith(OWN):
        kind = "a configuration of deploylint"
    if kind is not None:
        return FileContents(skipped=(kind,))
    return detect.read_contents(read_file(path, display_path(path), wanted.root))
