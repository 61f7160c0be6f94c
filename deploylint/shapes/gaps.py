"""What a profile has no key for: unknown beside services of another shape, and not missing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from deploylint.elements import ADDRESSES, PRESENT, QUEUES, SERVICE_WIDE, element_of
from deploylint.model import ABSENT, Component, Service, Value
from deploylint.shapes import profiles
from deploylint.shapes.profiles import Keys, Profile
from deploylint.shapes.readers import GIVES


def with_gaps(service: Service, profile: Profile) -> Service:
    """A service of values whose components know nothing of what the profile cannot say."""
    gaps = _gaps(profile.name)
    note = f"Helm values of profile {profile.name} have no key for it"
    unknown = Value("unknown", None, None, note)
    components = (_with_gaps(one, gaps, unknown) for one in service.components)
    return service._replace(components=tuple(components))


def _with_gaps(component: Component, gaps: frozenset[str], unknown: Value) -> Component:
    values = dict(component.values)
    for address in gaps:
        if values.get(address, ABSENT).state == "absent":
            values[address] = unknown
    return component._replace(values=values)


@cache
def _gaps(name: str) -> frozenset[str]:
    """The addresses that no key of a profile fills."""
    said = set(_said(profiles.load(name).root, set()))
    said |= {f"{element_of(address)}.{PRESENT}" for address in said}
    derived = {"service.target-port", "security-context.non-root", "image.pull-policy", "image.tag"}
    in_commands = {address for address in ADDRESSES if element_of(address) == element_of(QUEUES)}
    gaps = ADDRESSES.keys() - said - derived - SERVICE_WIDE - in_commands
    return frozenset(gaps | {a for a in ADDRESSES if element_of(a) == _OF_THE_CHART})


_OF_THE_CHART = "pod"
"""An element that charts write themselves, where the values are silent."""


def _said(keys: Keys, seen: set[int]) -> Iterator[str]:
    if id(keys) in seen:
        return
    seen.add(id(keys))
    yield from (f"{element}.{PRESENT}" for element, _, _ in keys.owned)
    for row in keys.rows:
        fields = (row.field,) if row.field else GIVES.get(row.reader, ())
        fields += tuple(name for name, _ in row.constants)
        yield from (f"{row.element}.{field}" for field in fields)
    for below in (*keys.children.values(), *([keys.star] if keys.star else [])):
        yield from _said(below, seen)
    if keys.component is not None:
        yield from _said(keys.component.keys, seen)
