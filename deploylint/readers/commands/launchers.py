"""From a command line to the programs that it starts, through shells and other launchers.

The launchers and their own words are data (``profiles/technologies.yaml``); this module only walks
the words.
"""

from __future__ import annotations

from collections import deque

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.readers.commands import shell
from deploylint.readers.commands.options import Option, read_options
from deploylint.readers.commands.shell import ASSIGNMENT, Variables, Word
from deploylint.readers.commands.technologies import (
    Launcher,
    launchers,
    shell_words,
    technology_of,
)

MAX_DEPTH, MAX_COMMANDS = 16, 100
"""Launchers that start launchers, and commands of a script; more is a mistake."""


class Command(Record):
    """A program and its words.

    ``program``: None if the image decides it.
    ``script``: what an interpreter runs.
    ``variables``: those of the program.
    """

    program: Word | None
    script: Word | None
    words: tuple[Word, ...]
    variables: Variables


class Unclear(Exception):
    """The programs of a command line are unknown; why, and where if that is one word."""

    def __init__(self, node: Node | None, note: str) -> None:
        super().__init__(note)
        self.node, self.note = node, note


def program_name(word: Word) -> str:
    """The name of a program without its folder."""
    return word.text.rpartition("/")[2]


def find_commands(line: list[Word], variables: Variables, depth: int = 0) -> list[Command]:
    """The commands that a line starts: one, or those of a shell script.

    Raises Unclear where they are unknown.
    """
    rest = deque(line)
    variables = _assigned(rest, variables)
    if not rest:
        return []
    program = rest.popleft()
    launcher = launchers().get(program_name(program))
    if depth > MAX_DEPTH:
        raise Unclear(program.node, f"more than {MAX_DEPTH} programs that start another program")
    if launcher is None or program.note:
        return [_command(program, None, rest, variables)]
    return _launched(program, launcher, rest, variables, depth)


def _assigned(rest: deque[Word], variables: Variables) -> Variables:
    """The variables with those assigned at the head of a line, which are taken off."""
    known = dict(variables)
    while rest and "=" in rest[0].text and (match := ASSIGNMENT.fullmatch(rest[0].text)):
        word = rest.popleft()
        known[match["name"]] = _filled(word._replace(text=match["value"]), variables)
    return known


def _filled(word: Word, variables: Variables) -> Word:
    return shell.fill_variables(word.text, word.node, variables) if word.is_raw else word


def _command(
    program: Word | None, script: Word | None, rest: deque[Word], variables: Variables
) -> Command:
    words = tuple(_filled(word, variables) for word in rest)
    own = (_filled(word, variables) if word and word.text else None for word in (program, script))
    return Command(next(own), next(own), words, variables)


def _launched(
    program: Word, launcher: Launcher, rest: deque[Word], variables: Variables, depth: int
) -> list[Command]:
    """The commands that a launcher starts, after its own words."""
    own = _own(program, launcher, rest)
    if launcher.shell:
        return _script(program, own, rest, variables, depth)
    given = {launcher.options.get(option.name): option.value for option in own}
    if module := given.get("module"):
        if technology_of(module.text) is not None:
            return [_command(module, None, rest, variables)]
        return [_command(program, module, rest, variables)]
    if "code" in given:
        return [_command(program, None, deque(), variables)]
    following = rest[0] if rest else Word("", program.node)
    if following.text in launcher.command:
        rest.popleft()
        _own(program, launcher, rest)
    elif launcher.command or (launcher.passes and not _is_named(program_name(following))):
        return [_command(program, None, rest, variables)]
    if launcher.interpreter and not _passes_on(rest):
        return [_command(program, rest.popleft() if rest else None, rest, variables)]
    for _ in range(min(launcher.words, len(rest))):
        rest.popleft()
    if launcher.text and rest:
        return _run(rest[0].text, rest[0].node, variables, depth)
    return find_commands(list(rest), variables, depth + 1)


def _own(program: Word, launcher: Launcher, rest: deque[Word]) -> list[Option]:
    """The options of a launcher, taken off; one that is not known may take the next word."""
    own: list[Option] = []
    for option in read_options(rest, launcher.options):
        if not option.name:
            if option.word.text != "--":
                rest.appendleft(option.word)
            break
        if not option.is_known and option.value is None:
            text = shell.for_note("", option.name)
            raise Unclear(None, f"{program_name(program)} has an unknown option {text}")
        own.append(option)
        if launcher.options.get(option.name):  # what follows belongs to what it starts
            break
    return own


def _is_named(name: str) -> bool:
    return name in launchers() or technology_of(name) is not None


def _passes_on(rest: deque[Word]) -> bool:
    """Whether a script is known to start the program that is named behind it."""
    script = launchers().get(program_name(rest[0])) if rest else None
    return script is not None and script.passes and _is_named(program_name([*rest, rest[0]][1]))


def _script(
    program: Word, own: list[Option], rest: deque[Word], variables: Variables, depth: int
) -> list[Command]:
    """The commands of ``sh -c SCRIPT``; arguments that are one text are the script as a whole."""
    if not rest or not any(option.name == "-c" for option in own):
        raise Unclear(program.node, "a script of the image")
    script = rest.popleft()
    is_rest_of_text = not script.is_raw and script.node is not program.node
    text = str(script.node.content) if is_rest_of_text else script.text
    return _run(text, script.node, variables, depth)


def _run(text: str, node: Node, variables: Variables, depth: int) -> list[Command]:
    """The commands of a script."""
    known, started = dict(variables), list[Command]()
    words = shell_words()
    try:
        for number, line in enumerate(shell.split_commands(text, node, known)):
            if number == MAX_COMMANDS:
                raise Unclear(node, f"a shell script with more than {MAX_COMMANDS} commands")
            first = program_name(line[0])
            if first in words["compound"]:
                raise Unclear(node, f"a shell script with {first!r}")
            if first in words["exports"] or all(ASSIGNMENT.fullmatch(w.text) for w in line):
                known.update(_assigned(deque(w for w in line if "=" in w.text), known))
            elif first not in words["preparing"]:
                started += find_commands(line, known, depth + 1)
    except ValueError as error:
        raise Unclear(node, f"a shell script: {error}") from None
    return started
