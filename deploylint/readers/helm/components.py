"""Helm values files to components, which fall back to the root of their file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from deploylint.documents.nodes import Node, child, child_at
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
from deploylint.model.fields import (
    ADDRESSES,
    INHERITED,
    PRESENT,
    PRESENT_BESIDE,
    QUEUES,
    element_of,
)
from deploylint.model.service import Component, Role
from deploylint.readers.certified_hosts import values_host_faults
from deploylint.readers.commands.shell import Variables, Word
from deploylint.readers.commands.worker import WorkerCommand, read_worker, words
from deploylint.readers.external_values import hide_value, mark_external
from deploylint.readers.helm.backends import missing_ports
from deploylint.readers.helm.compile import Tree
from deploylint.readers.helm.derived import derive
from deploylint.readers.helm.key_tree import ComponentKey
from deploylint.readers.helm.profile import Profile
from deploylint.readers.helm.resolve import ReadKeys, resolve_values, values_of_pod, variable_words
from deploylint.readers.helm.walk import is_off, walk


class ReadComponent(Record):
    """A component as it was read, without what follows from its values.

    ``fields``: its values.
    ``at``: the mapping that it was read from, with a ``tree``.
    ``scope``: all that was read there.
    """

    name: str
    role: Role
    fields: Fields
    at: Node
    tree: Tree
    scope: ReadKeys


def read_components(
    root: Node, profile: Profile, elsewhere: str = "", *, is_service: bool = False
) -> tuple[list[Component], list[Fault]]:
    """The components of a values file, the main one first, and its faults.

    There are none without a value, unless the file ``is_service``. Where a server is below the
    root, they only fall back to the root. ``elsewhere`` are other sources, also of a server's keys.
    """
    rows = RowNumbers()
    top = walk(root, profile.root, rows)
    faults, prefixed = list(top.faults), _prefixed(root, top, profile)
    faults += () if elsewhere else _faults_between(root, profile)
    server, shared = prefixed.pop("server", None), _shared(root, top, profile)
    if server is not None:
        shared = server.fields | shared
    roles = [place.role for _, place, _ in top.places]
    jobs_alone = _are_jobs_alone(shared, server, roles)
    at_root = ReadComponent("", "server", shared, root, profile.trees["server"], top)
    components = [] if jobs_alone or "server" in roles else [at_root]
    for component in (prefixed[role] for role in prefixed if role not in roles):
        fields = _with_inherited(dict(component.fields), _offer(shared, is_compared=True))
        components.append(component._replace(fields=fields))
    to_others, pod = _offer(shared, is_compared=not jobs_alone), values_of_pod(top)
    offers = _offers(shared, to_others, prefixed, roles, pod, alone=not elsewhere)
    of_root = variable_words(top.variable_nodes) if "worker" in roles else {}
    for name, place, entry in top.places:
        tree = profile.trees[place.role]
        scope = walk(entry.value, tree.keys, rows)
        faults += scope.faults
        values, role = resolve_values(scope, profile.union), place.role
        if role == "worker":
            variables = _variables(values, scope, of_root)
            reading = _worker(values, scope, place, entry.key, variables)
            faults += reading.faults
            role = reading.role or role
        for offer in offers[place.role]:
            values = offer(values)
        components.append(ReadComponent(name, role, values, entry.value, tree, scope))
    is_known = is_service or any(component.fields for component in components)
    return _finish_all(components, profile, elsewhere) if is_known else [], faults


def _are_jobs_alone(shared: Fields, server: ReadComponent | None, roles: Sequence[Role]) -> bool:
    """Whether a file has no server beside its jobs: nothing at its root runs or is reached."""
    is_server = server is not None or any(f"{element}.{PRESENT}" in shared for element in _RUNNING)
    return not is_server and "job" in roles and not {"worker", "scheduler"}.intersection(roles)


_RUNNING = ("image", "service", "liveness-probe", "readiness-probe", "route", "replicas")
"""What shows that the root of a file is about a server."""


def _finish_all(
    components: list[ReadComponent], profile: Profile, elsewhere: str
) -> list[Component]:
    """The components, the main one first."""
    components.sort(key=lambda component: component.role != "server")
    main, *others = (_finish(component, profile, elsewhere) for component in components)
    key = "server" if main.role == "server" else main.key  # a second server is known by its name
    return [main._replace(key=key, is_main=True), *others]


def _shared(root: Node, top: ReadKeys, profile: Profile) -> Fields:
    """The values at the root of a file, completed by those at the other places to fall back to."""
    shared = resolve_values(top, profile.union)
    for path in profile.fallback[1:]:
        below = child_at(root, *path)
        if below is not None and below.is_mapping:
            shared = resolve_values(walk(below, profile.root, top.rows), profile.union) | shared
    return shared


def _offers(
    shared: Fields,
    to_others: Offer,
    prefixed: Mapping[Role, ReadComponent],
    roles: list[Role],
    pod: Fields,
    *,
    alone: bool,
) -> Mapping[Role, list[Callable[[Fields], Fields]]]:
    """The steps that complete components of each role, one after the other.

    All components of a role take the values with its prefix. A single server takes everything from
    the root; of several servers only the chart knows the owner. The others take only what is
    inherited, ``to_others``. If the file is not ``alone`` in setting values, those of a server may
    come from elsewhere too, and win.
    """
    to_server = _offer(shared, is_compared=False) if alone and "server" in roles else {}
    main_role = "server" if "server" in roles else "job"
    offers: dict[Role, list[Callable[[Fields], Fields]]] = {}
    for role in set(roles):
        steps = offers.setdefault(role, [])
        if role in prefixed:
            steps.append(partial(_completed, offer=prefixed[role].fields))
        is_judged_here = roles.count(role) == 1 and role == main_role
        offer = to_server if role == "server" else to_others
        steps += (
            partial(_with_inherited, offer=offer),
            partial(_with_pod, pod=pod, is_compared=not is_judged_here),
        )
        if alone and role == "server":
            whole = shared if roles.count(role) == 1 else _without_owner(shared)
            steps.append(partial(_completed, offer=whole))
    return offers


def _faults_between(root: Node, profile: Profile) -> Iterator[Fault]:
    """The names and ports in values that nothing else in them has."""
    yield from missing_ports(root, profile.backends)
    yield from values_host_faults(root)
    if child(root, "ingress") is not None:
        from deploylint.readers.host_names import values_name_faults  # few values have hosts

        yield from values_name_faults(root)
    if profile.references:
        from deploylint.readers.helm.references import misnamed_keys  # few profiles have some

        yield from misnamed_keys(root, profile.references)


def _prefixed(root: Node, top: ReadKeys, profile: Profile) -> dict[Role, ReadComponent]:
    """Components with keys at the root that begin with their name: ``workerResources``."""
    components: dict[Role, ReadComponent] = {}
    for prefix, entries in top.prefixed.items():
        role, node = profile.prefixes[prefix], root.made(entries)
        scope = walk(node, profile.trees[role].keys, top.rows)
        place, key = ComponentKey(role, "", ()), next(iter(entries.values())).key
        values = resolve_values(scope, profile.union)
        if role == "worker":
            variables = variable_words((*top.variable_nodes, *scope.variable_nodes))
            _worker(values, scope, place, key, variables)
        if values and not is_off(node):
            tree = profile.trees[role]
            components[role] = ReadComponent(prefix, role, values, node, tree, scope)
    return components


def _finish(read: ReadComponent, profile: Profile, elsewhere: str) -> Component:
    """A component with what follows from its values, and with what only the chart decides."""
    name, role, _, at, tree, scope = read
    fields, rows = dict(read.fields), scope.rows
    if elsewhere:
        fields = mark_external(fields, rows, role, elsewhere, profile.port_name)
    if role == "worker":
        fields = _with_unknowns(fields, rows.number(at))
    fields = derive(fields, rows, profile.port_name, profile.port_variables, process=at)
    fields = _with_given(fields, profile)
    values, line = FieldValues(fields, rows), scope.command_line
    return Component(f"{role}:{name}", name, role, values, at, tree.paths, False, line)


def _with_unknowns(fields: Fields, at: RowNumber) -> Fields:
    """A worker without a command is unknown: the chart or the image decides what it does."""
    if f"{_WORKERS}.program" in fields:
        return fields
    unknown = field_value("unknown", None, at, "no command in values")
    fields.setdefault(f"{_WORKERS}.{PRESENT}", field_value("known", True, at))
    for address in _OF_WORKERS:
        fields.setdefault(address, unknown)
    return fields


_WORKERS = element_of(QUEUES)
_OF_WORKERS = tuple(address for address in ADDRESSES if element_of(address) == _WORKERS)


def _with_given(fields: Fields, profile: Profile) -> Fields:
    """Fields that the chart sets if the values do not are unknown in a present element."""
    for address in profile.given:
        present = fields.get(f"{element_of(address)}.{PRESENT}", NOT_SET)
        value = fields.get(address, NOT_SET)
        if present.state == "known" and value.state in _SILENT:
            fields[address] = value.replace(state="unknown", note="the chart sets it")
    return fields


Offer = Mapping[str, Mapping[str, FieldValue]]
"""Inherited values at the root, by the address that tells whether the element is present."""


def _offer(shared: Mapping[str, FieldValue], *, is_compared: bool) -> Offer:
    """What components fall back to; ``is_compared`` is whether the root itself is compared.

    Its values are marked then, so that they are neither compared nor counted once more.
    """
    offer: dict[str, Fields] = {}
    for address, value in shared.items():
        if address in INHERITED:
            fields = offer.setdefault(PRESENT_BESIDE[address], {})
            fields[address] = value.as_inherited() if is_compared else value
    return offer


def _completed(values: Fields, offer: Mapping[str, FieldValue]) -> Fields:
    """A component's values completed by others of elements that it does not switch off.

    An inherited element is taken as a whole or not at all (``_with_inherited``).
    """
    stated = {a: v for a, v in values.items() if a.endswith(f".{PRESENT}")}
    for address, value in offer.items():
        present = stated.get(PRESENT_BESIDE[address], NOT_SET)
        is_closed = address in INHERITED and present is not NOT_SET
        if present.data is False or is_closed or values.get(address, NOT_SET).state not in _SILENT:
            continue
        values[address] = value
    return values


_SILENT = ("absent", "disabled")


def _without_owner(shared: Fields) -> Fields:
    """The values at the root for one of several servers: unknown, as the chart decides which."""
    note = "set at the root, for one of several servers"
    return {
        address: value if value.state == "disabled" else hide_value(value, note)
        for address, value in shared.items()
        if address not in INHERITED
    }


def _with_pod(values: Fields, pod: Fields, *, is_compared: bool) -> Fields:
    """A component's values completed by those of its pod that its container does not set.

    ``is_compared`` is whether they are compared elsewhere.
    """
    for address, value in pod.items():
        present = values.get(PRESENT_BESIDE[address], NOT_SET)
        if present.state == "known" and values.get(address, NOT_SET).state in _SILENT:
            values[address] = value.as_inherited() if is_compared else value
    return values


def _with_inherited(values: Fields, offer: Offer) -> Fields:
    """A component's values with the root's elements that it does not set, or sets to nothing."""
    for address, fields in offer.items():
        present = values.get(address)
        if present is None or (present.state == "disabled" and present.data is None):
            values.update(fields)
    return values


def _variables(values: Fields, scope: ReadKeys, of_root: Variables) -> Variables:
    """The variables of a worker: its own, else those of the root."""
    has_own = f"environment.{PRESENT}" in values
    return variable_words(scope.variable_nodes) if has_own else of_root


def _worker(
    values: Fields, scope: ReadKeys, place: ComponentKey, key: Node, variables: Variables
) -> WorkerCommand:
    """Add what a worker's command sets to its values; its role may be another one."""
    written = scope.command_line
    argv = () if written is None else written.nodes
    rows, at_key = scope.rows, scope.rows.number(key)
    line = _line(values, argv, variables, rows)
    stated = values.get("workers.technology")
    hint = str(stated.data) if stated is not None else place.technology
    reading = read_worker(line, hint, variables, has_program=scope.has_program)
    for name, value in reading.values.items():
        address = f"workers.{name}"
        if address in values:
            continue
        if value.node is None and argv and name != "technology":  # that has a key of its own
            value = value._replace(node=argv[-1])  # options are written last
        values[address] = rows.field_value(value)
    if place.technology and values.get("workers.technology", NOT_SET).state != "known":
        values["workers.technology"] = field_value("known", place.technology, at_key)
    if place.technology and reading.role in ("", "worker"):
        note = "no command in values"
        values.setdefault("workers.queues", field_value("unknown", None, at_key, note))
    if any(address.startswith("workers.") for address in values):
        values.setdefault(f"workers.{PRESENT}", field_value("known", True, at_key))
    return reading


def _line(
    values: Fields, argv: Iterable[Node], variables: Variables, rows: RowNumbers
) -> list[Word]:
    """The words of a command and its arguments, as Kubernetes joins them."""
    line: list[Word] = []
    for node in argv:
        try:
            line += words(node, variables)
        except ValueError as error:
            note = f"not a command: {error}"
            unknown = field_value("unknown", None, rows.number(node), note)
            values.setdefault("workers.queues", unknown)
    return line
