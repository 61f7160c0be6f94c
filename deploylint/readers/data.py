"""The folder of our own data about charts and worker technologies, read once as it is needed."""

import re
from functools import cache
from pathlib import Path
from typing import Any, cast

from deploylint.documents.nodes import plain
from deploylint.documents.reader import Document, read, read_text

FOLDER = Path(__file__).parent.parent / "profiles"
NOT_PROFILES = frozenset({"kubernetes", "objects", "technologies"})
"""Files of the folder that say something else than how a chart spells its values."""


@cache
def document(name: str) -> Document:
    """One of our own files."""
    found = read(FOLDER / f"{name}.yaml", f"deploylint/profiles/{name}.yaml", FOLDER)
    assert isinstance(found, Document), found
    return found


@cache
def head(name: str) -> dict[str, Any]:
    """What a shipped profile says before its components and elements, as plain data.

    That is enough to know which profile a file is read with; the rest of the others is not read.
    """
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    found = read_text(_BODY.split(text, maxsplit=1)[0], f"deploylint/profiles/{name}.yaml")
    assert isinstance(found, Document), found
    return cast("dict[str, Any]", plain(found.roots[0]))


_BODY = re.compile(r"^(?:components|elements):", re.MULTILINE)


@cache
def definition(name: str) -> dict[str, Any]:
    """One of our own files as plain data."""
    return cast("dict[str, Any]", plain(document(name).roots[0]))
