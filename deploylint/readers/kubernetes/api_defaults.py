"""The changes of the Kubernetes API to a manifest: default values, ports by name, port 0.

The values that it fills in are data (``defaults`` in ``profiles/objects.yaml``).
"""

from __future__ import annotations

from collections.abc import Mapping

from deploylint.documents.nodes import Node, child, child_at, text_of
from deploylint.model.field_values import NOT_SET, Fields, field_value
from deploylint.model.fields import PRESENT, element_of
from deploylint.model.format import format_value
from deploylint.readers.helm.derived import PORTS
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.wrapped.values import nodes_at


def fill_defaults(values: Fields, kind: str) -> Fields:
    """The values of a workload's component with what the API fills in for that kind."""
    for row in table().defaults:
        element = values.get(f"{element_of(row.address)}.{PRESENT}", NOT_SET)
        if kind not in row.kinds if row.kinds else element.state != "known":
            continue
        if any(values.get(a, NOT_SET).data != data for a, data in row.when.items()):
            continue
        if values.get(row.address, NOT_SET).state in ("absent", "disabled"):
            note = f"API default {format_value(row.value)}"
            written = values.get(row.address, NOT_SET)
            values[row.address] = field_value(
                "known", row.value, None, note, leaves=written.leaves, default=True
            )
            present = field_value("known", True, note=note, default=True)
            values.setdefault(f"{element_of(row.address)}.{PRESENT}", present)
    return _unwritten(_requests(values))


def _unwritten(values: Fields) -> Fields:
    """An element without a written field is there by default, too."""
    written = {element_of(a) for a, v in values.items() if not (v.default or a.endswith(PRESENT))}
    for address in [f"{element_of(row.address)}.{PRESENT}" for row in table().defaults]:
        if address in values and element_of(address) not in written:
            values[address] = values[address].replace(default=True)
    return values


def _requests(values: Fields) -> Fields:
    """A missing request is as large as the limit (ResourceRequirements)."""
    for address in [a for a in values if a.startswith("resources.limits.")]:
        request = address.replace("limits", "requests")
        limit = values[address]
        if limit.state == "known" and values.get(request, NOT_SET).state in ("absent", "disabled"):
            note = f"API default = {address}"
            values[request] = limit.replace(at=None, note=note, leaves=(), default=True)
    return values


def resolve_ports(values: Fields, seen: Node) -> Fields:
    """Ports by number: names are looked up in the pod's containers and in the Service.

    A ``targetPort`` of 0 is none, as in the API. A port of the container that is not the one
    behind the Service, and a port that the Service maps to another, are derived values.
    """
    container, service = _by_name(seen, "container.ports[]"), _by_name(seen, "service.spec.ports[]")
    pod = _by_name(seen, "pod.containers[].ports[]") | container
    target = values.get("service.target-port")
    if target is not None and target.data in (0, "0", ""):
        del values["service.target-port"]
    for address in PORTS:
        value = values.get(address, NOT_SET)
        if not isinstance(value.data, str):
            continue
        named = service if address.startswith("monitoring") and value.data in service else pod
        number = _followed(named.get(value.data), pod)
        if number is not None:
            note = f"the port named {value.data}"
            values[address] = value.replace(data=number, note=note)
    return _mark_derived(values, _declared(seen))


def _followed(port: Node | None, pod: Mapping[str, Node]) -> int | None:
    """The number of a container's port, or of the one that a port of a Service leads to."""
    for key in ("containerPort", "targetPort", "port"):
        written = text_of(child_at(port, key))
        if written in pod and key == "targetPort":
            return _followed(pod[written], {})
        if written.isdecimal() and int(written):
            return int(written)
    return None


def _by_name(seen: Node, path: str) -> dict[str, Node]:
    named = ((text_of(child(port, "name")), port) for port, _ in nodes_at(seen, path))
    return {name: port for name, port in named if name}


def _declared(seen: Node) -> set[int]:
    """The numbers of the container's ports."""
    written = [text_of(n) for n, _ in nodes_at(seen, "container.ports[].containerPort")]
    return {int(number) for number in written if number.isdecimal()}


def _mark_derived(values: Fields, declared: set[int]) -> Fields:
    """Ports that may differ from the port behind the Service are derived values."""
    target, port = (values.get(f"service.{name}", NOT_SET) for name in ("target-port", "port"))
    if target.state == port.state == "known" and target.data != port.data:
        note = port.note or "the Service maps it to its target port"
        values["service.port"] = port.replace(derived=True, note=note)
    behind = target if target.state == "known" else port
    for address in PORTS:
        value = values.get(address, NOT_SET)
        own = not address.startswith("service.") or address == "service.container-port"
        if own and value.data in declared and len(declared) > 1 and value.data != behind.data:
            note = value.note or "another port of the container"
            values[address] = value.replace(derived=True, note=note)
    return values
