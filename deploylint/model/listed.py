"""A service without its trees: what every step may ask of all services of a set at once."""

from typing import NamedTuple

from deploylint.model.seats import Seat, seat
from deploylint.model.service import Component, Role, Service, Shape


class Scope(NamedTuple):
    """What an allowance can be about: one address of one component of one service."""

    service: str
    runtime: str
    role: Role
    component: str
    address: str
    environment: str = ""


def scope_at(service: Service, component: Component, address: str) -> Scope:
    """One address of one component of a service."""
    return Scope(
        service.name,
        service.runtime,
        component.role,
        component.key,
        address,
        service.environment,
    )


class Listed(NamedTuple):
    """A service by what is small of it.

    ``spots`` are its components, the main one first, and ``seats`` theirs.
    """

    name: str
    files: tuple[str, ...]
    shape: Shape
    own_names: tuple[str, ...]
    spots: tuple[Scope, ...]
    seats: tuple[Seat, ...]

    @property
    def main(self) -> Scope:
        """The component that holds what is service-wide."""
        return self.spots[0]


def listed(service: Service) -> Listed:
    """What stays of a service when its trees are given up."""
    return Listed(
        service.name,
        service.files,
        service.shape,
        service.own_names,
        tuple(scope_at(service, component, "") for component in service.components),
        tuple(map(seat, service.components)),
    )
