"""The ports of a process and of its Service, in the forms of charts.

Each is a reader for ``forms.READERS`` (ServicePort and ContainerPort in the core API).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.documents.nodes import Node, child, child_at, entries_of, items_of, leaves, text_of
from deploylint.documents.regex import regex
from deploylint.model.types import PORT, WORD
from deploylint.readers.helm.env import Filled
from deploylint.readers.helm.field import field

FIELDS = {"port": "port", "targetPort": "target-port", "containerPort": "container-port"}
PROTOCOL = "protocol"


def ports(node: Node) -> Filled:
    """``{http: 80}``, ``{http: {port, targetPort}}``, ``{containerPort}`` or ``[{name, port}]``.

    A service with several ports is known by the one named http, else by its first.
    """
    chosen = _main_port(node)
    if chosen is None:
        return
    if chosen.is_scalar:
        yield "port", field(PORT, chosen)
        return
    for key, name in FIELDS.items():
        if (value := child(chosen, key)) is not None and value.is_scalar:
            yield name, field(PORT, value)
    protocol = child(chosen, PROTOCOL)
    if protocol is not None and protocol.content not in ("TCP", ""):  # what the API fills in
        yield PROTOCOL, field(WORD, protocol)


def _main_port(node: Node) -> Node | None:
    entries = entries_of(node)
    if not entries.keys().isdisjoint(FIELDS):
        return node  # one port that has no name
    items = [item for item in items_of(node) if item.is_mapping]
    http = [item for item in items if text_of(child(item, "name")) == "http"]
    values = [entry.value for entry in entries.values()]
    return child(node, "http") or next(iter(http or items or values), None)


def container_ports(node: Node) -> Filled:
    """``containerPorts``: ``{http: 8080}`` or ``[{name: http, containerPort: 8080}]``."""
    yield from declared_ports(node)
    chosen = _main_port(node)
    if chosen is not None and chosen.is_scalar:
        yield "container-port", field(PORT, chosen)


def declared_ports(node: Node) -> Filled:
    """A process's ``ports`` as Kubernetes has them (ContainerPort); others are a Service's."""
    port = child_at(_main_port(node), "containerPort")
    if port is not None and port.is_scalar:
        yield "container-port", field(PORT, port)


def mentioned_ports(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """The numbers that may be ports in variables or options, each with the name of the last.

    What tells a server its own port opens no other one.
    """
    return {
        number: name
        for name, text in pairs
        if name.strip("-").lower() not in _OWN_PORT
        for number in _NUMBER.findall(text)
    }


_OWN_PORT = frozenset({"port", "p"})
_NUMBER = regex(r"(?:^|[^0-9.])([0-9]{2,5})(?:$|[^0-9.])")


def ports_by_purpose(process: Node, asked: Iterable[Node]) -> Mapping[str, str]:
    """The numbers at keys of values that say what another port is for, each with its keys.

    ``healthPort``, ``management.server.port``, or a file of settings with such a word in it. What
    is ``asked`` for opens nothing.
    """
    places = {(node.source, node.key.start) for node in asked}
    ports = dict[str, str]()
    for leaf in leaves(process):
        keys, text = leaf.path.keys(), text_of(leaf)
        words = (*keys, text) if "\n" in text else keys
        if (leaf.source, leaf.key.start) not in places and _PURPOSE.search(" ".join(words)):
            ports |= dict.fromkeys(mentioned_ports([("", text)]), ".".join(keys))
    return ports


_PURPOSE = regex(r"(?i)health|management|actuator|admin")


def listed_ports(process: Node) -> Mapping[str, str]:
    """The numbers of the ports of a process and of its Service in lists, each with its list.

    So are those at keys by which a chart calls its own port: ``webServerPort``, ``http_port``.
    """
    nodes = [(key, child(process, key)) for key in _LISTS]
    nodes += ((f"service.{key}", child_at(process, "service", key)) for key in _LISTS)
    entries = entries_of(process).items()
    own = {text_of(entry.value): key for key, entry in entries if _CALLED_PORT.search(key)}
    return own | {
        text_of(next(filter(None, (child(item, key) for key in _NUMBERED)), item)): name
        for name, node in nodes
        for item in (*items_of(node), *(entry.value for entry in entries_of(node).values()))
    }


_LISTS = (
    "ports",
    "containerPorts",
    "extraPorts",
    "extraContainerPorts",
    "additionalPorts",
    "additionalContainerPorts",
)
_CALLED_PORT = regex(r"[a-z0-9](Port|[_-]port)$")
_NUMBERED = ("containerPort", "targetPort", "port")


def command_lines(process: Node) -> Iterator[list[str]]:
    """The words of a process's command and of its arguments, as they are written."""
    for node in filter(None, (child(process, key) for key in ("command", "args", "extraArgs"))):
        if isinstance(node.content, list):
            yield [item.content for item in node.content if isinstance(item.content, str)]
        elif isinstance(node.content, str):
            yield node.content.split()


def options_of(lines: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The options of command lines with their values: ``--port=80``, or ``--port`` and ``80``."""
    for line in lines:
        for before, word in zip(("", *line), line, strict=False):
            name, equals, value = word.partition("=")
            yield (name, value) if equals else (before, word)
