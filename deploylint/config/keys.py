"""What rules, settings of rules and allowances are about: ``element:`` and ``key:``."""

from __future__ import annotations

from collections.abc import Sequence

from deploylint.config.rules import DEFAULT_ROLES, EVERY_ROLE
from deploylint.documents.key_query import parse_query
from deploylint.documents.nodes import Node
from deploylint.documents.suggest import hint
from deploylint.model.errors import misread_at, misread_key, node_at
from deploylint.model.keys import field_path
from deploylint.model.paths import expand_selectors
from deploylint.model.rule import Rule


def read_elements(
    written: str | Sequence[str], node: Node, key: str = "element", *, parts: bool = False
) -> tuple[str, ...]:
    """The addresses of elements and fields under a key of a mapping.

    ``parts`` of trees may be named where that is so. Raises Misread for one that is not known.
    """
    try:
        patterns = [written] if isinstance(written, str) else written
        return tuple(expand_selectors(patterns, parts=parts))
    except ValueError as error:
        raise misread_key(node, key, str(error)) from None


def read_keys(written: str | Sequence[str], node: Node, key: str = "key") -> tuple[str, ...]:
    """The field paths of the key paths under a key of a mapping.

    Raises Misread for a text that is not a key path, and for a kind of object that is not known.
    """
    at, texts = node_at(node, key), [written] if isinstance(written, str) else written
    nodes = at.content if isinstance(at.content, list) else [at]
    paths: list[str] = []
    for text, item in zip(texts, nodes, strict=False):
        try:
            query = parse_query(text)
        except ValueError as error:
            raise misread_at(item, str(error)) from None
        paths.append(field_path(query))
        _check_kind(query.object_kind, item)
    return tuple(dict.fromkeys(paths))


def _check_kind(kind: str, node: Node) -> None:
    from deploylint.readers.kubernetes.catalogue import table

    known = [*table().workloads, *table().attached]
    if kind and kind not in known:
        raise misread_at(node, f"no kind of object is called {kind!r}; {hint(kind, known)}")


def about_keys(rule: Rule, keys: tuple[str, ...], node: Node) -> Rule:
    """A rule about some keys, by default in components of every role.

    Raises Misread for an operator that keys do not have.
    """
    if rule.operator == "be-among":
        raise misread_key(node, "must", "be-among is about elements; leave out key")
    roles = EVERY_ROLE if rule.roles == DEFAULT_ROLES else rule.roles
    return rule._replace(addresses=keys, roles=roles)
