"""How a service is reached from outside: the forms of an HTTPRoute (Gateway API)."""

from __future__ import annotations

from deploylint.documents.nodes import Node, child
from deploylint.model.service import Value
from deploylint.readers.helm.env import Filled
from deploylint.readers.helm.field import names_in


def parents(node: Node) -> Filled:
    """The gateway of an HTTPRoute: the name of its first parent reference."""
    items = node.content if isinstance(node.content, list) else []
    named = child(items[0], "name") if items else None
    if named is not None and isinstance(named.content, str):
        yield "gateway", Value("known", named.content, named, "", None, (named,))


def http_rules(node: Node) -> Filled:
    """The paths that an HTTPRoute's rules match."""
    items = node.content if isinstance(node.content, list) else []
    matches = [m for item in items if (m := child(item, "matches")) is not None]
    each = [match for m in matches if isinstance(m.content, list) for match in m.content]
    found = [p for match in each if (p := child(match, "path")) is not None]
    values = [v for path in found if (v := child(path, "value")) is not None]
    if values:
        yield "paths", names_in(values, node)
