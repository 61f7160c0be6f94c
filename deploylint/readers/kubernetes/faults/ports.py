"""Ports between the objects of a set: numbers and names that the other side does not have.

The list of a container's ports only informs: a port that is not in it may be open. What is asked by
its name has to exist (ContainerPort, ServicePort).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain

from deploylint.documents.nodes import Node, child, is_empty, text_of
from deploylint.documents.record import Record
from deploylint.documents.scalars import whole_number
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.model.types import MOST_PORT
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.label_selector import selector_of
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.pod_ports import (
    TCP,
    PodPorts,
    annotations_of,
    probe_ports,
    whole_numbers,
)
from deploylint.readers.kubernetes.port_settings import (
    OF_PROBES,
    OF_SCRAPES,
    is_set,
    other_port,
    settings_of,
)
from deploylint.readers.kubernetes.selectors import WorkloadObjects, backends_of
from deploylint.readers.wrapped.values import nodes_at

NumberedFault = tuple[int, Fault]

CHECK = "missing-port"


def port_faults(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """What is wrong with the ports of a set, by the numbers of workloads."""
    targets = _targets_by_workload(group)
    pods = [PodPorts([(pod, targets[n])]) for n, pod in enumerate(group.workloads)]
    yield from _named_ports(group, pods)
    yield from _numbered_ports(group, pods)
    yield from _renumbered_ports(group)
    yield from _protocols(group, pods)
    for attached in group.others:
        row = table().attached.get(attached.kind)
        for backend in backends_of(attached, row.backends) if row is not None else ():
            yield from _backend(backend.port, group.services_of(backend), pods)
        if row is not None and row.endpoints:
            yield from _monitor(attached, group, pods)
    yield from _policies(group, pods)


def _targets_by_workload(group: WorkloadObjects) -> Mapping[int, set[str]]:
    """What the Services of each workload lead to."""
    targets: dict[int, set[str]] = defaultdict(set)
    for service, numbers in group.services:
        for node in nodes_at(service.node, "spec.ports[].targetPort"):
            for number in numbers:
                targets[number].add(text_of(node))
    return targets


def _is_name(node: Node | None) -> bool:
    """Whether a port is asked by a name that something in the set has to have."""
    word = text_of(node)
    return bool(word) and not (
        word.isdecimal() or is_variable(word) or word in table().injected_ports
    )


def _missing(node: Node, holder: str, known: Iterable[str]) -> Fault:
    words = sorted(filter(None, known))
    has = f"it has {', '.join(words)}" if words else "it names none"
    return Fault(CHECK, node, f"{holder} has no port {text_of(node)!r}; {has}")


class Asked(Record):
    """A port that is asked by its name: where, by the number of a workload, and of what."""

    node: Node
    number: int
    holder: str
    names: frozenset[str]


def _named_ports(group: WorkloadObjects, pods: list[PodPorts]) -> Iterator[NumberedFault]:
    """A name in a probe is that of a port of its container, in ``targetPort`` of one of the pods.

    Where all ask a pod for the same name and it has one port only, that one has a wrong name.
    """
    by_workload: dict[int, list[Asked]] = defaultdict(list)
    for asked in (*_probed(group), *_targeted(group, pods)):
        by_workload[asked.number].append(asked)
    for number, every in by_workload.items():
        wrong = [each for each in every if text_of(each.node) not in each.names]
        containers = group.workloads[number].containers
        ports = [p for each in containers for p in nodes_at(each, "ports[]")]
        words = {text_of(each.node) for each in every}
        lists = (child(each, "ports") for each in containers if wrong)
        if emptied := [node for node in lists if node is not None and is_empty(node)]:
            names = " and ".join(sorted({repr(text_of(each.node)) for each in wrong}))
            message = f"ports has no value; the port {names} is asked for"
            yield number, Fault(CHECK, emptied[0].key, message)
        elif len(wrong) == len(every) > 1 == len(words) == len(ports):
            named = child(ports[0], "name")
            message = f"no port is named {words.pop()!r}, which {len(wrong)} places ask for"
            message += f"; this one is {text_of(named)!r}" if named is not None else ""
            yield number, Fault(CHECK, named or ports[0], message)
        else:
            yield from ((number, _missing(each.node, each.holder, each.names)) for each in wrong)


def _numbered_ports(group: WorkloadObjects, pods: list[PodPorts]) -> Iterator[NumberedFault]:
    """A number that a probe or a scrape asks for, and that nothing of its pod is known to open.

    The list of ports only informs. The number is wrong where an option or a variable of that
    purpose says another one, where the list names a port of that purpose, and where a scrape asks
    for the Service's port in front of another one. Of other scrapes there is a warning, since
    Prometheus finds pods by the ports in their lists (role pod of kubernetes_sd_config).
    """
    mapped = _service_ports(group)
    for number, workload in enumerate(group.workloads):
        pod = pods[number]
        scraped, containers = annotations_of(workload).get(_SCRAPED), workload.containers
        asked = [(node, OF_PROBES, [each]) for each in containers for node in probe_ports(each)]
        asked += [(scraped.value, OF_SCRAPES, containers)] if scraped is not None else []
        for node, purpose, asks in asked:
            port = whole_number(text_of(node))
            is_injected = text_of(node) in table().injected_ports
            if port is None or is_injected or port in pod.numbers or port in pod.opened:
                continue
            settings = settings_of(group.by_workload.get(number, ()))
            other = other_port(asks, purpose, settings)
            if other.endswith(f" {port}") or is_set(port, settings):
                continue
            if purpose is OF_SCRAPES and not other and port in mapped[number]:
                known = ", ".join(map(str, sorted(pod.numbers | pod.opened)))
                other = f"it is the Service's; the pod has {known}"
            what = f"the pod opens no port {port} that is listed or set"
            if other:
                yield number, Fault(CHECK, node, f"{what}; {other}")
            elif purpose is OF_SCRAPES and pod.numbers and not _is_elsewhere(asks):
                own = ", ".join(map(str, sorted(pod.numbers)))
                yield number, Fault("unlisted-port", node, f"{what}; it lists {own}")


_SCRAPED = "prometheus.io/port"


def _renumbered_ports(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """A number in ``targetPort`` that no pod lists or sets, where they list the name of the port.

    One of a pod with a single port is compared with that by the rule about ports.
    """
    for service, numbers in group.services:
        own = PodPorts([(group.workloads[n], ()) for n in numbers])
        for item in nodes_at(service.node, "spec.ports[]") if len(own.numbers) > 1 else ():
            target, name = child(item, "targetPort"), text_of(child(item, "name"))
            port, known = whole_number(text_of(target)), own.by_name.get(name)
            if target is None or port is None or known is None:
                continue
            if port not in own.numbers and port not in own.opened:
                what = f"the pod opens no port {port} that is listed or set"
                yield numbers[0], Fault(CHECK, target, f"{what}; its port {name!r} is {known}")


def _is_elsewhere(containers: Iterable[Node]) -> bool:
    """Whether variables of containers come from elsewhere: they may name any port."""
    paths = ("envFrom", "env[].valueFrom")
    return any(nodes_at(container, path) for container in containers for path in paths)


def _probed(group: WorkloadObjects) -> Iterator[Asked]:
    """The names in probes (HTTPGetAction, TCPSocketAction)."""
    for number, workload in enumerate(group.workloads):
        for container in workload.containers:
            nodes = [node for node in probe_ports(container) if _is_name(node)]
            written = nodes_at(container, "ports[].name") if nodes else ()
            names = frozenset(map(text_of, written))
            yield from (Asked(node, number, "the container", names) for node in nodes)


def _targeted(group: WorkloadObjects, pods: list[PodPorts]) -> Iterator[Asked]:
    """The names in ``targetPort`` (ServicePort)."""
    for service, numbers in group.services:
        names = frozenset[str]().union(*(pods[n].names for n in numbers))
        for node in nodes_at(service.node, "spec.ports[].targetPort") if numbers else ():
            if _is_name(node):
                yield Asked(node, numbers[0], "the pod", names)


def _backend(
    port: Node | None, services: Iterable[tuple[Object, list[int]]], pods: Sequence[PodPorts]
) -> Iterator[NumberedFault]:
    """A port of a backend is one of the Service (ServiceBackendPort, BackendObjectReference).

    A ``targetPort`` may be one of its pods (RoutePort).
    """
    ports = [item for each, _ in services for item in nodes_at(each.node, "spec.ports[]")]
    asked = _KEYS.get(port.path.name if port is not None else "", ("name", "port"))
    known = {text_of(child(item, key)) for item in ports for key in asked}
    if _OF_PODS in asked:
        known |= {str(n) for _, own in services for at in own for n in pods[at].numbers}
    word = text_of(port)
    is_open = not ports or not word or is_variable(word) or word in (*known, *_ANY)
    if port is not None and not is_open:
        service, numbers = next(iter(services))
        yield next(iter(numbers), 0), _missing(port, f"Service {service.name}", known)


_OF_PODS = "targetPort"
_KEYS = {"name": ("name",), "number": ("port",), _OF_PODS: ("name", "port", _OF_PODS)}
"""What a key of a ServiceBackendPort asks for; others take either."""

_ANY = ("use-annotation", "0")
"""What a controller for Ingresses takes for a port: the action of an annotation, or any."""


def _monitor(
    monitor: Object, group: WorkloadObjects, pods: list[PodPorts]
) -> Iterator[NumberedFault]:
    """A port of an endpoint is one of the Service, ``targetPort`` is one of the pods.

    A number has to be in the list of a container, by which Prometheus finds it (Endpoint).
    """
    row = table().attached[monitor.kind]
    selector = selector_of(monitor, row.pods or row.services)
    if selector is None or selector.is_open:
        return
    services = list[Object]()
    if row.pods:
        numbers = group.pods.select(monitor, selector)
    else:
        chosen = [group.services[n] for n in group.labelled_services.select(monitor, selector)]
        numbers = sorted({number for _, numbers in chosen for number in numbers})
        services = [service for service, _ in chosen]
    if len(numbers) != 1:
        return  # of several some may have no such port
    pod, holder = pods[numbers[0]], "the pod"
    names: Set[str] = pod.names
    if services:
        ports = (nodes_at(service.node, "spec.ports[].name") for service in services)
        names = {text_of(name) for each in ports for name in each}
        holder = f"Service {services[0].name}"
    of_pod = pod.names | set(map(str, pod.numbers))
    for item in nodes_at(monitor.node, row.endpoints):
        asked = ("port", holder, names), ("targetPort", "the pod", of_pod)
        for key, asked_of, known in asked:
            node = child(item, key)
            if node is None or text_of(node) in known:
                continue
            is_number = bool(whole_number(text_of(node)))  # in quotes it is a name like another
            if _is_name(node) or (is_number and (known is of_pod or node.style)):
                yield numbers[0], _missing(node, asked_of, known)


def _protocols(group: WorkloadObjects, pods: list[PodPorts]) -> Iterator[NumberedFault]:
    """Ports of Services that lead by name to a port of another protocol, so to none (ServicePort).

    A pod is found by the name and the protocol of its port.
    """
    for service, numbers in group.services:
        own = PodPorts([pod for n in numbers for pod in pods[n].pods])
        for item in nodes_at(service.node, "spec.ports[]") if numbers else ():
            target, protocol = child(item, "targetPort"), child(item, "protocol")
            name, asked = text_of(target), text_of(protocol) or TCP
            known = own.protocols.get(name, frozenset())
            is_wrong = bool(known) and asked not in known and asked in _PROTOCOLS
            if target is not None and is_wrong and not name.isdecimal():
                has = " and ".join(sorted(known))
                message = (
                    f"the Service sends {asked} to port {name!r}, which its pods open for {has}"
                )
                yield numbers[0], Fault(CHECK, protocol or target, message)


# --- network policies -----------------------------------------------------------------------------


def _policies(group: WorkloadObjects, pods: list[PodPorts]) -> Iterator[NumberedFault]:
    """Ports that a policy lets in and that none of its pods has (NetworkPolicyPort).

    A number that is not written elsewhere may be open. It is to blame where it is the Service's
    port in front of another one, and where nothing that the pods are known to have is let in.
    """
    services = _service_ports(group)
    selected = _selected_by_policies(group)
    reached = {n for policy, numbers in selected for n in numbers if _lets_in(policy, pods[n])}
    for policy, numbers in selected:
        own = PodPorts([pod for n in numbers for pod in pods[n].pods])
        mapped = frozenset[int]().union(*(services[n] for n in numbers))
        for rule in _rules(policy) if all(pods[n].numbers for n in numbers) else ():
            for item in nodes_at(rule, table().attached[policy.kind].ports):
                node = child(item, "port")
                if node is None or _admits_item(item, own):
                    yield from ((numbers[0], fault) for fault in _protocol_faults(item, own))
                    continue
                word = text_of(node)
                if not word.isdecimal():
                    yield numbers[0], _missing(node, "the pod", own.names)
                elif whole_number(word) in mapped or reached.isdisjoint(numbers):
                    yield numbers[0], _not_of_pod(node, own)


def _protocol_faults(item: Node, own: PodPorts) -> Iterator[Fault]:
    """A port that is let in for another protocol than its pods list it for (NetworkPolicyPort)."""
    port, protocol = child(item, "port"), child(item, "protocol")
    word, asked = text_of(port), text_of(protocol)
    protocols = own.protocols.get(word, frozenset())
    if protocol is not None and protocols and asked in _PROTOCOLS and asked not in protocols:
        known = " and ".join(sorted(protocols))
        message = f"the policy lets in {asked} at port {word}, which its pods open for {known}"
        yield Fault("policy-port", protocol, message)


_PROTOCOLS = ("TCP", "UDP", "SCTP")


def _not_of_pod(node: Node, own: PodPorts) -> Fault:
    known = ", ".join(map(str, sorted(own.numbers)))
    message = (
        f"the policy lets in port {text_of(node)}, which its pods do not have; they have {known}"
    )
    return Fault("policy-port", node, message)


def _selected_by_policies(group: WorkloadObjects) -> list[tuple[Object, list[int]]]:
    """The policies that choose their pods, with the numbers of these."""
    selected: dict[int, tuple[Object, list[int]]] = {}
    for number, objects in sorted(group.by_workload.items()):
        for policy in objects:
            if (row := table().attached.get(policy.kind)) is not None and row.rules:
                selected.setdefault(id(policy.node), (policy, []))[1].append(number)
    return [
        (policy, numbers)
        for policy, numbers in selected.values()
        if (selector := selector_of(policy, table().attached[policy.kind].pods)) is not None
        and not selector.is_open
    ]


def _service_ports(group: WorkloadObjects) -> Mapping[int, set[int]]:
    """The ports of the Services of each workload that lead to another one."""
    ports: dict[int, set[int]] = defaultdict(set)
    for service, numbers in group.services:
        for item in nodes_at(service.node, "spec.ports[]"):
            port, target = text_of(child(item, "port")), text_of(child(item, "targetPort"))
            for number in numbers if target not in ("", port) else ():
                ports[number].update(whole_numbers([port]))
    return ports


def _rules(policy: Object) -> list[Node]:
    return nodes_at(policy.node, table().attached[policy.kind].rules)


def _lets_in(policy: Object, pod: PodPorts) -> bool:
    """Whether a policy lets anything in that a pod is known to have."""
    rules = [nodes_at(rule, table().attached[policy.kind].ports) for rule in _rules(policy)]
    return any(not ports or any(_admits_item(port, pod) for port in ports) for ports in rules)


def _admits_item(item: Node, pod: PodPorts) -> bool:
    """Whether what is let in is one of the ports of a pod."""
    port = child(item, "port")
    first, last = text_of(port), text_of(child(item, "endPort"))
    if not first.isdecimal() or first in _ANY:
        return first in pod.names or not _is_name(port)
    start, *end = whole_numbers((first, last if last.isdecimal() else first)) or [MOST_PORT + 1]
    numbers = chain(pod.numbers, pod.mentioned)
    return any(start <= number <= max(end, default=start) for number in numbers)
