"""The words of a command line: quotes are taken away and known variables are filled in.

Follows the Shell Command Language (POSIX.1-2017, XCU 2) as far as a script is a list of simple
commands, and Kubernetes' ``$(VARIABLE)`` (Container, command and args). Nothing is run: what only a
run could tell makes a word unknown.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from deploylint.documents.nodes import Node
from deploylint.secrets import redacted


class Word(NamedTuple):
    """One word of a command line and the node it was read from.

    ``note`` is why it cannot be known, "" where it can. ``is_raw`` is whether variables in it still
    have to be filled in.
    """

    text: str
    node: Node
    note: str = ""
    is_raw: bool = False


Variables = Mapping[str, Word]
"""What the container's environment is known to hold."""

_TOKEN = re.compile(
    r"""(?P<blank>(?:[ \t\r]|\\\n)+)
      | (?P<comment>\#[^\n]*)
      | (?P<redirect>\d{0,9}(?:<<|&>>|&>|<>|>>|>\||>&|<&|<|>))
      | (?P<operator>\n|&&|\|\||;;|[;&|()])
      | (?P<word>(?:\{\{[^{}]*\}\}|\$\([^()]*\)|\$\{[^{}]*\}|`[^`]*`|'[^']*'|"(?:[^"\\]|\\.)*"
                   |\\.|[^\s;&|()<>'"`\\])+)""",
    re.VERBOSE | re.DOTALL,
)
_PIECE = re.compile(
    r"""'(?P<literal>[^']*)' | "(?P<quoted>(?:[^"\\]|\\.)*)" | \\(?P<escaped>.)
      | (?P<template>\{\{.*?\}\}) | (?P<bare>(?:\$\([^()]*\)|\$\{[^{}]*\}|`[^`]*`|[^'"\\])+?)
        (?=['"\\]|\{\{|\Z)""",
    re.VERBOSE | re.DOTALL,
)
_REFERENCE = re.compile(
    r"\$\((?P<kubernetes>\w+)\)|\$\{(?P<braced>\w+)(?::?[-=](?P<default>[^{}]*))?\}"
    r"|\$(?P<plain>[A-Za-z_]\w*)|(?P<output>\$\([^()]*\)|`[^`]*`)|(?P<other>\$\{|\$[\d@*#?$!])"
)
ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)
TEMPLATE = "a template"


def commands(text: str, node: Node, variables: Variables) -> Iterator[list[Word]]:
    """The simple commands of a script, in its order; assignments stand in front of their command.

    The variables are filled in as they are when a command is yielded, so that what one command sets
    the next one has. Raises ValueError for what is no list of simple commands.
    """
    command: list[Word] = []
    position, is_target, begins = 0, False, True
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ValueError("a quotation is not closed")
        kind, written = token.lastgroup, token[0]
        if kind == "comment" and not begins:
            raise ValueError("a word holds #")
        if kind == "redirect" and written.endswith("<<"):
            raise ValueError("it holds a here-document")
        if kind == "operator" and command:
            yield command
            command = []
        if kind == "word" and not is_target:
            command.append(_word(written, node, variables))
        is_target = kind == "redirect" or (is_target and kind == "blank")
        begins = kind in ("blank", "operator")
        position = token.end()
    if command:
        yield command


def _word(written: str, node: Node, variables: Variables) -> Word:
    text, note = "", ""
    for piece in _PIECE.finditer(written):
        kind = piece.lastgroup or ""
        part = Word(piece[kind], node)
        if kind == "quoted":
            part = filled(re.sub(r'\\([$`"\\\n])', r"\1", part.text), node, variables)
        elif kind == "bare":
            part = filled(part.text, node, variables)
            if not part.note and part.text != piece[kind] and re.search(r"\s|^$", part.text):
                part = part._replace(note="a variable that the shell splits into words")
        elif kind == "template":
            part = part._replace(note=TEMPLATE)
        elif "$(" in part.text:
            part = filled(part.text, node, variables)
        text, note = text + part.text, note or part.note
    return Word(text, node, note)


def filled(text: str, node: Node, variables: Variables) -> Word:
    """A text with what is known of its variables; a note where one of them is not known."""
    if "{{" in text:
        return Word(text, node, TEMPLATE)
    if "$" not in text and "`" not in text:
        return Word(text, node)
    notes: list[str] = []

    def known(reference: re.Match[str]) -> str:
        name = reference["kubernetes"] or reference["braced"] or reference["plain"]
        value = variables.get(name or "")
        if value is None or value.note or not value.text:
            notes.append(_note(reference, name, value))
            return reference[0]
        return value.text

    done = _REFERENCE.sub(known, text)
    return Word(done, node, notes[0] if notes else "")


def _note(reference: re.Match[str], name: str | None, value: Word | None) -> str:
    if name is None:
        return "the output of a command" if reference["output"] else "a variable"
    if value is not None and value.note:
        return f"the variable {name}: {value.note}"
    default = redacted(name, reference["default"])
    return f"the variable {name}" + (f", by default {default}" if default else "")
