"""The Dockerfile that a service is built with, if the configuration does not name it.

It is searched for in the folder of the deployment file and one level up, by the service's name
(``api.Dockerfile``, ``Dockerfile.api``, ``api/Dockerfile``); a plain ``Dockerfile`` is that of the
only service of a group. Of two candidates none is taken.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from deploylint.documents.paths import absolute, from_display_path, is_file, repository
from deploylint.documents.record import Record
from deploylint.model.service import Service

FILE = "Dockerfile"
_BETWEEN = str.maketrans("", "", "._-")
"""A name of a file has these between its letters and digits."""
_FORMS = ("{name}.Dockerfile", "Dockerfile.{name}", "{name}/Dockerfile")


class LocatedDockerfile(Record):
    """The Dockerfile of a service.

    ``path``: its path; None if there is none.
    ``because``: how it was found.
    ``candidates``: all of them, if there are several.
    """

    path: Path | None = None
    because: str = ""
    candidates: tuple[Path, ...] = ()


class Folders(dict[str, dict[Path, frozenset[str]]]):
    """By the folder of a service's file: the folders to search, each with what it holds."""

    def __missing__(self, name: str) -> dict[Path, frozenset[str]]:
        folder = absolute(from_display_path(name))
        self[name] = {path: _names_in(path) for path in _folders(folder)}
        return self[name]


def locate_dockerfile(service: Service, folders: Folders, *, alone: bool) -> LocatedDockerfile:
    """The Dockerfile of a service; ``alone`` is whether it is the only one of its group."""
    names = filter(_is_name, dict.fromkeys((service.name, *service.own_names)))
    forms = [form.format(name=name) for name in names for form in _FORMS]
    searches = {"found by the service's name": forms}
    if alone:
        searches["found beside its files"] = [FILE]
    name, file = os.path.split(service.files[0])
    within = folders[name]
    if not any(file in entries for entries in list(within.values())[:1]):
        return LocatedDockerfile()  # the file came from a pipe
    for because, forms in searches.items():
        paths = dict.fromkeys(
            folder / form
            for folder, entries in within.items()
            for form in forms
            if form.partition("/")[0] in entries
        )
        files = tuple(path for path in paths if is_file(path))
        if len(files) > 1:
            return LocatedDockerfile(candidates=files)
        if files:
            return LocatedDockerfile(files[0], because)
    return LocatedDockerfile()


def _is_name(name: str) -> bool:
    letters = name.translate(_BETWEEN)
    return name.isascii() and name[:1].isalnum() and letters.isalnum()


def _names_in(folder: Path) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))
    except OSError:  # not there, or closed
        return frozenset()


def _folders(folder: Path) -> Iterator[Path]:
    """A folder, and its parent in the same repository."""
    yield folder
    root = next(iter(repository(folder)), Path.cwd())
    if folder != root and folder.is_relative_to(root):
        yield folder.parent
