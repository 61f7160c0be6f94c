"""What may be the name of a host in an Ingress or an HTTPRoute, of a manifest or of values.

The API server takes a DNS name, or one with ``*.`` before it: no scheme, port, path or address
(https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/, ``host``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from deploylint.documents.nodes import Node, is_empty, text_of
from deploylint.documents.regex import regex
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.wrapped.values import nodes_at

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = regex(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_ADDRESS = regex(r"\d{1,3}(?:\.\d{1,3}){3}")
_PLACEHOLDER = regex(r"<|\$[A-Za-z_]")
"""What is for a user or a script to replace: ``<your host>``, ``$shop_host``."""
_LONGEST = 253
_BESIDE = {"://": "a scheme", ":": "a port", "/": "a path"}
"""What is beside a host, by the sign between them."""


def host_name_faults(hosts: Iterable[Node]) -> Iterator[Fault]:
    """Hosts that the API server refuses."""
    for host in hosts:
        text = text_of(host)
        if not host.is_scalar or is_empty(host) or is_variable(text) or _PLACEHOLDER.search(text):
            continue
        if len(text) > _LONGEST or _ADDRESS.fullmatch(text) or not _HOST.fullmatch(text):
            part = next((part for sign, part in _BESIDE.items() if sign in text), "")
            advice = f"without {part}" if part else "in lower case, or one with *. before it"
            message = f"the host is {text!r}; the API takes a DNS name {advice}"
            yield Fault("wrong-value", host, message)


def names_at(path: str) -> Callable[[Node], Iterator[Fault]]:
    """A check of the hosts at some keys of a part of an object (``wrapped.values``)."""
    return lambda part: host_name_faults(nodes_at(part, path))


def values_name_faults(root: Node) -> Iterator[Fault]:
    """The hosts of the Ingress in values as the chart of ``helm create`` has them."""
    for keys in ("ingress.hosts[].host", "ingress.tls[].hosts[]"):
        yield from host_name_faults(nodes_at(root, keys))
