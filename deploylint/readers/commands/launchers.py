"""From a command line to the programs that it starts, through shells and other launchers.

Which programs are seen through, and what their own words are, is data
(``profiles/technologies.yaml``); this module only walks the words.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.readers.commands import shell
from deploylint.readers.commands.shell import ASSIGNMENT, Variables, Word
from deploylint.readers.commands.technologies import Launcher, Options, launchers, of_program
from deploylint.readers.commands.technologies import shell as shell_words

MAX_DEPTH, MAX_COMMANDS = 16, 100
"""Launchers that start launchers, and commands of a script; nobody means to write more."""


class Command(Record):
    """A program and its words.

    ``program`` is None where the image says it. ``script`` is what an interpreter runs.
    ``variables`` are those the program gets.
    """

    program: Word | None
    script: Word | None
    words: tuple[Word, ...]
    variables: Variables


class Unclear(Exception):
    """What a command line starts cannot be known; why, and where if that is one word."""

    def __init__(self, node: Node | None, note: str) -> None:
        super().__init__(note)
        self.node, self.note = node, note


class Said(Record):
    """An option, or with ``option`` "" a word that is none.

    ``value`` is what it takes: None for a flag, and for an option where nothing is left.
    ``is_known`` is whether the program is known to have it.
    """

    option: str
    word: Word
    value: Word | None = None
    is_known: bool = True


def base(word: Word) -> str:
    """The name of a program without its folder."""
    return word.text.rpartition("/")[2]


def said(rest: deque[Word], options: Options, *, keeps_equals: bool = True) -> Iterator[Said]:
    """The options and words at the head of ``rest``, taken off as they are read.

    ``--`` is a word. ``keeps_equals`` is whether a short option keeps the sign of ``-x=y`` as part
    of its value, as getopt and Click do.
    """
    while rest:
        word = rest.popleft()
        text = word.text
        if options.has(text):
            yield _taken(text, word, None, options, rest)
        elif not text.startswith(("-", "+")) or text in ("-", "+", "--"):
            yield Said("", word)
        else:
            yield from _attached(word, options, rest, keeps_equals)


def _attached(
    word: Word, options: Options, rest: deque[Word], keeps_equals: bool
) -> Iterator[Said]:
    """An option with its value in one word (``--a=b``, ``-ab``), or several short flags."""
    head, equals, value = word.text.partition("=")
    if equals and options.has(head) and not (keeps_equals and len(head) == 2):
        yield _taken(head, word, word._replace(text=value), options, rest)
        return
    cluster = [] if word.text.startswith("--") else list(_cluster(word, options, rest))
    if cluster:
        yield from cluster
    else:
        yield Said(head, word, word._replace(text=value) if equals else None, is_known=False)


def _cluster(word: Word, options: Options, rest: deque[Word]) -> Iterator[Said]:
    """Short options in one word; none of them where one is not known."""
    letters = word.text[1:]
    spelled = [word.text[0] + letter for letter in letters]
    valued = next((i for i, option in enumerate(spelled) if option in options.meanings), None)
    if not all(options.has(option) for option in spelled[:valued]):
        return
    for option in spelled[:valued]:
        yield Said(option, word)
    if valued is not None:
        attached = letters[valued + 1 :]
        value = word._replace(text=attached) if attached else None
        yield _taken(spelled[valued], word, value, options, rest)


def _taken(
    option: str, word: Word, value: Word | None, options: Options, rest: deque[Word]
) -> Said:
    if option in options.meanings and value is None and rest:
        value = rest.popleft()
    return Said(option, word, value)


def commands(line: list[Word], variables: Variables, depth: int = 0) -> list[Command]:
    """The commands that a line comes to: one, or those of a shell script.

    Raises Unclear where that cannot be known.
    """
    rest = deque(line)
    variables = _assigned(rest, variables)
    if not rest:
        return []
    program = rest.popleft()
    launcher = launchers().get(base(program))
    if depth > MAX_DEPTH:
        raise Unclear(program.node, f"more than {MAX_DEPTH} programs that start another program")
    if launcher is None or program.note:
        return [_command(program, None, rest, variables)]
    return _launched(program, launcher, rest, variables, depth)


def _assigned(rest: deque[Word], variables: Variables) -> Variables:
    """The variables with those assigned at the head of a line, which are taken off."""
    if not rest or "=" not in rest[0].text:
        return variables
    known = dict(variables)
    while rest and (found := ASSIGNMENT.fullmatch(rest[0].text)):
        word = rest.popleft()
        known[found["name"]] = _filled(word._replace(text=found["value"]), variables)
    return known


def _filled(word: Word, variables: Variables) -> Word:
    return shell.filled(word.text, word.node, variables) if word.is_raw else word


def _command(
    program: Word | None, script: Word | None, rest: deque[Word], variables: Variables
) -> Command:
    words = tuple(_filled(word, variables) for word in rest)
    own = (_filled(word, variables) if word and word.text else None for word in (program, script))
    return Command(next(own), next(own), words, variables)


def _launched(
    program: Word, launcher: Launcher, rest: deque[Word], variables: Variables, depth: int
) -> list[Command]:
    """What a launcher starts, after its own words."""
    own = _own(program, launcher, rest)
    if launcher.shell:
        return _script(program, own, rest, variables, depth)
    meanings = {launcher.options.meanings.get(one.option): one.value for one in own}
    if module := meanings.get("module"):
        return [_module(program, module, rest, variables)]
    if "code" in meanings:
        return [_command(program, None, deque(), variables)]
    if launcher.command:
        if not rest or rest[0].text not in launcher.command:
            return [_command(program, None, rest, variables)]
        rest.popleft()
        _own(program, launcher, rest)
    if launcher.passes and not (rest and _is_named(base(rest[0]))):
        return [_command(program, None, rest, variables)]
    if launcher.interpreter:
        return [_command(program, rest.popleft() if rest else None, rest, variables)]
    for _ in range(min(launcher.words, len(rest))):
        rest.popleft()
    if launcher.text and rest:
        return _run(rest[0].text, rest[0].node, variables, depth)
    return commands(list(rest), variables, depth + 1)


def _own(program: Word, launcher: Launcher, rest: deque[Word]) -> list[Said]:
    """The options of a launcher, taken off; one that is not known may take the next word."""
    own: list[Said] = []
    for one in said(rest, launcher.options):
        if not one.option:
            if one.word.text != "--":
                rest.appendleft(one.word)
            break
        if not one.is_known and one.value is None:
            note = f"{base(program)} has an unknown option {shell.shown('', one.option)}"
            raise Unclear(None, note)
        own.append(one)
        if launcher.options.meanings.get(one.option):  # what follows belongs to what it starts
            break
    return own


def _is_named(name: str) -> bool:
    return name in launchers() or of_program(name) is not None


def _module(program: Word, module: Word, rest: deque[Word], variables: Variables) -> Command:
    if of_program(module.text) is not None:
        return _command(module, None, rest, variables)
    return _command(program, module, rest, variables)


def _script(
    program: Word, own: list[Said], rest: deque[Word], variables: Variables, depth: int
) -> list[Command]:
    """The commands of ``sh -c SCRIPT``; arguments that are one text are the script as a whole."""
    if not rest or not any(one.option == "-c" for one in own):
        raise Unclear(program.node, "a script of the image")
    script = rest.popleft()
    is_rest_of_text = not script.is_raw and script.node is not program.node
    text = str(script.node.content) if is_rest_of_text else script.text
    return _run(text, script.node, variables, depth)


def _run(text: str, node: Node, variables: Variables, depth: int) -> list[Command]:
    known, found = dict(variables), list[Command]()
    words = shell_words()
    try:
        for number, line in enumerate(shell.commands(text, node, known)):
            if number == MAX_COMMANDS:
                raise Unclear(node, f"a shell script with more than {MAX_COMMANDS} commands")
            first = base(line[0])
            if first in words.compound:
                raise Unclear(node, f"a shell script with {first!r}")
            if first in words.exports or all(ASSIGNMENT.fullmatch(w.text) for w in line):
                known.update(_assigned(deque(w for w in line if "=" in w.text), known))
            elif first not in words.preparing:
                found += commands(line, known, depth + 1)
    except ValueError as error:
        raise Unclear(node, f"a shell script: {error}") from None
    return found
