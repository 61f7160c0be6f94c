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
TEXTS = {
    "--reference": "reference",
    "--profile": "profile",
    "--fail-on": "fail_on",
    "--today": "today",
    "--stdin-filename": "stdin_filename",
    "-f": "format",
    "--format": "format",
    "--color": "colour",
}
"""Options with a value, of which the last counts, and the argument that each one is."""

REPEATED = {"--rule": "rule", "--skip-rule": "skip_rule", "--service": "service"}
"""Options with a value of which each one counts."""

FILES = {"--config": "config_file"}
"""Options with a path."""

SWITCHES = {
    "--no-config": "no_config",
    "--no-allow": "no_allow",
    "--require-reason": "require_reason",
    "-q": "quiet",
    "--quiet": "quiet",
    "--no-progress": "no_progress",
}
"""Options without a value."""

COUNTED = {"-v": "verbose", "--verbose": "verbose"}
"""Options that say more each time."""

VARIABLES = {"DEPLOYLINT_FORMAT": "--format", "DEPLOYLINT_CONFIG": "--config"}
"""Variables of the environment, and the option that each stands for where it is not given."""

_COMPLETING = "_COMPLETE"
"""How the variable ends with which a shell asks for completions."""


def read_check(words: Sequence[str], environ: Mapping[str, str]) -> CheckArguments | None:
    """What a command line asks of ``check``; None where Typer has to read it."""
    if words[:1] != [COMMAND] or os.name == "nt":  # there Typer expands patterns
        return None
    if any(name.endswith(_COMPLETING) for name in environ):
        return None
    given: dict[str, Any] = {"paths": ()}
    rest = iter(words[1:])
    for word in rest:
        if not word.startswith("-") or word == "-":
            given["paths"] += (Path(word),)
        elif not _take(word, rest, given):
            return None
    for name, option in VARIABLES.items():
        if environ.get(name) and (TEXTS | FILES)[option] not in given:
            _set(option, environ[name], given)
    return CheckArguments(**given)


def _take(word: str, rest: Iterator[str], given: dict[str, Any]) -> bool:
    """Put an option where it belongs; False where it is none of ours."""
    if word in SWITCHES:
        given[SWITCHES[word]] = True
    elif word in COUNTED:
        given[COUNTED[word]] = given.get(COUNTED[word], 0) + 1
    else:
        option, joined, value = word.partition("=")
        if not joined:
            value = next(rest, "-")
        if value.startswith("-") or (joined and not option.startswith("--")):
            return False
        return _set(option, value, given)
    return True


def _set(option: str, value: str, given: dict[str, Any]) -> bool:
    if option in TEXTS:
        given[TEXTS[option]] = value
    elif option in FILES:
        given[FILES[option]] = Path(value)
    elif option in REPEATED:
        given[REPEATED[option]] = (*given.get(REPEATED[option], ()), value)
    else:
        return False
    return True
