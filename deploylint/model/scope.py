"""Where an allowance can apply: one address of one component of one service."""

from __future__ import annotations

from deploylint.documents.record import Record
from deploylint.model.service import Component, Role, Service


class Scope(Record):
    """What an allowance can be about: one address of one component of one service.

    ``key`` is the field path of the key that a rule names the address by, "" where it names none.
    """

    service: str
    runtime: str
    role: Role
    component: str
    address: str
    environment: str = ""
    key: str = ""


def scope_at(service: Service, component: Component, address: str, key: str = "") -> Scope:
    """One address of one component of a service, and the key that a rule names it by, if any."""
    at = (service.name, service.runtime, component.role, component.key, address)
    return Scope._make((*at, service.environment, key))
