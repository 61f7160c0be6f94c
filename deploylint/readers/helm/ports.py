"""The ports of a process and of its Service, in the forms of charts.

Each is a reader for ``forms.READERS`` (ServicePort and ContainerPort in the core API).
"""

from __future__ import annotations

from deploylint.documents.nodes import Node, child, child_at, entries_of, items_of, text_of
from deploylint.model.types import PORT
from deploylint.readers.helm.env import Filled
from deploylint.readers.helm.field import field

FIELDS = {"port": "port", "targetPort": "target-port", "containerPort": "container-port"}


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
    chosen = _main_port(node)
    if chosen is not None:
        port = child(chosen, "containerPort") or chosen
        if port.is_scalar:
            yield "container-port", field(PORT, port)


def declared_ports(node: Node) -> Filled:
    """A process's ``ports`` as Kubernetes has them (ContainerPort); others are a Service's."""
    port = child_at(_main_port(node), "containerPort")
    if port is not None and port.is_scalar:
        yield "container-port", field(PORT, port)
