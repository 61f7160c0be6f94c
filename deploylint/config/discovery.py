"""Finds the configuration file of a run that names none: the nearest one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from deploylint.documents.paths import absolute, display_path, repository

NAMES = (".deploylint.yaml", ".deploylint.yml")


class Ambiguous(Exception):
    """Two files could both be the configuration; the message names them."""


def discover(paths: Sequence[Path]) -> Path | None:
    """The configuration of some paths, or None.

    Looked for from the first path's folder up to the root of its repository, then from the working
    directory up to the root of its own; without a repository, no further up than the working
    directory. Raises Ambiguous where a folder holds it under both names.
    """
    here = Path.cwd()
    starts = [_folder(absolute(path)) for path in paths[:1]]
    for folder in (folder for start in (*starts, here) for folder in _upwards(start, here)):
        files = [folder / name for name in NAMES if (folder / name).is_file()]
        if len(files) > 1:
            first, second = map(display_path, files)
            raise Ambiguous(f"{first} and {second} both exist; keep one")
        if files:
            return files[0]
    return None


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _upwards(start: Path, here: Path) -> Iterator[Path]:
    """A folder and those above it, as far as a configuration of it may lie."""
    top = next(iter(repository(start)), here if start.is_relative_to(here) else start)
    for folder in (start, *start.parents):
        yield folder
        if folder == top:
            return
