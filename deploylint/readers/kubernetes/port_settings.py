"""What says the number of a port of some purpose: options, variables, settings and names of ports.

A name such as ``HEALTH_PORT`` or ``metrics-bind-address`` says the purpose. To add a word for one,
add it to its set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from deploylint.documents.nodes import Node, child, text_of
from deploylint.documents.regex import regex
from deploylint.documents.structure import texts_below
from deploylint.readers.helm.ports import command_lines, mentioned_ports, options_of
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.wrapped.values import nodes_at

OF_PROBES = frozenset(("health", "healthz", "probe", "probes", "liveness", "readiness"))
OF_SCRAPES = frozenset(("metrics", "metric", "prometheus", "prom"))
_ADDRESS = frozenset(("port", "addr", "address", "bind", "listen"))
_PLAIN = frozenset(("check", "checks", "http", "https", "management", "server", "serve"))
"""Words beside these two that name no other thing in a setting."""

_WORDS = regex("[a-z]+")


def settings_of(attached: Iterable[Object]) -> list[tuple[str, str]]:
    """The entries of the ConfigMaps that a pod refers to."""
    maps = [each.at("data") for each in attached if each.kind == "ConfigMap"]
    return [pair for data in maps if data is not None for pair in texts_below(data).items()]


def is_set(port: int, settings: Iterable[tuple[str, str]]) -> bool:
    """Whether a setting that is an address, whatever its name, has a port."""
    addresses = (value for name, value in settings if _words(name) & _ADDRESS)
    return str(port) in mentioned_ports(("", value) for value in addresses)


def _words(name: str) -> Set[str]:
    return frozenset(_WORDS.findall(name.lower()))


def other_port(
    containers: Iterable[Node], purpose: Set[str], settings: Sequence[tuple[str, str]]
) -> str:
    """What says which port has a purpose, in words; "" if nothing does."""
    settings = [pair for pair in settings if _words(pair[0]) <= purpose | _ADDRESS | _PLAIN]
    for container in containers:
        variables = (*_texts(container, "env[]", "name", "value"), *settings)
        for name, value in (*variables, *options_of(command_lines(container))):
            words = _words(name)
            ports = mentioned_ports([("", value)]) if words & purpose else {}
            if ports and (words & _ADDRESS or value.startswith(":")):
                return f"{name} says {next(iter(ports))}"
        for name, value in _texts(container, "ports[]", "name", "containerPort"):
            if not purpose.isdisjoint(_WORDS.findall(name)):
                return f"the port named {name} is {value}"
    return ""


def _texts(node: Node, path: str, *keys: str) -> Iterator[tuple[str, ...]]:
    """The texts under some keys of each item of a list."""
    return (tuple(text_of(child(item, key)) for key in keys) for item in nodes_at(node, path))
