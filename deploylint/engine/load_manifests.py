"""Reads the Kubernetes manifests among the files of a group as services.

A folder is read in one shape: where it holds a workload, its values files are skipped. Nothing of
that shape is imported for a group that holds values only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deploylint.documents.nodes import Problem
from deploylint.documents.record import Record
from deploylint.documents.suggest import hint
from deploylint.engine.discovery import FileGroup, Skipped
from deploylint.engine.load_values import at_both_places
from deploylint.model.errors import misread_at
from deploylint.model.progress import Progress
from deploylint.model.service import Service
from deploylint.readers.detect import is_object
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.profile import Profile
from deploylint.readers.wrapped.values import FileContents, unreadable_at

if TYPE_CHECKING:
    from deploylint.readers.kubernetes.links import Links
    from deploylint.readers.kubernetes.objects import Object
    from deploylint.readers.kubernetes.read import ManifestFile

Files = Mapping[Path, FileContents]
Twice = tuple["Object", "Object"]

NOT_DEPLOYED = "not listed by the kustomization beside it; another file has the same workload"
VARIANT_OF_A_FILE = "a variant of another file, which has the same workload and is compared"
VALUES_BESIDE_MANIFESTS = "Helm values; this group is read as Kubernetes manifests"


class ManifestServices(Record):
    """The services in manifests, and the files with what is left to be read as values.

    ``copies`` are files that repeat the workloads of others.
    ``profile`` is what the manifests were read with, and ``because`` why; None without a service.
    ``links`` are what a part of a group has to do with others.
    ``clashes`` is how many workloads are defined twice.
    """

    services: tuple[Service, ...]
    files: Files
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()
    copies: tuple[str, ...] = ()
    profile: Profile | None = None
    because: str = ""
    links: Links | None = None
    clashes: int = 0


def load_manifests(
    group: FileGroup, files: Files, progress: Progress, whole: FileGroup | None = None
) -> ManifestServices:
    """The services in the manifests among the files of a group, or of a part of a ``whole`` group.

    Raises Misread for a service with settings that its files do not define.
    """
    if whole is None and all(contents.manifests is None for contents in files.values()):
        return ManifestServices((), files)
    from deploylint.readers.kubernetes.catalogue import table
    from deploylint.readers.kubernetes.read import ReadOptions, read_manifests

    members = list(_members(group, files))
    # one of the skipped files may fill in bare image names
    every = whole or group
    paths = (*every.files, *(Path(skip.file) for skip in every.skipped))
    names = {path.stem.partition(".")[0] for path in paths}
    replaced = not names.isdisjoint(table().replacers)
    options = ReadOptions(replaced, group.environment, progress, in_part=whole is not None)
    result = read_manifests(members, options)
    if result.unmet is not None:
        stated, workloads = result.unmet
        text = f"no workload {stated.name!r} in its files; {hint(stated.name, workloads)}"
        raise misread_at(stated.node, text)
    if not result.services and whole is None:
        problems = (*result.problems, *_headless(files.values()))
        return ManifestServices((), files, problems=problems)
    left_out = {twice: _why_left_out(twice) for twice in result.twice}
    reasons = {later.file: reason for (_, later), reason in left_out.items() if reason}
    return ManifestServices(
        services=result.services,
        files={path: _as_manifests(contents, group) for path, contents in files.items()},
        skipped=tuple(Skipped(*each) for each in (*result.skipped, *reasons.items())),
        problems=(*result.problems, *_defined_twice(left_out)),
        copies=result.copies,
        profile=table().profile,
        because=_because(result.services),
        links=result.links,
        clashes=sum(reason != NOT_DEPLOYED for reason in left_out.values()),
    )


def _headless(files: Iterable[FileContents]) -> Iterator[Problem]:
    """The objects without an API or a kind among files without a workload, which nothing reads."""
    from deploylint.readers.kubernetes.faults.heads import missing_head

    documents = (contents.manifests for contents in files)
    roots = (root for document in documents if document is not None for root in document.roots)
    faults = (fault for root in filter(is_object, roots) for fault in missing_head(root))
    yield from (unreadable_at(fault.node, fault.message).problem for fault in faults)


def _because(services: Sequence[Service]) -> str:
    """Why manifests are read; "" without a service."""
    first = next(iter(services), None)
    return "" if first is None else f"{first.files[0]} holds {first.notes[0].split(',')[0]}"


def _members(group: FileGroup, files: Files) -> Iterator[ManifestFile]:
    """Each file of manifests, with the settings of the service in it; last those not deployed."""
    from deploylint.readers.kubernetes.read import ManifestFile

    paths = [(member, path) for member in group.members for path in member.files]
    often = Counter(path for _, path in paths)
    for member, path in sorted(paths, key=lambda each: files[each[1]].is_listed is False):
        if (document := files[path].manifests) is not None:
            folder = member.folder_name
            if member.stated is not None and often[path] == 1:  # a name tells it apart as well
                folder = member.stated.name or folder
            contents = files[path]
            yield ManifestFile(
                document,
                member.stated,
                contents.changed,
                folder,
                contents.namespace,
                contents.is_listed,
                contents.set_images,
            )


def _as_manifests(contents: FileContents, group: FileGroup) -> FileContents:
    """What is left of a file once its manifests are read."""
    if contents.manifests is not None:
        shown = (*contents.shown, contents.manifests._replace(roots=()))
        return contents._replace(shown=shown, manifests=None, skipped=contents.skipped[:-1])
    if contents.values and group.folder is not None:
        return FileContents(
            skipped=(*contents.skipped, VALUES_BESIDE_MANIFESTS), problems=contents.problems
        )
    return contents


def _why_left_out(twice: Twice) -> str:
    """Why the later one of two workloads of one name is left out; "" where both are deployed."""
    from deploylint.readers.kubernetes.copies import are_variants

    if twice[1].is_listed is False:
        return NOT_DEPLOYED
    return VARIANT_OF_A_FILE if are_variants(*twice) else ""


def _defined_twice(left_out: Mapping[Twice, str]) -> Iterator[Problem]:
    """The problems of workloads that are defined twice, at both places, and not left out."""
    for workloads in (twice for twice, reason in left_out.items() if not reason):
        what = f"{workloads[0].kind} {workloads[0].name} is defined twice"
        places = [(workload.file, workload.line) for workload in workloads]
        yield from at_both_places(what, places, "keep one; only the first is compared")


def combine_shapes(
    values: Sequence[Service],
    manifests: Sequence[Service],
    profile: Profile,
    folders: profiles.Folders,
) -> tuple[Service, ...]:
    """The services of both shapes; beside manifests, what values cannot set is unknown."""
    if not manifests or not values:
        return (*values, *manifests)
    from deploylint.readers.helm.unsupported import with_gaps

    return (*(with_gaps(service, profile.name, folders) for service in values), *manifests)
