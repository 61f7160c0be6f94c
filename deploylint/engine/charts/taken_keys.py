"""Faults in values that templates make right, as they take them in a form of their own.

Nothing is rendered; ``readers.helm.chart`` says what templates take.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deploylint.documents.locate import key_path
from deploylint.model.fault import MISPLACED, UNKNOWN_KEY, Fault
from deploylint.model.service import Service
from deploylint.readers.helm.chart import NOTHING, Templates


def not_in_containers(service: Service, templates: Templates | None) -> Iterator[Fault]:
    """The faults of a service but those in what templates write in containers."""
    contexts = NOTHING if templates is None else templates.in_containers
    for fault in service.faults:
        is_level = fault.check == MISPLACED and bool(contexts)
        if not is_level or contexts.isdisjoint(key_path(service.root, fault.node)):
            yield fault


def is_taken(
    fault: Fault, service: Service, reads: Iterable[str], templates: Templates | None
) -> bool:
    """Whether templates take a key by its name, or what is there in a form of their own.

    ``reads`` are the ways to what they take. Of a list of texts that they do not copy as it is they
    make the items themselves.
    """
    if fault.check == UNKNOWN_KEY:
        return any(fault.node.content in way.split(".") for way in reads)
    if fault.check != "wrong-type":
        return False
    keys = key_path(service.root, fault.node)
    below = ".".join((*keys, ""))
    return any(way.startswith(below) for way in reads) or _is_made(fault, keys, templates)


def _is_made(fault: Fault, keys: Sequence[str], templates: Templates | None) -> bool:
    """Whether templates make an item out of a text."""
    if templates is None or templates.read_all or not templates.is_whole:
        return False
    ways = {".".join(keys[:end]) for end in range(1, len(keys) + 1)}
    is_item = fault.node.is_scalar and fault.node.path.is_item
    return is_item and not ways.isdisjoint(templates.read) and ways.isdisjoint(templates.copied)
