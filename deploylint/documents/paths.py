"""The paths of files: their repository, and their names in messages."""

from functools import cache
from pathlib import Path


def display_path(path: Path) -> str:
    """The name of a file in messages: relative to its repository, else to the working directory."""
    resolved = absolute(path)
    here = Path.cwd()
    for base in (*repository(here), here):
        if resolved.is_relative_to(base):
            return resolved.relative_to(base).as_posix()
    return path.as_posix()


def from_display_path(name: str) -> Path:
    """The file of a name in messages."""
    here = Path.cwd()
    return Path(next(iter(repository(here)), here), name)


def absolute(path: Path) -> Path:
    """A path from the root of the file system; one with dots in it as it leads through any link."""
    return path.resolve() if ".." in path.parts else path.absolute()


@cache
def repository(folder: Path) -> tuple[Path, ...]:
    """The root of the repository that holds a folder, in a tuple; empty where there is none."""
    for base in (folder, *folder.parents):
        if (base / ".git").exists():
            return (base,)
    return ()
