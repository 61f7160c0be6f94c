"""The changes of the Kubernetes API to a manifest: default values, ports by name, port 0.

The values that it fills in are data (``defaults`` in ``profiles/objects.yaml``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from deploylint.documents.nodes import Node, child, child_at, text_of
from deploylint.documents.scalars import whole_number
from deploylint.model.field_values import NOT_SET, Fields, FieldValue, field_value
from deploylint.model.fields import ADDRESSES, LISTED_PORT, PRESENT, PRESENT_OF, element_of
from deploylint.model.types import Plain
from deploylint.readers.helm.derived import PORTS
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.wrapped.values import nodes_at


def fill_defaults(values: Fields, kind: str) -> Fields:
    """The values of a workload's component with what the API fills in for that kind."""
    for row in table().defaults:
        written, present = values.get(row.address, NOT_SET), row.present
        if written.state not in ("absent", "disabled"):
            continue
        if kind not in row.kinds if row.kinds else values.get(present, NOT_SET).state != "known":
            continue
        if row.when and any(values.get(a, NOT_SET).data != d for a, d in row.when.items()):
            continue
        value = _default(row.value, row.note)
        values[row.address] = value.replace(leaves=written.leaves) if written.leaves else value
        if present not in values:
            values[present] = _default(True, row.note)
    return _without_number(_unwritten(_requests(values)), kind)


@lru_cache(maxsize=None, typed=True)
def _default(data: Plain, note: str) -> FieldValue:
    """A value that the API fills in, made once."""
    return field_value("known", data, note=note, default=True)


def _without_number(values: Fields, kind: str) -> Fields:
    """What is not asked of a kind that has no number of pods."""
    workload = table().workloads.get(kind)
    if workload is not None and workload.pods:
        for address in (f"replicas.{PRESENT}", f"autoscaling.{PRESENT}"):
            values.setdefault(address, field_value("unknown", note=workload.pods))
    return values


def _unwritten(values: Fields) -> Fields:
    """An element without a written field is there by default, too."""
    written = {_PRESENT_ABOVE.get(a) for a, value in values.items() if not value.default}
    for address in _defaulted() - written:
        value = values.get(address)
        if value is not None and not value.default:
            values[address] = value.replace(default=True)
    return values


@cache
def _defaulted() -> frozenset[str]:
    """The presence of each element with a default."""
    return frozenset(row.present for row in table().defaults)


_PRESENT_ABOVE = {a: PRESENT_OF[element_of(a)] for a in ADDRESSES if not a.endswith(PRESENT)}
"""The presence of the element of each field."""


def _requests(values: Fields) -> Fields:
    """A missing request is as large as the limit (ResourceRequirements)."""
    for address, request in _REQUESTS.items():
        limit = values.get(address, NOT_SET)
        if limit.state == "known" and values.get(request, NOT_SET).state in ("absent", "disabled"):
            note = f"API default = {address}"
            values[request] = limit.replace(at=None, note=note, leaves=(), default=True)
    return values


_REQUESTS = {
    address: address.replace("limits", "requests")
    for address in ADDRESSES
    if address.startswith("resources.limits.")
}


def resolve_ports(values: Fields, seen: Node) -> Fields:
    """Ports by number: names are looked up in the pod's containers and in the Service.

    A ``targetPort`` of 0 is none, as in the API. A port of the container that is not the one
    behind the Service, and a port that the Service maps to another, are derived values.
    """
    target = values.get("service.target-port")
    if target is not None and target.data in (0, "0", ""):
        del values["service.target-port"]
    texts = [a for a in PORTS if isinstance(values.get(a, NOT_SET).data, str)]
    if texts:
        container = _by_name(seen, "container.ports[]")
        pod = _by_name(seen, "pod.containers[].ports[]") | container
        service = _by_name(seen, "service.spec.ports[]")
    for address in texts:
        value = values[address]
        named = service if address.startswith("monitoring") and value.data in service else pod
        number = _followed(named.get(str(value.data)), pod)
        if number is not None:
            note = f"the port named {value.data}"
            values[address] = value.replace(data=number, note=note)
        else:
            note = f"no port is named {value.data}"
            values[address] = value.replace(state="unknown", data=None, note=note)
    return _mark_derived(values, seen)


def _followed(port: Node | None, pod: Mapping[str, Node]) -> int | None:
    """The number of a container's port, or of the one that a port of a Service leads to."""
    for key in ("containerPort", "targetPort", "port"):
        written = text_of(child_at(port, key))
        if written and key == "targetPort" and not written.isdecimal():
            return _followed(pod.get(written), {})
        if number := whole_number(written):
            return number
    return None


_OF_CONTAINER = [a for a in PORTS if not a.startswith("service.") or a == LISTED_PORT]
"""The ports that are the container's."""


def _by_name(seen: Node, path: str) -> dict[str, Node]:
    named = ((text_of(child(port, "name")), port) for port in nodes_at(seen, path))
    return {name: port for name, port in named if name}


def _declared(seen: Node) -> set[int]:
    """The numbers of the ports of the pod's containers."""
    paths = "container.ports[].containerPort", "pod.containers[].ports[].containerPort"
    written = [text_of(n) for path in paths for n in nodes_at(seen, path)]
    return {number for number in map(whole_number, written) if number is not None}


def _mark_derived(values: Fields, seen: Node) -> Fields:
    """Ports that may differ from the port behind the Service are derived values."""
    target, port = (values.get(f"service.{name}", NOT_SET) for name in ("target-port", "port"))
    if target.state == port.state == "known" and target.data != port.data:
        note = port.note or "the Service maps it to its target port"
        values["service.port"] = port.replace(derived=True, note=note)
    behind = target if target.state == "known" else port
    other = [a for a in _OF_CONTAINER if a in values and values[a].data != behind.data]
    declared = _declared(seen) if other else ()
    for address in other:
        value = values[address]
        if value.data in declared and len(declared) > 1:
            note = value.note or "another port of the container"
            values[address] = value.replace(derived=True, note=note)
    return values
