"""The Kubernetes manifests among the files of a set, as services.

A folder is read in one shape: what is not manifests in it is passed over where a workload is there.
Nothing of that shape is imported for a set that holds values only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from deploylint.documents.nodes import Problem
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.documents.suggest import hint
from deploylint.engine.discovery import FileGroup, Skipped
from deploylint.model.errors import UsageError, misread_at
from deploylint.model.progress import Progress
from deploylint.model.service import Service, ServiceSettings
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.profile import Profile
from deploylint.readers.wrapped.values import FileContents

Files = Mapping[Path, FileContents]

_OTHER = "Helm values; this group is read as Kubernetes manifests"


class ManifestServices(Record):
    """The services of manifests, what is left of the files to be read as values, and the rest.

    ``profile`` is what they were read with, because of what; None where there are none.
    """

    services: tuple[Service, ...]
    rest: Files
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()
    profile: Profile | None = None
    because: str = ""


def load_manifests(wanted: FileGroup, found: Files, progress: Progress) -> ManifestServices:
    """The services that the manifests among the files of a group hold.

    Raises UsageError where two workloads of them are the same one, Misread for a stated service
    that none of several is called like.
    """
    if all(one.manifests is None for one in found.values()):
        return ManifestServices((), found)
    from deploylint.readers.kubernetes.catalogue import table
    from deploylint.readers.kubernetes.read import ManifestFile, ReadOptions, read_manifests

    members = [ManifestFile(*one) for one in _members(wanted, found)]
    replaced = _has_replacer(wanted, table().replacers)
    result = read_manifests(members, ReadOptions(replaced, wanted.environment, progress))
    if result.twice is not None:
        first, second = (f"{one.file}:{one.line}" for one in result.twice)
        one = result.twice[1]
        raise UsageError(
            f"{second}: {one.kind} {one.name} is defined in {first} too; a set holds each workload "
            "once: name the files or the folder of one variant"
        )
    if result.unmet is not None:
        stated, names = result.unmet
        text = f"no workload {stated.name!r} in its files; {hint(stated.name, names)}"
        raise misread_at(stated.node, text)
    if not result.services:
        return ManifestServices((), found, problems=result.problems)
    leading = result.services[0]
    return ManifestServices(
        services=result.services,
        rest={path: _as_manifests(one, wanted) for path, one in found.items()},
        skipped=tuple(Skipped(file, reason) for file, reason in result.skipped),
        problems=result.problems,
        profile=table().profile,
        because=f"{leading.files[0]} holds {leading.notes[0].split(',')[0]}",
    )


def _members(wanted: FileGroup, found: Files) -> Iterator[tuple[Document, ServiceSettings | None]]:
    """Each file of manifests, with what is stated of a service in it."""
    for member in wanted.members:
        for path in member.files:
            if (document := found[path].manifests) is not None:
                yield document, member.stated


def combine(
    values: Sequence[Service],
    manifests: Sequence[Service],
    profile: Profile,
    folders: profiles.Folders,
) -> tuple[Service, ...]:
    """The services of both shapes. What a shape has no word for is unknown beside the other one.

    Raises UsageError where two are called alike.
    """
    named = {service.name: service.files[0] for service in values}
    for one in manifests:
        if one.name in named:
            raise duplicate_name_error(one.files[0], one.name, named[one.name])
    if not manifests or not named:
        return (*values, *manifests)
    from deploylint.readers.helm.unsupported import with_gaps

    return (*(with_gaps(one, profile.name, folders) for one in values), *manifests)


def duplicate_name_error(here: str, name: str, there: str) -> UsageError:
    """The error for two services of one name, by where they stand."""
    return UsageError(f"{here}: duplicate service name {name!r} (also {there}); rename one")


def _as_manifests(one: FileContents, wanted: FileGroup) -> FileContents:
    """What is left of a file once its manifests are read."""
    if one.manifests is not None:
        shown = (*one.shown, one.manifests._replace(roots=()))
        return one._replace(shown=shown, manifests=None, skipped=one.skipped[:-1])
    if one.values and wanted.one_shape:
        return FileContents(skipped=(*one.skipped, _OTHER), problems=one.problems)
    return one


def _has_replacer(wanted: FileGroup, names: tuple[str, ...]) -> bool:
    """Whether something stands beside the files that fills in bare image names."""
    return any(name in names for name in _beside(wanted))


def _beside(wanted: FileGroup) -> Iterator[str]:
    listed = (*wanted.files, *(Path(one.file) for one in wanted.skipped))
    yield from (path.stem.partition(".")[0] for path in listed)
