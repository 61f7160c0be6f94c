"""What a web server's command line says: where it listens, and which application it runs.

Which programs are web servers, and which options of theirs say so, is data
(``profiles/technologies.yaml``). What a command line leaves open is not said.
"""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.regex import regex
from deploylint.model.fields import element_of
from deploylint.model.service import Component, Value
from deploylint.model.types import PORT
from deploylint.readers.commands.launchers import Command, Unclear, base, commands
from deploylint.readers.commands.shell import Variables, Word
from deploylint.readers.commands.technologies import Server, servers
from deploylint.readers.commands.worker import words
from deploylint.readers.helm.field import field

_RUNTIME = element_of("runtime.port")
_APPLICATION = regex(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(\))?")


def serving(component: Component) -> dict[str, Value]:
    """What a component's own command line says of a web server, by address."""
    written = component.command_line
    if written is None or not written.has_program:
        return {}
    variables = variables_of(component)
    try:
        line = [word for node in written.nodes for word in words(node, variables)]
    except ValueError:
        return {}  # told where commands are read
    return started(line, variables)


def variables_of(component: Component) -> Variables:
    """What the environment of a component is known to hold; no secret is."""
    variables = component.value("environment.variables")
    data = variables.data if isinstance(variables.data, dict) else {}
    parts = variables.parts or {}
    return {n: Word(str(v), parts[n].value) for n, v in data.items() if n in parts}


def started(line: list[Word], variables: Variables) -> dict[str, Value]:
    """The port and the application of the only web server that a line starts, by address."""
    try:
        known = [found for command in commands(line, variables) if (found := _server(command))]
    except Unclear:
        return {}
    if len(known) != 1:
        return {}
    command, server = known[0]
    ports = {word.text.rpartition(":")[2]: word for word in _ports(command, server)}
    said = {} if len(ports) != 1 else {f"{_RUNTIME}.port": _port(*ports.popitem())}
    if server.application:
        given = [w for w in command.words if not w.note and _APPLICATION.fullmatch(w.text)]
        said |= {} if len(given) != 1 else {f"{_RUNTIME}.application": _plain(given[0])}
    return said


def _server(command: Command) -> tuple[Command, Server] | None:
    """A command with what is known of its program; ``python -m`` starts a module of that name."""
    program = command.script or command.program
    server = None if program is None else servers().get(base(program))
    return None if server is None else (command, server)


def _ports(command: Command, server: Server) -> Iterator[Word]:
    """What the options that say where it listens are given: a port, or an address with one."""
    rest = iter(command.words)
    for word in rest:
        option, equals, value = word.text.partition("=")
        if option not in server.port:
            continue
        given = word._replace(text=value) if equals else next(rest, None)
        if given is not None and not given.note and given.text.rpartition(":")[2].isdecimal():
            yield given


def _port(text: str, word: Word) -> Value:
    read = field(PORT, word.node.made(text, ""))
    return read._replace(node=word.node, leaves=(word.node,))


def _plain(word: Word) -> Value:
    return Value("known", word.text, word.node, "", None, (word.node,))
