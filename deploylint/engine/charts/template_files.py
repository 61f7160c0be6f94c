"""The files that make up the templates of a chart: those in its folder, and those that these name.

No link to a folder is followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path

from deploylint.documents.paths import is_file
from deploylint.readers.helm.chart import named_files

TEMPLATES = "templates"
"""The folder of a chart's templates, as Helm lays it out."""

MOST_FILES = 500
"""So many files are of a chart; one with more templates is not known."""

_TESTS = "tests"
"""The folder of templates that only ``helm test`` installs."""

_SUFFIXES = (".yaml", ".yml", ".tpl")


def template_files(folder: Path) -> Iterator[Path]:
    """The templates in a folder and below it; links to folders are not followed, tests left out."""
    for name, below, files in os.walk(folder):
        below[:] = sorted(set(below) - {_TESTS})
        yield from (Path(name, file) for file in sorted(files) if file.endswith(_SUFFIXES))


def has_parts_alone(file: Path) -> bool:
    """Whether a template has only parts that others include, as its name shows.

    Helm renders none of a name that begins with ``_``.
    """
    return file.name.startswith("_") or file.suffix == ".tpl"


def named_paths(folder: Path, templates: Iterable[str]) -> list[Path]:
    """The files of the chart in a folder that its templates put into objects, by name or glob.

    A ``*`` reaches into folders, which Helm's does not: no key is wrong because of one file more.
    """
    names = [name for name in dict.fromkeys(named_files(templates)) if not name.startswith("/")]
    names = [name for name in names if ".." not in Path(name).parts]
    paths = {folder / name for name in names}
    if globs := list(filter(has_magic, names)):
        every = (Path(above, file) for above, _, files in os.walk(folder) for file in files)
        paths |= {path for path in every if _is_named(str(path.relative_to(folder)), globs)}
    return sorted(filter(is_file, paths))[:MOST_FILES]


def _is_named(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)
