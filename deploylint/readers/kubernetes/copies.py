"""Workloads that several files of a set define: once too often, or in a copy of the whole set."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from deploylint.readers.kubernetes.objects import Object

_ALONE = 1
"""A file of so many workloads is no copy of a set."""

Identity = tuple[str, str, str]
"""What a cluster tells workloads apart by: kind, namespace and name."""


def first_definitions(
    workloads: Sequence[Object],
) -> tuple[list[Object], tuple[tuple[Object, Object], ...]]:
    """The first definition of each workload, and each later one after the first."""
    first = dict[Identity, Object]()
    twice = list[tuple[Object, Object]]()
    for workload in workloads:
        kept = first.setdefault(_identity(workload), workload)
        if kept.node is not workload.node:
            twice.append((kept, workload))
    return list(first.values()), tuple(twice)


def copies(workloads: Sequence[Object]) -> tuple[str, ...]:
    """The files with several workloads, if other files define at least half of them."""
    repeated = list[str]()
    while True:
        rest = [workload for workload in workloads if workload.file not in repeated]
        files = defaultdict[Identity, set[str]](set)
        for workload in rest:
            files[_identity(workload)].add(workload.file)
        size = Counter(workload.file for workload in rest)
        shared = Counter(file for those in files.values() if len(those) > 1 for file in those)
        several = (file for file in size if size[file] > _ALONE)
        repeating = [file for file in several if 2 * shared[file] >= size[file]]
        if not repeating:
            return tuple(repeated)
        repeated.append(max(repeating, key=lambda file: shared[file]))


def _identity(workload: Object) -> Identity:
    return workload.kind, workload.namespace, workload.name
