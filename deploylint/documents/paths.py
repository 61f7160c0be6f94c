"""The paths of files: their repository, and their names in messages.

A name may come from a file: one that the system refuses, as too long, names no file.
"""

import os
from functools import cache
from pathlib import Path


def display_path(path: Path) -> str:
    """The name of a file in messages: relative to its repository, else to the working directory."""
    return _name_seen_from(os.getcwd(), path)


@cache
def _name_seen_from(folder: str, path: Path) -> str:
    """What messages call a file in a working directory; asked many times for each file of a run."""
    name = str(absolute(path))
    for base in _bases(folder):
        if name.startswith(base.rstrip(os.sep) + os.sep):
            return name[len(base) :].lstrip(os.sep).replace(os.sep, "/")
        if name == base:
            return "."
    return path.as_posix()


@cache
def _bases(here: str) -> tuple[str, ...]:
    """The folders that names in messages are relative to, the first first."""
    return tuple(map(str, (*repository(Path(here)), here)))


def from_display_path(name: str) -> Path:
    """The file of a name in messages."""
    here = Path.cwd()
    return Path(next(iter(repository(here)), here), name)


def path_from_here(name: str) -> str:
    """A file's name in messages as a path from the working directory; other names as they are."""
    here = os.getcwd()
    base = _repository_above(here)
    if not base or not os.path.lexists(os.path.join(base, name)):
        return name
    return os.path.relpath(os.path.join(base, name), here)


@cache
def _repository_above(folder: str) -> str:
    """The root of the repository that holds a folder; "" if it is that folder or there is none."""
    root = next(iter(repository(Path(folder))), "")
    return "" if root == Path(folder) else str(root)


def absolute(path: Path) -> Path:
    """A path from the root of the file system; one with dots in it as it leads through any link."""
    return path.resolve() if ".." in path.parts else path.absolute()


is_file, is_folder, is_there = os.path.isfile, os.path.isdir, os.path.lexists
"""Whether there is a regular file or a folder, also at the end of a link; anything at all."""


def leads_out(path: Path, top: Path) -> bool:
    """Whether a link on the way to a path leaves a folder that the path itself is in."""
    if not path.is_relative_to(top):
        return False
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(top))


@cache
def repository(folder: Path) -> tuple[Path, ...]:
    """The root of the repository that holds a folder, in a tuple; empty where there is none."""
    for base in (folder, *folder.parents):
        if (base / ".git").exists():
            return (base,)
    return ()


def below_folder(file: Path, folder: Path) -> Path | None:
    """The path of a file from a folder above it; None where it is elsewhere."""
    above, root = file.parent.resolve(), folder.resolve()
    return above.relative_to(root) / file.name if above.is_relative_to(root) else None
