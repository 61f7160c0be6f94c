"""Finds the groups in a folder and below it, and what is not searched, and why.

The files of one folder are a group. Folders with paths that differ in one name, as in
``services/*/helm``, are one group if most hold one service each, and that name is the service.
Others often hold variants of the same services, and each is a group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from deploylint.compare.votes import QUORUM
from deploylint.config.groups import INSIDE, VALUES, is_chart
from deploylint.config.load import Config
from deploylint.documents.paths import absolute, display_path, repository
from deploylint.documents.reader import Document
from deploylint.engine.charts.layers import layers_inside
from deploylint.engine.charts.parents import ParentCharts
from deploylint.engine.discovery import (
    FileGroup,
    Skipped,
    files_in,
    outside_groups,
)
from deploylint.engine.folders.deployers import with_deployers
from deploylint.engine.folders.environments import (
    environment_folders,
    in_environments,
    values_of_environments,
    with_layers,
    without_variants,
)
from deploylint.engine.folders.file_environments import in_file_environments
from deploylint.engine.folders.found_values import (
    NO_DEPLOYMENT,
    NO_KEYS,
    image_repositories,
    sets_a_deployment,
    without_other_problems,
    without_others,
)
from deploylint.engine.folders.kustomizations import FolderKustomizations
from deploylint.engine.folders.names import (
    pattern_within_any,
    service_names,
    with_folder_above,
    with_own_names,
)
from deploylint.engine.folders.objects import FolderObjects
from deploylint.engine.folders.patterns import (
    FolderGroup,
    FolderPattern,
    Inside,
    folder_names,
    groups_by_pattern,
    is_fleet,
    without_copies,
)
from deploylint.engine.folders.reasons import check_focus, is_templates, why_not_searched
from deploylint.engine.folders.seen_files import SeenFiles
from deploylint.engine.load import DeploymentGroup, load_group
from deploylint.engine.load_manifests import VALUES_BESIDE_MANIFESTS
from deploylint.engine.shared_files import SharedFiles
from deploylint.engine.unread_files import A_TEMPLATE
from deploylint.model.errors import OutsideGroups
from deploylint.model.progress import SILENT, Progress
from deploylint.readers.detect import NO_VALUES

ONLY_SERVICE = "the only service of its folder; nothing to compare it with"
TOO_FEW = f"fewer than {QUORUM} services in its group, and no reference; not compared"


def load_groups(
    files: FileGroup,
    profile: str,
    config: Config,
    progress: Progress = SILENT,
    shared: SharedFiles | None = None,
) -> list[DeploymentGroup]:
    """The groups of some files: one, or all those of a folder and the folders below it.

    A group is one in each environment of its services. ``shared`` are the files, if other groups
    are read from them too.
    """
    shared = shared or SharedFiles(files.root)
    searching = _Search(shared, profile, config)
    groups = searching.groups(files, progress)
    within = [part for group in groups for part in in_environments(group, searching.load)]
    loaded = [group.loaded for group in _small_groups_aside(within)]
    loaded = with_deployers(loaded, shared.documents) if files.folder is not None else loaded
    return loaded if files.focus else searching.seen.all_named(loaded)


def search(
    files: FileGroup, profile: str, config: Config, progress: Progress = SILENT
) -> list[FolderGroup]:
    """The groups that ``load_groups`` returns, with where they are, before their environments.

    What belongs to none of them is skipped by the first.
    """
    return _small_groups_aside(
        _Search(SharedFiles(files.root), profile, config).groups(files, progress)
    )


def with_groups_below(
    loaded: DeploymentGroup, files: FileGroup, profile: str, config: Config
) -> list[DeploymentGroup]:
    """A large group and those below its folder; none where kustomizations there may change it."""
    if files.folder is None or files.focus:
        return [loaded]
    searching = _Search(SharedFiles(files.root), profile, config)
    whole = FolderGroup(files, loaded, files.folder)
    searching.kustomizations.find(files.folder)
    if searching.kustomizations.files:
        return []
    below = searching.groups_below(files.folder, service_names([whole]))
    below = [part for group in below for part in in_environments(group, searching.load)]
    groups = _small_groups_aside([whole, *below])
    first, *others = [group.loaded for group in groups]
    first = first._replace(skipped=(*searching.skipped, *first.skipped))
    return searching.seen.all_named([first, *others])


class _Search:
    """A search of folders, with links inside the root of ``shared``.

    ``skipped`` is what is not read, and why; ``seen`` are all files.
    """

    def __init__(self, shared: SharedFiles, profile: str, config: Config) -> None:
        self._shared = shared
        self._root = shared.root
        self._profile = profile
        self._config = config
        self.kustomizations = FolderKustomizations(shared)
        self.parents = ParentCharts(shared, self.kustomizations.charts)
        self._with_excluded = {path.parent for path in config.exclude if path.stem == VALUES}
        self._layers = dict[Path, Mapping[str, Path]]()
        self._of_layers = set[Path]()
        self.seen = SeenFiles()
        self.skipped = list[Skipped]()
        self.objects = FolderObjects(self.skipped)

    def groups(self, files: FileGroup, progress: Progress) -> list[FolderGroup]:
        """The groups of some files, before their environments; the first has what is skipped."""
        folder = files.folder and absolute(files.folder)
        if files.folder is not None and files.focus:
            check_focus(files.folder, files.focus)
        if files.folder is not None:
            self.seen.add(files)
            for path in files.within or (files.folder,):
                self.kustomizations.find(path)
            files = self._with_layers_inside(self._without_layers(files))
        is_root = folder is not None and folder in repository(folder)
        groups = self.groups_of(files, progress, is_found=is_root)
        if files.folder is not None:
            inside = self.groups_below(files.folder, service_names(groups), only=files.within)
            own = groups if inside else self.objects.inside(files.folder, groups, self.load)
            groups = [*own, *inside]
        groups = self.parents.over(groups, self.load)
        if self.kustomizations.files:
            groups = self.kustomizations.with_changes(groups, self.skipped, self.load)
            names = {display_path(file) for group in groups for file in group.files.every_file}
            self.skipped[:] = [skip for skip in self.skipped if skip.file not in names]
        if len(groups) > 1:
            from deploylint.engine.charts.defaults import without_chart_defaults

            groups, defaults = without_chart_defaults(groups, self.seen.names, self._root)
            self.skipped += defaults
        groups = with_own_names(_focused(groups, files.focus))
        if not groups:
            loaded = self.load(files)
            groups = [FolderGroup(files, loaded._replace(skipped=()), _place(files))]
        first, *others = groups
        skipped = (*self.skipped, *first.loaded.skipped)
        return [first._replace(loaded=first.loaded._replace(skipped=skipped)), *others]

    def load(self, files: FileGroup, progress: Progress = SILENT) -> DeploymentGroup:
        """Read a group."""
        folders = self._config.profile_folders
        loaded = load_group(files, self._profile, folders, progress, self._shared)
        self.seen.keep(loaded.skipped)
        return loaded

    def _without_layers(self, files: FileGroup) -> FileGroup:
        """The files of a folder without values of environments that lie over those of a chart.

        They do if the chart is the only one in its sub-folders, and none has another image.
        """
        layers = values_of_environments(files)
        if files.folder is None or not layers:
            return files
        charts = [path for path in files.folder.iterdir() if is_chart(path)]
        values = self._shared.read(charts[0] / f"{VALUES}.yaml") if len(charts) == 1 else None
        if not isinstance(values, Document) or not self._shared.charts.is_of_services(values):
            return files
        if len(image_repositories((values, *map(self._shared.read, layers.values())))) > 1:
            return files
        self._layers[charts[0]] = layers
        kept = (member for member in files.members if member.files[0] not in layers.values())
        return files._replace(members=tuple(kept))

    def _with_layers_inside(self, files: FileGroup) -> FileGroup:
        """The files of a chart with the values of environments in a sub-folder over its own."""
        for path, layers in layers_inside(files, self._config, self._shared):
            self._of_layers.add(path)
            files = with_layers(files, layers)
        return files

    def groups_of(
        self, files: FileGroup, progress: Progress = SILENT, *, is_found: bool = False
    ) -> list[FolderGroup]:
        """The groups of some files: one, or none where they hold no service.

        A file that repeats the workloads of others is a group of its own. ``is_found`` is whether
        no command names the folder: some of its files may be of another kind.
        """
        if self.parents.takes(files, self.seen):
            return []
        loaded, place = self.load(files, progress), _place(files)
        if files.folder is not None:
            files, loaded = in_file_environments(files, loaded, self.load, is_found=is_found)
        if is_found:
            loaded = without_others(without_other_problems(loaded, self._shared))
            self.seen.keep(loaded.skipped)
            reasons = (NO_DEPLOYMENT, A_TEMPLATE, NO_KEYS)
            left_out = {skip.file for skip in loaded.skipped if skip.reason in reasons}
            members = (m for m in files.members if files.file_name(m.files[0]) not in left_out)
            files = files._replace(members=tuple(members))
        if not (loaded.services or loaded.problems) and files.folder is not None:
            self.skipped += loaded.skipped
            self.seen.keep_layers(files)
            if any(skip.reason == NO_VALUES for skip in loaded.skipped):
                self.objects.keep(files.folder, files)
            return []
        files, loaded, others = self._without_values(files, loaded)
        if not loaded.copies or files.configured is not None:
            return [FolderGroup(files, loaded, place), *others]
        copies = [file for file in files.files if files.file_name(file) in loaded.copies]
        rest = [file for file in files.files if file not in copies]
        places = [(place, rest), *((file, [file]) for file in copies)]
        parts = [(path, _part(files, paths)) for path, paths in places]
        return [*(FolderGroup(part, self.load(part), path) for path, part in parts), *others]

    def _without_values(
        self, files: FileGroup, loaded: DeploymentGroup
    ) -> tuple[FileGroup, DeploymentGroup, list[FolderGroup]]:
        """The manifests of a folder, and the group of the values beside them, if they are any."""
        reason = VALUES_BESIDE_MANIFESTS
        names = {skip.file for skip in loaded.skipped if skip.reason == reason}
        if files.folder is None or not names:
            return files, loaded, []
        is_values = [files.file_name(member.files[0]) in names for member in files.members]
        values, rest = (
            tuple(m for m, each in zip(files.members, is_values, strict=True) if each is wanted)
            for wanted in (True, False)
        )
        part, before = files._replace(members=values, skipped=()), list(self.skipped)
        others = self.groups_of(part, is_found=True)
        services = (service for group in others for service in group.loaded.services)
        if not any(map(sets_a_deployment, services)):
            self.skipped[:] = before
            return files, loaded, []
        skipped = tuple(skip for skip in loaded.skipped if skip.reason != reason)
        return files._replace(members=rest), loaded._replace(skipped=skipped), others

    def groups_below(
        self,
        folder: Path,
        services: frozenset[str],
        depth: int = 0,
        only: Sequence[Path] = (),
    ) -> list[FolderGroup]:
        """The groups in the sub-folders of a folder with some services of its own, or in some."""
        below = dict[Path, list[FolderGroup]]()
        for path in sorted(only or (path for path in folder.iterdir() if path.is_dir())):
            if path in self._of_layers:
                continue
            is_of_parent = path.name == INSIDE and self._shared.charts.is_parent(absolute(folder))
            if reason := why_not_searched(path, depth, () if is_of_parent else services):
                name = f"{display_path(path)}/"
                self.skipped.append(Skipped(name, reason, unrendered=is_templates(path)))
                continue
            files = with_layers(files_in(path, self._config), self._layers.get(path, {}))
            self.seen.add(files)
            files = self._with_layers_inside(self._without_layers(files))
            files = self.kustomizations.without_overlaid(files)._replace(root=self._root)
            groups = self.groups_of(files, is_found=True)
            named = services if path.name == INSIDE and not groups else service_names(groups)
            named |= {path.name} if path in self._with_excluded else set()
            inside = self.groups_below(path, named, depth + 1)
            own = groups if inside else self.objects.inside(path, groups, self.load)
            below[path] = [*own, *inside]
        within = environment_folders(folder, below, self.kustomizations.overlaying(folder))
        parts = [group for groups in within.values() for group in groups]
        if len(parts) == 1:
            alone = self.objects.beside(folder, parts[0], self.load, is_named=bool(services))
            return alone or list(self._joined(folder, within))
        return self.objects.inside(folder, list(self._joined(folder, within)), self.load)

    def _joined(
        self, folder: Path, below: Mapping[Path, Sequence[FolderGroup]]
    ) -> Iterator[FolderGroup]:
        """The groups of sub-folders: one for each pattern of paths with a service each."""
        patterns, copies = dict[FolderPattern, list[Inside]](), list[Inside]()
        for pattern, groups in groups_by_pattern(below).items():
            patterns[pattern], others = without_copies(groups)
            copies += others
        yield from (with_folder_above(group) for _, group in copies)
        within_any = {
            p: pattern_within_any(groups[0][1], p) for p, groups in patterns.items() if groups
        }
        of_services = {pattern for pattern in within_any if is_fleet(patterns[pattern])}
        several = len({within_any[fleet] for fleet in of_services}) > 1
        ways = {way for fleet, way in within_any.items() if fleet in of_services and fleet != way}
        # what is a fleet in one environment is one in each
        fleets = of_services | {
            p for p, way in within_any.items() if way in ways and len(patterns[p]) > 1
        }
        for pattern, groups in patterns.items():
            if pattern in fleets:
                below_each = ("*", *pattern[1:])
                varying = pattern_within_any(groups[0][1], below_each) if several else ()
                names = (absolute(folder).name, *varying)
                joined = self._join(folder, "/".join(names), groups)
                parts = tuple(group for _, group in groups) if len(groups) < QUORUM else ()
                yield joined._replace(below=below_each, parts=parts)
            else:
                yield from (with_folder_above(group) for _, group in groups)

    def _join(self, folder: Path, name: str, groups: Sequence[Inside]) -> FolderGroup:
        """One group of all services in some sub-folders."""
        members = tuple(
            member._replace(folder_name=called or member.folder_name)
            for (_, group), called in zip(groups, folder_names(groups), strict=True)
            for member in group.files.members
        )
        members, others = without_variants(members)
        skipped = tuple(skip for _, group in groups for skip in group.files.skipped) + others
        environment = groups[0][1].files.environment
        files = FileGroup(
            name, self._root, members, skipped=skipped, folder=folder, environment=environment
        )
        return FolderGroup(files, self.load(files), folder)


# --- names, and what is left out ------------------------------------------------------------------


def _place(files: FileGroup) -> Path:
    """The folder of some files, by the first of them."""
    return files.folder or next((absolute(file).parent for file in files.files), files.root)


def _part(files: FileGroup, paths: Sequence[Path]) -> FileGroup:
    """A group of some files of another one; it is called after the file if that is the only one."""
    members = tuple(member for member in files.members if member.files[0] in paths)
    name = f"{files.name}/{members[0].files[0].stem}" if len(members) == 1 else files.name
    return files._replace(name=name, members=members)


def _focused(groups: Sequence[FolderGroup], focus: frozenset[str]) -> list[FolderGroup]:
    """The groups with a file in focus. Raises OutsideGroups where no group has any."""
    if not focus:
        return list(groups)
    limits = [
        focus.intersection(map(group.files.file_name, group.files.every_file)) for group in groups
    ]
    if not any(limits):
        raise OutsideGroups(outside_groups(focus))
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
