"""The environments of groups in folders: values files, folders and overlays of kustomizations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

from deploylint.compare.votes import QUORUM
from deploylint.config.environment_names import is_environment, without_environment
from deploylint.config.groups import VALUES, ServiceFiles, environment_of
from deploylint.documents.paths import absolute, display_path
from deploylint.engine.discovery import KUSTOMIZATIONS, FileGroup, Skipped, is_kustomization
from deploylint.engine.folders.patterns import FolderGroup, names_in_folder
from deploylint.engine.load import OVERLAID, DeploymentGroup
from deploylint.readers.service import BASES

if TYPE_CHECKING:
    from deploylint.engine.kustomize.kustomizations import Overlay

VARIANT = "other values of the service; they name no environment, and no other service has them"

LoadGroup = Callable[[FileGroup], DeploymentGroup]
"""Reads a group of files."""


def in_environments(group: FolderGroup, load: LoadGroup) -> list[FolderGroup]:
    """A group in each environment of its services, if any has one.

    It is a group by itself too, if no environment has enough services to compare.
    """
    parts = list(group.files.by_environment())
    if parts == [group.files]:
        return [group]
    whole, skipped = group.loaded, dict.fromkeys(group.loaded.skipped)
    groups = list[FolderGroup]()
    for part in parts:
        loaded = load(part)
        skipped |= dict.fromkeys(loaded.skipped)
        loaded = loaded._replace(name=whole.name, focus=whole.focus, skipped=())
        groups.append(group._replace(files=part, loaded=loaded))
    largest = max(len(each.loaded.services) for each in groups)
    if largest < min(QUORUM, len(whole.services)):
        groups.insert(0, group)
    first, *others = groups
    lost = (each for each in whole.problems if Path(each.file).name in KUSTOMIZATIONS)
    known = {problem for each in groups for problem in each.loaded.problems}
    problems = (*first.loaded.problems, *(each for each in lost if each not in known))
    loaded = first.loaded._replace(skipped=tuple(skipped), problems=problems)
    return [first._replace(loaded=loaded), *others]


def environment_folders(
    folder: Path, below: Mapping[Path, Sequence[FolderGroup]], overlaying: Container[Path] = ()
) -> Mapping[Path, Sequence[FolderGroup]]:
    """The groups of sub-folders; those with names of environments hold one group in each.

    They do if there are several and most of their services are in another of them too. So do
    ``overlaying`` ones, those with kustomizations of ``overlays/``, whatever they are called, and
    those beside several environments with the services of these.
    """
    inside = {
        path: groups
        for path, groups in below.items()
        if groups and (is_environment(path.name) or absolute(path) in overlaying)
    }
    inside |= _alike(inside, below)
    often = Counter(name for each in inside.items() for name in names_in_folder(*each))
    are_alike = 2 * sum(count > 1 for count in often.values()) >= len(often)
    if len(inside) < 2 or not (are_alike or all(absolute(path) in overlaying for path in inside)):
        return below
    within = {
        path: [_in_environment(folder, path, group) for group in groups]
        for path, groups in inside.items()
    }
    whole = [group for path, groups in within.items() for group in groups if group.place == path]
    called = {path: _called_as(whole, path, groups) for path, groups in within.items()}
    return {**below, **called}


def _called_as(
    whole: Sequence[FolderGroup], path: Path, groups: Sequence[FolderGroup]
) -> Sequence[FolderGroup]:
    """The groups in the folder of an environment: one below it may be what another has in its own.

    It is if it is the only one with most of its services of that, and no other has these too.
    """
    names = {each.loaded.name for each in groups}
    often = Counter(service.name for each in groups for service in each.loaded.services)
    for each in (each for each in whole if each.loaded.name not in names):
        known = {one.name for one in each.loaded.services if often[one.name] == 1}
        alike = [group for group in groups if _has_most(group, known)]
        if len(alike) == 1:
            called = alike[0].loaded._replace(name=each.loaded.name)
            moved = alike[0]._replace(loaded=called, place=path)
            groups = [moved if group is alike[0] else group for group in groups]
            names.add(each.loaded.name)
    return groups


def _has_most(group: FolderGroup, names: Set[str]) -> bool:
    own = [service.name for service in group.loaded.services]
    return 2 * sum(name in names for name in own) > len(own)


def _alike(
    environments: Mapping[Path, Sequence[FolderGroup]], below: Mapping[Path, Sequence[FolderGroup]]
) -> Mapping[Path, Sequence[FolderGroup]]:
    """The folders beside several environments with several services, most of them of these."""
    if len(environments) < 2:
        return {}
    known = {name for each in environments.items() for name in names_in_folder(*each)}
    others = {path: names_in_folder(path, below[path]) for path in below.keys() - environments}
    return {
        path: below[path]
        for path, names in others.items()
        if len(names) > 1 and 2 * len(names & known) > len(names) and path.name not in BASES
    }


def _in_environment(folder: Path, path: Path, group: FolderGroup) -> FolderGroup:
    """A group in a sub-folder that holds all of an environment: its name does not have that."""
    if group.files.environment:
        return group
    environment, loaded = path.name, group.loaded
    services = tuple(one._replace(environment=environment) for one in loaded.services)
    names = map(without_environment, group.place.relative_to(path).parts)
    name = "/".join((absolute(folder).name, *names, *group.below))
    return group._replace(
        files=group.files._replace(environment=environment),
        loaded=loaded._replace(name=name, environment=environment, services=services),
    )


def values_of_environments(files: FileGroup) -> Mapping[str, Path]:
    """The values of environments in a folder that has none for all of them, by environment."""
    layers = dict[str, Path]()
    for member in files.members:
        stems = [file.stem for file in member.every_file]
        if VALUES in stems:
            return {}
        if all(stem.startswith(VALUES) and environment_of(stem) for stem in stems):
            layers |= {environment_of(file.stem): file for file in member.every_file}
    return layers


def with_layers(files: FileGroup, layers: Mapping[str, Path]) -> FileGroup:
    """The files of a chart with values of environments from elsewhere over its own."""
    members = (
        member._replace(
            environments={
                **member.environments,
                **{
                    name: (*member.environments.get(name, member.files), file)
                    for name, file in layers.items()
                },
            }
        )
        if member.files[0].stem == VALUES
        else member
        for member in files.members
    )
    return files._replace(members=tuple(members)) if layers else files


def with_overlays(groups: Iterable[FolderGroup], overlays: Iterable[Overlay]) -> list[FolderGroup]:
    """The groups with the overlays of their files as environments."""
    by_file: dict[Path, list[Overlay]] = {}
    for overlay in overlays:
        kustomizations = filter(is_kustomization, overlay.files)
        for file in overlay.deployed.union(map(absolute, kustomizations)):
            by_file.setdefault(file, []).append(overlay)
    return [_overlaid(group, by_file) for group in groups]


def _overlaid(group: FolderGroup, overlays: Mapping[Path, Sequence[Overlay]]) -> FolderGroup:
    """A group with the overlays of its files as environments."""
    members = tuple(_in_overlays(member, overlays) for member in group.files.members)
    return group._replace(files=group.files._replace(members=members))


def with_kustomizations(files: FileGroup, changes: Mapping[Path, Overlay]) -> FileGroup:
    """The files of a group without environments, with the kustomizations that change them."""
    if any(member.environments for member in files.members):
        return files
    members = list[ServiceFiles]()
    for member in files.members:
        above = (changes.get(absolute(file)) for file in member.files)
        more = (file for each in above if each is not None for file in each.files)
        members.append(member._replace(files=tuple(dict.fromkeys((*member.files, *more)))))
    return files._replace(members=tuple(members))


def without_skips(group: FolderGroup, names: Set[str]) -> FolderGroup:
    """A group that skips none of the overlaid files of some names: an environment reads them."""

    def kept(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
        return tuple(s for s in skipped if s.reason != OVERLAID or s.file not in names)

    files, loaded = group.files, group.loaded
    return group._replace(
        files=files._replace(skipped=kept(files.skipped)),
        loaded=loaded._replace(skipped=kept(loaded.skipped)),
    )


def _in_overlays(member: ServiceFiles, overlays: Mapping[Path, Sequence[Overlay]]) -> ServiceFiles:
    own = list(map(absolute, member.files))
    above = [each for file in own for each in overlays.get(file, ())]
    environments = {over.environment: (*member.files, *over.files_over(own)) for over in above}
    return member._replace(environments=environments) if environments else member


def without_variants(
    members: tuple[ServiceFiles, ...],
) -> tuple[tuple[ServiceFiles, ...], tuple[Skipped, ...]]:
    """The services of a fleet without values that only one has, and that name no environment.

    A chart comes with such values for its users to choose from, or runs several times, each with
    its own. Where most services have some, they are sites. Those that a service takes its image
    from stay among its files.
    """
    often = Counter(name for member in members for name in member.environments)
    variants = {name for name, count in often.items() if count == 1 and not is_environment(name)}
    having = [member for member in members if not variants.isdisjoint(member.environments)]
    if not having or 3 * len(having) > len(members) or len(members) < QUORUM:
        return members, ()
    kept, others = list[ServiceFiles](), dict[Path, None]()
    for member in members:
        own = {name: f for name, f in member.environments.items() if name not in variants}
        kept.append(member._replace(environments=own))
        others |= dict.fromkeys(set(member.every_file) - set(kept[-1].every_file))
    return tuple(kept), tuple(Skipped(display_path(file), VARIANT) for file in sorted(others))
