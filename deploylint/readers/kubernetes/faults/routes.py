"""What the API server refuses in an Ingress or an HTTPRoute."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, text_of
from deploylint.documents.structure import key_names
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable


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
