"""Which components of several services are asked together what most of them have."""

from collections.abc import Hashable

from deploylint.model.fields import QUEUES
from deploylint.model.service import Component

Seat = Hashable
"""What those have in common that are asked together."""


def seat(component: Component) -> Seat:
    """Where a component sits: main ones by role, workers by queues, others by role and name."""
    if component.is_main:
        return component.role
    return component.role, (queues_of(component) or component.name)


def queues_of(worker: Component) -> frozenset[str]:
    """The queues a worker is known to work through."""
    return frozenset(worker.value(QUEUES).parts or ())
