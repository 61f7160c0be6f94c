"""The kustomizations in the folders of a search, and what they make of the groups in these.

They are read before any other file: a file that one lays over those of another folder is
no service, whatever the folders are called.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from deploylint.config.groups import CHART
from deploylint.documents.nodes import text_of
from deploylint.documents.paths import absolute, display_path, from_display_path
from deploylint.engine.discovery import KUSTOMIZATIONS, FileGroup, Skipped, is_kustomization
from deploylint.engine.folders.environments import (
    LoadGroup,
    with_kustomizations,
    with_overlays,
    without_skips,
)
from deploylint.engine.folders.patterns import FolderGroup
from deploylint.engine.folders.reasons import why_not_searched
from deploylint.engine.load import OVERLAID
from deploylint.engine.shared_files import SharedFiles
from deploylint.readers.detect import NO_VALUES
from deploylint.readers.wrapped.values import unreadable_at

if TYPE_CHECKING:
    from deploylint.engine.kustomize.kustomizations import KustomizationFile

_OVERLAYS = "overlays"


class FolderKustomizations:
    """Some kustomizations, ``files``; ``shared`` are what they are read from.

    ``charts`` are the folders of charts beside them.
    """

    def __init__(self, shared: SharedFiles) -> None:
        self._shared = shared
        self.files: list[KustomizationFile] = []
        self.charts = list[Path]()
        self._beside: dict[Path, list[KustomizationFile]] = {}
        self._overlaid = set[Path]()

    def find(self, top: Path) -> None:
        """Find those in a folder and below it, and the charts there."""
        for name, below, files in os.walk(top):
            folder = Path(name)
            depth = len(folder.parts) - len(top.parts)
            inside = (each for each in below if not why_not_searched(folder / each, depth, ()))
            below[:] = sorted(inside)
            if f"{CHART}.yaml" in files:
                self.charts.append(absolute(folder))
            if not set(files).isdisjoint(KUSTOMIZATIONS):
                self._read(folder)

    def _read(self, folder: Path) -> None:
        from deploylint.engine.kustomize.kustomizations import KustomizationFile, read_kustomization

        kustomization = read_kustomization(folder, self._shared.root, self._shared.read)
        if isinstance(kustomization, KustomizationFile):
            self.files.append(kustomization)
            self._beside.setdefault(kustomization.folder.parent, []).append(kustomization)
            over = (file for file in kustomization.overlaid if file.parent != absolute(folder))
            self._overlaid.update(over)

    def overlaying(self, folder: Path) -> frozenset[Path]:
        """The sub-folders of ``overlays/`` with kustomizations, if one lies over others."""
        own = self._beside.get(absolute(folder), ()) if folder.name == _OVERLAYS else ()
        return frozenset(each.folder for each in own if any(other.bases for other in own))

    def without_overlaid(self, files: FileGroup) -> FileGroup:
        """The files of a folder without those that a kustomization lays over others."""
        overlaid = [file for file in files.files if absolute(file) in self._overlaid]
        if not overlaid:
            return files
        members = (member for member in files.members if member.files[0] not in overlaid)
        skipped = (Skipped(display_path(file), OVERLAID) for file in overlaid)
        return files._replace(members=tuple(members), skipped=(*files.skipped, *skipped))

    def with_changes(
        self, groups: Sequence[FolderGroup], skipped: Iterable[Skipped], load: LoadGroup
    ) -> list[FolderGroup]:
        """Groups with the overlays of their files as environments, and with what changes all.

        Files that were ``skipped`` as objects without a service may be what an overlay adds.
        """
        from deploylint.engine.kustomize.flux import of_several_clusters
        from deploylint.engine.kustomize.kustomizations import changes_from_above, overlays

        clusters = of_several_clusters(self._shared.documents, self._shared.root)
        aside = [skip for group in groups for skip in _objects_aside(group)]
        unread = (skip.file for skip in (*skipped, *aside) if skip.reason == NO_VALUES)
        objects = set(map(from_display_path, unread))
        services = {absolute(file) for group in groups for file in group.files.files} - objects
        laid = with_overlays(groups, overlays([*self.files, *clusters], services, objects))
        changes = changes_from_above(self.files, objects)
        laid = [
            _read_again(group, with_kustomizations(group.files, changes), load) for group in laid
        ]
        laid = list(_without_added(laid))
        names = {display_path(file) for group in laid for file in group.files.every_file}
        return list(self._with_lost([without_skips(group, names) for group in laid], names))

    def _with_lost(
        self, groups: Iterable[FolderGroup], known: Container[str]
    ) -> Iterator[FolderGroup]:
        """Groups with the overlays beside theirs that lie over nothing, as problems.

        What one would deploy, and so its environment, is missing where no base of it is there.
        """
        from deploylint.engine.kustomize.kustomized import key_faults, kustomization_faults

        lost = [each for each in self.files if not (each.files or each.bases)]
        lost = [each for each in lost if _lacks_bases(each) or any(key_faults(each))]
        lost = [each for each in lost if display_path(each.file) not in known]
        for group in groups:
            own_files = filter(is_kustomization, group.files.every_file)
            beside = {absolute(file).parent.parent for file in own_files}
            own = [each for each in lost if each.folder.parent in beside]
            lost = [each for each in lost if each not in own]
            faults = (fault for each in own for fault in kustomization_faults(each))
            problems = (unreadable_at(fault.node, fault.message).problem for fault in faults)
            loaded = group.loaded
            yield group._replace(loaded=loaded._replace(problems=(*loaded.problems, *problems)))


def _objects_aside(group: FolderGroup) -> Sequence[Skipped]:
    """What is skipped of a group without a service: its objects are about one of another folder."""
    return () if group.loaded.services else group.loaded.skipped


def _without_added(groups: Sequence[FolderGroup]) -> Iterator[FolderGroup]:
    """Groups without those with objects that are all added to the services of others.

    So is a Rollout of a component that runs the pods of a Deployment in the base.
    """
    added = {
        display_path(file)
        for group in groups
        if group.loaded.services
        for file in group.files.every_file
    }
    for group in groups:
        problems = [each for each in group.loaded.problems if each.file not in added]
        if group.loaded.services:
            yield group
        elif problems or not group.loaded.problems:
            yield group._replace(loaded=group.loaded._replace(problems=tuple(problems)))


def _lacks_bases(kustomization: KustomizationFile) -> bool:
    """Whether a kustomization names a folder that is not there."""
    names = (PurePath(text_of(node)) for node in kustomization.missing)
    return any(not name.suffix for name in names)


def _read_again(group: FolderGroup, files: FileGroup, load: LoadGroup) -> FolderGroup:
    """A group of other files, under its name."""
    if files == group.files:
        return group
    return group._replace(files=files, loaded=load(files)._replace(name=group.loaded.name))
