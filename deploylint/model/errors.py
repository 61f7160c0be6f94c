"""The errors that end a run, also in the middle of its work. Each message names the remedy."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from deploylint.documents.nodes import Node, Problem, child, span
from deploylint.documents.source import Unreadable
from deploylint.documents.suggest import hint

if TYPE_CHECKING:
    from deploylint.documents.reader import Document


class UsageError(Exception):
    """An option, path or configuration is invalid: exit 2."""


class NothingToCheck(Exception):
    """There is nothing to check: exit 3."""


class OutsideGroups(Exception):
    """The files that limit a report belong to no group: exit 0."""


class Misread(Unreadable):
    """A file of ours that is not what it must be: exit 2. Carries the problem."""


def misread_at(node: Node, message: str) -> Misread:
    """The error that something is wrong at a node."""
    at = span(node)
    return Misread(Problem(node.source.file, at.line, at.column, message))


def node_at(node: Node, key: str) -> Node:
    """The value under a key of a mapping; the mapping itself for a missing key."""
    return child(node, key) or node


def misread_key(node: Node, key: str, message: str) -> Misread:
    """The error that something is wrong under a key of a mapping."""
    return misread_at(node_at(node, key), message)


def check_known(kind: str, word: str, known: Collection[str], node: Node) -> None:
    """Raises Misread with the nearest word for a word that is not known."""
    if word not in known:
        raise misread_at(node, f"unknown {kind} {word!r}; {hint(word, known)}")


def refuse_duplicates(document: Document) -> None:
    """Raises Misread for a key that is written twice: a file of ours must not lose a value."""
    for lost, wins in document.source.duplicates:
        message = f"key {wins.content!r} is written twice; first in line {span(lost).line}"
        raise misread_at(wins, message)
