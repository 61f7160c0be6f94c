"""Fields without a key in a profile: unknown, not missing, beside services of manifests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from deploylint.model.field_values import (
    NOT_SET,
    FieldValue,
    FieldValues,
    field_value,
)
from deploylint.model.fields import ADDRESSES, PRESENT, QUEUES, SERVICE_WIDE, element_of
from deploylint.model.paths import OF_SOURCES
from deploylint.model.service import Component, Service
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.compile import ways_to_write

if TYPE_CHECKING:
    from deploylint.readers.helm.profile_schema import ProfileFile


def with_gaps(service: Service, profile: str, folders: profiles.Folders) -> Service:
    """A service of values where the fields without a key in its profile are unknown.

    ``profile`` is its name and ``folders`` are those of the project's own. Raises Misread for an
    own profile that is wrong.
    """
    gaps = _gaps(profile, folders)
    note = f"profile {profile} has no key for it"
    unknown = field_value("unknown", None, None, note)
    components = (_with_gaps(component, gaps, unknown) for component in service.components)
    return service._replace(components=tuple(components))


def _with_gaps(component: Component, gaps: frozenset[str], unknown: FieldValue) -> Component:
    values = component.values
    fields = values.fields.as_dict()
    for address in gaps:
        if fields.get(address, NOT_SET).state == "absent":
            fields[address] = unknown
    return component._replace(values=FieldValues(fields, values.rows))


@cache
def _gaps(name: str, folders: profiles.Folders) -> frozenset[str]:
    """The addresses that no key of a profile fills."""
    filled = set(_filled(list(profiles.layers(name, folders))))
    filled |= {f"{element_of(address)}.{PRESENT}" for address in filled}
    derived = {"service.target-port", "security-context.non-root", "image.pull-policy", "image.tag"}
    in_commands = {address for address in ADDRESSES if element_of(address) == element_of(QUEUES)}
    gaps = ADDRESSES.keys() - filled - derived - SERVICE_WIDE - in_commands - OF_SOURCES
    return frozenset(gaps | {a for a in ADDRESSES if {a, element_of(a)} & _OF_THE_CHART})


_OF_THE_CHART = frozenset({"pod", "service.name"})
"""Set by charts themselves if the values do not: an element, and the release's name."""


def _filled(layers: list[ProfileFile]) -> Iterator[str]:
    """The addresses that some key of a profile fills, in a component of any role."""
    for element, prefix, written, fields in ways_to_write("", layers):
        if prefix:
            yield f"{element}.{PRESENT}"
        given = (each for gift in fields.values() for each in profiles.filled_fields(gift))
        yield from (f"{element}.{field}" for field in given)
        for decided in written.chart_decides.values():
            yield from (f"{element}.{field}" for field in decided)
