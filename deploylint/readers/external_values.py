"""Values of a service that other files or objects may set too: what is not set here is unknown.

These values win over the others (Helm merges maps key by key and replaces everything else), so a
written value stays as it is, and an emptied list stays empty. An empty map, and an element of
several keys, may still get more.
"""

from __future__ import annotations

from deploylint.model.field_values import Fields, FieldValue, RowNumbers, field_value
from deploylint.model.fields import ADDRESSES, QUEUES, SERVICE_WIDE, element_of
from deploylint.model.paths import OF_SOURCES
from deploylint.model.service import Role
from deploylint.model.types import PORT, TREE

_JOINED = "environment"
"""The element of several keys; each may be set elsewhere."""
_CERTAIN = "environment.literal-secrets"
"""A secret here is one, whatever is set elsewhere."""


def mark_external(
    values: Fields, rows: RowNumbers, role: Role, elsewhere: str, port_name: str
) -> Fields:
    """A component's values, unknown where other sources may add to them or change them."""
    unknown = field_value("unknown", None, None, elsewhere)
    result = {address: unknown for address in ADDRESSES if _belongs(address, role)}
    for address, value in values.items():
        certain = _is_certain(address, value, rows, port_name)
        result[address] = value if certain else hide_value(value, elsewhere)
    return result


def _belongs(address: str, role: Role) -> bool:
    """Whether a component of a role has an address: only a worker has those of workers."""
    if address in SERVICE_WIDE or address in OF_SOURCES:
        return False
    return (element_of(address) == element_of(QUEUES)) <= (role == "worker")


def hide_value(value: FieldValue, note: str) -> FieldValue:
    """An unknown value in the place of a known one."""
    return value.replace(state="unknown", data=None, parts=None, note=note)


def _is_certain(address: str, value: FieldValue, rows: RowNumbers, port_name: str) -> bool:
    if value.state == "unknown" or address == _CERTAIN:
        return True
    is_map = value.at is not None and isinstance(rows.node(value.at).content, dict)
    if value.state == "disabled":
        return not is_map
    if value.inherited or (ADDRESSES[address] is PORT and value.data == port_name):
        return False
    if element_of(address) == _JOINED and ADDRESSES[address].name in _SETS:
        return False
    return not (ADDRESSES[address] is TREE and is_map)


_SETS = ("names", TREE.name)
