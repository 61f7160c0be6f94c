"""From a node to where it stands, looked up only for what a report names."""

from __future__ import annotations

from deploylint.documents.nodes import Node, key_path, span
from deploylint.elements import PRESENT, element_of
from deploylint.model import Component, Difference, Place, Service, Value


def place(node: Node, service: Service) -> Place:
    """Where a node stands in one of a service's documents."""
    keys: tuple[str, ...] = ()
    for root in _around(node, service):
        keys = key_path(root, node)
    at = span(node)
    if not isinstance(node.content, str) and at.end_line > at.line:
        at = at._replace(end_line=at.line, end_column=_end_of_line(node))
    return Place(node.source.file, dotted(keys), *at)


def _around(node: Node, service: Service) -> list[Node]:
    """The documents that a node stands in, or all where it was put into them from elsewhere."""
    here = [r for r in service.roots if r.source is node.source and r.start <= node.start]
    return here or list(service.roots)


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
    if value.node is not None:
        return value.node
    return _deepest(component.scope, _path(component, address))[1]


def missing(difference: Difference) -> Node:
    """The key nearest above a value that nobody wrote.

    That is where the reference writes it, as far as this file goes along; else where it would be
    written in this spelling; else the element's own key.
    """
    component, address = difference.at.component, difference.address
    scope, path = _as_in_the_reference(difference)
    spelling = _path(component, address)
    depth, node, below = _deepest(scope, path)
    if path and spelling and (path[-1][:1] == "[" or (depth == len(path) and _is_text(below))):
        depth, node, path = 0, component.scope, spelling  # a word of a command there, a key here
    spelt_depth, spelt, _ = _deepest(component.scope, spelling)
    if spelt_depth > depth:
        return spelt
    own = _own_key(component, element_of(address))
    return node if depth or len(path) == 1 or own is None else own


def _own_key(component: Component, element: str) -> Node | None:
    """The key that an element stands under, when it is not only known by one of its fields."""
    present = component.value(f"{element}.{PRESENT}")
    fields = (
        value for address, value in component.values.items() if element_of(address) == element
    )
    if present.state != "known" or any(
        value.node is present.node for value in fields if value is not present
    ):
        return None
    return present.node


def _is_text(node: Node) -> bool:
    return isinstance(node.content, str)


def _as_in_the_reference(difference: Difference) -> tuple[Node, tuple[str, ...]]:
    """The keys that the reference's value is written under, and below which node of this file."""
    service, component = difference.at
    node, reference = difference.expected.node, difference.reference
    if node is None or reference is None:
        return component.scope, ()
    scope = reference.component.scope
    if scope.source is node.source and scope.start <= node.start < scope.end:
        return component.scope, key_path(scope, node)
    return service.roots[-1], key_path(_around(node, reference.service)[-1], node)


def _deepest(scope: Node, path: tuple[str, ...]) -> tuple[int, Node, Node]:
    """How many keys of a path there are below a node, the last of them, and its value."""
    nearest = content = scope
    for depth, key in enumerate(path):
        if not isinstance(content.content, dict) or key not in content.content:
            return depth, nearest, content
        nearest, content = content.content[key]
    return len(path), nearest, content


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
