"""How the groups of folders are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from deploylint.config.environment_names import without_environment
from deploylint.documents.paths import absolute, display_path
from deploylint.engine.folders.patterns import FolderGroup


def service_names(groups: Iterable[FolderGroup]) -> frozenset[str]:
    """The names of the services of some groups; their own where none can be read."""
    services = [service.name for group in groups for service in group.loaded.services]
    return frozenset(services or (group.loaded.name for group in groups))


def pattern_within_any(group: FolderGroup, pattern: tuple[str, ...]) -> tuple[str, ...]:
    """The pattern of a group without the name of its environment."""
    environment = group.files.environment
    return tuple(name for name in pattern if not environment or name != environment)


def with_folder_above(group: FolderGroup) -> FolderGroup:
    """A group in a sub-folder: its name has the folder above that."""
    name = group.loaded.name
    if "/" not in name and not group.files.environment:
        name = f"{absolute(group.place).parent.name}/{name}"
    return group._replace(loaded=group.loaded._replace(name=name))


def with_own_names(groups: Sequence[FolderGroup]) -> list[FolderGroup]:
    """Groups with the path of their folder as the name, if one elsewhere has that name.

    One group in several environments has one name, without the folders of these. Of manifests and
    values in one folder, the second have what they are.
    """
    paths = {(group.loaded.name, _path_of(group)) for group in groups}
    often = Counter(name for name, _ in paths)
    alike = Counter((group.loaded.name, group.files.environment) for group in groups)
    taken, named = set[tuple[str, str]](), list[FolderGroup]()
    for group in groups:
        name, environment = group.loaded.name, group.files.environment
        if often[name] > 1 or alike[name, environment] > 1:
            name = _path_of(group)
        if (name, environment) in taken:
            name = f"{name} ({group.loaded.shape})"
        taken.add((name, environment))
        named.append(group._replace(loaded=group.loaded._replace(name=name)))
    return named


def _path_of(group: FolderGroup) -> str:
    """The path of a group from the folder that is searched, without its environment."""
    names = (*display_path(group.place).split("/"), *group.below)
    environment = group.files.environment
    others = (name for name in names if name != environment)
    return "/".join(map(without_environment, others) if environment else others)
