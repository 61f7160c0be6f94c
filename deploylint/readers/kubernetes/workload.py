"""One workload as components: its main container, and beside it sidecars and init containers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deploylint.documents.nodes import Entry, Node, child, is_empty
from deploylint.documents.record import Record
from deploylint.model.fields import PRESENT, element_of
from deploylint.model.secrets import secret_nodes, secret_spans
from deploylint.model.service import ABSENT, CommandLine, Component, Role, ServiceSettings, Value
from deploylint.readers.commands.shell import Variables
from deploylint.readers.commands.worker import read_worker
from deploylint.readers.commands.worker_options import Reading
from deploylint.readers.helm.derived import derive
from deploylint.readers.helm.resolve import resolve_values
from deploylint.readers.helm.variables import variable_words
from deploylint.readers.helm.walk import walk
from deploylint.readers.kubernetes.api_defaults import filled_in, resolved
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
from deploylint.readers.wrapped.values import below

Near = tuple[tuple[Node, str], ...]

IMAGE = ("image.registry", "image.repository")
"""What tells by which image workloads run the same."""


class Workload(Record):
    """A workload that was read: its main container's values and role, and its other containers.

    ``belonging`` are the objects that belong to it, ``seen`` is the mapping it was read from.
    """

    object: Object
    belonging: tuple[Object, ...]
    stated: ServiceSettings | None
    container: Node
    seen: Node
    values: Mapping[str, Value]
    role: RoleEvidence
    others: tuple[Component, ...]
    near: Near


def read_workload(
    one: Object, belonging: Sequence[Object], stated: ServiceSettings | None, replaced: bool
) -> Workload:
    """Read one workload with what belongs to it."""
    template = pod_of(one)
    listed = containers(template)
    container = main_container(one, listed)
    seen = view(one, container, belonging)
    values, near = _values(seen, one.kind, replaced)
    values.setdefault("service.name", Value("known", one.name, _name_node(one)))
    role = role_of(one, container, values)
    if stated is not None and stated.role is not None:
        role = RoleEvidence(stated.role, "the configuration")
    if role.role == "worker":
        values, reading = _worker(one, container, seen, values)
        values = derive(values, "", ())  # what follows from its command line too
        near = (*near, *reading.near_misses)
        if reading.role and (stated is None or stated.role is None):
            role = role if reading.role == role.role else RoleEvidence(reading.role, "its command")
    others = [_beside(one, c, "sidecar", replaced) for c in listed if c is not container]
    for init in containers(template, "initContainers"):
        runs_on = text(child(init, "restartPolicy")) == "Always"
        others.append(_beside(one, init, "sidecar" if runs_on else "init", replaced))
    return Workload(
        one, tuple(belonging), stated, container, seen, values, role, tuple(others), near
    )


def _name_node(one: Object) -> Node | None:
    return one.at("metadata.name")


def component(one: Workload, name: str, values: Mapping[str, Value]) -> Component:
    """The main component of a workload, called by its role and, beside another, by a name."""
    role = one.role.role
    key = f"{role}:{name}" if name else role
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
    values, _ = _values(seen, "", replaced)
    name = text(child(container, "name"))
    return Component(f"{role}:{name}", name, role, values, seen, table().paths)


def _values(seen: Node, kind: str, replaced: bool) -> tuple[dict[str, Value], Near]:
    """What a view says, by address; what the API makes of it; and keys that look misspelt."""
    scope = walk(seen, table().profile.root)
    values = {
        a: v for a, v in resolve_values(scope, table().profile.union).items() if not _is_nothing(v)
    }
    if child(seen, "service") is None:
        values.pop(f"service.{PRESENT}", None)  # a port of the container alone makes no Service
    values = _with_arguments(resolved(values, seen), seen)
    if replaced:
        values = _filled_in_elsewhere(values)
    return derive(filled_in(values, kind), "", ()), tuple(scope.near)


def _is_nothing(value: Value) -> bool:
    """Whether null, ``{}`` or ``[]`` is written, which to the API is as if nothing were."""
    return value.state == "disabled" and value.data is None


def _with_arguments(values: dict[str, Value], seen: Node) -> dict[str, Value]:
    """The literal secrets with those that stand in the command line."""
    found = dict[str, Node]()
    for key in ("command", "args"):
        for line, _ in below(seen, f"container.{key}"):
            secret = {id(node) for node in secret_nodes(line)}
            items = line.content if isinstance(line.content, list) else [line]
            for before, item in zip([line, *items], items, strict=False):
                if id(item) in secret:
                    found[text(before) or text(item)] = item
                elif secret_spans(text(item)):
                    found[text(item).partition("=")[0].partition(":")[0]] = item
    if not found:
        return values
    known = values.get(_LITERAL, ABSENT)
    parts = {**(known.parts or {}), **{name: Entry(node, node) for name, node in found.items()}}
    leaves = (*known.leaves, *found.values())
    node = known.node or next(iter(found.values()))
    return values | {_LITERAL: Value("known", list(parts), node, "", parts, leaves)}


_IN_COMMAND = ("queues", "concurrency", "mode", "program")
"""What only a command line says of a worker."""

_LITERAL = "environment.literal-secrets"

_REPLACED = "a bare name: what stands beside the manifests fills it in"


def _filled_in_elsewhere(values: dict[str, Value]) -> dict[str, Value]:
    """A bare image name, which skaffold or kustomize replace, says neither registry nor tag."""
    repository, registry = values.get("image.repository"), values.get("image.registry")
    if repository is None or registry is not None or "/" in str(repository.data):
        return values
    unknown = Value("unknown", None, repository.node, _REPLACED)
    tag = values.get("image.tag")
    return values | {"image.registry": unknown} | ({"image.tag": unknown} if _unsaid(tag) else {})


def _unsaid(tag: Value | None) -> bool:
    return tag is None or tag.derived


def _worker(
    one: Object, container: Node, seen: Node, values: dict[str, Value]
) -> tuple[dict[str, Value], Reading]:
    """The values of a worker with what its command line says, and what its labels say it is."""
    line = argv(container)
    technology, because = technology_of(one)
    variables, has_program = _variables(container, seen), _command_line(container).has_program
    reading = read_worker(line, technology, variables, has_program=has_program)
    found = dict(values)
    for name, value in reading.values.items():
        node = value.node or (line[0].node if line else None)
        found[f"workers.{name}"] = value._replace(node=node)
    if not line:
        note = "no command is written: the image's own runs"
        for name in _IN_COMMAND:
            found.setdefault(f"workers.{name}", Value("unknown", None, container, note))
    if technology and found.get("workers.technology", ABSENT).state != "known":
        note = f"its {because}"
        found["workers.technology"] = Value("known", technology, _name_node(one), note)
    if any(element_of(address) == "workers" for address in found):
        found[f"workers.{PRESENT}"] = Value("known", True, container)
    return found, reading


def _variables(container: Node, seen: Node) -> Variables:
    """What a container's environment is known to hold, from ConfigMaps of the set too."""
    own, there = (
        variable_words([] if node is None else [node])
        for node in (child(container, "env"), child(seen, "followed"))
    )
    return {**own, **{n: word for n, word in there.items() if n not in own or own[n].note}}
