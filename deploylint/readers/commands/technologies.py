"""Worker technologies, launchers and languages, by the words of a command line.

All of it is data, in ``profiles/technologies.yaml``, which documents each key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from deploylint.documents.record import Record
from deploylint.model.data import TECHNOLOGIES, definition, make_record
from deploylint.model.service import Role

Options = Mapping[str, str | None]
"""The options of a program by spelling: what those with a value mean, None for those without."""

_NONE: Mapping[str, Any] = {}


class Technology(Record):
    """How the command line of a worker technology is read.

    ``roles`` maps a subcommand to the role it gives, ``takes`` one to the options that it knows.
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
    numbers: Sequence[str] = ()
    words: str = ""
    default_queue: str = ""
    defaults: Mapping[str, int | str] = _NONE
    many: Sequence[str] = ()
    abbreviates: bool = False
    opens_none: bool = False
    takes: Mapping[str, Options] = _NONE

    def with_subcommand(self, name: str) -> Technology:
        """The same with the options of a subcommand that starts a worker and has its own."""
        is_other = name in self.takes and self.roles.get(name) == "worker"
        return self._replace(options=self.takes[name], takes={}) if is_other else self


class Launcher(Record):
    """How a program starts another one."""

    options: Options
    command: Sequence[str] = ()
    words: int = 0
    passes: bool = False
    shell: bool = False
    text: bool = False
    interpreter: bool = False


class Server(Record):
    """A web server: its options for a port, and whether a word is its application."""

    port: Sequence[str]
    application: bool = False


def _table() -> dict[str, Any]:
    return definition(TECHNOLOGIES)


def _record(kind: Any, data: Mapping[str, Any], **made: Any) -> Any:
    """A record of the keys of an entry that it has a field for."""
    row = {key: value for key, value in data.items() if key.replace("-", "_") in kind._fields}
    return make_record(kind, row, **made)


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
        _record(
            Technology,
            {**t, "takes": {word: _options(own) for word, own in t.get("takes", {}).items()}},
            options=_options(t),
            roles=_by_word(t.get("subcommands", {})),
        )
        for t in _table()["technologies"]
    )


def technology_of(program: str) -> Technology | None:
    """The technology of a program, with or without its folder."""
    return _by_program().get(program.rpartition("/")[2])


@cache
def _by_program() -> Mapping[str, Technology]:
    return {program: t for t in reversed(technologies()) for program in t.programs}


@cache
def programs_with_subcommands() -> tuple[str, ...]:
    """The programs with known options of subcommands."""
    return tuple(program for t in technologies() if t.takes for program in t.programs)


@cache
def technology_named(name: str) -> Technology | None:
    """The technology of a name; without one the technology of any binary."""
    matching = (t for t in technologies() if t.name == name or not (name or t.programs))
    return next(matching, None)


@cache
def launchers() -> Mapping[str, Launcher]:
    """How each launcher starts a program, by the name of its own."""
    return {
        program: _record(Launcher, entry, options=_options(entry))
        for entry in _table()["launchers"]
        for program in entry["programs"]
    }


@cache
def servers() -> Mapping[str, Server]:
    """The web servers by the name of their program."""
    entries = _table()["servers"]
    return {program: _record(Server, entry) for entry in entries for program in entry["programs"]}


def shell_words() -> Mapping[str, Sequence[str]]:
    """The words of a shell script that are not programs to be read, by what they do."""
    return cast("Mapping[str, Sequence[str]]", _table()["shell"])


def languages() -> set[str]:
    """Every language of a program or a word of a file's name."""
    return {language for table in ("programs", "words") for language in _table()[table]}


def program_runtime(program: str) -> str:
    """The language of a command's first word, or ""."""
    return _meaning("programs", [program.rpartition("/")[2]])


def word_runtime(stem: str) -> str:
    """The language of a word of a file's name, or ""."""
    return _meaning("words", re.split(r"[-_.]", stem))


def mode_of(name: str) -> str:
    """What a program does by a word of its name (``./mail-worker``: worker), or ""."""
    return _meaning("modes", re.split(r"[-_.]", name.rpartition("/")[2]))


def _meaning(table: str, words: Iterable[str]) -> str:
    """The meaning of the first known word in a table, or ""."""
    known = _meanings(table)
    return next((known[word] for word in words if word in known), "")


@cache
def _meanings(table: str) -> Mapping[str, str]:
    return _by_word(_table()[table])
