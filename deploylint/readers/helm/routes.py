"""The routes of a service from outside, in the forms of an HTTPRoute (Gateway API)."""

from __future__ import annotations

from deploylint.documents.nodes import Node, child, child_at, items_of, text_of
from deploylint.model.service import Value
from deploylint.readers.helm.env import Filled
from deploylint.readers.helm.field import names_of


def parent_gateway(node: Node) -> Filled:
    """The gateway of an HTTPRoute: the name of its first parent reference."""
    name = child_at(next(iter(items_of(node)), None), "name")
    if name is not None and name.is_scalar:
        yield "gateway", Value("known", text_of(name), name, "", None, (name,))


def http_rules(node: Node) -> Filled:
    """The paths that an HTTPRoute's rules match."""
    matches = [match for rule in items_of(node) for match in items_of(child(rule, "matches"))]
    values = [v for match in matches if (v := child_at(match, "path", "value")) is not None]
    if values:
        yield "paths", names_of([(str(v.content), v) for v in values], node)
