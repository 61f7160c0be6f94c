"""The groups of folders with paths of one pattern, such as ``services/*/helm``.

The name that varies is the service, if most of the folders hold one each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from deploylint.compare.parts import parts_of
from deploylint.compare.votes import QUORUM
from deploylint.config.environment_names import is_environment, without_environment
from deploylint.config.groups import VALUES
from deploylint.documents.record import Record
from deploylint.engine.discovery import FileGroup
from deploylint.engine.load import DeploymentGroup
from deploylint.model.images import image_name
from deploylint.model.service import Service
from deploylint.readers.organisation import ANYBODY, organisation
from deploylint.readers.service import BASES, NAMELESS, service_name

_MANY = 3
"""In so many folders, a file of the same name is that of a service each."""


class FolderGroup(Record):
    """A group that is found in a folder.

    ``place`` is its folder, and of one file among others that file.
    ``workloads`` is where its workloads are, if their objects are in other folders of its own.
    ``below`` is, of a group of several folders, the pattern of their paths below its own, and
    ``parts`` are their groups, if they are few.
    """

    files: FileGroup
    loaded: DeploymentGroup
    place: Path
    below: tuple[str, ...] = ()
    parts: tuple[FolderGroup, ...] = ()
    workloads: Path | None = None


Inside = tuple[Path, FolderGroup]
"""A sub-folder and a group in it."""


FolderPattern = tuple[str, ...]
"""The shape of a group, and its path from a sub-folder: with * where the sub-folder's name is."""


def groups_by_pattern(
    below: Mapping[Path, Sequence[FolderGroup]],
) -> dict[FolderPattern, list[Inside]]:
    """The groups of sub-folders by pattern; a service alone has that of most others.

    A group of several folders has a pattern of its own, and so has a service alone that lies as the
    services of such a group do. A small one falls apart if its parts are like others.
    """
    every = [(path, group) for path, groups in below.items() for group in groups]
    named = [(path, part) for path, group in every for part in group.parts if _is_of(path, group)]
    often = Counter(_pattern(path, group) for path, group in every if not group.below)
    often += Counter(_pattern(path, part) for path, part in named)
    most = max(often.values(), default=0)
    apart = [_falls_apart(path, group, often, most) for path, group in every]
    kept = zip(every, apart, strict=True)
    nested = {group.below for (_, group), falls in kept if group.below and not falls}
    patterns = dict[FolderPattern, list[Inside]]()
    for (path, group), falls in zip(every, apart, strict=True):
        for part in group.parts if falls else [group]:
            pattern = _pattern(path, part)
            if often.get(pattern, 0) < 2 or "*" in pattern:
                pattern = _nested_pattern(path, part, nested) or pattern
            patterns.setdefault(pattern, []).append((path, part))
    for pattern, groups in list(patterns.items()):
        (path, group), *others = groups
        if not others and len(group.loaded.services) <= 1:
            larger = _larger_pattern(patterns, pattern, has_service=bool(group.loaded.services))
            if larger is not None and (
                len(below[path]) == 1 or _may_join(groups[0], patterns[larger])
            ):
                patterns[larger] += patterns.pop(pattern)
                patterns[larger].sort(key=itemgetter(0))
    return dict(_with_any_depths(patterns, below))


def _is_of(path: Path, group: FolderGroup) -> bool:
    """Whether all services of a group are called after a sub-folder: its folders hold their parts.

    So are ``cart/deploy/base`` with cart and ``cart/infra/base`` with cart-infra.
    """
    names = [service.name for service in group.loaded.services]
    return bool(names) and all(path.name in name for name in names)


def _with_any_depths(
    patterns: Mapping[FolderPattern, list[Inside]], below: Mapping[Path, Sequence[FolderGroup]]
) -> Iterator[tuple[FolderPattern, list[Inside]]]:
    """The groups by pattern; services alone in their folders have one, if all their depths differ.

    So are ``api/all.yaml``, ``web/k8s/all.yaml`` and ``mail/deploy/k8s/all.yaml``.
    """
    shapes = {pattern[0] for pattern in patterns}
    is_any = len(patterns) >= QUORUM and all(
        len(groups) == 1 and _is_alone(*groups[0], below) for groups in patterns.values()
    )
    if is_any and len(shapes) == 1:
        first = next(iter(patterns))
        yield first, [inside for groups in patterns.values() for inside in groups]
    else:
        yield from patterns.items()


def _is_alone(path: Path, group: FolderGroup, below: Mapping[Path, Sequence[FolderGroup]]) -> bool:
    """Whether a service is the only one in a sub-folder, and no group of several folders."""
    return len(below[path]) == 1 and len(group.loaded.services) == 1 and not group.below


def _falls_apart(
    path: Path, group: FolderGroup, often: Mapping[FolderPattern, int], most: int
) -> bool:
    """Whether the few parts of a group are services beside those of other sub-folders.

    One has the pattern of several others, or of one, or ``most`` others of a pattern are more than
    the parts. The last two do not hold where it takes the folder to name a service.
    """
    count = max((often.get(_pattern(path, part), 0) for part in group.parts), default=0)
    if not group.parts or count > 1 or len(group.below) > 1:
        return bool(group.parts) and count > 1
    has_more = count > 0 or most > len(group.parts)
    return has_more and all(_nameable_file(part) is None for part in group.parts)


def _nested_pattern(
    path: Path, group: FolderGroup, nested: Container[tuple[str, ...]]
) -> FolderPattern | None:
    """The pattern of a service alone in a sub-folder, where others have several at such a path."""
    parts = group.place.relative_to(path).parts
    is_nested = bool(parts) and not group.below and ("*", *parts[1:]) in nested
    return ("joined", path.as_posix(), "*", *parts[1:]) if is_nested else None


def _may_join(inside: Inside, larger: Sequence[Inside]) -> bool:
    """Whether a service alone joins others, one of its folder among them, by a new name."""
    path, group = inside
    if _nameable_file(group) is not None or all(other != path for other, _ in larger):
        return False
    names = {service.name for _, other in larger for service in other.loaded.services}
    return names.isdisjoint(service.name for service in group.loaded.services)


def _pattern(path: Path, group: FolderGroup) -> FolderPattern:
    if group.below:
        return ("joined", group.place.as_posix(), *group.below)
    parts = (group.workloads or group.place).relative_to(path).parts
    return (group.loaded.shape, *("*" if part == path.name else part for part in parts))


def _larger_pattern(
    patterns: Mapping[FolderPattern, Sequence[Inside]], pattern: FolderPattern, *, has_service: bool
) -> FolderPattern | None:
    """The pattern that a service alone joins: that of most services read in the same way.

    A folder without a service, where no file can be read, joins those with the same path.
    """
    others = {
        other: len(groups)
        for other, groups in patterns.items()
        if other != pattern and not groups[0][1].below
        if (other[0] == pattern[0] and len(groups) > 1 if has_service else other[1:] == pattern[1:])
    }
    return max(others, key=lambda other: others[other], default=None)


def without_copies(groups: Sequence[Inside]) -> tuple[list[Inside], list[Inside]]:
    """Some groups without those that are in other sub-folders too, and these.

    Two versions of a chart of several services are no services beside each other, nor is one that
    the folders below name, as in ``north/apps/mail`` and ``south/apps/mail``. Of several releases
    of one name, as in ``plain/`` and ``with-tolerations/``, the first is beside the others.
    """
    names = [{service.name for service in _own_services(group.loaded)} for _, group in groups]
    called = [
        each if len(each) > 1 else {at for at in _naming(*inside) if at[-1] in each}
        for inside, each in zip(groups, names, strict=True)
    ]
    often = Counter(name for each in called for name in each)
    parts: tuple[list[Inside], list[Inside]] = [], []
    releases = set[str]()
    for inside, each in zip(groups, called, strict=True):
        name = _release(inside[1])
        parts[name in releases or any(often[name] > 1 for name in each)].append(inside)
        releases |= {name} - {""}
    return parts


def _release(group: FolderGroup) -> str:
    """The name that the file of the only service of a group gives to its release, or ""."""
    services = group.loaded.services
    is_one = len(services) == 1 and group.loaded.shape == "values"
    return services[0].name if is_one and _nameable_file(group) is None else ""


def _naming(path: Path, group: FolderGroup) -> Iterator[tuple[str, ...]]:
    """The folders between a sub-folder and a service, each with those above it.

    None where the name of the service comes from them.
    """
    if _nameable_file(group) is None:
        parts = (group.workloads or group.place).relative_to(path).parts
        yield from (parts[: number + 1] for number in range(len(parts)))


def is_fleet(groups: Sequence[Inside]) -> bool:
    """Whether most sub-folders hold one service each, and most names of services differ.

    A service may have its stores beside it. Or each holds the parts of a service.
    """
    loaded = [group.loaded for _, group in groups]
    single = [group for group in loaded if len(_own_services(group)) == 1]
    more = [group for group in loaded if len(_own_services(group)) > 1]
    several = [service.name for group in more for service in _own_services(group)]
    if len(groups) < 2 or 2 * sum(_environments(groups)) > len(groups):
        return False
    if _hold_parts(loaded):
        return True
    if not single or len(several) > len(single):
        return False
    names = [*several, *_names(groups)]
    return 2 * len(set(names)) > len(names)


def _hold_parts(groups: Sequence[DeploymentGroup]) -> bool:
    """Whether most workloads in sub-folders are parts of a service each, as in all of them."""
    services = [service for group in groups for service in group.services]
    names = {service.name for service in services}
    return len(names) == len(services) and 2 * len(parts_of(services)) > len(services)


def _environments(groups: Sequence[Inside]) -> Iterator[bool]:
    """Whether each sub-folder is called as an environment, and not as its service alone is.

    A service may add a word of its own: ``load-test-infra`` in ``load-test``.
    """
    names = [names_in_folder(path, [group]) for path, group in groups]
    often = Counter(name for each in names for name in each)
    for (path, group), each in zip(groups, names, strict=True):
        is_longer = without_environment(path.name) != path.name
        is_alone = is_longer and _is_of(path, group) and all(often[n] == 1 for n in each if n)
        is_named = is_environment(path.name) or group.files.environment == path.name
        yield is_named and not is_alone


def names_in_folder(path: Path, groups: Iterable[FolderGroup]) -> set[str]:
    """The names of services in a folder; of one that is called like it, the name of its image."""
    services = [service for group in groups for service in group.loaded.services]
    return {image_name(one.main) if one.name == path.name else one.name for one in services}


def _own_services(group: DeploymentGroup) -> Sequence[Service]:
    """The services of a folder but its stores and what anybody runs; where it has only these, all.

    A ``redis`` beside a service is of that service, and so is a job.
    """
    services = (one for one in group.services if one.main.role != "store")
    own = [one for one in services if organisation(one.main) != ANYBODY]
    own = own or list(group.services)
    return [one for one in own if one.main.role != "job"] or own


def _names(groups: Sequence[Inside]) -> Iterator[str]:
    """The names of the services that are alone in their folders."""
    for (_, group), called in zip(groups, folder_names(groups), strict=True):
        own = _own_services(group.loaded)
        if len(own) == 1:
            yield called or own[0].name


def folder_names(groups: Sequence[Inside]) -> list[str]:
    """The names that folders give to the services in them; "" where files name them.

    Of several groups in one sub-folder, a folder that the others do not have names the service.
    Workloads of one name are named by their folders too.
    """
    files = [_nameable_file(group) for _, group in groups]
    alike = _of_one_name(groups)
    stems = Counter(file.stem for file in files if file is not None)
    paths = Counter(path for path, _ in groups)
    places = Counter(group.place.name for _, group in groups)
    names = list[str]()
    for (path, group), file in zip(groups, files, strict=True):
        is_own = paths[path] > 1 and places[group.place.name] == 1
        is_named = group.place not in alike
        if file is not None:
            is_named = file.stem not in NAMELESS and stems[file.stem] < _MANY
        names.append("" if is_named else group.place.name if is_own else path.name)
    return names


def _of_one_name(groups: Sequence[Inside]) -> set[Path]:
    """The folders with a workload each that have one name, as those of several programs may have.

    They have images of their own, or are what overlays lie over.
    """
    alone = [
        (path, group, group.loaded.services[0])
        for path, group in groups
        if len(group.loaded.services) == 1 and group.loaded.shape == "manifests"
    ]
    often = Counter(service.name for _, _, service in alone)
    name, count = often.most_common(1)[0] if often else ("", 0)
    named = [each for each in alone if each[2].name == name]
    is_base = all(group.place.name in BASES and group.place != path for path, group, _ in named)
    is_own = is_base or len({image_name(service.main) for _, _, service in named}) == count
    return {group.place for _, group, _ in named} if count >= QUORUM and is_own else set()


def _nameable_file(group: FolderGroup) -> Path | None:
    """The file of the only service of a group, where the name of the service comes from it.

    A service with values of environments alone is named as by a ``values.yaml``. A manifest names
    its workload itself.
    """
    if len(group.loaded.services) != 1 or group.loaded.shape == "manifests":
        return None
    (service,) = group.loaded.services
    file = service.files[0]
    if any(member.folder_name for member in group.files.members):
        return Path(file).with_name(f"{VALUES}.yaml")
    return Path(file) if service.name == service_name(file) else None
