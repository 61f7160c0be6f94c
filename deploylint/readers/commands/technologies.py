"""Worker technologies, launchers and languages: what the words of a command line say of them.

All of it is data, in ``profiles/technologies.yaml``, which says what each key means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from deploylint.documents.record import Record
from deploylint.model.service import Role
from deploylint.readers.data import TECHNOLOGIES, definition

Options = Mapping[str, str | None]
"""The options of a program by spelling: what those with a value mean, None for those without."""

_NONE: Mapping[str, Any] = {}


class Technology(Record):
    """How a worker technology's command line is read.

    ``roles`` maps a subcommand to the role it gives.
    The other fields are keys of the file.
    """

    name: str
    runtime: str
    unnamed: str
    options: Options
    roles: Mapping[str, Role]
    programs: Sequence[str] = ()
    before: Sequence[str] = ()
    several: Sequence[str] = ()
    skips: Sequence[str] = ()
    environment: Mapping[str, Sequence[str]] = _NONE
    weights: str = ""
    repeated: str = ""
    mode: str = ""
    traps: Mapping[str, str] = _NONE
    refuses: str = ""
    choices: Mapping[str, Sequence[str]] = _NONE
    words: str = ""
    many: Sequence[str] = ()
    opens_none: bool = False


class Launcher(Record):
    """How a program is seen through to the one that it starts."""

    options: Options
    command: Sequence[str] = ()
    words: int = 0
    passes: bool = False
    shell: bool = False
    text: bool = False
    interpreter: bool = False


class Server(Record):
    """A web server: which options say where it listens, and whether it is given an application."""

    port: Sequence[str]
    application: bool = False


def _table() -> dict[str, Any]:
    return definition(TECHNOLOGIES)


def _record(kind: Any, data: Mapping[str, Any], **made: Any) -> Any:
    """A record of the keys of an entry that it has a field for."""
    keys = {field: field.replace("_", "-") for field in kind._fields}
    return kind(**{field: data[key] for field, key in keys.items() if key in data} | made)


def _by_word(lists: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The keys of lists of words by word."""
    return {word: key for key, words in lists.items() for word in words}


def _options(data: Mapping[str, Any]) -> Options:
    valued = data.get("options", {})
    by_meaning = valued if isinstance(valued, dict) else {"": valued}
    return {**dict.fromkeys(data.get("flags", ())), **_by_word(by_meaning)}


@cache
def technologies() -> tuple[Technology, ...]:
    """The worker technologies, in the order of ``profiles/technologies.yaml``."""
    return tuple(
        _record(Technology, t, options=_options(t), roles=_by_word(t.get("subcommands", {})))
        for t in _table()["technologies"]
    )


def of_program(base: str) -> Technology | None:
    """The technology with a program of this name."""
    return next((t for t in technologies() if base in t.programs), None)


def of_any_binary(name: str) -> Technology | None:
    """The technology called so; without a name the one that is read in any binary."""
    return next(
        (t for t in technologies() if t.name == name or (not name and not t.programs)), None
    )


def _by_program(table: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return ((program, entry) for entry in _table()[table] for program in entry["programs"])


@cache
def launchers() -> Mapping[str, Launcher]:
    """How each launcher is seen through, by the name of its program."""
    entries = _by_program("launchers")
    return {name: _record(Launcher, entry, options=_options(entry)) for name, entry in entries}


@cache
def servers() -> Mapping[str, Server]:
    """The web servers by the name of their program."""
    return {name: _record(Server, entry) for name, entry in _by_program("servers")}


def shell_words() -> Mapping[str, Sequence[str]]:
    """The words of a shell script that are not programs to be read, by what they do."""
    words: Mapping[str, Sequence[str]] = _table()["shell"]
    return words


def languages() -> set[str]:
    """Every language that a program or a file's name can say."""
    return {language for table in ("programs", "words") for language in _table()[table]}


def program_runtime(program: str) -> str:
    """The language of a command's first word, or ""."""
    return _meaning("programs", [program.rpartition("/")[2]])


def word_runtime(stem: str) -> str:
    """The language that a word of a file's name says, or ""."""
    return _meaning("words", re.split(r"[-_.]", stem))


def mode_of(name: str) -> str:
    """What a program does by a word of its name (``./mail-worker``: worker), or ""."""
    return _meaning("modes", re.split(r"[-_.]", name.rpartition("/")[2]))


def _meaning(table: str, words: Iterable[str]) -> str:
    """What the first of some words says by a table, or ""."""
    known = _by_word(_table()[table])
    return next((known[word] for word in words if word in known), "")
