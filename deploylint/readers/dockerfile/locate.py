"""The Dockerfile that a service is built with, if the configuration does not name it.

It is searched for in the folder of the deployment file and one level up, by the service's name
(``api.Dockerfile``, ``Dockerfile.api``, ``api/Dockerfile``); a plain ``Dockerfile`` is that of the
only service of a group. Of two candidates none is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deploylint.documents.paths import absolute, from_display_path, repository
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


def locate_dockerfile(service: Service, *, alone: bool) -> LocatedDockerfile:
    """The Dockerfile of a service; ``alone`` is whether it is the only one of its group."""
    names = filter(_is_name, dict.fromkeys((service.name, *service.own_names)))
    forms = [form.format(name=name) for name in names for form in _FORMS]
    searches = {"found by the service's name": forms}
    if alone:
        searches["found beside its files"] = [FILE]
    folders = list(_folders(service))
    for because, forms in searches.items():
        paths = dict.fromkeys(folder / form for folder in folders for form in forms)
        files = tuple(path for path in paths if path.is_file())
        if len(files) > 1:
            return LocatedDockerfile(candidates=files)
        if files:
            return LocatedDockerfile(files[0], because)
    return LocatedDockerfile()


def _is_name(name: str) -> bool:
    letters = name.translate(_BETWEEN)
    return name.isascii() and name[:1].isalnum() and letters.isalnum()


def _folders(service: Service) -> Iterator[Path]:
    """The folder of its file, and its parent in the same repository."""
    file = absolute(from_display_path(service.files[0]))
    if not file.is_file():
        return
    yield file.parent
    root = next(iter(repository(file.parent)), Path.cwd())
    if file.parent != root and file.parent.is_relative_to(root):
        yield file.parent.parent
