"""Reads one workload as components: its main container, sidecars and init containers."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from deploylint.documents.nodes import Node, child, child_at, is_empty, text_of
from deploylint.documents.record import Record
from deploylint.model.fault import Fault
from deploylint.model.field_values import (
    NOT_SET,
    Fields,
    FieldValue,
    FieldValues,
    RowNumber,
    RowNumbers,
    field_value,
)
from deploylint.model.fields import ADDRESSES, PRESENT, element_of
from deploylint.model.secrets import literal_in
from deploylint.model.service import CommandLine, Component, Role, ServiceSettings
from deploylint.readers.commands.shell import Variables
from deploylint.readers.commands.worker import WorkerCommand, read_worker
from deploylint.readers.helm.derived import derive
from deploylint.readers.helm.resolve import resolve_values, variable_words
from deploylint.readers.helm.walk import walk
from deploylint.readers.kubernetes.api_defaults import fill_defaults, resolve_ports
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.changes.images import REFERENCE
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.roles import (
    RoleEvidence,
    argv,
    main_container,
    role_of,
    technology_of,
)
from deploylint.readers.kubernetes.view import alone, view

IMAGE = ("image.registry", "image.repository")
"""The fields that are equal in workloads with the same image."""


class Workload(Record):
    """A workload: its main container's values and role, and its other containers.

    ``attached`` are the objects that belong to it.
    ``seen`` is the mapping that it is read from.
    ``rows`` numbers the rows of its documents.
    """

    object: Object
    attached: tuple[Object, ...]
    stated: ServiceSettings | None
    container: Node
    seen: Node
    rows: RowNumbers
    values: Fields
    role: RoleEvidence
    others: tuple[Component, ...]
    faults: tuple[Fault, ...]


def read_workload(
    item: Object, attached: Sequence[Object], stated: ServiceSettings | None, replaced: bool
) -> Workload:
    """Read one workload with the objects that belong to it."""
    container = main_container(item, attached)
    seen = view(item, container, attached)
    rows = RowNumbers()
    values = _values(seen, item.kind, rows, (item.set_images, replaced))
    faults = tuple(_overruled_replicas(item, seen))
    values.setdefault("service.name", field_value("known", item.name, _name_row(item, rows)))
    role = role_of(item, container, values)
    if stated is not None and stated.role is not None:
        role = RoleEvidence(stated.role, "the configuration")
    if role.role == "worker":
        values, command = _worker(item, container, seen, values, rows)
        values = derive(values, rows)  # now from its command line too
        faults = command.faults
        if command.role and (stated is None or stated.role is None):
            role = role if command.role == role.role else RoleEvidence(command.role, "its command")
    others = [
        _beside(item, node, "sidecar", values, replaced)
        for node in item.containers
        if node is not container
    ]
    for init in item.init_containers:
        runs_on = text_of(child(init, "restartPolicy")) == "Always"
        others.append(_beside(item, init, "sidecar" if runs_on else "init", values, replaced))
    return Workload(
        item, tuple(attached), stated, container, seen, rows, values, role, tuple(others), faults
    )


def _name_row(item: Object, rows: RowNumbers) -> RowNumber | None:
    node = item.at("metadata.name")
    return None if node is None else rows.number(node)


def component(workload: Workload, name: str, fields: Fields) -> Component:
    """The main component of a workload; its key is its role, with a name beside others of it."""
    role = workload.role.role
    key = f"{role}:{name}" if name else role
    values, line = FieldValues(fields, workload.rows), _command_line(workload.container)
    return Component(key, name, role, values, workload.seen, table().paths, command_line=line)


def _command_line(container: Node) -> CommandLine:
    """The command line of a container as it is written; its image decides the rest."""
    command, arguments = child(container, "command"), child(container, "args")
    written = tuple(n for n in (command, arguments) if n is not None and not is_empty(n))
    return CommandLine(written, bool(written) and written[0] is command)


def _beside(item: Object, container: Node, role: Role, main: Fields, replaced: bool) -> Component:
    """A container beside the main one, which has nothing of it and all of the pod's."""
    seen = alone(item, container)
    rows = RowNumbers()
    fields = _values(seen, "", rows, (item.set_images, replaced))
    if (shared := child_at(seen, "pod", "securityContext")) is not None:
        fields |= _inherited(fields, shared, rows)
    if _SECURITY in main:
        fields.setdefault(_SECURITY, NOT_SET)
    name = text_of(child(container, "name"))
    values, line = FieldValues(fields, rows), _command_line(container)
    return Component(f"{role}:{name}", name, role, values, seen, table().paths, command_line=line)


def _inherited(fields: Fields, shared: Node, rows: RowNumbers) -> Fields:
    """The values of the security context of a pod: its main container is checked for them."""
    result = Fields()
    for address, value in fields.items():
        if element_of(address) == "security-context" and value.at is not None:
            table_there, row = rows.row(value.at)
            if table_there is shared.table and shared.row <= max(row, ~row) < shared.end_row:
                result[address] = value.as_inherited()
    return result


_SECURITY = f"security-context.{PRESENT}"


def _values(seen: Node, kind: str, rows: RowNumbers, images: tuple[Container[str], bool]) -> Fields:
    """The values of a view by address, with the defaults of the API.

    ``images`` are the names that something sets elsewhere, and whether that completes bare ones.
    """
    values = resolve_values(walk(seen, table().profile.root, rows), table().profile.union)
    values = {address: value for address, value in values.items() if not _is_nothing(value)}
    if child(seen, "service") is None:
        values.pop(f"service.{PRESENT}", None)  # a container's port is not a Service
    values = _with_arguments(resolve_ports(values, seen), seen, rows)
    set_images, completes_bare = images
    written = REFERENCE.fullmatch(text_of(child_at(seen, "container", "image")))
    if written is not None and written["name"] in set_images:
        unknown = field_value("unknown", None, values["image.repository"].at, _SET)
        values |= dict.fromkeys(("image.registry", "image.repository", "image.tag"), unknown)
    elif completes_bare:
        values = _filled_in_elsewhere(values)
    values = _decided_by_a_stream(values)
    return derive(fill_defaults(values, kind), rows, process=child(seen, "container"))


def _overruled_replicas(item: Object, seen: Node) -> Iterator[Fault]:
    """Replicas beside an autoscaler, which sets them too; a chart leaves them out."""
    runner = child(seen, "rollout") or item.node
    count, scalers = child_at(runner, "spec", "replicas"), ("autoscaler", "scaled-object")
    if count is not None and any(child(seen, key) is not None for key in scalers):
        message = f"replicas is {text_of(count)} beside an autoscaler; leave it out"
        yield Fault("overruled-replicas", count, message)


def _is_nothing(value: FieldValue) -> bool:
    """Whether a value is null, ``{}`` or ``[]``: the API takes it for unset."""
    return value.state == "disabled" and value.data is None


def _with_arguments(values: Fields, seen: Node, rows: RowNumbers) -> Fields:
    """The values, with the literal secrets of the command line too."""
    secrets = dict[str, Node]()
    container = child(seen, "container")
    for line in () if container is None else _command_line(container).nodes:
        items = line.content if isinstance(line.content, list) else [line]
        for before, item in zip([line, *items], items, strict=False):
            if name := literal_in(text_of(before), text_of(item)):
                secrets[name] = item
    if not secrets:
        return values
    known = values.get(_LITERAL, NOT_SET)
    numbers = {name: rows.number(node) for name, node in secrets.items()}
    parts = {**(known.parts or {}), **{name: (at, at) for name, at in numbers.items()}}
    leaves = (*known.leaves, *numbers.values())
    at = next(iter(numbers.values())) if known.at is None else known.at
    return values | {_LITERAL: field_value("known", list(parts), at, "", parts, leaves)}


_IN_COMMAND = ("queues", "concurrency", "mode", "program")
"""The fields of a worker that only a command line sets."""

_LITERAL = "environment.literal-secrets"

_SET = "a kustomization sets this image"
_REPLACED = "a bare name; a tool beside the manifests completes it"


def _filled_in_elsewhere(values: Fields) -> Fields:
    """The values; skaffold or kustomize decide the registry and the tag of a bare image name."""
    repository, registry = values.get("image.repository"), values.get("image.registry")
    if repository is None or registry is not None or "/" in str(repository.data):
        return values
    unknown = field_value("unknown", None, repository.at, _REPLACED)
    tag = values.get("image.tag")
    values = values | {"image.registry": unknown}
    return values | {"image.tag": unknown} if tag is None or tag.derived else values


def _decided_by_a_stream(values: Fields) -> Fields:
    """The values; in the registry of a cluster an image stream says which image a tag is."""
    registry, tag = values.get("image.registry"), values.get("image.tag")
    if registry is None or tag is None or registry.data not in table().stream_registries:
        return values
    return values | {"image.tag": field_value("unknown", None, tag.at, _STREAM)}


_STREAM = "a tag of an image stream, which says what it is"


def _worker(
    item: Object, container: Node, seen: Node, values: Fields, rows: RowNumbers
) -> tuple[Fields, WorkerCommand]:
    """The values of a worker, with those of its command line and labels, and the command."""
    line = argv(container)
    technology, because = technology_of(item)
    variables, has_program = _variables(container, seen), _command_line(container).has_program
    command = read_worker(line, technology, variables, has_program=has_program)
    values = dict(values)
    for name, value in command.values.items():
        if value.node is None and line:
            value = value._replace(node=line[0].node)
        values[f"workers.{name}"] = rows.field_value(value)
    at_container = rows.number(container)
    if not line:
        note = "no command; the image's command runs"
        for name in _IN_COMMAND:
            values.setdefault(f"workers.{name}", field_value("unknown", None, at_container, note))
    if technology and values.get("workers.technology", NOT_SET).state != "known":
        note, name_row = f"its {because}", _name_row(item, rows)
        values["workers.technology"] = field_value("known", technology, name_row, note)
    if not _OF_WORKERS.isdisjoint(values):
        values[f"workers.{PRESENT}"] = field_value("known", True, at_container)
    return values, command


_OF_WORKERS = frozenset(address for address in ADDRESSES if element_of(address) == "workers")


def _variables(container: Node, seen: Node) -> Variables:
    """The known variables of a container's environment, with those of ConfigMaps of the set."""
    own, followed = (
        variable_words([] if node is None else [node])
        for node in (child(container, "env"), child(seen, "followed"))
    )
    return {**own, **{n: word for n, word in followed.items() if n not in own or own[n].note}}
