"""A Dockerfile as instructions whose words know where they stand.

The text is parsed by ``dockerfile``, a binding of BuildKit's own parser: what a directive, a
heredoc, a JSON form or a line that goes on means is what ``docker build`` makes of it. That parser
knows lines; columns are found here. See https://docs.docker.com/reference/dockerfile/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dockerfile import Command, GoParseError, all_cmds, parse_string

from deploylint.documents.nodes import Node, Problem, Source, text_node
from deploylint.documents.record import Record

_KNOWN = frozenset(name.upper() for name in all_cmds())


class Instruction(Record):
    """One instruction: its name in capitals, its words, and whether they are in JSON (exec) form.

    ``node`` is the whole of it.
    """

    name: str
    words: tuple[Node, ...]
    is_exec: bool
    node: Node


def instructions(source: Source) -> list[Instruction] | Problem:
    """The instructions of a Dockerfile, or why it is none, where."""
    if "\0" in source.text:
        return _problem(source, source.text.index("\0"), "holds a NUL character; it is no text")
    try:
        commands = parse_string(source.text)
    except GoParseError as error:
        line = 0 if _is_bare(source.text) else _broken_line(source.text)
        return _problem(source, _starts(source.text)[line], f"{error}")
    found = list(_placed(commands, source))
    strange = next((one for one in found if one.name not in _KNOWN), None)
    if strange is not None:
        name = strange.name[:40] or "none"
        return _problem(source, strange.node.start, f"unknown instruction: {name}")
    nowhere = next((one for one in found if one.name == "FROM" and not one.words), None)
    if nowhere is not None:
        return _problem(source, nowhere.node.start, "FROM names no image")
    if all(one.name != "FROM" for one in found):
        return _problem(source, 0, "no FROM: an image is built from another one, or from scratch")
    return found


def _problem(source: Source, at: int, message: str) -> Problem:
    line, column = source.position(at)
    return Problem(source.file, line + 1, column + 1, f"not a Dockerfile: {message}")


def _broken_line(text: str) -> int:
    """The line, from 0, with which a text stops being a Dockerfile: the parser does not say."""
    lines = text.split("\n")
    good, bad = 0, len(lines)  # how many lines are one, and how many are none
    while bad - good > 1:
        middle = (good + bad) // 2
        if _parses("\n".join(lines[:middle])):
            good = middle
        else:
            bad = middle
    return good


def _parses(text: str) -> bool:
    try:
        parse_string(text)
    except GoParseError:
        return _is_bare(text)
    return True


def _is_bare(text: str) -> bool:
    """Whether a text holds nothing but comments, which is a fault of the whole and of no line."""
    return all(line.strip()[:1] in ("", "#") for line in text.split("\n"))


def _starts(text: str) -> list[int]:
    """Where each line begins, as BuildKit counts lines."""
    starts = [0]
    while (end := text.find("\n", starts[-1])) >= 0:
        starts.append(end + 1)
    return starts


def _placed(commands: Iterable[Command], source: Source) -> Iterator[Instruction]:
    starts = [*_starts(source.text), len(source.text)]
    for one in commands:
        begin, end = starts[one.start_line - 1], starts[min(one.end_line, len(starts) - 1)]
        written = source.text[begin:end]
        start = begin + len(written) - len(written.lstrip())
        node = text_node(source, written.strip(), start, begin + len(written.rstrip()), "'")
        name = one.cmd or ""  # a line that only goes on has none
        words = tuple(_words(one.value, node, start + len(name)))
        yield Instruction(name.upper(), words, one.json, node)


def _words(texts: Iterable[str], whole: Node, begin: int) -> Iterator[Node]:
    """Words in their order; one that is not written as it is read stands where the whole does."""
    for text in texts:
        at = whole.source.text.find(text, begin, whole.end) if text else -1
        if at < 0:
            yield whole.made(text)
        else:
            begin = at + len(text)
            yield text_node(whole.source, text, at, begin, "'")
