"""Ports that values send requests to, and that the Service of the same values does not have.

Which keys these are is data (``backends`` of a profile). Only the chart knows the Service's ports
where values set none, and the names of its ports where values have but numbers, or keys that it
may name them by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deploylint.documents.nodes import Node, child, entries_of, items_of, leaves, text_of
from deploylint.documents.record import Record
from deploylint.documents.suggest import nearest
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.wrapped.values import nodes_at


class _Ports(Record):
    """The names and the numbers of the ports of a Service, and the numbers that it leads to.

    ``are_keys`` is whether some names are keys of values: ``console`` may be ``minio-console``.
    """

    names: frozenset[str]
    numbers: frozenset[str]
    targets: frozenset[str]
    are_keys: bool


def missing_ports(
    root: Node, backends: Mapping[str, Mapping[str, Sequence[str]]]
) -> Iterator[Fault]:
    """The ports of backends and monitors that are none of the Service's (ServiceBackendPort).

    A number that is written elsewhere too may be the port of another Service.
    """
    asked = [
        node
        for first, by_path in backends.items()
        if child(root, first) is not None
        for path, ports in by_path.items()
        for holder in nodes_at(root, path)
        if _is_own(holder, root)
        for port in ports
        for node in nodes_at(holder, port)
    ]
    service = child(root, "service") if asked else None
    ports = _ports_of(service) if service is not None else None
    if ports is None:
        return
    for node in asked:
        word, known = text_of(node), ports.numbers if text_of(node).isdecimal() else ports.names
        if not known or not word or word in known or is_variable(word) or not node.is_scalar:
            continue
        if word in ports.targets or not word.isdecimal() or not _is_elsewhere(root, word, asked):
            message = f"the Service has no port {word!r}; it has {', '.join(sorted(known))}"
            is_named = word.isdecimal() or not ports.are_keys or nearest(word, known)
            yield Fault("missing-port", node, message, wanted="" if is_named else word)


def _is_own(holder: Node, root: Node) -> bool:
    """Whether a backend names no other Service than the chart's own."""
    names = [text_of(child(holder, key)) for key in ("name", "serviceName")]
    own = text_of(child(root, "fullnameOverride"))
    return all(name in ("", own) for name in names)


def _ports_of(service: Node) -> _Ports | None:
    """The ports of a Service; None if a template sets some of them."""
    lists = [child(service, key) for key in _LISTS]
    named = [pair for node in lists if node is not None for pair in _named(node)]
    numbers = [node for node in (child(service, key) for key in _NUMBERS) if node is not None]
    names = {name for name, _ in named} | {text_of(child(service, "portName"))}
    texts = [text_of(node) for node in (*numbers, *(port for _, port in named if port is not None))]
    if any(map(is_variable, (*names, *texts))):
        return None
    targets = {text_of(child(service, key)) for key in _TARGETS}
    are_keys = any(map(entries_of, filter(None, lists)))
    return _Ports(frozenset(names - {""}), frozenset(texts), frozenset(targets), are_keys)


_LISTS = ("ports", "extraPorts", "additionalPorts")
_NUMBERS = ("port", "externalPort", "servicePort")
_TARGETS = ("targetPort", "internalPort", "containerPort")


def _named(ports: Node) -> Iterator[tuple[str, Node | None]]:
    """The ports of a list or a mapping, each with its name or ""."""
    for item in items_of(ports):
        yield text_of(child(item, "name")), child(item, "port") or child(item, "containerPort")
    for name, entry in entries_of(ports).items():
        yield name, entry.value if entry.value.is_scalar else child(entry.value, "port")


def _is_elsewhere(root: Node, word: str, asked: Sequence[Node]) -> bool:
    """Whether values hold a text anywhere but in what asks for it."""
    places = {(node.source, node.key.start) for node in asked}
    return any(
        text_of(leaf) == word and (leaf.source, leaf.key.start) not in places
        for leaf in leaves(root)
    )
