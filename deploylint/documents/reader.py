"""Files to documents. A file that cannot be read becomes a Problem and hides no other file."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from deploylint.documents.nodes import Entry, Node, Problem, Source
from deploylint.documents.parser import Unreadable, parse

MAX_BYTES = 32 * 1024 * 1024
"""The largest file that is read (the largest real fleet file known is 0.6 MB)."""


class Document(NamedTuple):
    """One file that was read: its shown name and the root of each YAML document in it."""

    file: str
    source: Source
    roots: tuple[Node, ...]


def read(path: Path, file: str, root: Path) -> Document | Problem:
    """Read one file.

    ``file`` is how messages name it; ``root`` is the folder it may not leave, not even by a link.
    """
    try:
        text = _text(path, file, root)
        source = Source(file, text)
        roots = tuple(parse(source))
    except Unreadable as error:
        return error.problem
    except OSError as error:
        return Problem(file, 1, 1, f"cannot be read: {error.strerror or error}")
    return Document(file, source, roots)


def read_text(text: str, file: str) -> Document | Problem:
    """Read a text that is already at hand; ``file`` is how messages name it."""
    source = Source(file, text)
    try:
        return Document(file, source, tuple(parse(source)))
    except Unreadable as error:
        return error.problem


def _text(path: Path, file: str, root: Path) -> str:
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        message = f"is a link that leaves {root.name or root}/; give the file it points to instead"
        raise Unreadable(Problem(file, 1, 1, message))
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "not a regular file"
        raise Unreadable(Problem(file, 1, 1, f"is {kind}, not a file that can be read"))
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > MAX_BYTES:
            message = f"has {size:,} bytes; more than {MAX_BYTES:,} is not read"
            raise Unreadable(Problem(file, 1, 1, message))
        return _decoded(stream.read(MAX_BYTES + 1), file)


_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def _decoded(data: bytes, file: str) -> str:
    encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "utf-8-sig")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        message = f"is not UTF-8 (byte 0x{data[error.start]:02x}); save the file as UTF-8"
        raise Unreadable(Problem(file, line, column, message)) from None


def merged(roots: Iterable[Node]) -> Node | None:
    """The documents of a values file as Helm sees them: maps merge in order, the rest is replaced.

    None when there is no document. See Helm's ``LoadValues`` (pkg/chart/v2/loader).
    """
    result: Node | None = None
    for root in roots:
        result = root if result is None else _overlaid(result, root)
    return result


def _overlaid(below: Node, above: Node) -> Node:
    if not (isinstance(below.content, dict) and isinstance(above.content, dict)):
        return above
    content = dict(below.content)
    for key, entry in above.content.items():
        under = content.get(key)
        value = entry.value if under is None else _overlaid(under.value, entry.value)
        content[key] = Entry(entry.key, value)
    return below._replace(content=content)
