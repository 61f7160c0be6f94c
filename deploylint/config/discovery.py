"""Which configuration file a run has: the one that is named, else the nearest one that is found."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from deploylint.documents.paths import absolute, display_path, repository

NAMES = (".deploylint.yaml", ".deploylint.yml")


class Ambiguous(Exception):
    """Two files that could both be the configuration; says which."""


def discover(paths: Sequence[Path]) -> Path | None:
    """The configuration of some paths, or None.

    Looked for from the first path's folder up to the root of its repository, then from the working
    directory up to the root of its own; without a repository, no further up than the working
    directory. Raises Ambiguous where a folder holds it under both names.
    """
    here = Path.cwd()
    starts = [_folder(absolute(path)) for path in paths[:1]]
    for folder in (one for start in (*starts, here) for one in _upwards(start, here)):
        found = [folder / name for name in NAMES if (folder / name).is_file()]
        if len(found) > 1:
            raise Ambiguous(
                f"{display_path(found[0])} and {display_path(found[1])} both exist; keep one"
            )
        if found:
            return found[0]
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
