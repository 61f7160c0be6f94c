"""From a node to where it stands, looked up only for what a report names."""

from __future__ import annotations

from deploylint.documents.nodes import Node, key_path, span
from deploylint.elements import PRESENT, element_of
from deploylint.model import Component, Place, Service, Value


def place(node: Node, service: Service) -> Place:
    """Where a node stands in one of a service's documents."""
    keys: tuple[str, ...] = ()
    for root in service.roots:
        if root.source is node.source and root.start <= node.start:
            keys = key_path(root, node)
    at = span(node)
    if not isinstance(node.content, str) and at.end_line > at.line:
        at = at._replace(end_line=at.line, end_column=_end_of_line(node))
    return Place(node.source.file, dotted(keys), *at)


def _end_of_line(node: Node) -> int:
    line, column = node.source.position(node.start)
    return max(len(node.source.line(line).rstrip()), column) + 1


def dotted(keys: tuple[str, ...]) -> str:
    """A path as one writes it: ``env[0].value``; keys with dots are quoted."""
    text = ""
    for key in keys:
        if key.startswith("[") and key.endswith("]"):
            text += key
        else:
            text += ("." if text else "") + (f'"{key}"' if "." in key else key)
    return text


def node_of(component: Component, address: str, value: Value) -> Node:
    """The node a value was read from, or the nearest existing parent of where it would be."""
    return value.node if value.node is not None else nearest_parent(component, address)


def nearest_parent(component: Component, address: str) -> Node:
    """The key nearest above an address nobody wrote, or the mapping it would be written in."""
    nearest = content = component.scope
    for key in _path(component, address):
        if not isinstance(content.content, dict) or key not in content.content:
            break
        nearest, content = content.content[key]
    return nearest


def _path(component: Component, address: str) -> tuple[str, ...]:
    """The keys an address is written under; of a level what its fields share."""
    paths = component.paths
    if address in paths:
        return paths[address]
    below = [path for known, path in paths.items() if known.startswith(f"{address}.")]
    if below:
        return below[0][:-1]
    field = ".".join(address.split(".")[:2])
    return paths.get(field) or paths.get(f"{element_of(address)}.{PRESENT}", ())
