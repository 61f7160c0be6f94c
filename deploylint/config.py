"""The configuration of a run. What ships is itself a configuration file, ``defaults.yaml``."""

from pathlib import Path
from typing import NamedTuple

from deploylint.documents.nodes import Problem
from deploylint.documents.reader import read
from deploylint.schemas import ConfigFile, Misread, decode

DEFAULTS = Path(__file__).parent / "defaults.yaml"


class Config(NamedTuple):
    """What a run is asked to do. ``reference`` are the names that make a file the reference."""

    reference: tuple[str, ...]


def load(path: Path = DEFAULTS) -> Config:
    """The configuration in a file. Raises Misread with a place."""
    document = read(path, path.name, path.parent)
    if isinstance(document, Problem):
        raise Misread(document)
    written = decode(document, ConfigFile)
    return Config(reference=tuple(written.reference))
