"""Services without their values and files: what a large group keeps of each, and sends."""

from __future__ import annotations

from functools import lru_cache

from deploylint.documents.nodes import Node
from deploylint.documents.reader import Document, read_text
from deploylint.documents.record import Record
from deploylint.model.field_values import field_values
from deploylint.model.service import Component, Role, Service, Shape
from deploylint.model.spellings import NO_SPELLINGS


def _nowhere() -> Node:
    document = read_text("a: b\n", "")
    assert isinstance(document, Document)
    return document.roots[0]


NOWHERE = _nowhere()
"""The node of everything in a file that is given up."""


class SentComponent(Record):
    """A component without its values."""

    key: str
    name: str
    role: Role
    is_main: bool


class SentService(Record):
    """A service without its values and files, as plain data that can be sent to a process."""

    name: str
    files: tuple[str, ...]
    runtime: str
    own_names: tuple[str, ...]
    environment: str
    shape: Shape
    chart: str
    components: tuple[SentComponent, ...]


MOST_KEPT = 1_000
"""How many components are kept: services of a fleet have equal ones."""


def send_service(service: Service) -> SentService:
    """A service as it is kept when its files are given up."""
    return SentService(
        service.name,
        service.files,
        service.runtime,
        service.own_names,
        service.environment,
        service.shape,
        service.chart,
        tuple(_sent_component(c.key, c.name, c.role, c.is_main) for c in service.components),
    )


@lru_cache(MOST_KEPT)
def _sent_component(key: str, name: str, role: Role, is_main: bool) -> SentComponent:
    return SentComponent(key, name, role, is_main)


def bare_service(sent: SentService) -> Service:
    """A service with names, files, roles, the runtime and the chart only."""
    return Service(
        name=sent.name,
        files=sent.files,
        runtime=sent.runtime,
        runtime_because="",
        own_names=sent.own_names,
        components=tuple(map(_bare_component, sent.components)),
        roots=(),
        root=NOWHERE,
        environment=sent.environment,
        shape=sent.shape,
        chart=sent.chart,
    )


@lru_cache(MOST_KEPT)
def _bare_component(sent: SentComponent) -> Component:
    key, name, role, is_main = sent
    return Component(key, name, role, field_values({}), NOWHERE, NO_SPELLINGS, is_main)
