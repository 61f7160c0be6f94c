"""Our own data about charts and worker technologies, as it was compiled from its YAML files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, cast

from deploylint.documents.reader import Document
from deploylint.model import own_data

PACKAGE = Path(own_data.PACKAGE)
FOLDER = PACKAGE / "profiles"
NOT_PROFILES = frozenset({"kubernetes", "objects", "technologies"})
"""Files of the folder that say something else than how a chart spells its values."""

TECHNOLOGIES, OBJECTS = FOLDER / "technologies.yaml", FOLDER / "objects.yaml"
WRAPPED = PACKAGE / "readers" / "wrapped" / "wrapped.yaml"
BASE_IMAGES = PACKAGE / "readers" / "dockerfile" / "base_images.yaml"
CALLS = PACKAGE / "readers" / "source" / "calls.yaml"
API = PACKAGE / "readers" / "kubernetes" / "api.yaml"
DEFINITIONS = (TECHNOLOGIES, OBJECTS, WRAPPED, BASE_IMAGES, CALLS, API)
"""The files that are looked up as the plain data they hold."""


def definition(path: Path) -> dict[str, Any]:
    """One of our own files as plain data; nobody changes it."""
    found = own_data.table(path.name, lambda: _plain(path))
    return cast("dict[str, Any]", found)


def _plain(path: Path) -> Any:
    from deploylint.documents.nodes import plain

    return plain(document(path).roots[0])


@cache
def document(path: Path) -> Document:
    """One of our own files as it is written, for what is told with its place."""
    from deploylint.documents.reader import read_file

    found = read_file(path, f"deploylint/{path.relative_to(PACKAGE).as_posix()}", PACKAGE)
    assert isinstance(found, Document), found
    return found
