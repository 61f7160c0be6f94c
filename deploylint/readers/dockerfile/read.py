"""Reads a Dockerfile: its text, and the image that it makes.

The package itself imports nothing: BuildKit's parser is only loaded where a Dockerfile is read.
"""

from __future__ import annotations

from pathlib import Path

from deploylint.documents.nodes import Problem, Source
from deploylint.documents.paths import shown
from deploylint.documents.reader import read_plain
from deploylint.documents.record import Record
from deploylint.readers.dockerfile.image import Image, image
from deploylint.readers.dockerfile.parse import instructions

MOST_BYTES = 256 * 1024
"""The largest Dockerfile that is read: the longest one known has some ten thousand bytes."""


class ReadDockerfile(Record):
    """A Dockerfile that was read: its text, and the image that it makes."""

    source: Source
    image: Image


def read(path: Path, root: Path) -> ReadDockerfile | Problem:
    """Read a Dockerfile below the root of its repository."""
    source = read_plain(path, shown(path), root, MOST_BYTES)
    return source if isinstance(source, Problem) else of(source)


def of(source: Source) -> ReadDockerfile | Problem:
    """What a text makes of an image, or why it is no Dockerfile."""
    found = instructions(source)
    return found if isinstance(found, Problem) else ReadDockerfile(source, image(found))
