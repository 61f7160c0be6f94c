"""Text from a stranger's file made safe for a terminal or a log, and places as text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from deploylint.documents.nodes import Problem
from deploylint.documents.paths import path_from_here
from deploylint.documents.regex import regex
from deploylint.model.finding import Location
from deploylint.reports import Look


def at(place: Location | Problem) -> str:
    """A place as editors and grep read it, from the working directory: ``file:line:column``."""
    return f"{path_from_here(place.file)}:{place.line}:{place.column}"


def safe(text: str, look: Look) -> str:
    """One line without control or formatting characters, so that nothing in it is ever live.

    Terminal escapes, line ends and bidirectional overrides are shown as ``\\xNN`` or ``\\uNNNN``;
    everything beyond ASCII as well where the output cannot hold it.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character, look) for character in text)


def safe_lines(lines: Iterable[str], look: Look) -> str:
    """Lines as the text of a report for programs."""
    return "".join(safe(line, look) + "\n" for line in lines)


def inert(text: str) -> str:
    """A whole output in which no line is a command to what runs jobs.

    For GitHub Actions a command begins a line, after white space, with ``::``, or has ``##[``
    anywhere (https://github.com/actions/runner, ActionCommand.cs); for Azure Pipelines it has
    ``##vso[`` anywhere, for TeamCity ``##teamcity[``. What is escaped in its place reads back the
    same from JSON, and from YAML in double quotes.
    """
    if "::" not in text and "##" not in text:
        return text
    return _COMMAND.sub(
        lambda match: f"{match[1]}\\u003a:" if match[2] else f"{match[3]}\\u005b", text
    )


_COMMAND = regex(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*)(::)|(##[A-Za-z]*)\[", re.MULTILINE)


def _escaped(character: str, look: Look) -> str:
    if character.isascii() and character.isprintable():
        return character
    import unicodedata  # only a run that shows such a character needs its tables

    live = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    if live or not look.unicode:
        return character.encode("unicode_escape").decode("ascii")
    return character
