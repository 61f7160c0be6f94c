"""What one service writes another way than those beside it, and which of its objects are asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from deploylint.compare.service_keys import Path
from deploylint.documents.nodes import Node, child, text_of
from deploylint.documents.record import Record
from deploylint.documents.suggest import SWAPPED, is_misspelt, misspelt_word
from deploylint.model.own_name import holds_word
from deploylint.model.secret_signs import holds_secrets, may_name_a_secret
from deploylint.model.secrets import redact
from deploylint.model.service import Service

ODD_KEY, UNKNOWN_KEY = "odd-key", "unknown-key"
MANY = 5
"""How many siblings are asked about a key."""
FEW = 3
"""How many siblings show that a key which one lacks is its slip beside it."""
OVERRIDES = frozenset({"fullNameOverride", "fullnameOverride", "nameOverride", "NameOverride"})
"""Keys of a name that takes the place of the one that a chart makes by itself."""
BESIDE = ("Service", "Ingress")
"""The kinds of objects that siblings are asked about beside their workloads."""


class Oddity(Record):
    """What a service writes another way: the check that reports it, the node, and the message.

    ``other`` is the node of a sibling that has what most have.
    """

    service: Service
    check: str
    node: Node
    message: str
    other: Node


def objects_of(services: Sequence[Service], kind: str) -> list[Service]:
    """Services, or the manifests among them with one object of a kind, which is their root then."""
    objects = list[Service]() if kind else list(services)
    for service in services if kind and services and services[0].shape == "manifests" else ():
        roots = [root for root in service.written if text_of(child(root, "kind")) == kind]
        objects += [service._replace(root=root) for root in roots[: len(roots) == 1]]
    return objects


def writers(services: Sequence[Service]) -> Counter[int]:
    """How many services write something in each document, by its table."""
    return Counter(at for s in services for at in {id(root.table) for root in s.written})


def whole_document(root: Node, written_by: Mapping[int, int]) -> Node:
    """The document that the values of a service alone are in, as those of a release; else those."""
    return root.table.node(0) if written_by[id(root.table)] == 1 else root


def is_secret(path: Path) -> bool:
    """Whether what is at a path may not be shown."""
    return any(may_name_a_secret(name) or holds_secrets(name) for name in path)


def holds_secret(text: str, name: str = "") -> bool:
    """Whether a text that is called so, or has no name, may not be shown."""
    return redact(name, text) != text


def has_slip(text: str, most: str, names: Set[str], *, is_sure: bool = False) -> bool:
    """Whether a text has a word with a slip in it, which is no name of a service."""
    word = misspelt_word(text, most, SWAPPED)
    if not word or any(holds_word(word, name) for name in names):
        return False
    if holds_secret(text) or holds_secret(most):
        return False
    is_near = is_sure and misspelt_word(text, most)
    return bool(is_near) or is_misspelt(text, most)
