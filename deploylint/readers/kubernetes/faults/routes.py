"""What the API server refuses in a Service, an Ingress or an HTTPRoute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, items_of, text_of
from deploylint.documents.structure import key_names
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.faults.pods import repeated_names


def backend_faults(service: Node) -> Iterator[Fault]:
    """A Service of a backend without a port (IngressServiceBackend)."""
    port = child(service, "port")
    if port is None or (port.is_mapping and not {"name", "number"} & {*key_names(port)}):
        message = "the backend has no port; write its name or its number"
        yield Fault("missing-field", service.key, message)


def path_faults(path: Node) -> Iterator[Fault]:
    """A path that does not begin at the root (HTTPIngressPath, HTTPPathMatch)."""
    node = child(path, "path" if child(path, "path") is not None else "value")
    text, kind = text_of(node), text_of(child(path, "type"))
    if node is None or not text or is_variable(text) or kind == "RegularExpression":
        return
    if not text.startswith("/"):
        message = f"{node.path.name} is {text!r}; the API takes a path that begins with /"
        yield Fault("wrong-value", node, message)


def service_port_faults(ports: Node) -> Iterator[Fault]:
    """Ports that are there twice, by name or number, or have no name beside others (ServicePort).

    A port of a number is there for each protocol
    (https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services).
    """
    items = items_of(ports)
    yield from repeated_names(child(item, "name") for item in items)
    by_protocol = defaultdict[str, list[Node | None]](list)
    for item in items:
        number = child(item, "port")
        by_protocol[text_of(child(item, "protocol")) or "TCP"].append(number)
        if len(items) > 1 and child(item, "name") is None and number is not None:
            message = "the port has no name; the API server demands one of each of several"
            yield Fault("missing-field", number.key, message)
    for numbers in by_protocol.values():
        yield from repeated_names(numbers)
