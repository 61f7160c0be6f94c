"""What the API server refuses in a Service (validation.go, ValidateService)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, is_empty, items_of, text_of
from deploylint.documents.regex import regex
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.faults.pods import repeated_names

_INSIDE_TYPES = ("", "ClusterIP")
_ADDRESS = regex(r"[0-9a-fA-F.:]+|None")


def service_faults(spec: Node) -> Iterator[Fault]:
    """Settings that only a Service has that is reached from outside, a wrong address, no port.

    https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
    """
    address, kind = child(spec, "clusterIP"), text_of(child(spec, "type"))
    written = text_of(address)
    is_right = address is None or is_empty(address) or _ADDRESS.fullmatch(written) is not None
    if address is not None and not is_right and not is_variable(written):
        message = f"clusterIP is {written!r}; the API takes an address, or None"
        yield Fault("wrong-value", address, message)
    ports = child(spec, "ports")
    if ports is not None and is_empty(ports) and written != "None" and kind != "ExternalName":
        message = "spec.ports has no value; the API server refuses a Service without a port"
        yield Fault("missing-field", ports.key, message)
    selector = child(spec, "selector")
    if selector is not None and selector.is_scalar and is_empty(selector):
        message = "spec.selector has no value; the Service leads to no pods"
        yield Fault("selects-nothing", selector.key, message)
    if kind not in _INSIDE_TYPES:
        return
    policy = None if items_of(child(spec, "externalIPs")) else child(spec, "externalTrafficPolicy")
    for node in (policy, *(child(item, "nodePort") for item in items_of(child(spec, "ports")))):
        if node is not None and not is_empty(node) and text_of(node) != "0":
            message = f"{node.path.name} is set, and the type is ClusterIP; set another type"
            yield Fault("contradiction", node.key, message)


def port_list_faults(ports: Node) -> Iterator[Fault]:
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
