"""Files to documents. A file that cannot be read becomes a Problem and hides no other file."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import BinaryIO

from deploylint.documents.nodes import Node, Problem, Source, split_lines
from deploylint.documents.parser import parse
from deploylint.documents.record import Record
from deploylint.documents.source import Unreadable

MAX_BYTES = 4 * 1024 * 1024
"""The largest file that is read: it can mean half a GB (the largest real one known has 0.6 MB)."""


class Origin(Record):
    """What a file adds to the values of one service that it wraps.

    ``name`` is what it calls the service, "" where it has no name for it.
    ``elsewhere`` names what else gives it values ("values file prod.yaml"): what is not set here is
    unknown then.
    ``notes`` are what ``show`` adds about how it was read.
    ``duplicates`` are keys written twice in the values or around them: (lost key, winning key).
    ``under`` is the key above all of them, if a chart wraps another one.
    ``patches`` change what the chart renders of them.
    ``chart`` is the path of the chart, as the file writes it; "" where it names none.
    ``wrapper`` is the object around the values; None around those of another service of it.
    ``misspelt`` are keys around the values that nothing reads, each with what it is meant for.
    ``quoted`` are the switches of a chart that are texts, which Helm does not take.
    ``whole`` are all values of the file, if these are its only service's and not all of it.
    """

    name: str = ""
    elsewhere: str = ""
    notes: tuple[str, ...] = ()
    duplicates: tuple[tuple[Node, Node], ...] = ()
    under: str = ""
    patches: tuple[Node, ...] = ()
    chart: str = ""
    wrapper: Node | None = None
    misspelt: tuple[tuple[Node, str], ...] = ()
    quoted: tuple[Node, ...] = ()
    whole: Node | None = None


class Document(Record):
    """One file that was read.

    ``file`` is how messages name it.
    ``roots`` are the root of each YAML document in it; of wrapped values their only root.
    ``origin`` describes wrapped values.
    """

    file: str
    source: Source
    roots: tuple[Node, ...]
    origin: Origin | None = None

    @property
    def duplicates(self) -> tuple[tuple[Node, Node], ...]:
        """Keys written twice: (the key that is lost, the key that wins)."""
        return tuple(self.source.duplicates) if self.origin is None else self.origin.duplicates


def read_file(path: Path, file: str, root: Path) -> Document | Problem:
    """Read one file.

    ``file`` is how messages name it; ``root`` is the folder it may not leave, not even by a link.
    """
    source = read_plain(path, file, root)
    return source if isinstance(source, Problem) else _parsed(source)


ReadDocument = Callable[[Path], Document | Problem]
"""Reads a file by its path."""


def read_plain(path: Path, file: str, root: Path, most: int = MAX_BYTES) -> Source | Problem:
    """The text of a file of at most so many bytes, YAML or not; else as ``read_file``."""
    try:
        return Source(file, _text(path, file, root, most))
    except Unreadable as error:
        return error.problem
    except (OSError, ValueError) as error:
        return Problem(file, 1, 1, f"cannot be read: {getattr(error, 'strerror', error)}")


def read_text(text: str, file: str, above: int = 0) -> Document | Problem:
    """Read a text that is already at hand.

    ``file`` is how messages name it, and ``above`` how many lines of the file are above it.
    """
    return _parsed(Source(file, text, above))


def read_stream(stream: BinaryIO, file: str) -> Document | Problem:
    """Read the output of a program; ``file`` is how messages name it."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return Problem(file, 1, 1, f"has more than {MAX_BYTES:,} bytes; at most these are read")
    try:
        return read_text(_decoded(data, file), file)
    except Unreadable as error:
        return error.problem


def _parsed(source: Source) -> Document | Problem:
    try:
        return Document(source.file, source, tuple(parse(source)))
    except Unreadable as error:
        return error.problem


def _text(path: Path, file: str, root: Path, most: int) -> str:
    real = _inside(path, file, root)
    # Not blocking, so that a pipe without a writer is opened, seen for what it is, and refused.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(real, flags)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        kind = "a folder, not a file" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise Unreadable(Problem(file, 1, 1, f"is {kind}"))
    with open(descriptor, "rb") as stream:
        data = stream.read(most + 1) if status.st_size <= most else b""
    if status.st_size > most or len(data) > most:
        message = f"has {max(status.st_size, len(data)):,} bytes; at most {most:,} are read"
        raise Unreadable(Problem(file, 1, 1, message))
    return _decoded(data, file)


def _inside(path: Path, file: str, root: Path) -> str:
    """The real path of a file, where every link on the way to it stays below the root.

    A file that was named outside the root may not leave its own folder.
    """
    name, home = str(path.absolute()), str(root.absolute())  # dots are followed, not taken out
    folder = os.path.dirname(name)
    if not _is_below(name, home):
        home = folder
    if os.path.islink(name):
        real = os.path.realpath(name)
    else:
        real = os.path.join(_real(folder), os.path.basename(name))
    if not _is_below(real, _real(home)):
        shown = os.path.basename(home) or home
        message = f"is a link to a file outside {shown}/; give that file instead"
        raise Unreadable(Problem(file, 1, 1, message))
    return real


@cache
def _real(folder: str) -> str:
    """A folder without links; the files of a fleet share few folders."""
    return os.path.realpath(folder)


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Encodings by the byte order mark that a file begins with."""


def _encoding(data: bytes) -> tuple[bytes, str]:
    """The byte order mark of a file, and its encoding."""
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    return mark, _MARKS.get(mark, "utf-8")


_GIT_CRYPT = b"\0GITCRYPT\0"
"""How a file begins that git-crypt encrypted (https://github.com/AGWA/git-crypt)."""

ENCRYPTED = "encrypted by git-crypt; unlock the repository to have it checked"
"""Why a file cannot be read that is there for those with a key alone."""


def _decoded(data: bytes, file: str) -> str:
    if data.startswith(_GIT_CRYPT):
        raise Unreadable(Problem(file, 1, 1, ENCRYPTED))
    mark, encoding = _encoding(data)
    text = data.removeprefix(mark)
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as error:
        before = split_lines(text[: error.start].decode(encoding, "replace"))
        name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        message = f"is not {name} (byte 0x{text[error.start]:02x}); save the file as UTF-8"
        raise Unreadable(Problem(file, len(before), len(before[-1]) + 1, message)) from None


def encode_text(text: str, before: bytes) -> bytes:
    """A text as the bytes of a file, with the byte order mark that the file began with before."""
    mark, encoding = _encoding(before)
    return mark + text.encode(encoding)
