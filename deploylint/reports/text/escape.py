"""Text from a stranger's file made safe for a terminal or a log, and places as text."""

from __future__ import annotations

from collections.abc import Iterable

from deploylint.documents.nodes import Problem
from deploylint.model.finding import Location
from deploylint.reports import Look


def at(place: Location | Problem) -> str:
    """A place as editors and grep read it: ``file:line:column``."""
    return f"{place.file}:{place.line}:{place.column}"


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


def _escaped(character: str, look: Look) -> str:
    if character.isascii() and character.isprintable():
        return character
    import unicodedata  # only a run that shows such a character needs its tables

    live = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    if live or not look.unicode:
        return character.encode("unicode_escape").decode("ascii")
    return character
