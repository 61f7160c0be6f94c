"""Which file another one is laid over, where nobody says so: it has all its keys and more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record

KeyPath = tuple[str, ...]


class _Base(Record):
    """A file, how many keys it has, and which of those that are asked for."""

    file: str
    size: int
    keys: Set[KeyPath]


def find_base_files(
    overlays: Sequence[Set[KeyPath]], held: Iterable[tuple[str, Sequence[Node]]]
) -> list[str]:
    """For each set of keys the first file that holds all of it and more, or "".

    ``held`` are the files and their roots; of a file only the keys that are asked for are kept, and
    of the files only those with an overlay's rarest key are tried.
    """
    wanted = {key: key for keys in overlays for key in keys}
    holders: dict[KeyPath, list[_Base]] = {key: [] for key in wanted}
    for file, roots in held:
        keys = key_paths(roots)
        base = _Base(file, len(keys), {wanted[key] for key in keys if key in wanted})
        for key in base.keys:
            holders[key].append(base)
    return [_base(keys, holders) for keys in overlays]


def _base(mine: Set[KeyPath], holders: dict[KeyPath, list[_Base]]) -> str:
    rarest = min((holders[key] for key in mine), key=len, default=[])
    return next((one.file for one in rarest if one.size > len(mine) and mine <= one.keys), "")


def key_paths(roots: Sequence[Node]) -> set[KeyPath]:
    """The keys of every mapping below some roots, each with those above it."""
    found: set[KeyPath] = set()
    stack: list[tuple[Node, KeyPath]] = [(root, ()) for root in roots]
    while stack:
        node, path = stack.pop()
        if isinstance(node.content, dict):
            for key, entry in node.content.items():
                found.add((*path, key))
                stack.append((entry.value, (*path, key)))
    return found
