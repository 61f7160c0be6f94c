"""Which Dockerfile a deployment file's service is built with, where nobody names one.

It is looked for in the folder of the deployment file and one level up, by the service's name
(``api.Dockerfile``, ``Dockerfile.api``, ``api/Dockerfile``); a plain ``Dockerfile`` is that of the
only service of a set. Of two that could be meant none is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from deploylint.documents.paths import absolute, located, repository
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.service import Service

FILE = "Dockerfile"
_PLAIN = regex(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_FORMS = ("{name}.Dockerfile", "Dockerfile.{name}", "{name}/Dockerfile")


class LocatedDockerfile(Record):
    """The Dockerfile of a service, because of what; None where there is none.

    ``several`` are those that could be, where more than one could.
    """

    path: Path | None = None
    because: str = ""
    several: tuple[Path, ...] = ()


def beside(service: Service, alone: bool) -> LocatedDockerfile:
    """The Dockerfile of a service; ``alone`` is whether it is the only one of its set."""
    names = [name for name in dict.fromkeys((service.name, *service.own_names)) if _is_name(name)]
    folders = list(_folders(service))
    forms = [form.format(name=name) for name in names for form in _FORMS]
    found = _files(folder / form for folder in folders for form in forms)
    because = "found by the service's name"
    if not found and alone:
        found, because = _files(folder / FILE for folder in folders), "found beside its files"
    if len(found) > 1:
        return LocatedDockerfile(several=tuple(found))
    return LocatedDockerfile(found[0], because) if found else LocatedDockerfile()


def _is_name(name: str) -> bool:
    return _PLAIN.fullmatch(name) is not None


def _files(paths: Iterable[Path]) -> list[Path]:
    return list(dict.fromkeys(path for path in paths if path.is_file()))


def _folders(service: Service) -> Iterator[Path]:
    """The folder of its file, and the one above if that is of the same repository."""
    file = absolute(located(service.files[0]))
    if not file.is_file():
        return
    yield file.parent
    root = next(iter(repository(file.parent)), Path.cwd())
    if file.parent != root and file.parent.is_relative_to(root):
        yield file.parent.parent
