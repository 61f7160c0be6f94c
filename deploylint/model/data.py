"""Our own tables as they were compiled from their YAML files: fields, technologies, calls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from deploylint.model import own_data

if TYPE_CHECKING:
    from deploylint.documents.reader import Document

PACKAGE = Path(own_data.PACKAGE)
FOLDER = PACKAGE / "profiles"
NOT_PROFILES = frozenset({"kubernetes", "objects", "technologies"})
"""Files of the folder that are not the profile of a chart."""

FIELDS, SECRET_SIGNS, REPORT = (
    PACKAGE / "model" / f"{name}.yaml" for name in ("fields", "secret_signs", "report")
)
TECHNOLOGIES, OBJECTS = FOLDER / "technologies.yaml", FOLDER / "objects.yaml"
WRAPPED = PACKAGE / "readers" / "wrapped" / "wrapped.yaml"
BASE_IMAGES = PACKAGE / "readers" / "dockerfile" / "base_images.yaml"
WELL_KNOWN = PACKAGE / "readers" / "well_known.yaml"
CALLS = PACKAGE / "readers" / "source" / "calls.yaml"
API = PACKAGE / "readers" / "kubernetes" / "api.yaml"
DEFINITIONS = (
    FIELDS,
    SECRET_SIGNS,
    REPORT,
    TECHNOLOGIES,
    OBJECTS,
    WRAPPED,
    BASE_IMAGES,
    WELL_KNOWN,
    CALLS,
    API,
)
"""The files that are looked up as the plain data they hold."""


def definition(path: Path) -> dict[str, Any]:
    """One of our own files as plain data, which is never changed."""
    return cast("dict[str, Any]", own_data.table(path.name, lambda: _plain(path)))


def make_record(kind: Any, row: Mapping[str, Any], **more: Any) -> Any:
    """A record of the keys of a row; a tuple or a set where a field has one by default.

    Raises TypeError for a key that the record has no field for.
    """
    values = {key.replace("-", "_"): value for key, value in row.items()}
    for field, default in kind._field_defaults.items():
        if field in values and isinstance(default, (tuple, frozenset)):
            value = values[field]
            values[field] = type(default)(value if isinstance(value, list) else [value])
    return kind(**values | more)


def _plain(path: Path) -> Any:
    from deploylint.documents.nodes import plain

    return plain(document(path).roots[0])


@cache
def document(path: Path) -> Document:
    """One of our own files as it is written, for messages with a location."""
    from deploylint.documents.reader import Document, read_file

    read = read_file(path, f"deploylint/{path.relative_to(PACKAGE).as_posix()}", PACKAGE)
    assert isinstance(read, Document), read
    return read
