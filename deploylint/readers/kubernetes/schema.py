"""The structure of ``profiles/objects.yaml``; a key that no record has is a TypeError."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from deploylint.documents.record import Record
from deploylint.model.service import Role

NOTHING: Mapping[str, str] = MappingProxyType({})


class WorkloadKind(Record):
    """A kind that runs pods: where its pod template stands, and the role it speaks for, if any.

    ``selector`` is whether it has to select its pods.
    ``pods`` says what decides on their number, where nobody can.
    """

    template: str
    selector: bool = False
    role: Role | None = None
    pods: str = ""


class Backend(Record):
    """Where an object names Services: at a path, the keys of the name and of the port there."""

    at: str
    name: str
    port: tuple[str, ...]


class Attachment(Record):
    """How objects of a kind say which workloads they belong to; exactly one is not empty.

    ``plain`` is whether the selector at ``pods`` is a mapping of labels.
    ``called`` is where such an object says the name it is referred to by.
    ``endpoints`` are the ports that a monitor asks.
    """

    pods: str = ""
    plain: bool = False
    services: str = ""
    target: str = ""
    backends: tuple[Backend, ...] = ()
    named: tuple[str, ...] = ()
    called: str = "metadata.name"
    endpoints: str = ""


class ObjectPart(Record):
    """What a component sees under a key: an object of a kind, or the item of a list in it."""

    kind: str
    at: str = ""
    where: Mapping[str, str] = NOTHING


class Evidence(Record):
    """What speaks for a role."""

    role: Role
    kind: bool = False
    label: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    command: frozenset[str] = frozenset()
    image: frozenset[str] = frozenset()
    silent: bool = False
    technology: bool = False


class PodSecurityRow(Record):
    """What is forbidden in a pod: texts at paths, or any but an empty one and 0."""

    check: str
    at: tuple[str, ...] = ()
    texts: frozenset[str] = frozenset()


class DefaultEntry(Record):
    """A default as it is written: at every address that a pattern names."""

    address: str
    value: str | int
    kinds: frozenset[str] = frozenset()
    when: Mapping[str, str] = NOTHING


class ObjectsFile(Record):
    """``profiles/objects.yaml``."""

    workloads: Mapping[str, WorkloadKind]
    attached: Mapping[str, Attachment]
    parts: Mapping[str, ObjectPart]
    identity_labels: tuple[str, ...]
    object_words: frozenset[str]
    automatic_labels: frozenset[str]
    injected_ports: frozenset[str]
    pod_security: tuple[PodSecurityRow, ...]
    node_agents: frozenset[str]
    default_container: str
    roles: tuple[Evidence, ...]
    siblings: tuple[tuple[str, ...], ...]
    component_label: str
    defaults: tuple[DefaultEntry, ...]
    replacers: tuple[str, ...]


def read_objects(data: Mapping[str, Any]) -> ObjectsFile:
    """The structure of the file's plain data."""
    written = {key.replace("-", "_"): value for key, value in data.items()}
    made = {
        "workloads": {
            kind: _record(WorkloadKind, row) for kind, row in written["workloads"].items()
        },
        "attached": {kind: _attachment(row) for kind, row in written["attached"].items()},
        "parts": {key: _record(ObjectPart, row) for key, row in written["parts"].items()},
        "identity_labels": tuple(written["identity_labels"]),
        "object_words": frozenset(word for line in written["object_words"] for word in line),
        "node_agents": frozenset(written["node_agents"]),
        "automatic_labels": frozenset(written["automatic_labels"]),
        "injected_ports": frozenset(written["injected_ports"]),
        "pod_security": tuple(_record(PodSecurityRow, row) for row in written["pod_security"]),
        "roles": tuple(_record(Evidence, row) for row in written["roles"]),
        "siblings": tuple(map(tuple, written["siblings"])),
        "defaults": tuple(_record(DefaultEntry, row) for row in written["defaults"]),
        "replacers": tuple(written["replacers"]),
    }
    return ObjectsFile(**written | made)


def _attachment(row: Mapping[str, Any]) -> Attachment:
    backends = [Backend(b["at"], b["name"], tuple(b["port"])) for b in row.get("backends", ())]
    found: Attachment = _record(Attachment, {**row, "backends": backends})
    return found


def _record(kind: Any, row: Mapping[str, Any]) -> Any:
    """A record of a row; a list becomes what its field has by default, a tuple or a set."""
    defaults = kind._field_defaults
    return kind(
        **{
            name: type(defaults[name])(value) if isinstance(value, list) else value
            for name, value in row.items()
        }
    )
