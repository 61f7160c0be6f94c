"""Worker technologies, launchers and languages: what the words of a command line say of them.

All of it is data, in ``profiles/technologies.yaml``, which says what each key means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from deploylint.documents.record import Record
from deploylint.model.service import Role
from deploylint.readers.data import TECHNOLOGIES, definition


class Options(Record):
    """The options of a program by spelling: what those with a value mean, and those without."""

    meanings: Mapping[str, str]
    flags: frozenset[str]

    def has(self, spelling: str) -> bool:
        """Whether the program has an option spelled so."""
        return spelling in self.meanings or spelling in self.flags


class Technology(Record):
    """How a worker technology's command line is read.

    ``roles`` maps a subcommand to the role it gives; ``several`` are those that start many
    workers. ``before`` are the options that stand in front of the subcommand. ``environment`` maps
    a meaning to names of variables, ``traps`` a field to what happens there. ``opens_none`` is
    whether its program opens no port by itself.
    """

    name: str
    runtime: str
    programs: tuple[str, ...]
    options: Options
    before: frozenset[str]
    roles: Mapping[str, Role]
    several: frozenset[str]
    skips: frozenset[str]
    environment: Mapping[str, tuple[str, ...]]
    weights: str
    last_wins: bool
    unnamed: str
    mode: str
    traps: Mapping[str, str]
    opens_none: bool


class Launcher(Record):
    """How a program is seen through to the one that it starts."""

    options: Options
    command: tuple[str, ...]
    words: int
    passes: bool
    shell: bool
    text: bool
    interpreter: bool


class Shell(Record):
    """The words of a shell script that are not programs to be read."""

    compound: frozenset[str]
    preparing: frozenset[str]
    exports: frozenset[str]


def _table() -> dict[str, Any]:
    return definition(TECHNOLOGIES)


def _options(data: Mapping[str, Any]) -> Options:
    listed = data.get("options", {})
    by_meaning = listed if isinstance(listed, dict) else {"": listed}
    meanings = {s: meaning for meaning, spellings in by_meaning.items() for s in spellings}
    return Options(meanings, frozenset(data.get("flags", ())))


@cache
def technologies() -> tuple[Technology, ...]:
    """The worker technologies, in the order of ``profiles/technologies.yaml``."""
    return tuple(
        Technology(
            name=t["name"],
            runtime=t["runtime"],
            programs=tuple(t["programs"]),
            options=_options(t),
            before=frozenset(t.get("before", ())),
            roles={w: role for role, words in t.get("subcommands", {}).items() for w in words},
            several=frozenset(t.get("several", ())),
            skips=frozenset(t.get("skips", ())),
            environment={m: tuple(names) for m, names in t.get("environment", {}).items()},
            weights=t.get("weights", ""),
            last_wins=t.get("repeated") == "last",
            unnamed=t["unnamed"],
            mode=t.get("mode", ""),
            traps=t.get("traps", {}),
            opens_none=t.get("opens-none", False),
        )
        for t in _table()["technologies"]
    )


def languages() -> set[str]:
    """Every language that anything can speak for."""
    tables = (_table()[table] for table in ("programs", "words"))
    return {language for table in tables for language in table}


def of_program(base: str) -> Technology | None:
    """The technology whose program has this name."""
    return next((t for t in technologies() if base in t.programs), None)


def of_any_binary(name: str) -> Technology | None:
    """The technology called so; without a name the one that is read in any binary."""
    return next(
        (t for t in technologies() if t.name == name or (not name and not t.programs)), None
    )


@cache
def launchers() -> Mapping[str, Launcher]:
    """How each launcher is seen through, by the name of its program."""
    return {
        program: Launcher(
            options=_options(one),
            command=tuple(one.get("command", ())),
            words=one.get("words", 0),
            passes=one.get("passes", False),
            shell=one.get("shell", False),
            text=one.get("text", False),
            interpreter=one.get("interpreter", False),
        )
        for one in _table()["launchers"]
        for program in one["programs"]
    }


class Server(Record):
    """A web server: which options say where it listens, and whether it is given an application."""

    port: tuple[str, ...]
    application: bool


@cache
def servers() -> Mapping[str, Server]:
    """The web servers by the name of their program."""
    return {
        program: Server(tuple(one["port"]), one.get("application", False))
        for one in _table()["servers"]
        for program in one["programs"]
    }


@cache
def shell() -> Shell:
    """The words of a shell script that are not programs to be read."""
    return Shell(**{key: frozenset(words) for key, words in _table()["shell"].items()})


def program_runtime(program: str) -> str:
    """The language that a command's first word speaks for, or ""."""
    return _listed("programs", [program.rpartition("/")[2]])


def word_runtime(stem: str) -> str:
    """The language that a word of a file's name speaks for, or ""."""
    return _listed("words", re.split(r"[-_.]", stem))


def mode_of(name: str) -> str:
    """What a program does by a word of its name (``./mail-worker``: worker), or ""."""
    return _listed("modes", re.split(r"[-_.]", name.rpartition("/")[2]))


def _listed(table: str, words: Iterable[str]) -> str:
    listed = _table()[table]
    return next((key for word in words for key, known in listed.items() if word in known), "")
