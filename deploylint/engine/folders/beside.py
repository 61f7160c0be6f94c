"""Folders that are named beside one another: they are searched as the folder above them is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from deploylint.documents.paths import absolute
from deploylint.engine.discovery import FileGroup

_MOST_FILES = 20
"""How many files a folder of one service may have; one with more is a group of services."""


def beside_one_another(groups: Iterable[FileGroup]) -> list[FileGroup]:
    """Groups of files, with those of folders in one folder as one search of that.

    So services with a folder each are compared, as they are where the folder above is named. Only
    what all of them are called alike shows that each folder is a service.
    """
    by_parent = defaultdict[Path, list[FileGroup]](list)
    searches = list[FileGroup]()
    for group in groups:
        is_small = len(group.members) <= _MOST_FILES and not group.focus
        if group.folder is not None and group.configured is None and is_small:
            by_parent[absolute(group.folder).parent].append(group)
        else:
            searches.append(group)
    for parent, beside in by_parent.items():
        named = {absolute(group.folder): group.folder for group in beside if group.folder}
        folders = tuple(named.values())
        alike = frozenset.intersection(*map(_names, folders)) if len(folders) > 1 else ()
        above = FileGroup(parent.name, beside[0].root, (), folder=parent, within=folders)
        searches += [above] if alike else beside
    return searches


def _names(folder: Path) -> frozenset[str]:
    """What a folder holds, by name."""
    return frozenset(path.name for path in folder.iterdir())
