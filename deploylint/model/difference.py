"""What a rule or a built-in check found at one place, before policy judges it.

Nothing here reads, decides or prints. ``compare`` makes a Difference, ``policy`` a Finding of it.
"""

from __future__ import annotations

from typing import Literal

from deploylint.documents.record import Record
from deploylint.model.finding import Location
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Role, Service, Value


class Position(Record):
    """A component of a service, as something a difference can point at."""

    service: Service
    component: Component


class Vote(Record):
    """How many services a majority is, of how many that were asked, and one of those that agree."""

    agree: int
    asked: int
    home: Position


class Difference(Record):
    """What a rule or a built-in check found at one address of one component.

    ``outcome`` is "unknown" where one side is.
    ``address`` may be longer than a field (``resources.limits``, one variable of a tree); it is ""
    for a built-in check.
    ``expected`` and ``actual`` are the two sides.
    ``reference`` is where the expectation was read, None for a rule about every service.
    ``related`` are other values that belong to it, by address.
    ``vote`` is the majority that expects it, where no reference does.
    ``message``, ``location`` and ``evidence`` are given by built-in checks: the text, the
    place, and what belongs to it as (role, place, text). Else they follow from the two sides.
    ``may_be_own`` is whether it is a key that a chart may have of its own.
    """

    rule: Rule
    outcome: Literal["violation", "unknown"]
    at: Position
    address: str
    expected: Value
    actual: Value
    reference: Position | None = None
    related: tuple[tuple[str, Value], ...] = ()
    vote: Vote | None = None
    message: str = ""
    location: Location | None = None
    evidence: tuple[tuple[str, Location, str], ...] = ()
    may_be_own: bool = False


# --- where an allowance can apply -----------------------------------------------------------------


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
