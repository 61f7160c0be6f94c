"""The nodes of our own files by their keys, and errors that name their places."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from deploylint.documents.nodes import Node, child, span
from deploylint.documents.suggest import hint
from deploylint.model.errors import Misread, misread_at

Written = TypeVar("Written")


def items(root: Node, key: str) -> list[Node]:
    """The nodes of the list under a key; none where there is no such list."""
    node = child(root, key)
    return node.content if node is not None and isinstance(node.content, list) else []


def with_nodes(entries: Sequence[Written], root: Node, key: str) -> Iterator[tuple[Written, Node]]:
    """Entries of the list under a key, each with its node."""
    return zip(entries, items(root, key), strict=True)


def node_at(node: Node, key: str) -> Node:
    """The value under a key of a mapping, or the mapping."""
    return child(node, key) or node


def misread_key(node: Node, key: str, message: str) -> Misread:
    """The error that something is wrong under a key of a mapping."""
    return misread_at(node_at(node, key), message)


def check_known(kind: str, word: str, known: Collection[str], node: Node) -> None:
    """Raises Misread with the nearest word for a word that is not known."""
    if word not in known:
        raise misread_at(node, f"unknown {kind} {word!r}; {hint(word, known)}")


def line_of(node: Node) -> str:
    """The file and line of a node."""
    return f"{node.source.file}:{span(node).line}"
