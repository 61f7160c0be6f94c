"""A web server's command line: the port that it listens on, and the application that it runs.

The web servers and their options are data (``profiles/technologies.yaml``). What a command line
does not set has no value.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from deploylint.documents.regex import regex
from deploylint.model.fields import element_of
from deploylint.model.service import Component, Value
from deploylint.model.types import PORT
from deploylint.readers.commands.launchers import Command, Unclear, find_commands, program_name
from deploylint.readers.commands.options import read_options
from deploylint.readers.commands.shell import Variables, Word
from deploylint.readers.commands.technologies import Server, servers
from deploylint.readers.commands.worker import line_words
from deploylint.readers.helm.field import field

_RUNTIME = element_of("runtime.port")
_APPLICATION = regex(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(\))?")


def server_values(component: Component) -> dict[str, Value]:
    """The values of the web server that a component's own command line starts, by address."""
    written = component.command_line
    if written is None or not written.has_program:
        return {}
    variables = variables_of(component)
    return started_server(line_words(written.nodes, variables) or [], variables)


def variables_of(component: Component) -> Variables:
    """The known variables of a component, without secrets."""
    variables = component.value("environment.variables")
    data = variables.data if isinstance(variables.data, dict) else {}
    parts = variables.parts or {}
    return {n: Word(str(v), parts[n].value) for n, v in data.items() if n in parts}


def started_server(line: list[Word], variables: Variables) -> dict[str, Value]:
    """The port and the application of the only web server that a line starts, by address."""
    try:
        known = [(c, server) for c in find_commands(line, variables) if (server := _server(c))]
    except Unclear:
        return {}
    if len(known) != 1:
        return {}
    ((command, server),) = known
    values = dict[str, Value]()
    ports = {word.text.rpartition(":")[2]: word for word in _ports(command, server)}
    if len(ports) == 1:
        values[f"{_RUNTIME}.port"] = _port(*ports.popitem())
    words = [word for word in command.words if ":" in word.text and not word.note]
    given = [word for word in words if _APPLICATION.fullmatch(word.text)]
    if server.application and len(given) == 1:
        word = given[0]
        application = Value("known", word.text, word.node, "", None, (word.node,))
        values[f"{_RUNTIME}.application"] = application
    return values


def _server(command: Command) -> Server | None:
    """The web server of a program, or of a module that ``python -m`` starts."""
    program = command.script or command.program
    return None if program is None else servers().get(program_name(program))


def _ports(command: Command, server: Server) -> Iterator[Word]:
    """The values of the options for a port, or an address with one."""
    table = dict.fromkeys(server.port, "port")
    for option in read_options(deque(command.words), table, keeps_equals=False):
        value = option.value if option.name in table else None
        if value is not None and not value.note and value.text.rpartition(":")[2].isdecimal():
            yield value


def _port(text: str, word: Word) -> Value:
    read = field(PORT, word.node.made(text, ""))
    return read._replace(node=word.node, leaves=(word.node,))
