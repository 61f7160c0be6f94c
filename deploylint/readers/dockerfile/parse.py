"""A Dockerfile as instructions with the location of each word, and the variables in these.

The text is parsed by ``dockerfile``, a binding of BuildKit's own parser, so a directive, a heredoc,
a JSON form or a continued line means what it means to ``docker build``. That parser knows lines;
columns are found here. See https://docs.docker.com/reference/dockerfile/.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate

from dockerfile import Command, GoParseError, all_cmds, parse_string

from deploylint.documents.nodes import Node, Problem, Source, text_node
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.readers.commands.shell import Variables, Word

_KNOWN = frozenset(name.upper() for name in all_cmds())


class Instruction(Record):
    """One instruction.

    ``name``: its name in capitals.
    ``words``: its words.
    ``is_exec``: whether they are in JSON (exec) form.
    ``node``: the whole of it.
    """

    name: str
    words: tuple[Node, ...]
    is_exec: bool
    node: Node


def parse_instructions(source: Source) -> list[Instruction] | Problem:
    """The instructions of a Dockerfile, or why and where it is not one."""
    text = source.text
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]  # as BuildKit counts
    if "\0" in text:
        return _problem(source, text.index("\0"), "contains a NUL character")
    try:
        instructions = list(_located(parse_string(text), source, starts))
    except GoParseError as error:
        return _problem(source, starts[_broken_line(text)], f"{error}")
    for instruction in instructions:
        if instruction.name not in _KNOWN:
            name = instruction.name[:40] or "none"
            return _problem(source, instruction.node.start, f"unknown instruction: {name}")
        if instruction.name == "FROM" and not instruction.words:
            return _problem(source, instruction.node.start, "FROM without an image")
    if all(instruction.name != "FROM" for instruction in instructions):
        return _problem(source, 0, "no FROM: an image is built from another one, or from scratch")
    return instructions


def _problem(source: Source, at: int, message: str) -> Problem:
    return source.problem(at, f"not a Dockerfile: {message}")


def _broken_line(text: str) -> int:
    """The first line, from 0, that the parser refuses with those above it: it does not name one.

    A text of comments alone is refused as a whole.
    """
    lines = text.split("\n")
    if _is_empty(lines):
        return 0
    return bisect_left(range(len(lines) - 1), True, key=lambda n: not _parses(lines[: n + 1]))


def _parses(lines: list[str]) -> bool:
    try:
        parse_string("\n".join(lines))
    except GoParseError:
        return _is_empty(lines)
    return True


def _is_empty(lines: list[str]) -> bool:
    return all(line.strip()[:1] in ("", "#") for line in lines)


def _located(
    commands: Iterable[Command], source: Source, starts: list[int]
) -> Iterator[Instruction]:
    for command in commands:
        begin, end = starts[command.start_line - 1], starts[min(command.end_line, len(starts) - 1)]
        written = source.text[begin:end]
        start = begin + len(written) - len(written.lstrip())
        node = text_node(source, written.strip(), start, begin + len(written.rstrip()), "'")
        name = command.cmd or ""  # a line that is only continued has none
        words = tuple(_words(command.value, node, start + len(name)))
        yield Instruction(name.upper(), words, command.json, node)


def _words(texts: Iterable[str], whole: Node, begin: int) -> Iterator[Node]:
    """Words in their order; one with another text in the file has the location of the whole."""
    for text in texts:
        at = whole.source.text.find(text, begin, whole.end) if text else -1
        if at < 0:
            yield whole.made(text)
        else:
            begin = at + len(text)
            yield text_node(whole.source, text, at, begin, "'")


# --- the values of variables, by the ARG and ENV before an instruction ----------------------------

# https://docs.docker.com/reference/dockerfile/#environment-replacement; a form that is not
# described there, and a variable without a value in the file, make a text unknown.

MOST = 4096
"""Characters of a text; a longer one, as of a variable that doubles itself, is unknown."""

_PIECE = regex(
    r"""'(?P<literal>[^']*)'|\\(?P<escaped>.)|(?P<quote>")
      | \$(?P<plain>\w+) | \$\{(?P<braced>\w+)(?::?(?P<sign>[-+])(?P<other>[^{}$]*))?\}
      | (?P<strange>\$\{[^}]*\}?) | (?P<rest>[^'"\\$]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS = frozenset("'\"\\$")


def expand_variables(node: Node, variables: Variables) -> Word:
    """A word without its quotes, with the values of its variables."""
    written, parts, note = str(node.content), [], ""
    if _SIGNS.isdisjoint(written) and len(written) <= MOST:  # as it is with most
        return Word(written, node)
    for piece in _PIECE.finditer(written):
        kind = piece.lastgroup or ""
        name = piece["plain"] or piece["braced"]
        if name:
            word = _variable(name, piece["sign"], piece["other"] or "", node, variables)
            note = note or word.note
            parts.append(word.text)
        elif kind == "strange":
            note = note or f"{piece[kind]} is not read"
        elif kind != "quote":
            parts.append(piece[kind])
    text = "".join(parts)
    return Word(text[:MOST], node, note or ("too long" if len(text) > MOST else ""))


def _variable(name: str, sign: str | None, other: str, node: Node, variables: Variables) -> Word:
    """A variable's value; ``-`` gives another text if it is not set, ``+`` if it is."""
    word = variables.get(name, Word("", node))
    if word.note or (sign is None and name in variables):
        return word._replace(node=node)
    if sign is None:
        return Word("", node, f"{name} is not set in the file")
    if sign == "+":
        return Word(other if word.text else "", node)
    return Word(word.text or other, node)
