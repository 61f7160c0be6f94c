"""Finds the file that another one overlays: it has all the keys of that one, and more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record

LeafKeys = tuple[str, ...]


class _Base(Record):
    """A file, how many keys it has, and its keys that overlays have too."""

    file: str
    size: int
    keys: Set[LeafKeys]


def find_base_files(
    overlays: Sequence[Set[LeafKeys]], files: Iterable[tuple[str, Sequence[Node]]]
) -> list[str]:
    """For each set of keys the first file that has all of them and more, or "".

    ``files`` are names and roots. Of a file only the keys of overlays are kept, and only the files
    with an overlay's rarest key are tried.
    """
    wanted = {key: key for keys in overlays for key in keys}
    by_key: dict[LeafKeys, list[_Base]] = {key: [] for key in wanted}
    for file, roots in files:
        keys = key_paths(roots)
        base = _Base(file, len(keys), {wanted[key] for key in keys if key in wanted})
        for key in base.keys:
            by_key[key].append(base)
    return [_first_base(keys, by_key) for keys in overlays]


def _first_base(keys: Set[LeafKeys], by_key: dict[LeafKeys, list[_Base]]) -> str:
    rarest = min((by_key[key] for key in keys), key=len, default=[])
    return next((base.file for base in rarest if base.size > len(keys) and keys <= base.keys), "")


def key_paths(roots: Sequence[Node]) -> set[LeafKeys]:
    """The keys of every mapping below some roots, each with those above it."""
    paths: set[LeafKeys] = set()
    stack: list[tuple[Node, LeafKeys]] = [(root, ()) for root in roots]
    while stack:
        node, path = stack.pop()
        if isinstance(node.content, dict):
            for key, entry in node.content.items():
                paths.add((*path, key))
                stack.append((entry.value, (*path, key)))
    return paths
