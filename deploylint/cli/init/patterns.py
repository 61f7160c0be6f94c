"""Globs for the files of a group, so that a service that is added later is in it at once."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path

from deploylint.config.groups import INSIDE
from deploylint.documents.paths import from_display_path
from deploylint.model.service import Service
from deploylint.readers.service import FILE_PREFIXES

Parts = tuple[str, ...]
"""The parts of a path, as globs."""


def file_patterns(files: Iterable[Path], place: Path | None, root: Path) -> Iterator[list[str]]:
    """Globs from ``root`` on that match some files, the widest first, then their names.

    ``place`` is the folder in which they differ, if any. Some globs may match files of others too.
    """
    files = sorted(files)
    if place is not None:
        inside = [file for file in files if file.is_relative_to(place)]
        above_all = [_escaped(file, root) for file in files if not file.is_relative_to(place)]
        below = [file.relative_to(place) for file in inside]
        often = Counter(file.name for file in below)
        above = tuple(map(glob.escape, place.relative_to(root).parts))
        for kept in (set[str](), {name for name, count in often.items() if count > 1}):
            patterns = ("/".join((*above, *parts)) for parts in _patterns(below, kept))
            yield [*patterns, *above_all]
    yield [_escaped(file, root) for file in files]


def own_files(service: Service) -> list[Path]:
    """The files of a service without those of the chart around its own: these go with it."""
    first, *others = map(from_display_path, service.files)
    return [first, *(file for file in others if file.parent / INSIDE != first.parent.parent)]


def _escaped(file: Path, root: Path) -> str:
    return glob.escape(file.relative_to(root).as_posix())


def _patterns(files: Sequence[Path], kept: Set[str]) -> Iterator[Parts]:
    """Globs of all files: one for those that differ in the first folder, or else in several.

    ``kept`` are names of files that stay as they are.
    """
    by_first = dict[Parts, list[Path]]()
    for file in files:
        names = (file.name if file.name in kept else file.suffix,)
        folders = ("*", *file.parts[1:-1]) if len(file.parts) > 1 else ()
        by_first.setdefault((*folders, *names), []).append(file)
    others = dict[Parts, list[Path]]()
    for pattern, matched in by_first.items():
        is_one = len(matched) > 1 or len(pattern) == 1
        key = pattern if is_one else (*("*" for _ in pattern[1:]), pattern[-1])
        others.setdefault(key, []).extend(matched)
    for matched in others.values():
        columns = zip(*(file.parts[:-1] for file in matched), strict=True)
        folders = tuple(glob.escape(one[0]) if len(set(one)) == 1 else "*" for one in columns)
        yield (*folders, _name([file.name for file in matched], kept))


def _name(names: Sequence[str], kept: Set[str]) -> str:
    """The glob of some names of files; one alone stays."""
    if len(names) == 1 or names[0] in kept:
        return glob.escape(names[0])
    starts = (one for one in FILE_PREFIXES if all(name.startswith(one) for name in names))
    return f"{next(starts, '')}*{Path(names[0]).suffix}"
