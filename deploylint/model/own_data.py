"""Our own data, compiled: the tables made of our YAML files, in one file of the package.

YAML stays the source of truth. The built package brings the file; in a checkout each table is made
when it is first asked for, and made again once a file that it may depend on has changed.
"""

from __future__ import annotations

import marshal
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_INSIDE, _BESIDE = (os.path.join(folder, "rules") for folder in (PACKAGE, PACKAGE + "/.."))
RULES = _INSIDE if os.path.isdir(_INSIDE) else os.path.normpath(_BESIDE)
"""Where the shipped rules lie: inside an installed package, beside it in a checkout."""

FILE = os.path.join(PACKAGE, "_data.bin")
"""The compiled data; no part of the sources."""

_FORMAT = 2
"""Marshal's last format without references: after it, equal data need not be equal bytes."""

_BUILT = b"built"
"""The stamp of a file that was built into a package: its sources do not change."""

_TICK = 2.0
"""Seconds within which a file can be changed again and look as before, on coarse file systems."""

_COMPILING = ("config", "documents", "model", "profiles", "readers")
"""The folders of the package with the code and data that make the tables."""

Make = Callable[[], Any]
"""What makes a table: plain data of tuples, lists, dicts and scalars."""


class OwnData:
    """The tables of one file; each is made where it is not there, and the file then kept if it can.

    Several processes may do so at once: a file is written beside and put in its place as a whole,
    and a table that is lost in between is made again by the next run.
    """

    def __init__(self, file: str, sources: tuple[str, ...]) -> None:
        self._file, self._sources = file, sources
        self._stamp, self._is_settled = b"", False
        self._packed: dict[str, bytes] | None = None
        self._tables: dict[str, Any] = {}

    def table(self, name: str, make: Make) -> Any:
        """A table by its name; callers do not change it."""
        if name not in self._tables:
            if self._packed is None:
                self._packed = self._read()
            if name not in self._packed:
                self._packed[name] = marshal.dumps(make(), _FORMAT)
                self._keep()
            self._tables[name] = marshal.loads(self._packed[name])
        return self._tables[name]

    def build(self) -> bytes:
        """The file for a built package, with the tables that were asked for so far."""
        packed = sorted((self._packed or {}).items())
        return marshal.dumps((_BUILT, dict(packed)), _FORMAT)

    def _read(self) -> dict[str, bytes]:
        """The tables of the file that are still true."""
        stamp, packed = _content(self._file)
        if stamp == _BUILT:
            self._stamp = stamp
            return packed
        seen = sorted(file for source in self._sources for file in _files(source))
        now = time.time()
        self._is_settled = all(abs(now - changed / 1e9) > _TICK for _, _, changed in seen)
        self._stamp = marshal.dumps(seen, _FORMAT)
        return packed if stamp == self._stamp else {}

    def _keep(self) -> None:
        """Write the tables, where there is a place for them and their sources are at rest."""
        if self._stamp == _BUILT or not self._is_settled:
            return
        beside = f"{self._file}.{os.getpid()}"
        try:
            with open(beside, "xb") as stream:
                stream.write(marshal.dumps((self._stamp, self._packed), _FORMAT))
            os.replace(beside, self._file)
        except OSError:  # a folder that is only read: the next run makes them again
            if os.path.exists(beside):
                os.unlink(beside)


def _content(file: str) -> tuple[bytes, dict[str, bytes]]:
    """The stamp and the tables of a file; none of one that is not there or not whole."""
    try:
        with open(file, "rb") as stream:
            stamp, packed = marshal.loads(stream.read())
    except (OSError, EOFError, ValueError, TypeError):
        return b"", {}
    return stamp, packed


def _files(source: str) -> Iterator[tuple[str, int, int]]:
    """The code and data below a folder: the path, size and time of change of each file."""
    for entry in os.scandir(source):
        if entry.name.endswith((".py", ".yaml")):
            status = entry.stat()
            yield entry.path, status.st_size, status.st_mtime_ns
        elif entry.name != "__pycache__" and entry.is_dir():
            yield from _files(entry.path)


_DATA = OwnData(FILE, (*(os.path.join(PACKAGE, name) for name in _COMPILING), RULES))
table = _DATA.table
build = _DATA.build
