"""Whose worker a worker is: the server of the set that shares its labels, or else its image."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial

from deploylint.model.field_values import NOT_SET
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.roles import all_labels
from deploylint.readers.kubernetes.workload import Workload

Sign = Callable[[Workload], Hashable]
"""What a worker and its server have in common; None where one has nothing to show."""


def owners(found: Sequence[Workload]) -> dict[int, int]:
    """The server that each worker belongs to, by their numbers; a worker of nobody is left out.

    The first sign that any server shares decides, and only if just one does.
    """
    often = Counter(_stated_at(one) for one in found)
    workers = [
        n for n, one in enumerate(found) if one.role.role in _FOLLOW and not _is_itself(one, often)
    ]
    owned: dict[int, int] = {}
    if not workers:
        return owned
    servers = [n for n, one in enumerate(found) if one.role.role == "server"]
    for sign in _signs():
        shared: dict[Hashable, list[int]] = defaultdict(list)
        for number in servers:
            shared[sign(found[number])].append(number)
        for number in workers:
            mark = sign(found[number])
            if number not in owned and mark is not None and mark in shared:
                near = [n for n in shared[mark] if _in_one_place(found[n], found[number])]
                owned[number] = near[0] if len(near) == 1 else -1
    return {number: owner for number, owner in owned.items() if owner >= 0}


_FOLLOW = ("worker", "scheduler")


def _is_itself(one: Workload, often: Counter[Hashable]) -> bool:
    """Whether a configuration says what it is, and so that it is a service of its own."""
    if one.stated is None or one.stated.role:
        return one.stated is not None
    is_alone = often[_stated_at(one)] == 1
    return bool(one.stated.name) and (is_alone or one.stated.name == one.object.name)


def _in_one_place(one: Workload, other: Workload) -> bool:
    return one.object.namespace == other.object.namespace


def _signs() -> Iterator[Sign]:
    yield _stated_at
    for keys in table().siblings:
        yield partial(_labels, keys)
    yield _image


def _stated_at(one: Workload) -> Hashable:
    """The one service of a name that a configuration says its file is of."""
    return id(one.stated.node) if one.stated is not None and one.stated.name else None


def _labels(keys: tuple[str, ...], one: Workload) -> Hashable:
    said = all_labels(one.object)
    return tuple(said[key] for key in keys) if all(said.get(key) for key in keys) else None


def _image(one: Workload) -> Hashable:
    image = one.values.get("image.repository", NOT_SET)
    registry = one.values.get("image.registry", NOT_SET)
    return (registry.data, image.data) if image.state == "known" else None
