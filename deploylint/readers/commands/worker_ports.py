"""The ports of a worker's probes that nothing opens.

A worker has no Service, so its probe is often copied from the server beside it, with the port. The
technologies without a port of their own are data (``profiles/technologies.yaml``).
"""

from __future__ import annotations

from collections.abc import Mapping

from deploylint.model.field_values import NOT_SET, Fields, FieldValue, field_value
from deploylint.model.fields import ELEMENTS, PRESENT
from deploylint.readers.commands.technologies import technology_of

UNOPENED = "workers.unopened-ports"
_DECLARED = ("service.container-port", "service.target-port", "monitoring.port")
PROBES = tuple(name for name, element in ELEMENTS.items() if "handler" in element.fields)


def unopened_ports(values: Mapping[str, FieldValue]) -> Fields:
    """The ports that a worker's probes ask and that nothing opens, by probe.

    One that the worker declares is open. Where it declares another one, or none and its program
    may open any, only the code can tell.
    """
    if f"workers.{PRESENT}" not in values:
        return {}
    declared = [v for address in _DECLARED if (v := values.get(address, NOT_SET)).state in _WRITTEN]
    asked = [v for probe in PROBES if (v := _port(values, probe)).state in _WRITTEN]
    numbers = [value.data for value in declared]
    closed = {v.data: v for v in asked if v.data is None or v.data not in numbers}
    if not closed:
        return {UNOPENED: NOT_SET}
    first = next(iter(closed.values()))
    if declared or not _opens_none(values) or not all(map(_is_number, closed.values())):
        note = first.note if first.state == "unknown" else _IN_CODE
        return {UNOPENED: field_value("unknown", None, first.at, note)}
    parts = {str(v.data): (v.at, v.at) for v in closed.values() if v.at is not None}
    note = "no port is declared, and the program opens none by itself"
    return {UNOPENED: field_value("known", list(parts), first.at, note, parts)}


_WRITTEN = ("known", "unknown")
_IN_CODE = "the program's code decides which ports it opens"


def _port(values: Mapping[str, FieldValue], probe: str) -> FieldValue:
    """The port that a probe asks; absent where there is none, it is off, or it runs a command."""
    present, handler = (values.get(f"{probe}.{f}", NOT_SET) for f in (PRESENT, "handler"))
    if present.state == "unknown":
        return present
    if present.state != "known" or handler.data == "exec":
        return NOT_SET
    return values.get(f"{probe}.port", NOT_SET)


def _is_number(port: FieldValue) -> bool:
    """Whether a port is a number: a name is one that the container declares."""
    return port.state == "known" and str(port.data).isdecimal()


def _opens_none(values: Mapping[str, FieldValue]) -> bool:
    program = values.get("workers.program", NOT_SET)
    technology = technology_of(str(program.data)) if program.data else None
    return technology is not None and technology.opens_none
