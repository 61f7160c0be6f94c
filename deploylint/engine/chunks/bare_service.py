"""Services without their values and files: what a large group keeps of each, and sends."""

from __future__ import annotations

from functools import lru_cache

from deploylint.documents.nodes import Collection, Node
from deploylint.documents.reader import Document, read_text
from deploylint.model.field_values import field_values
from deploylint.model.service import NO_SPELLINGS, Component, Role, Service


class _Nowhere(Collection):
    """A node that every process has, so that it is sent by its name."""

    __slots__ = ()

    def __reduce__(self) -> str:
        return "NOWHERE"


def _nowhere() -> Node:
    document = read_text("a: b\n", "")
    assert isinstance(document, Document)
    return _Nowhere(*document.roots[0])


NOWHERE = _nowhere()
"""The node of everything in a file that is given up."""

NO_VALUES = field_values({})

MOST_KEPT = 1_000
"""How many components are kept: services of a fleet have equal ones."""


def bare_service(service: Service) -> Service:
    """A service with names, files, roles, the runtime and the chart only; it can be sent."""
    components = (bare_component(c.key, c.name, c.role, c.is_main) for c in service.components)
    return Service(
        service.name,
        service.files,
        service.runtime,
        "",
        service.own_names,
        tuple(components),
        (),
        NOWHERE,
        environment=service.environment,
        shape=service.shape,
        chart=service.chart,
    )


@lru_cache(MOST_KEPT)
def bare_component(key: str, name: str, role: Role, is_main: bool) -> Component:
    """A component without values."""
    return Component(key, name, role, NO_VALUES, NOWHERE, NO_SPELLINGS, is_main)
