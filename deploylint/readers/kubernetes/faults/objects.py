"""What is wrong between the objects of a set: what selects nothing, and names that no object has.

An object may be about what is not in the set. Only what is wrong by the objects of the set is a
fault: a name like it exists, or an object of the same name says something else.

To add a check, write a function that yields faults and list it in ``CHECKS``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePath

from deploylint.documents.nodes import Node, child, items_of, plain, span, text_of
from deploylint.documents.suggest import NearWords, distance, hint
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.certified_hosts import host_faults, words_of
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.copies import are_variants, first_definitions
from deploylint.readers.kubernetes.faults.own_names import misspelt_own_names
from deploylint.readers.kubernetes.faults.pod_security import forbidden_in, unconfined_in
from deploylint.readers.kubernetes.faults.ports import NumberedFault, port_faults
from deploylint.readers.kubernetes.faults.selectors import own_selectors, selecting_nothing
from deploylint.readers.kubernetes.faults.strayed_routes import strayed_routes
from deploylint.readers.kubernetes.faults.variables import keys_of, unset_variables
from deploylint.readers.kubernetes.object_index import Names
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.references import reference_nodes, secrets_of
from deploylint.readers.kubernetes.selectors import (
    WorkloadObjects,
    backends_of,
    name_in_pods,
)
from deploylint.readers.wrapped.values import nodes_at


def object_faults(group: WorkloadObjects) -> dict[int, list[Fault]]:
    """What is wrong between the objects of a set, by the numbers of workloads."""
    faults: dict[int, list[Fault]] = defaultdict(list)
    for check in CHECKS:
        for number, fault in check(group):
            faults[number].append(fault)
    return faults


# --- names ----------------------------------------------------------------------------------------


def _service_names(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Routes to Services that do not exist, where no route leads to one nearly called so."""
    rows, known = table().attached, group.labelled_services.by_name
    routes = [(route, rows[route.kind].backends) for route in group.others if route.kind in rows]
    for backend in (b for route, backends in routes for b in backends_of(route, backends)):
        if backend.service not in known and (near := group.meant_service(backend)):
            for _, numbers in group.services_of(backend)[:1]:
                yield next(iter(numbers), 0), _misspelt(backend.name, "Service", near)


def _defined_twice(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Objects of the kind and name of others: what applies both replaces one, or refuses both."""
    for pair in defined_twice(group):
        for defined, other in (pair, pair[::-1]):
            name, also = (each.at("metadata.name") or each.node for each in (defined, other))
            what = f"{defined.title} is defined twice (also {other.file}:{span(also).line})"
            number = next(iter(_owners(group, defined)), 0)
            beside = (("beside", also, other.name),)
            yield number, Fault("duplicate-name", name, f"{what}; rename one, or remove it", beside)


def defined_twice(group: WorkloadObjects) -> list[tuple[Object, Object]]:
    """Pairs of objects that a cluster does not tell apart.

    What is not listed is not deployed. Two files may have the same object, and two folders others
    of one name: each may be deployed elsewhere. Of those one is a copy where only the other one is
    called like its workload.
    """
    deployed = (o for o in group.others if o.at("metadata.name") and o.is_listed is not False)
    named = (o for o in deployed if not is_variable(o.name))
    twice = list[tuple[Object, Object]]()
    for first, other in first_definitions(list(named))[1]:
        if first.api_group != other.api_group or are_variants(first, other):
            continue
        near = PurePath(first.file).parent == PurePath(other.file).parent
        own = [_called_like(group, each) for each in (first, other)]
        if near or own in ([True, False], [False, True]):
            is_same = first.file != other.file and plain(first.node) == plain(other.node)
            twice += [] if is_same else [(first, other)]
    return twice


def _called_like(group: WorkloadObjects, item: Object) -> bool | None:
    """Whether an object is called like its workload; None where it has none."""
    names = {group.workloads[number].name for number in _owners(group, item)}
    return item.name in names if names else None


def _owners(group: WorkloadObjects, item: Object) -> list[int]:
    """The workloads that an object is of, else those of its file, as numbers."""
    own = [number for number, objects in group.by_workload.items() if item in objects]
    return own or group.pods.by_file.get(item.file, [])


def _references(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Secrets, ConfigMaps and accounts that do not exist, where one nearly called so is unused.

    Or others name that, and one letter less or another order of two is named once. So is a plural
    of a ConfigMap of its own; Secrets are often made elsewhere.
    """
    for paths, kinds in kinds_by_paths().items():
        defined = [other for other in group.others if other.kind in kinds]
        known = {name_in_pods(other) for other in defined}
        workloads = enumerate(group.workloads) if known else ()
        nodes = [
            (number, workload.name, node)
            for number, workload in workloads
            for node in reference_nodes(workload, paths)
        ]
        beside = secrets_of(group.others) if known and "Secret" in kinds else ()
        nodes += [(n, o.name, node) for o, node in beside for n in _owners(group, o)[:1]]
        often = Counter(text_of(node) for *_, node in nodes)
        unused, every = Names(known.difference(often)), Names(known)
        for number, own, node in nodes:
            name = text_of(node)
            if name in known:
                continue
            near = unused.meant(name)
            if near == name and often[name] == 1:
                near = every.meant(name)
                is_own = own in name and kinds[0] == "ConfigMap"
                is_plural = is_own and _is_plural(name, near)
                near = near if is_plural or _is_slip(name, near) else name
            is_elsewhere = own in name and own not in near
            if near != name and not is_elsewhere:
                yield number, _misspelt(node, kinds[0], near)


def _hosts(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Hosts of an Ingress with a certificate and no rule, or the other way."""
    ingresses = (each for each in group.others if each.kind == "Ingress")
    hosts = [(each, nodes_at(each.node, "spec.tls[].hosts[]")) for each in ingresses]
    of_rules = [
        (other, certified, nodes_at(other.node, "spec.rules[].host"))
        for other, certified in hosts
        if certified
    ]
    nodes = (node for _, certified, rules in of_rules for node in (*certified, *rules))
    names = (each.name for each in group.workloads) if of_rules else ()
    often = words_of((*map(text_of, nodes), *names))
    for other, certified, rules in of_rules:
        for number in _owners(group, other)[:1]:
            faults = host_faults(certified, rules, often, other.node)
            yield from ((number, fault) for fault in faults)


def _namespaces(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """A namespace that one object alone is in, a letter off one that several are in."""
    every = [*group.workloads, *group.others]
    written = [(item, item.at("metadata.namespace")) for item in every]
    often = Counter(text_of(node) for _, node in written)
    names = {item.name for item in group.others if item.kind == "Namespace"}
    usual = NearWords(text for text, count in often.items() if count >= _SEVERAL)
    single = [(o, n) for o, n in written if often[text_of(n)] == 1 and text_of(n) not in names]
    owners = {id(o): number for number, each in group.by_workload.items() for o in each}
    owners |= {id(workload): number for number, workload in enumerate(group.workloads)}
    for item, node in single:
        name = text_of(node)
        meant = next((each for each in usual.near(name) if _is_slip(name, each)), "")
        if node is not None and meant:
            message = f"no other object is in namespace {name!r}; did you mean {meant!r}"
            message = f"{message}, as in {often[meant]} objects?"
            own = owners.get(id(item), next(iter(group.pods.by_file.get(item.file, ())), 0))
            yield own, Fault("misspelt-reference", node, message)


_SEVERAL = 3
"""How many objects show that a namespace is meant."""


def _is_slip(name: str, other: str) -> bool:
    """Whether a name lacks a letter of a longer one, or has two of its letters the other way."""
    is_own_word = len(name) < _LONG or name.removesuffix("s") == other.removesuffix("s")
    is_less = len(name) == len(other) - 1 or sorted(name) == sorted(other)
    return is_less and not is_own_word and distance(name, other) == 1


_LONG = 6


def _is_plural(name: str, other: str) -> bool:
    """Whether names differ by an s at the end of a word."""
    words, others = name.split("-"), other.split("-")
    return [each.removesuffix("s") for each in words] == [each.removesuffix("s") for each in others]


def _keys(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Keys of ConfigMaps and Secrets of the set that these do not have (ConfigMapKeySelector)."""
    for kind, (field, volume, called) in _OF_KEYS.items():
        holders = defaultdict[str, list[Object]](list)
        for other in group.others:
            if other.kind == kind:
                holders[other.name].append(other)
        paths = [f"{of}[].env[].valueFrom.{field}" for of in ("containers", "initContainers")]
        for number, reference in _named(group, (*paths, volume)) if holders else ():
            name = text_of(child(reference, "name") or child(reference, called))
            known = keys_of(holders[name])
            keys = [
                child(each, "key") for each in (reference, *items_of(child(reference, "items")))
            ]
            is_optional = text_of(child(reference, "optional")) == "true"
            for key in filter(None, keys if known and not is_optional else ()):
                if text_of(key) not in known:
                    what = f"{kind} {name!r} has no key {text_of(key)!r}"
                    message = f"{what}; {hint(text_of(key), sorted(known))}"
                    yield number, Fault("misspelt-reference", key, message)


_OF_KEYS = {
    "ConfigMap": ("configMapKeyRef", "volumes[].configMap", "name"),
    "Secret": ("secretKeyRef", "volumes[].secret", "secretName"),
}
"""Where pods name keys: in variables and in volumes, with the key of the object's name there."""


def kinds_by_paths() -> Mapping[tuple[str, ...], list[str]]:
    """The kinds that pods refer to at the same paths."""
    kinds: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for kind, row in table().attached.items():
        if row.named:
            kinds[row.named].append(kind)
    return kinds


def _named(group: WorkloadObjects, paths: Iterable[str]) -> Iterator[NumberedNode]:
    for number, workload in enumerate(group.workloads):
        spec = workload.pod_spec
        if spec is not None:
            yield from ((number, node) for path in paths for node in nodes_at(spec, path))


def _misspelt(node: Node, kind: str, near: str) -> Fault:
    message = f"there is no {kind} {text_of(node)!r} in this group; did you mean {near!r}?"
    return Fault("misspelt-reference", node, message)


def _metric_containers(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """A metric of one container names a container of its target (ContainerResourceMetricSource)."""
    for number, objects in group.by_workload.items():
        workload = group.workloads[number]
        containers = (*workload.containers, *workload.init_containers)
        names = [text_of(child(container, "name")) for container in containers]
        for scaler in (each for each in objects if each.kind in _OF_CONTAINERS):
            for node in nodes_at(scaler.node, _OF_CONTAINERS[scaler.kind]):
                name = text_of(node)
                if name not in (*names, *table().injected_containers) and not is_variable(name):
                    message = f"{workload.title} has no container {name!r}; {hint(name, names)}"
                    yield number, Fault("misspelt-reference", node, message)


_OF_CONTAINERS = {
    "HorizontalPodAutoscaler": "spec.metrics[].containerResource.container",
    "ScaledObject": "spec.triggers[].metadata.containerName",
}
"""Where a scaler names a container of its target."""


def _scaled_twice(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """A second autoscaler of one workload: neither works (https://keda.sh/docs/latest/faq/).

    One that is called like the workload is right.
    """
    for number, objects in group.by_workload.items():
        scalers = [each for each in objects if each.kind in _OF_CONTAINERS]
        scalers.sort(key=lambda scaler: scaler.name != group.workloads[number].name)
        for scaler in scalers[1:]:
            first = scalers[0]
            if (scaler.kind, scaler.name) != (first.kind, first.name):
                message = f"{scaler.title} scales {group.workloads[number].title}"
                message = f"{message}, which {first.title} scales too; keep one"
                node = scaler.at(table().attached[scaler.kind].target) or scaler.node
                beside = (("beside", first.node, first.title),)
                yield number, Fault("contradiction", node, message, beside)


# --- pods -----------------------------------------------------------------------------------------


def _pod_security(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """What the Pod Security Standards forbid at the level baseline."""
    for number, workload in enumerate(group.workloads):
        spec = workload.pod_spec
        if spec is None or workload.pod is None or workload.kind in table().node_agents:
            continue
        yield from ((number, fault) for fault in forbidden_in(spec))
        yield from ((number, fault) for fault in unconfined_in(workload.pod))


NumberedNode = tuple[int, Node]

CHECKS: tuple[Callable[[WorkloadObjects], Iterator[NumberedFault]], ...] = (
    own_selectors,
    selecting_nothing,
    _service_names,
    strayed_routes,
    _defined_twice,
    _references,
    _namespaces,
    misspelt_own_names,
    _hosts,
    _keys,
    _metric_containers,
    _scaled_twice,
    _pod_security,
    port_faults,
    unset_variables,
)
