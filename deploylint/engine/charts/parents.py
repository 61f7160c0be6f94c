"""The charts of a search that consist of others: their values lie over the own ones of these.

Helm passes a chart what the one around it has below its name
(https://helm.sh/docs/chart_template_guide/subcharts_and_globals/). The services are the charts
inside, in each environment that the one around them has values of. A chart that several others
wrap, each of them it alone, is no service: each of these is one.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, reduce
from pathlib import Path
from typing import TYPE_CHECKING

from deploylint.config.groups import VALUES, ServiceFiles, is_chart, with_files_around
from deploylint.documents.paths import absolute
from deploylint.documents.reader import Document
from deploylint.engine.charts.groups import NO_PODS
from deploylint.engine.discovery import NOT_DEPLOYMENTS, FileGroup, Skipped
from deploylint.engine.folders.environments import LoadGroup
from deploylint.engine.folders.patterns import FolderGroup
from deploylint.engine.folders.seen_files import SeenFiles
from deploylint.engine.shared_files import SharedFiles

if TYPE_CHECKING:
    from deploylint.engine.charts.dependencies import OwnChart

    Parent = tuple[ServiceFiles, OwnChart]
    """The values of a chart, and one that it consists of."""

_SEVERAL = 2
"""A chart that so many others wrap is no service."""

Wrappers = Mapping[Path, Sequence[ServiceFiles]]
"""The values of charts that consist of one alone, by the folder of that one."""


class ParentCharts:
    """Some charts that consist of others; ``shared`` are what they are read from.

    ``folders`` are those of all charts.
    """

    def __init__(self, shared: SharedFiles, folders: Sequence[Path]) -> None:
        self._shared = shared
        self._folders = folders
        self._parents: dict[Path, FileGroup] = {}

    def takes(self, files: FileGroup, seen: SeenFiles) -> bool:
        """Whether the files of a folder are values of charts inside and of no service themselves.

        They are kept, to be laid over the values of these; ``seen`` has why others are not.
        """
        folder = _place(files)
        if files.folder is None or not is_chart(folder):  # as it is with most
            return False
        charts = self._shared.charts
        if not charts.own(folder):
            return False
        from deploylint.readers.helm.umbrella import read_values  # few charts hold others

        read = (self._shared.read(file) for file in files.every_file if file.stem == VALUES)
        documents = [each for each in read if isinstance(each, Document)]
        is_service = any(one.origin for each in documents for one in read_values(each).values)
        has_services = is_service or any(map(charts.inside, documents))
        is_often = self._often[charts.wrapped(folder)] >= _SEVERAL
        if is_service and not is_often:
            return False
        self._parents.setdefault(folder, files)
        if (has_services and not is_often) or not charts.is_parent(folder):
            return False
        kinds = {file: NOT_DEPLOYMENTS.get(file.stem, NO_PODS) for file in files.files}
        seen.keep(Skipped(files.file_name(file), kind) for file, kind in kinds.items())
        seen.keep_layers(files)
        return True

    @cached_property
    def _often(self) -> Counter[Path | None]:
        """How many charts wrap each one."""
        often = Counter(map(self._shared.charts.wrapped, self._folders))
        often[None] = 0
        return often

    def over(self, groups: Sequence[FolderGroup], load: LoadGroup) -> list[FolderGroup]:
        """Groups of charts inside with the values of those around them."""
        if not self._parents:
            return list(groups)
        wrappers, parents = self._wrappers(groups), self._by_chart()
        kept = [group for group in groups if not wrappers.keys() >= _folders(group)]
        known = {folder for group in kept for folder in _folders(group)}
        kept += (
            _group_of(folder, wrapping, self._shared, load)
            for folder, wrapping in wrappers.items()
            if folder not in known
        )
        return [self._laid(group, parents, wrappers, load) for group in kept]

    def _wrappers(self, groups: Iterable[FolderGroup]) -> Wrappers:
        """The charts around each one that several wrap, or that none of some groups has."""
        wrapped = dict[Path, list[ServiceFiles]]()
        for folder, files in self._parents.items():
            if (inside := self._shared.charts.wrapped(folder)) is not None:
                own = (m for m in files.members if m.files[0].stem.startswith(VALUES))
                each = wrapped.setdefault(inside, [])
                each += (member._replace(folder_name=folder.name) for member in own)
        known = {folder for group in groups for folder in _folders(group)}
        return {
            folder: wrapping
            for folder, wrapping in wrapped.items()
            if len(wrapping) >= _SEVERAL or (wrapping and folder not in known)
        }

    def _by_chart(self) -> Mapping[Path, Sequence[Parent]]:
        """The charts around each chart, the nearest first; none where two consist of it."""
        parents: dict[Path, list[Parent]] = {}
        for folder, files in self._parents.items():
            own = self._shared.charts.own(folder)
            values = [m for m in files.members if m.files[0].stem.startswith(VALUES)]
            for member in (each for each in values if self._sets(each, own.values())):
                for chart in own.values():
                    parents.setdefault(chart.folder, []).append((member, chart))
        return {
            folder: sorted(each, key=lambda parent: len(parent[1].keys))
            for folder, each in parents.items()
            if len({chart.keys for _, chart in each}) == len(each)
        }

    def _sets(self, member: ServiceFiles, inside: Iterable[OwnChart]) -> bool:
        """Whether values have some for a chart inside; so may those that cannot be read."""
        from deploylint.readers.helm.umbrella_layers import values_below  # few charts hold others

        read = list(map(self._shared.read, member.every_file))
        return not all(isinstance(each, Document) for each in read) or any(
            values_below(each, chart.keys) is not None
            for chart in inside
            for each in read
            if isinstance(each, Document)
        )

    def _laid(
        self,
        group: FolderGroup,
        parents: Mapping[Path, Sequence[Parent]],
        wrappers: Wrappers,
        load: LoadGroup,
    ) -> FolderGroup:
        """A group with the files of charts around those of its services."""
        members = list[ServiceFiles]()
        for member in group.files.members:
            folder = absolute(member.files[0]).parent
            is_own = member.files[0].stem == VALUES
            wrapped = wrappers.get(folder, ()) if is_own else ()
            for each in wrapped:
                above = absolute(each.files[0]).parent
                own = with_files_around(member, each)._replace(folder_name=each.folder_name)
                members.append(reduce(self._within, parents.get(above, ()), own))
            if not wrapped:
                around = parents.get(folder, ()) if is_own else ()
                members.append(reduce(self._within, around, member))
        if tuple(members) == group.files.members:
            return group
        files = group.files._replace(members=tuple(members))
        return group._replace(files=files, loaded=load(files)._replace(name=group.loaded.name))

    def _within(self, member: ServiceFiles, parent: Parent) -> ServiceFiles:
        """The files of a service with those of a chart around it, where that installs it at all."""
        around, chart = parent
        member = with_files_around(member, around)
        on = {n: files for n, files in member.environments.items() if self._is_on(files, chart)}
        return member._replace(environments=on or member.environments)

    def _is_on(self, files: Sequence[Path], chart: OwnChart) -> bool:
        """Whether no values switch a chart off."""
        from deploylint.engine.charts.dependencies import switches_off  # few charts hold others

        documents = (self._shared.read(file) for file in reversed(files))
        roots = [root for each in documents if isinstance(each, Document) for root in each.roots]
        return not switches_off(chart.conditions, roots)


def _folders(group: FolderGroup) -> set[Path]:
    """The folders of the services of a group."""
    return {absolute(member.files[0]).parent for member in group.files.members}


def _group_of(
    folder: Path, wrapping: Sequence[ServiceFiles], shared: SharedFiles, load: LoadGroup
) -> FolderGroup:
    """The group of a chart that others wrap, where these are."""
    around = [str(absolute(each.files[0]).parent.parent) for each in wrapping]
    place = Path(os.path.commonpath(around))
    own = ServiceFiles((folder / f"{VALUES}.yaml",))
    files = FileGroup(place.name, shared.root, (own,), folder=place)
    return FolderGroup(files, load(files), place)


def _place(files: FileGroup) -> Path:
    return absolute(files.folder or files.root)
