"""One workload as components: its main container, and beside it sidecars and init containers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploylint.documents.nodes import Node, child, is_empty
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
from deploylint.model.fields import PRESENT, element_of
from deploylint.model.secrets import secret_nodes, secret_spans
from deploylint.model.service import CommandLine, Component, Role, ServiceSettings
from deploylint.readers.commands.shell import Variables
from deploylint.readers.commands.worker import WorkerCommand, read_worker
from deploylint.readers.helm.derived import derive
from deploylint.readers.helm.resolve import resolve_values
from deploylint.readers.helm.variables import variable_words
from deploylint.readers.helm.walk import walk
from deploylint.readers.kubernetes.api_defaults import fill_defaults, resolve_ports
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object, containers, pod_of, text
from deploylint.readers.kubernetes.roles import (
    RoleEvidence,
    argv,
    main_container,
    role_of,
    technology_of,
)
from deploylint.readers.kubernetes.view import alone, view
from deploylint.readers.wrapped.values import nodes_at

IMAGE = ("image.registry", "image.repository")
"""What tells by which image workloads run the same."""


class Workload(Record):
    """A workload that was read: its main container's values and role, and its other containers.

    ``belonging`` are the objects that belong to it, ``seen`` is the mapping it was read from,
    ``rows`` numbers the rows of the documents that it is put together from.
    """

    object: Object
    belonging: tuple[Object, ...]
    stated: ServiceSettings | None
    container: Node
    seen: Node
    rows: RowNumbers
    values: Fields
    role: RoleEvidence
    others: tuple[Component, ...]
    faults: tuple[Fault, ...]


def read_workload(
    one: Object, belonging: Sequence[Object], stated: ServiceSettings | None, replaced: bool
) -> Workload:
    """Read one workload with what belongs to it."""
    template = pod_of(one)
    listed = containers(template)
    container = main_container(one, listed, belonging)
    seen = view(one, container, belonging)
    rows = RowNumbers()
    values = _values(seen, one.kind, rows, replaced)
    faults = tuple(_overruled_replicas(one, seen))
    values.setdefault("service.name", field_value("known", one.name, _name_row(one, rows)))
    role = role_of(one, container, values)
    if stated is not None and stated.role is not None:
        role = RoleEvidence(stated.role, "the configuration")
    if role.role == "worker":
        values, reading = _worker(one, container, seen, values, rows)
        values = derive(values, rows)  # what follows from its command line too
        faults = reading.faults
        if reading.role and (stated is None or stated.role is None):
            role = role if reading.role == role.role else RoleEvidence(reading.role, "its command")
    others = [_beside(one, c, "sidecar", replaced) for c in listed if c is not container]
    for init in containers(template, "initContainers"):
        runs_on = text(child(init, "restartPolicy")) == "Always"
        others.append(_beside(one, init, "sidecar" if runs_on else "init", replaced))
    return Workload(
        one, tuple(belonging), stated, container, seen, rows, values, role, tuple(others), faults
    )


def _name_row(one: Object, rows: RowNumbers) -> RowNumber | None:
    node = one.at("metadata.name")
    return None if node is None else rows.number(node)


def component(one: Workload, name: str, fields: Fields) -> Component:
    """The main component of a workload, called by its role and, beside another, by a name."""
    role = one.role.role
    key = f"{role}:{name}" if name else role
    values = FieldValues(fields, one.rows)
    return Component(
        key, name, role, values, one.seen, table().paths, command_line=_command_line(one.container)
    )


def _command_line(container: Node) -> CommandLine:
    """What a container writes of its command line; of what it does not write its image decides."""
    command, arguments = child(container, "command"), child(container, "args")
    written = tuple(one for one in (command, arguments) if one is not None and not is_empty(one))
    return CommandLine(written, bool(written) and written[0] is command)


def _beside(one: Object, container: Node, role: Role, replaced: bool) -> Component:
    seen = alone(one, container)
    rows = RowNumbers()
    values = FieldValues(_values(seen, "", rows, replaced), rows)
    name = text(child(container, "name"))
    return Component(f"{role}:{name}", name, role, values, seen, table().paths)


def _values(seen: Node, kind: str, rows: RowNumbers, replaced: bool) -> Fields:
    """What a view says, by address, and what the API makes of it."""
    found = resolve_values(walk(seen, table().profile.root, rows), table().profile.union)
    values = {address: value for address, value in found.items() if not _is_nothing(value)}
    if child(seen, "service") is None:
        values.pop(f"service.{PRESENT}", None)  # a port of the container alone makes no Service
    values = _with_arguments(resolve_ports(values, seen), seen, rows)
    if replaced:
        values = _filled_in_elsewhere(values)
    return derive(fill_defaults(values, kind), rows, process=child(seen, "container"))


def _overruled_replicas(one: Object, seen: Node) -> Iterator[Fault]:
    """Replicas beside an autoscaler, which sets them too; a chart leaves them out."""
    count, scalers = one.at("spec.replicas"), ("autoscaler", "scaled-object")
    if count is not None and any(child(seen, key) is not None for key in scalers):
        message = f"replicas is {text(count)} beside an autoscaler; leave it out"
        yield Fault("overruled-replicas", count, message)


def _is_nothing(value: FieldValue) -> bool:
    """Whether null, ``{}`` or ``[]`` is written, which to the API is as if nothing were."""
    return value.state == "disabled" and value.data is None


def _with_arguments(values: Fields, seen: Node, rows: RowNumbers) -> Fields:
    """The literal secrets with those that stand in the command line."""
    found = dict[str, Node]()
    for key in ("command", "args"):
        for line in nodes_at(seen, f"container.{key}"):
            secret = {id(node) for node in secret_nodes(line)}
            items = line.content if isinstance(line.content, list) else [line]
            for before, item in zip([line, *items], items, strict=False):
                if id(item) in secret:
                    found[text(before) or text(item)] = item
                elif secret_spans(text(item)):
                    found[text(item).partition("=")[0].partition(":")[0]] = item
    if not found:
        return values
    known = values.get(_LITERAL, NOT_SET)
    written = {name: rows.number(node) for name, node in found.items()}
    parts = {**(known.parts or {}), **{name: (at, at) for name, at in written.items()}}
    leaves = (*known.leaves, *written.values())
    at = next(iter(written.values())) if known.at is None else known.at
    return values | {_LITERAL: field_value("known", list(parts), at, "", parts, leaves)}


_IN_COMMAND = ("queues", "concurrency", "mode", "program")
"""What only a command line says of a worker."""

_LITERAL = "environment.literal-secrets"

_REPLACED = "a bare name; a tool beside the manifests completes it"


def _filled_in_elsewhere(values: Fields) -> Fields:
    """A bare image name, which skaffold or kustomize replace, says neither registry nor tag."""
    repository, registry = values.get("image.repository"), values.get("image.registry")
    if repository is None or registry is not None or "/" in str(repository.data):
        return values
    unknown = field_value("unknown", None, repository.at, _REPLACED)
    tag = values.get("image.tag")
    return values | {"image.registry": unknown} | ({"image.tag": unknown} if _unsaid(tag) else {})


def _unsaid(tag: FieldValue | None) -> bool:
    return tag is None or tag.derived


def _worker(
    one: Object, container: Node, seen: Node, values: Fields, rows: RowNumbers
) -> tuple[Fields, WorkerCommand]:
    """The values of a worker with what its command line says, and what its labels say it is."""
    line = argv(container)
    technology, because = technology_of(one)
    variables, has_program = _variables(container, seen), _command_line(container).has_program
    reading = read_worker(line, technology, variables, has_program=has_program)
    found = dict(values)
    for name, value in reading.values.items():
        node = value.node or (line[0].node if line else None)
        found[f"workers.{name}"] = rows.field_value(value._replace(node=node))
    at_container = rows.number(container)
    if not line:
        note = "no command; the image's command runs"
        for name in _IN_COMMAND:
            found.setdefault(f"workers.{name}", field_value("unknown", None, at_container, note))
    if technology and found.get("workers.technology", NOT_SET).state != "known":
        note = f"its {because}"
        found["workers.technology"] = field_value("known", technology, _name_row(one, rows), note)
    if any(element_of(address) == "workers" for address in found):
        found[f"workers.{PRESENT}"] = field_value("known", True, at_container)
    return found, reading


def _variables(container: Node, seen: Node) -> Variables:
    """What a container's environment is known to hold, from ConfigMaps of the set too."""
    own, there = (
        variable_words([] if node is None else [node])
        for node in (child(container, "env"), child(seen, "followed"))
    )
    return {**own, **{n: word for n, word in there.items() if n not in own or own[n].note}}
