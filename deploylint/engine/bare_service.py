"""A service by what is small of it: what every step may ask of all services of a large group."""

from __future__ import annotations

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
"""Stands for what was read from a file, where that is given up."""


def nowhere() -> Node:
    """Another one of these."""
    return NOWHERE._replace()


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
    components: tuple[SentComponent, ...]


def send_service(service: Service) -> SentService:
    """What stays of a service when its files are given up."""
    return SentService(
        service.name,
        service.files,
        service.runtime,
        service.own_names,
        service.environment,
        service.shape,
        tuple(
            SentComponent(one.key, one.name, one.role, one.is_main) for one in service.components
        ),
    )


def bare_service(sent: SentService) -> Service:
    """A service of which only names, files, roles and the runtime are known."""
    return Service(
        name=sent.name,
        files=sent.files,
        runtime=sent.runtime,
        runtime_because="",
        own_names=sent.own_names,
        components=tuple(
            Component(
                one.key, one.name, one.role, field_values({}), NOWHERE, NO_SPELLINGS, one.is_main
            )
            for one in sent.components
        ),
        roots=(),
        root=NOWHERE,
        environment=sent.environment,
        shape=sent.shape,
    )
