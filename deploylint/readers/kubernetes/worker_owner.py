"""Finds the server of a worker: the one of the group with its labels, or else its image."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial

from deploylint.documents.grouping import items_by_key
from deploylint.model.field_values import NOT_SET
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.workload import Workload

Sign = Callable[[Workload], Hashable]
"""What a worker and its server have in common; None where a workload has no such thing."""


def find_owners(workloads: Sequence[Workload]) -> dict[int, int]:
    """The server that each worker belongs to, by their numbers; workers without one are left out.

    The first sign that any server shares decides, and only if just one does.
    """
    workers, servers = _followers(workloads), _servers(workloads)
    owned: dict[int, int] = {}
    if not workers:
        return owned
    for sign in _signs():
        shared = items_by_key((sign(workloads[number]), number) for number in servers)
        for number in workers:
            workload, mark = workloads[number], sign(workloads[number])
            if number not in owned and mark is not None and mark in shared:
                namespace = workload.object.namespace
                near = [n for n in shared[mark] if workloads[n].object.namespace == namespace]
                owned[number] = near[0] if len(near) == 1 else -1
    return {number: owner for number, owner in owned.items() if owner >= 0}


def server_signs(workloads: Sequence[Workload]) -> Iterator[NumberedSign]:
    """The signs by which workers of other files may find a server, by its number."""
    for order, sign in enumerate(_signs_between_files()):
        for number in _servers(workloads):
            if (mark := sign(workloads[number])) is not None:
                yield number, (order, mark)


def asked_signs(workloads: Sequence[Workload]) -> Iterator[NumberedSign]:
    """The signs by which workers look for a server: up to the first that one of these has."""
    unowned = _followers(workloads)
    for order, sign in enumerate(_signs_between_files()) if unowned else ():
        marks = {number: sign(workloads[number]) for number in unowned}
        yield from ((n, (order, mark)) for n, mark in marks.items() if mark is not None)
        shared = {sign(workloads[number]) for number in _servers(workloads)} - {None}
        unowned = [number for number in unowned if marks[number] not in shared]


NumberedSign = tuple[int, tuple[int, Hashable]]
"""The number of a workload, and a sign: its place among all signs, and what it says."""


def _servers(workloads: Sequence[Workload]) -> list[int]:
    return [n for n, workload in enumerate(workloads) if workload.role.role == "server"]


def _followers(workloads: Sequence[Workload]) -> list[int]:
    """The workloads that may belong to a server."""
    often = Counter(map(_stated_at, workloads))
    return [
        number
        for number, workload in enumerate(workloads)
        if workload.role.role in _FOLLOW and not _is_itself(workload, often)
    ]


_FOLLOW = ("worker", "scheduler")


def _is_itself(workload: Workload, often: Counter[Hashable]) -> bool:
    """Whether a configuration makes it a service of its own."""
    stated = workload.stated
    if stated is None or stated.role:
        return stated is not None
    is_alone = often[_stated_at(workload)] == 1
    return bool(stated.name) and (is_alone or stated.name == workload.object.name)


def _signs() -> Iterator[Sign]:
    yield _stated_at
    yield from _signs_between_files()


def _signs_between_files() -> Iterator[Sign]:
    for keys in table().siblings:
        yield partial(_labels, keys)
    yield _image


def _stated_at(workload: Workload) -> Hashable:
    """Where the configuration names the service of its file, if it does."""
    stated = workload.stated
    return id(stated.node) if stated is not None and stated.name else None


def _labels(keys: tuple[str, ...], workload: Workload) -> Hashable:
    own = workload.object.all_labels
    return tuple(own[key] for key in keys) if all(own.get(key) for key in keys) else None


def _image(workload: Workload) -> Hashable:
    image = workload.values.get("image.repository", NOT_SET)
    registry = workload.values.get("image.registry", NOT_SET)
    return (registry.data, image.data) if image.state == "known" else None
