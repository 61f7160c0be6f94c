"""Several files written together: all of them or, when one cannot be, none."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from deploylint.documents.paths import display_path
from deploylint.documents.reader import encode_text
from deploylint.model.errors import UsageError


def write(texts: Mapping[Path, str], root: Path) -> None:
    """Write files below a root, each through a new file beside it that takes its name.

    A file that is a link is written where it points to, and never outside the root. What a file was
    encoded in it stays in.

    Raises UsageError for what cannot be written, after putting back what was.
    """
    targets = {_real(path, root): text for path, text in texts.items()}
    write_all({path: encode_text(text, _bytes(path) or b"") for path, text in targets.items()})


def write_all(data: Mapping[Path, bytes]) -> None:
    """Write files, each through a new file beside it that takes its name; a device as it is.

    Raises UsageError for what cannot be written, after putting back what was.
    """
    files = {path: its for path, its in data.items() if not path.exists() or path.is_file()}
    before = {path: _bytes(path) for path in files}
    staged = dict[Path, Path]()
    try:
        for path, its in files.items():
            staged[path] = _staged(path, its)
        _renamed(staged, before)
    finally:
        for new in staged.values():
            new.unlink(missing_ok=True)
    for path in data.keys() - files.keys():
        _write_as_it_is(path, data[path])


def _write_as_it_is(path: Path, data: bytes) -> None:
    try:
        with path.open("wb") as stream:
            stream.write(data)
    except OSError as error:
        raise _unwritable(path, error) from None


def _real(path: Path, root: Path) -> Path:
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(root)):
        raise UsageError(
            f"{display_path(path)}: is a link to a file outside {root.name}/; nothing was written"
        )
    return real


def _bytes(path: Path) -> bytes | None:
    """The bytes of a file, or None."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unwritable(path, error) from None


def _staged(path: Path, data: bytes) -> Path:
    """A new file beside another one with what that is to hold, and with its permissions."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(new, "xb") as stream:
            stream.write(data)
        if path.exists():
            new.chmod(path.stat().st_mode & 0o777)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise _unwritable(path, error) from None
    return new


def _renamed(staged: Mapping[Path, Path], before: Mapping[Path, bytes | None]) -> None:
    """Give all new files their names; where one cannot have it, put the others back."""
    done = list[Path]()
    try:
        for path, new in staged.items():
            os.replace(new, path)
            done.append(path)
    except OSError as error:
        for written in done:
            _put_back(written, before[written])
        raise _unwritable(path, error) from None


def _put_back(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink()
    else:
        os.replace(_staged(path, data), path)


def _unwritable(path: Path, error: OSError) -> UsageError:
    reason = error.strerror or str(error)
    return UsageError(f"{display_path(path)}: cannot be written: {reason}; nothing was written")
