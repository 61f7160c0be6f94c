"""The words of a command line, without quotes and with known variables filled in.

Follows the Shell Command Language (POSIX.1-2017, XCU 2) for scripts that are a list of simple
commands, and Kubernetes' ``$(VARIABLE)`` (Container, command and args). Nothing is run: a word that
only a run decides is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.secrets import redact


class Word(Record):
    """One word of a command line and the node it was read from.

    ``note`` is why it is unknown, or "". ``is_raw`` is whether variables in it still have to be
    filled in.
    """

    text: str
    node: Node
    note: str = ""
    is_raw: bool = False


Variables = Mapping[str, Word]
"""The known variables of a container."""

_TOKEN = regex(
    r"""(?P<blank>(?:[ \t\r]|\\\n)+)
      | (?P<comment>\#[^\n]*)
      | (?P<redirect>\d{0,9}(?:<<|&>>|&>|<>|>>|>\||>&|<&|<|>)\#?)
      | (?P<operator>\n|&&|\|\||;;|[;&|()])
      | (?P<word>(?:\{\{[^{}]*\}\}|\$\([^()]*\)|\$\{[^{}]*\}|`[^`]*`|'[^']*'|"(?:[^"\\]|\\.)*"
                   |\\.|[^\s;&|()<>'"`\\])+)
      | (?P<open>.)""",
    re.VERBOSE | re.DOTALL,
)
_PIECE = regex(
    r"""'(?P<literal>[^']*)' | "(?P<quoted>(?:[^"\\]|\\.)*)" | \\(?P<escaped>.)
      | (?P<bare>(?:\$\([^()]*\)|\$\{[^{}]*\}|`[^`]*`|[^'"\\])+)""",
    re.VERBOSE | re.DOTALL,
)
_REFERENCE = regex(
    r"\$\((?P<kubernetes>\w+)\)|\$\{(?P<braced>\w+)(?::?[-=](?P<default>[^{}]*))?\}"
    r"|\$(?P<plain>[A-Za-z_]\w*)|(?P<output>\$\([^()]*\)|`[^`]*`)|(?P<other>\$\{|\$[\d@*#?$!])"
)
_ESCAPED, _SPLIT = regex(r'\\([$`"\\\n])'), regex(r"\s|^$")
ASSIGNMENT = regex(r"(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)
TEMPLATE = "a template"
MAX_LENGTH = 131_072
"""Linux starts no program with a longer argument (execve(2), MAX_ARG_STRLEN)."""
TOO_LONG = f"longer than {MAX_LENGTH:,} characters"


def split_commands(text: str, node: Node, variables: Variables) -> Iterator[list[Word]]:
    """The simple commands of a script, in its order; assignments come before their command.

    The variables are those at the time a command is yielded, so that one command can set those of
    the next. Raises ValueError for what is no list of simple commands.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(TOO_LONG)
    command, is_target = list[Word](), False
    for token in _TOKEN.finditer(text):
        kind, written = token.lastgroup, token[0]
        if kind == "open":
            raise ValueError("an unclosed quote")
        if kind == "redirect" and written.endswith("#"):
            raise ValueError("a word with #")
        if kind == "redirect" and written.endswith("<<"):
            raise ValueError("a here-document")
        if kind == "operator" and command:
            yield command
            command = []
        if kind == "word" and not is_target:
            command.append(_word(written, node, variables))
        is_target = kind == "redirect" or (is_target and kind == "blank")
    if command:
        yield command


def _word(written: str, node: Node, variables: Variables) -> Word:
    if "{{" in written:
        return Word(written, node, TEMPLATE)
    parts: list[Word] = []
    for piece in _PIECE.finditer(written):
        kind = piece.lastgroup or ""
        text = piece[kind] if kind != "quoted" else _ESCAPED.sub(r"\1", piece[kind])
        part = Word(text, node)
        if kind in ("quoted", "bare") or "$(" in text:
            part = fill_variables(text, node, variables)
        if kind == "bare" and part.text != text and not part.note and _SPLIT.search(part.text):
            part = part._replace(note="a variable that the shell splits into words")
        parts.append(part)
    note = next((part.note for part in parts if part.note), "")
    return Word("".join(part.text for part in parts), node, note)


def fill_variables(text: str, node: Node, variables: Variables) -> Word:
    """A text with its known variables; a note if one of them is unknown."""
    if "{{" in text:
        return Word(text, node, TEMPLATE)
    if "$" not in text and "`" not in text:
        return Word(text, node)
    notes: list[str] = []
    room = MAX_LENGTH

    def known(reference: re.Match[str]) -> str:
        nonlocal room
        name = reference["kubernetes"] or reference["braced"] or reference["plain"]
        value = variables.get(name or "")
        room -= 0 if value is None else len(value.text)
        if value is None or value.note or not value.text or room < 0:
            notes.append(TOO_LONG if room < 0 else _note(reference, name, value))
            return reference[0]
        return value.text

    done = _REFERENCE.sub(known, text)
    return Word(done, node, notes[0] if notes else "")


def _note(reference: re.Match[str], name: str | None, value: Word | None) -> str:
    if name is None:
        return "the output of a command" if reference["output"] else "a variable"
    if value is not None and value.note:
        return value.note if _VARIABLE in value.note else f"{_VARIABLE} {name}: {value.note}"
    default = reference["default"]
    return f"{_VARIABLE} {name}" + (f", by default {for_note(name, default)}" if default else "")


_VARIABLE, _SHOWN = "the variable", 60


def for_note(name: str, text: str) -> str:
    """A text of the file for a note, without secrets and shortened."""
    safe = str(redact(name, text))
    return safe if len(safe) <= _SHOWN else f"{safe[: _SHOWN - 1]}…"
