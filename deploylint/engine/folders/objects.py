"""Folders with objects and no workload: they are read with the only group beside or above them.

So are ``k8s/ingress/`` beside ``k8s/api/`` and ``k8s/web/``, and ``services/`` beside
``workloads/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from deploylint.documents.paths import absolute
from deploylint.engine.discovery import FileGroup, Skipped
from deploylint.engine.folders.environments import LoadGroup
from deploylint.engine.folders.patterns import FolderGroup


class FolderObjects:
    """The folders of objects of a search; ``skipped`` is what that does not read."""

    def __init__(self, skipped: list[Skipped]) -> None:
        self._skipped = skipped
        self._files = dict[Path, FileGroup]()

    def keep(self, folder: Path, files: FileGroup) -> None:
        """Keep the files of a folder that hold no workload."""
        self._files[folder] = files

    def beside(
        self, folder: Path, group: FolderGroup, load: LoadGroup, *, is_named: bool
    ) -> list[FolderGroup]:
        """The only group in sub-folders, which is in one of them, with the objects in others.

        It is called after their folder, unless one ``is_named`` so; there is none without objects.
        """
        inside = self._below(folder)
        if not inside or not _takes_more([group]):
            return []
        place = group.place if is_named else folder
        files = group.files._replace(name=absolute(place).name, folder=place)
        group = FolderGroup(files, group.loaded, place, workloads=group.place)
        return [self._with_more(group, inside, load)]

    def inside(self, folder: Path, groups: list[FolderGroup], load: LoadGroup) -> list[FolderGroup]:
        """The groups in a folder; the only one with the objects in its sub-folders."""
        inside = self._below(folder)
        if not inside or not _takes_more(groups):
            return groups
        return [self._with_more(groups[0], inside, load)]

    def _below(self, folder: Path) -> list[Path]:
        return sorted(path for path in self._files if path.parent == folder)

    def _with_more(
        self, group: FolderGroup, folders: Iterable[Path], load: LoadGroup
    ) -> FolderGroup:
        objects = [self._files.pop(path) for path in folders]
        parts = [group.files, *objects]
        members = tuple(member for part in parts for member in part.members)
        names = {part.file_name(file) for part in objects for file in part.files}
        self._skipped[:] = [skip for skip in self._skipped if skip.file not in names]
        skipped = tuple(skip for part in parts for skip in part.skipped)
        files = group.files._replace(members=members, skipped=skipped)
        return group._replace(files=files, loaded=load(files))


def _takes_more(groups: Sequence[FolderGroup]) -> bool:
    """Whether groups are one of manifests."""
    return len(groups) == 1 and groups[0].loaded.shape == "manifests"
