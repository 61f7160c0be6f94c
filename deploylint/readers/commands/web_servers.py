"""A web server's command line: the port that it listens on, and the application that it runs.

The web servers and their options are data (``profiles/technologies.yaml``). What a command line
does not set has no value.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from deploylint.documents.regex import regex
from deploylint.model.field_values import NOT_SET, Fields, FieldValue, field_value
from deploylint.model.fields import ELEMENTS, PRESENT, element_of
from deploylint.model.service import Component, Value
from deploylint.model.types import PORT
from deploylint.readers.commands.launchers import Command, Unclear, find_commands, program_name
from deploylint.readers.commands.options import read_options
from deploylint.readers.commands.shell import Variables, Word
from deploylint.readers.commands.technologies import Server, servers, technology_of
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


# --- the ports of a worker's probes that nothing opens --------------------------------------------

# A worker has no Service, so its probe is often copied from the server beside it, with the port.
# The technologies without a port of their own are data (``profiles/technologies.yaml``).

UNOPENED = "workers.unopened-ports"
_DECLARED = ("service.container-port", "service.target-port", "monitoring.port")
PROBES = tuple(name for name, element in ELEMENTS.items() if "handler" in element.fields)


def unopened_ports(values: Mapping[str, FieldValue]) -> Fields:
    """The ports that a worker's probes ask and that nothing opens, by probe.

    One that the worker declares is open. Where it declares another one, or none and its program
    may open any, only the code can tell.
    """
    if f"workers.{PRESENT}" not in values:
        return {}
    declared = [v for address in _DECLARED if (v := values.get(address, NOT_SET)).state in _WRITTEN]
    asked = [v for probe in PROBES if (v := _asked_port(values, probe)).state in _WRITTEN]
    numbers = [value.data for value in declared]
    closed = {v.data: v for v in asked if v.data is None or v.data not in numbers}
    if not closed:
        return {UNOPENED: NOT_SET}
    first = next(iter(closed.values()))
    if declared or not _opens_none(values) or not all(map(_is_number, closed.values())):
        note = first.note if first.state == "unknown" else _IN_CODE
        return {UNOPENED: field_value("unknown", None, first.at, note)}
    parts = {str(v.data): (v.at, v.at) for v in closed.values() if v.at is not None}
    note = "no port is declared, and the program opens none by itself"
    return {UNOPENED: field_value("known", list(parts), first.at, note, parts)}


_WRITTEN = ("known", "unknown")
_IN_CODE = "the program's code decides which ports it opens"


def _asked_port(values: Mapping[str, FieldValue], probe: str) -> FieldValue:
    """The port that a probe asks; absent where there is none, it is off, or it runs a command."""
    present, handler = (values.get(f"{probe}.{f}", NOT_SET) for f in (PRESENT, "handler"))
    if present.state == "unknown":
        return present
    if present.state != "known" or handler.data == "exec":
        return NOT_SET
    return values.get(f"{probe}.port", NOT_SET)


def _is_number(port: FieldValue) -> bool:
    """Whether a port is a number: a name is one that the container declares."""
    return port.state == "known" and str(port.data).isdecimal()


def _opens_none(values: Mapping[str, FieldValue]) -> bool:
    program = values.get("workers.program", NOT_SET)
    technology = technology_of(str(program.data)) if program.data else None
    return technology is not None and technology.opens_none
