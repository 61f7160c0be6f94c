"""The names by which pods refer to other objects: found row by row, once for pods written alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from deploylint.documents.key_paths import KeyPath
from deploylint.documents.nodes import Collection, Node, text_of
from deploylint.readers.helm.key_tree import ITEMS, split
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.wrapped.values import nodes_at


def references(workload: Object, paths: Iterable[str]) -> set[str]:
    """The names in a pod's spec at some paths of the table."""
    return {text_of(node) for node in reference_nodes(workload, paths)}


def reference_nodes(workload: Object, paths: Iterable[str]) -> Iterator[Node]:
    """Their nodes, path by path."""
    spec = workload.pod_spec
    if spec is None:
        return
    if type(spec) is not Collection:
        yield from (node for path in paths for node in nodes_at(spec, path))
        return
    rows = _reference_rows(spec.table.paths[spec.row : spec.end_row])
    for path in paths if rows else ():
        yield from (spec.table.node(spec.row + row) for row in rows.get(path, ()))


def secrets_of(others: Iterable[Object]) -> Iterator[tuple[Object, Node]]:
    """The names of Secrets in objects beside pods."""
    rows = table().attached
    for other in others:
        row = rows.get(other.kind)
        for path in row.secrets if row is not None else ():
            yield from ((other, node) for node in nodes_at(other.node, path))


MOST_PODS = 2_000
"""The pods that are kept; a fleet with more that are written differently repeats few of them."""


@lru_cache(maxsize=MOST_PODS)
def _reference_rows(paths: Sequence[KeyPath]) -> Mapping[str, Sequence[int]]:
    """The rows at each path of the table, counted from the first; ``paths`` are those below it."""
    rows: dict[str, list[int]] = {}
    for row, path in enumerate(paths):
        if path.name in _last_keys() and (name := _named_paths().get(_steps(path, paths[0]))):
            rows.setdefault(name, []).append(row)
    return rows


def _steps(path: KeyPath, above: KeyPath) -> tuple[str, ...]:
    """The keys that lead from one path to another, each item of a list as ``ITEMS``."""
    steps = list[str]()
    while path is not above and path.parent is not None:
        steps.append(ITEMS if path.is_item else path.name)
        path = path.parent
    return tuple(reversed(steps))


@cache
def _named_paths() -> Mapping[tuple[str, ...], str]:
    """The paths of the table at which pods refer to objects, by their keys."""
    return {split(path): path for row in table().attached.values() for path in row.named}


@cache
def _last_keys() -> frozenset[str]:
    return frozenset(keys[-1] for keys in _named_paths())
