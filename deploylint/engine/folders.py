"""Finds the groups in a folder and below it, and what is not searched, and why.

The files of one folder are a group. Folders with paths that differ in one name, as in
``services/*/helm``, are one group if most hold one service each, and that name is the service.
Others often hold variants of the same services, and each is a group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from deploylint.compare.majority import QUORUM
from deploylint.config.load import Config
from deploylint.documents.paths import absolute, display_path
from deploylint.documents.record import Record
from deploylint.engine.discovery import CHART, FileGroup, Skipped, files_in
from deploylint.engine.environment_names import is_environment
from deploylint.engine.load import DeploymentGroup, load_group
from deploylint.model.fields import IMAGE
from deploylint.model.progress import SILENT, Progress
from deploylint.readers.service import NAMELESS, service_name

MAX_DEPTH = 30
"""How deep folders are searched."""

NO_IMAGE = "sets no image, and its name is not that of a deployment"
ONLY_SERVICE = "the only service of its folder; nothing to compare it with"
TOO_FEW = f"fewer than {QUORUM} services in its group, and no reference; not compared"

_SKIPPED = {"node_modules": "third-party packages"}
_TEMPLATES = "templates"
_OF_A_CHART = {
    "charts": "dependencies of a chart",
    "crds": "a chart's custom resource definitions",
    "ci": "test values of a chart",
}
"""The folders of a chart that hold no deployment, as Helm and its chart-testing lay them out."""

_MANY = 3
"""In so many folders, a file of the same name is that of a service each."""


class FolderGroup(Record):
    """A group that is found in a folder.

    ``place`` is its folder, and of one file among others that file.
    ``below`` is, of a group of several folders, the pattern of their paths below its own.
    """

    files: FileGroup
    loaded: DeploymentGroup
    place: Path
    below: tuple[str, ...] = ()


Inside = tuple[Path, FolderGroup]
"""A sub-folder and a group in it."""


def load_groups(
    files: FileGroup, profile: str, config: Config, progress: Progress = SILENT
) -> list[DeploymentGroup]:
    """The groups of some files: one, or all those of a folder and the folders below it."""
    return [group.loaded for group in search(files, profile, config, progress)]


def search(
    files: FileGroup, profile: str, config: Config, progress: Progress = SILENT
) -> list[FolderGroup]:
    """The groups that ``load_groups`` returns, with where they are.

    What belongs to none of them is skipped by the first.
    """
    searching = _Search(files.root, profile, config)
    groups = searching.groups_of(files, progress)
    if files.folder is not None:
        groups += searching.groups_below(files.folder, is_service=bool(groups))
    groups = _focused(groups, files.focus)
    if not groups:
        loaded = searching.load(files)
        groups = [FolderGroup(files, loaded._replace(skipped=()), _place(files))]
    first, *others = _small_groups_aside(groups)
    skipped = (*searching.skipped, *first.loaded.skipped)
    return [first._replace(loaded=first.loaded._replace(skipped=skipped)), *others]


def with_groups_below(
    loaded: DeploymentGroup, files: FileGroup, profile: str, config: Config
) -> list[DeploymentGroup]:
    """A large group, and those of the sub-folders of its folder."""
    if files.folder is None or files.focus:
        return [loaded]
    searching = _Search(files.root, profile, config)
    below = searching.groups_below(files.folder, is_service=True)
    groups = _small_groups_aside([FolderGroup(files, loaded, files.folder), *below])
    first, *others = [group.loaded for group in groups]
    return [first._replace(skipped=(*searching.skipped, *first.skipped)), *others]


class _Search:
    """A search of folders, with links inside ``root``. ``skipped`` is what is not read, and why."""

    def __init__(self, root: Path, profile: str, config: Config) -> None:
        self._root = root
        self._profile = profile
        self._config = config
        self.skipped = list[Skipped]()

    def load(self, files: FileGroup, progress: Progress = SILENT) -> DeploymentGroup:
        """Read a group."""
        return load_group(files, self._profile, self._config.profile_folders, progress)

    def groups_of(self, files: FileGroup, progress: Progress = SILENT) -> list[FolderGroup]:
        """The groups of some files: one, or none where they hold no service.

        A file that repeats the workloads of others is a group of its own.
        """
        loaded, place = self.load(files, progress), _place(files)
        if files.folder is not None and not _holds_services(loaded):
            if not loaded.problems:
                no_image = (Skipped(one.files[0], NO_IMAGE) for one in loaded.services)
                self.skipped += (*loaded.skipped, *no_image)
                return []
            loaded = loaded._replace(services=())
        if not loaded.copies or files.configured is not None:
            return [FolderGroup(files, loaded, place)]
        copies = [file for file in files.files if files.file_name(file) in loaded.copies]
        rest = [file for file in files.files if file not in copies]
        places = [(place, rest), *((file, [file]) for file in copies)]
        parts = [(path, _part(files, paths)) for path, paths in places]
        return [FolderGroup(part, self.load(part), path) for path, part in parts]

    def groups_below(self, folder: Path, depth: int = 0, *, is_service: bool) -> list[FolderGroup]:
        """The groups in the sub-folders of a folder that holds a service itself, or does not."""
        below = dict[Path, list[FolderGroup]]()
        for path in sorted(path for path in folder.iterdir() if path.is_dir()):
            if reason := _reason(path, depth, is_service=is_service):
                name = f"{display_path(path)}/"
                self.skipped.append(Skipped(name, reason, unrendered=_is_templates(path)))
                continue
            groups = self.groups_of(files_in(path, self._config)._replace(root=self._root))
            inside = self.groups_below(path, depth + 1, is_service=bool(groups))
            below[path] = [*groups, *inside]
        return list(self._joined(folder, below))

    def _joined(
        self, folder: Path, below: Mapping[Path, Sequence[FolderGroup]]
    ) -> Iterator[FolderGroup]:
        """The groups of sub-folders: one for each pattern of paths with a service each."""
        patterns = _by_pattern(below)
        fleets = {pattern for pattern, groups in patterns.items() if _is_fleet(groups)}
        for pattern, groups in patterns.items():
            if pattern in fleets:
                below_each = ("*", *pattern[1:])
                names = (absolute(folder).name, *(below_each if len(fleets) > 1 else ()))
                joined = self._join(folder, "/".join(names), groups)
                yield joined._replace(below=below_each)
            else:
                yield from (_prefixed(group) for _, group in groups)

    def _join(self, folder: Path, name: str, groups: Sequence[Inside]) -> FolderGroup:
        """One group of all services in some sub-folders."""
        members = tuple(
            member._replace(folder_name=called)
            for (_, group), called in zip(groups, _folder_names(groups), strict=True)
            for member in group.files.members
        )
        skipped = tuple(skip for _, group in groups for skip in group.files.skipped)
        files = FileGroup(name, self._root, members, skipped=skipped, folder=folder)
        return FolderGroup(files, self.load(files), folder)


# --- which folders are of one group ---------------------------------------------------------------

Pattern = tuple[str, ...]
"""The shape of a group, and its path from a sub-folder: with * where the sub-folder's name is."""


def _by_pattern(below: Mapping[Path, Sequence[FolderGroup]]) -> dict[Pattern, list[Inside]]:
    """The groups of sub-folders by pattern; a service alone has that of most others.

    A group of several folders has a pattern of its own.
    """
    patterns = dict[Pattern, list[Inside]]()
    every = [(path, group) for path, groups in below.items() for group in groups]
    for path, group in every:
        patterns.setdefault(_pattern(path, group), []).append((path, group))
    for pattern, groups in list(patterns.items()):
        (path, group), *others = groups
        if not others and len(below[path]) == 1 and len(group.loaded.services) <= 1:
            larger = _larger_pattern(patterns, pattern, has_service=bool(group.loaded.services))
            if larger is not None:
                patterns[larger] += patterns.pop(pattern)
                patterns[larger].sort(key=itemgetter(0))
    return patterns


def _pattern(path: Path, group: FolderGroup) -> Pattern:
    if group.below:
        return ("joined", group.place.as_posix(), *group.below)
    parts = group.place.relative_to(path).parts
    return (group.loaded.shape, *("*" if part == path.name else part for part in parts))


def _larger_pattern(
    patterns: Mapping[Pattern, Sequence[Inside]], pattern: Pattern, *, has_service: bool
) -> Pattern | None:
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


def _is_fleet(groups: Sequence[Inside]) -> bool:
    """Whether most sub-folders hold one service each, and most names of services differ."""
    loaded = [group.loaded for _, group in groups]
    single = [group for group in loaded if len(group.services) == 1]
    more = [group for group in loaded if len(group.services) > 1]
    several = [service.name for group in more for service in group.services]
    if len(groups) < 2 or not single or len(several) > len(single):
        return False
    environments = [path.name for path, _ in groups if is_environment(path.name)]
    if 2 * len(environments) > len(groups):
        return False
    names = [*several, *_names(groups)]
    return 2 * len(set(names)) > len(names)


def _names(groups: Iterable[Inside]) -> Iterator[str]:
    """The names of the services that are alone in their folders."""
    for (_, group), called in zip(groups, _folder_names(groups), strict=True):
        if len(group.loaded.services) == 1:
            yield called or group.loaded.services[0].name


def _folder_names(groups: Iterable[Inside]) -> list[str]:
    """The names that folders give to the services in them; "" where files name them."""
    files = [_nameable_file(group.loaded) for _, group in groups]
    stems = Counter(file.stem for file in files if file is not None)
    return [
        path.name
        if file is not None and (file.stem in NAMELESS or stems[file.stem] >= _MANY)
        else ""
        for (path, _), file in zip(groups, files, strict=True)
    ]


def _nameable_file(group: DeploymentGroup) -> Path | None:
    """The file of the only service of a group, where the name of the service comes from it."""
    if len(group.services) != 1:
        return None
    (service,) = group.services
    file = service.files[0]
    return Path(file) if service.name == service_name(file) else None


# --- names, and what is left out ------------------------------------------------------------------


def _holds_services(group: DeploymentGroup) -> bool:
    """Whether a service has an image, or its file wraps it or is called as one."""
    return any(
        any(IMAGE in component.values for component in service.components)
        or service.notes
        or service.name != Path(service.files[0]).stem
        for service in group.services
    )


def _place(files: FileGroup) -> Path:
    """The folder of some files, by the first of them."""
    return files.folder or next((absolute(file).parent for file in files.files), files.root)


def _part(files: FileGroup, paths: Sequence[Path]) -> FileGroup:
    """A group of some files of another one; it is called after the file if that is the only one."""
    members = tuple(member for member in files.members if member.files[0] in paths)
    name = f"{files.name}/{members[0].files[0].stem}" if len(members) == 1 else files.name
    return files._replace(name=name, members=members)


def _prefixed(group: FolderGroup) -> FolderGroup:
    """A group in a sub-folder: its name has the folder above that."""
    name = group.loaded.name
    if "/" not in name:
        name = f"{absolute(group.place).parent.name}/{name}"
    return group._replace(loaded=group.loaded._replace(name=name))


def _focused(groups: Sequence[FolderGroup], focus: frozenset[str]) -> list[FolderGroup]:
    """The groups with a file in focus; all where no group has any."""
    limits = [focus.intersection(map(group.files.file_name, group.files.files)) for group in groups]
    if not any(limits):
        return list(groups)
    return [
        group._replace(loaded=group.loaded._replace(focus=limit))
        for group, limit in zip(groups, limits, strict=True)
        if limit
    ]


def _small_groups_aside(groups: Sequence[FolderGroup]) -> list[FolderGroup]:
    """Groups without an error in those that are too small for a majority, if another is not."""
    if all(len(group.loaded.services) < QUORUM for group in groups):
        return list(groups)
    return [
        group._replace(loaded=_aside(group.loaded))
        if 0 < len(group.loaded.services) < QUORUM
        else group
        for group in groups
    ]


def _aside(loaded: DeploymentGroup) -> DeploymentGroup:
    first, *others = loaded.services
    skip = Skipped(first.files[0], TOO_FEW if others else ONLY_SERVICE)
    return loaded._replace(is_aside=True, skipped=(*loaded.skipped, skip))


def _is_templates(folder: Path) -> bool:
    """Whether a folder holds the templates of a Helm chart."""
    return folder.name == _TEMPLATES and _is_chart(folder.parent)


def _is_chart(folder: Path) -> bool:
    return (folder / f"{CHART}.yaml").is_file()


def _reason(path: Path, depth: int, *, is_service: bool) -> str:
    """Why a folder is not searched, or "". ``is_service`` is whether the one above holds one."""
    if path.is_symlink():
        return "a link to a folder"
    if path.name.startswith("."):
        return "a dot folder"
    if _is_templates(path):
        command = f"helm template NAME {display_path(path.parent)} | deploylint check -"
        return f"templates of a chart; render it first: {command}"
    if is_service and path.name in _OF_A_CHART and _is_chart(path.parent):
        return _OF_A_CHART[path.name]
    return _SKIPPED.get(path.name, "" if depth < MAX_DEPTH else "too deep")
