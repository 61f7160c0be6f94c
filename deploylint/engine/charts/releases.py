"""The releases of helmfiles that take their values from files in other folders.

Such a file may set little, and nothing in it says that it is of a service
(https://helmfile.readthedocs.io/en/latest/#configuration).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from deploylint.config.environment_names import is_environment, layer_name
from deploylint.documents.nodes import Node, Problem, child, items_of, text_of
from deploylint.documents.paths import absolute, display_path, from_display_path, is_folder
from deploylint.documents.reader import Document, Origin, read_file, read_plain
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.engine.folders.reasons import why_not_searched
from deploylint.engine.unread_files import SUFFIXES
from deploylint.model.format import enumerate_names
from deploylint.readers.service import BASES

_RELEASES = regex(r"^releases:", re.MULTILINE)

_MOST_NAMED = 3
"""How many of the files that give more values are named."""


class _Release(Record):
    """A release: its name, its chart, the helmfile that has it, and its values files in order."""

    name: str
    chart: str
    helmfile: str
    files: tuple[Path, ...]


class Releases:
    """The releases below ``root``, by their values files; they are found when one is asked for."""

    def __init__(self, root: Path) -> None:
        self._root = absolute(root)

    def origin_of(self, document: Document) -> Origin | None:
        """What a release adds to its own values; None for values of none, or of several.

        Those of an environment are a layer, unless the release is called like them.
        """
        path = absolute(from_display_path(document.file))
        release = self._by_file.get(path)
        if release is None or (path.stem != release.name and _is_layer(path.stem)):
            return None
        others = [f"values file {display_path(file)}" for file in release.files if file != path]
        elsewhere = enumerate_names(others, _MOST_NAMED)
        return Origin(
            name=release.name,
            elsewhere=f"may come from {elsewhere}" if elsewhere else "",
            notes=(f"a release of a helmfile, {release.helmfile}",),
            duplicates=document.duplicates,
            chart=release.chart,
        )

    @cached_property
    def _by_file(self) -> Mapping[Path, _Release]:
        """The releases by the last of their values files; one that several share is of none."""
        releases = list(self._find())
        names = dict[Path, set[str]]()
        for release in releases:
            for file in release.files:
                names.setdefault(file, set()).add(release.name)
        last = {release.files[-1]: release for release in releases}
        return {file: release for file, release in last.items() if len(names[file]) == 1}

    def _find(self) -> Iterator[_Release]:
        for name, below, files in os.walk(self._root):
            folder = Path(name)
            depth = len(folder.parts) - len(self._root.parts)
            below[:] = sorted(
                each for each in below if not why_not_searched(folder / each, depth, ())
            )
            for path in (folder / file for file in files if file.endswith(SUFFIXES)):
                source = read_plain(path, display_path(path), self._root)
                if not isinstance(source, Problem) and _RELEASES.search(source.text):
                    yield from self._releases_in(path)

    def _releases_in(self, path: Path) -> Iterator[_Release]:
        document = read_file(path, display_path(path), self._root)
        for root in document.roots if isinstance(document, Document) else ():
            for item in items_of(child(root, "releases")):
                files = tuple(self._files_of(item, path.parent))
                name, chart = (text_of(child(item, key)) for key in ("name", "chart"))
                if name and files:
                    if chart and is_folder(path.parent / chart):
                        chart = os.path.relpath(path.parent / chart, files[-1].parent)
                    yield _Release(name, chart, display_path(path), files)

    def _files_of(self, release: Node, folder: Path) -> Iterator[Path]:
        """The values files of a release that are in the repository."""
        for item in items_of(child(release, "values")):
            path = Path(os.path.normpath(folder / text_of(item)))
            if text_of(item) and path.suffix in SUFFIXES and path.is_relative_to(self._root):
                yield path


def _is_layer(stem: str) -> bool:
    return stem in BASES or bool(layer_name(stem)) or is_environment(stem)
