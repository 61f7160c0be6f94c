"""The short way into ``check``: the common arguments of a hook, read without Typer.

Typer takes a fifth of a hook's run. What is not plainly one of these is left to it: help, mistakes,
completion, other commands. A test holds both ways to one another for any arguments.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploylint.cli.check import CheckArguments

COMMAND = "check"

KINDS: Mapping[str, str] = CheckArguments.__annotations__
"""The type of each argument, as it is written."""

NUMBERS = ("max_unknown", "max_findings")
"""Arguments that are left to Typer, which checks numbers."""

OPTIONS = {
    "-f": "format",
    "--color": "colour",
    "--config": "config_file",
    "-q": "quiet",
    "-v": "verbose",
    **{
        f"--{name.replace('_', '-')}": name
        for name in KINDS
        if name not in ("paths", "colour", "config_file", *NUMBERS)
    },
}
"""The argument that each option sets."""

VARIABLES = {"DEPLOYLINT_FORMAT": "--format", "DEPLOYLINT_CONFIG": "--config"}
"""The option that each environment variable sets where it is not given."""

_COMPLETING = "_COMPLETE"
"""How the variable ends with which a shell asks for completions."""


def read_check(words: Sequence[str], environ: Mapping[str, str]) -> CheckArguments | None:
    """The arguments of ``check`` on a command line; None where Typer has to read it."""
    if words[:1] != [COMMAND] or os.name == "nt":  # there Typer expands patterns
        return None
    if any(name.endswith(_COMPLETING) for name in environ):
        return None
    given: dict[str, Any] = {"paths": ()}
    rest = iter(words[1:])
    for word in rest:
        if word == "--":
            given["paths"] += tuple(map(Path, rest))
        elif not word.startswith("-") or word == "-":
            given["paths"] += (Path(word),)
        elif not _take(word, rest, given):
            return None
    for variable, option in VARIABLES.items():
        if environ.get(variable) and OPTIONS[option] not in given:
            for value in environ[variable].split() if option == "--format" else [environ[variable]]:
                _set(OPTIONS[option], value, given)
    return CheckArguments(**given)


def _take(word: str, rest: Iterator[str], given: dict[str, Any]) -> bool:
    """Set the argument of an option; False where only Typer can read it."""
    option, equals, value = word.partition("=")
    name = OPTIONS.get(option, "")
    if KINDS.get(name) in ("bool", "int"):
        given[name] = given.get(name, 0) + 1 if KINDS[name] == "int" else True
        return not equals
    if not equals:
        value = next(rest, "-")
    if not name or value.startswith("-") or (equals and not option.startswith("--")):
        return False
    _set(name, value, given)
    return True


def _set(name: str, value: str, given: dict[str, Any]) -> None:
    if KINDS[name].startswith("tuple"):
        given[name] = (*given.get(name, ()), value)
    else:
        given[name] = Path(value) if KINDS[name].startswith("Path") else value
