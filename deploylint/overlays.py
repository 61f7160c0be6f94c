"""Which file another one is laid over, where nobody says so: it has all its keys and more."""

from collections.abc import Sequence
from functools import cached_property

from deploylint.documents.nodes import Node
from deploylint.documents.reader import Document

_KeyPath = tuple[str, ...]
_Held = tuple[str, set[_KeyPath]]
"""A file and its keys."""


class Bases:
    """The possible bases of overlays; of them only those with an overlay's rarest key are tried.

    ``services`` are the documents of each. Nothing is indexed before it is asked for: most sets
    have no overlay.
    """

    def __init__(self, services: Sequence[tuple[Document, ...]]) -> None:
        self._services = services

    def of(self, documents: tuple[Document, ...]) -> str:
        """The first file that holds all keys of one of ``services`` and more, or ""."""
        mine = _key_paths(documents)
        rarest = min((self._holders[key] for key in mine), key=len, default=[])
        return next((file for file, keys in rarest if mine < keys), "")

    @cached_property
    def _holders(self) -> dict[_KeyPath, list[_Held]]:
        """Who holds each key, in the order of ``services``."""
        found: dict[_KeyPath, list[_Held]] = {}
        for documents in self._services:
            keys = _key_paths(documents)
            for key in keys:
                found.setdefault(key, []).append((documents[0].file, keys))
        return found


def _key_paths(documents: tuple[Document, ...]) -> set[_KeyPath]:
    found: set[_KeyPath] = set()
    roots = [root for document in documents for root in document.roots]
    stack: list[tuple[Node, _KeyPath]] = [(root, ()) for root in roots]
    while stack:
        node, path = stack.pop()
        if isinstance(node.content, dict):
            for key, entry in node.content.items():
                found.add((*path, key))
                stack.append((entry.value, (*path, key)))
    return found
