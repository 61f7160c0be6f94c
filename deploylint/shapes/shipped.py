"""The folder of our own data about charts and worker technologies, read once as it is needed."""

from functools import cache
from pathlib import Path
from typing import Any, cast

from deploylint.documents.nodes import plain
from deploylint.documents.reader import Document, read

FOLDER = Path(__file__).parent.parent / "profiles"
NOT_PROFILES = frozenset({"technologies"})
"""Files of the folder that say something else than how a chart spells its values."""


@cache
def document(name: str) -> Document:
    """One of our own files."""
    found = read(FOLDER / f"{name}.yaml", f"deploylint/profiles/{name}.yaml", FOLDER)
    assert isinstance(found, Document), found
    return found


@cache
def definition(name: str) -> dict[str, Any]:
    """One of our own files as plain data."""
    return cast("dict[str, Any]", plain(document(name).roots[0]))
