"""The charts of values files: in their folder, the one above, or where a wrapper says.

No link is followed, and no file outside the root of a group is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploylint.config.groups import CHART, VALUES
from deploylint.documents.nodes import Node, Problem
from deploylint.documents.paths import (
    absolute,
    display_path,
    from_display_path,
    is_file,
    repository,
)
from deploylint.documents.reader import Document, read_plain
from deploylint.model.fault import UNKNOWN_KEY
from deploylint.model.service import Service
from deploylint.readers.helm.chart import (
    ANYTHING,
    NOTHING,
    Templates,
    chart_sets,
    read_templates,
)

TEMPLATES, INSIDE = "templates", "charts"
"""The folders of a chart's templates and of the charts inside it, as Helm lays them out."""

MOST_FILES, MOST_BYTES = 500, 1024 * 1024
"""Templates of a chart, and bytes of one; a chart with more is not known."""

_TESTS = "tests"
"""The folder of templates that only ``helm test`` installs."""

_SUFFIXES = (".yaml", ".yml", ".tpl")


class Charts:
    """The charts of the files of a group; each is read once. ``root`` bounds what is read."""

    def __init__(self, root: Path) -> None:
        self._root = absolute(root)
        self._templates: dict[Path, Templates | None] = {}

    def with_chart(self, service: Service, document: Document) -> Service:
        """A service with what its chart may set, and without faults of keys that this reads.

        ``document`` is its lowest file.
        """
        folder = self.folder_of(document)
        if folder is None:
            return service._replace(chart_sets=ANYTHING)
        defaults = folder / f"{VALUES}.yaml"
        is_below = is_file(defaults) and display_path(defaults) not in service.files
        key = defaults if is_below else folder
        if key not in self._templates:
            self._templates[key] = self._read(folder, [defaults] if is_below else [])
        templates = self._templates[key]
        reads = NOTHING if templates is None else templates.read
        return service._replace(
            chart_sets=chart_sets(templates, service),
            chart_reads=reads,
            faults=tuple(
                fault
                for fault in service.faults
                if fault.check != UNKNOWN_KEY or not _is_named(fault.node, reads)
            ),
        )

    def folder_of(self, document: Document) -> Path | None:
        """The folder of the chart of a values file; None where none is known."""
        file = from_display_path(document.file).absolute()
        folder = file.parent
        folders = [folder, folder.parent]
        if document.origin is not None:
            name = document.origin.chart
            folders = [*folders, *repository(folder)] if name else []
            folders = [Path(os.path.normpath(each / name)) for each in folders]
        return next(filter(self._is_chart, folders), None) if is_file(file) else None

    def _is_chart(self, folder: Path) -> bool:
        return folder.is_relative_to(self._root) and is_file(folder / f"{CHART}.yaml")

    def _read(self, folder: Path, defaults: list[Path]) -> Templates | None:
        """The templates of a chart, with those of the charts above and inside if it needs them.

        ``defaults`` are values below those of a service, where these are not read with them.
        """
        own = self._texts([*_files(folder / TEMPLATES), *defaults])
        templates = None if own is None else read_templates(own)
        if own is None or templates is None or not templates.missing:
            return templates
        above = folder.parent.parent
        near = [above] if folder.parent.name == INSIDE and self._is_chart(above) else []
        near += (path.parent for path in sorted(folder.glob(f"{INSIDE}/*/{CHART}.yaml")))
        more = self._texts([path for each in near for path in _files(each / TEMPLATES)])
        return None if more is None else read_templates([*own, *more])

    def _texts(self, paths: list[Path]) -> list[str] | None:
        """The texts of some files; None where not all can be read."""
        texts = list[str]()
        for path in paths:
            source = read_plain(path, display_path(path), self._root, MOST_BYTES)
            if isinstance(source, Problem) or path.is_symlink() or len(texts) == MOST_FILES:
                return None
            texts.append(source.text)
        return texts


def _is_named(key: Node, reads: Iterable[str]) -> bool:
    """Whether templates take a value by the name of a key."""
    return any(key.content in way.split(".") for way in reads)


def _files(folder: Path) -> Iterator[Path]:
    """The templates in a folder and below it; links to folders are not followed, tests left out."""
    for name, below, files in os.walk(folder):
        below[:] = sorted(set(below) - {_TESTS})
        yield from (Path(name, file) for file in sorted(files) if file.endswith(_SUFFIXES))
