"""The fields that a file of another tool has of its own, and that its decoder takes alone.

``wrapped.yaml`` lists them by format: those of the document, and those of each service in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from deploylint.documents.nodes import Node, Problem, child, entries_of
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import nearest
from deploylint.readers.wrapped.values import places_at, unreadable_at

Slip = tuple[Node, str]
"""A key that is misspelt, and what it is meant for."""


def is_list_of_services(root: Node, row: dict[str, Any]) -> bool:
    """Whether a document has a list of what services are known by in a format.

    Of a format with fields some of the list may lack that, and others nearly have it.
    """
    keys, fields = row["when"]["of"], row.get("fields", ())
    items = (item for item, _ in places_at(root, row["when"]["list"]))
    if not fields:
        first = next(items, None)
        return first is not None and all(_has(item, keys) for item in chain([first], items))
    has_others = len({*fields}.intersection(key_names(root))) > 1
    return any(
        all(_has(item, [key]) or nearest(key, key_names(item)) for key in keys)
        or (has_others and any(_has(item, [key]) for key in keys))
        for item in items
    )


def _has(item: Node, keys: Iterable[str]) -> bool:
    return all(child(item, key) for key in keys)


def misspelt_fields(root: Node, items: Iterable[Node], row: dict[str, Any]) -> Iterator[Slip]:
    """The keys of a document and of its services that are nearly a field of the format."""
    yield from _slips(root, row.get("fields", ()))
    for item in items:
        yield from _slips(item, row.get("each-fields", ()))


def _slips(node: Node, fields: Iterable[str]) -> Iterator[Slip]:
    entries, known = entries_of(node), frozenset(fields)
    for name, entry in entries.items() if known else ():
        if name not in known and (meant := nearest(name, known - entries.keys())):
            yield entry.key, meant


def missing_fields(root: Node, items: Iterable[Node], row: dict[str, Any]) -> Iterator[Problem]:
    """The services without a field that they are known by, and nothing that may give it to them."""
    inherits = row.get("inherits", ())
    if "fields" not in row or any(child(root, key) is not None for key in inherits):
        return
    for item in items:
        names = key_names(item)
        lost = [key for key in row["when"]["of"] if key not in names and not nearest(key, names)]
        if lost and not any(key in names for key in inherits):
            yield unreadable_at(item, f"{row['about']} has no {lost[0]}; write it").problem
