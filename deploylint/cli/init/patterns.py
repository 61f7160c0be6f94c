"""Globs for the files of a group, so that a service that is added later is in it at once."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploylint.documents.paths import from_display_path
from deploylint.engine.folder_patterns import FolderGroup
from deploylint.engine.load_manifests import VALUES_BESIDE_MANIFESTS


def group_patterns(group: FolderGroup, every: Sequence[FolderGroup], root: Path) -> Iterator[str]:
    """Globs below ``root`` that match two files of a group's services or more, and of no other.

    The name of a file that several services have stays, as ``values.yaml``.
    """
    if group.files.folder is None or not group.place.is_dir():
        return
    own, others = _files(group), set[Path]()
    for other in every:
        others |= _files(other) if other is not group else _values(other)
    often = Counter(
        name
        for service in group.loaded.services
        for name in {Path(file).name for file in service.files}
    )
    below = (file.relative_to(group.place) for file in own)
    patterns = Counter(_pattern(file, is_fixed=often[file.name] > 1) for file in below)
    for pattern in sorted(pattern for pattern, count in patterns.items() if count > 1):
        if set(group.place.glob(pattern)).isdisjoint(others - own):
            yield "/".join((*map(glob.escape, group.place.relative_to(root).parts), pattern))


def _files(group: FolderGroup) -> set[Path]:
    """The files of the services of a group."""
    services = group.loaded.services
    return {from_display_path(file) for service in services for file in service.files}


def _values(group: FolderGroup) -> set[Path]:
    """The files that are no services of a group only because of others beside them."""
    skipped = group.loaded.skipped
    return {from_display_path(s.file) for s in skipped if s.reason == VALUES_BESIDE_MANIFESTS}


def _pattern(file: Path, *, is_fixed: bool) -> str:
    *folders, name = file.parts
    below = ("*" if part == folders[0] else glob.escape(part) for part in folders)
    return "/".join((*below, glob.escape(name) if is_fixed else f"*{file.suffix}"))
