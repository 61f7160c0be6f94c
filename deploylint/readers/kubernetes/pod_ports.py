"""The ports of pods: what their containers list, and what else may be open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from deploylint.documents.nodes import Entry, Node, child, child_at, entries_of, text_of
from deploylint.documents.scalars import whole_number
from deploylint.readers.helm.ports import command_lines, mentioned_ports
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.wrapped.values import nodes_at


class PodPorts:
    """The ports of some pods, each given with what its Services lead to; read when asked for."""

    def __init__(self, pods: Sequence[tuple[Object, Collection[str]]]) -> None:
        self.pods = pods

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that the containers list."""
        return frozenset(self._listed("name")) - {""}

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The numbers that the containers list."""
        return frozenset(whole_numbers(self._listed("containerPort")))

    @cached_property
    def by_name(self) -> Mapping[str, int]:
        """The numbers that the containers list, by their names; the first of several."""
        known = dict[str, int]()
        for port in self._ports():
            name, number = (text_of(child(port, key)) for key in ("name", "containerPort"))
            if name and (port_number := whole_number(number)) is not None:
                known.setdefault(name, port_number)
        return known

    @cached_property
    def mentioned(self) -> frozenset[int]:
        """What else may be open: the numbers in arguments, variables, annotations and so on."""
        asked = (number for pod, _ in self.pods for number in whole_numbers(_asked(pod)))
        return self.opened | frozenset(asked)

    @cached_property
    def opened(self) -> frozenset[int]:
        """The numbers behind Services, and in arguments and variables: they may be ports."""
        every = ((*targets, *_mentioned(pod)) for pod, targets in self.pods)
        return frozenset(number for texts in every for number in whole_numbers(texts))

    @cached_property
    def protocols(self) -> Mapping[str, Set[str]]:
        """The protocols of each port that the containers list, by its number and its name."""
        protocols: dict[str, set[str]] = defaultdict(set)
        for port in self._ports():
            for key in ("containerPort", "name"):
                protocols[text_of(child(port, key))].add(text_of(child(port, "protocol")) or TCP)
        return protocols

    def _ports(self) -> Iterator[Node]:
        containers = (each for pod, _ in self.pods for each in all_containers(pod))
        return (port for container in containers for port in nodes_at(container, "ports[]"))

    def _listed(self, key: str) -> Iterator[str]:
        return (text_of(child(port, key)) for port in self._ports())


TCP = "TCP"
"""The protocol of a port that names none (ContainerPort)."""


def all_containers(workload: Object) -> list[Node]:
    """The containers of a pod, and those before them."""
    return [*workload.containers, *workload.init_containers]


def _asked(workload: Object) -> Iterator[str]:
    """The texts of annotations and of ports in probes of a pod: they may be its ports."""
    yield from (text_of(entry.value) for entry in annotations_of(workload).values())
    for container in all_containers(workload):
        yield from map(text_of, probe_ports(container))


def annotations_of(workload: Object) -> Mapping[str, Entry]:
    """The annotations of a pod."""
    return entries_of(child_at(workload.pod, "metadata", "annotations"))


def _mentioned(workload: Object) -> Iterator[str]:
    """The numbers in arguments and variables of a pod."""
    for container in all_containers(workload):
        values = [text_of(node) for node in nodes_at(container, "env[].value")]
        words = (word for line in command_lines(container) for word in line)
        yield from mentioned_ports(("", word) for word in (*values, *words))


def probe_ports(container: Node) -> Iterator[Node]:
    """The ports in the probes of a container."""
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = child(container, name)
        for handler in ("httpGet", "tcpSocket", "grpc") if probe is not None else ():
            if (port := child_at(probe, handler, "port")) is not None:
                yield port


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """The numbers among some texts."""
    return [number for number in map(whole_number, texts) if number is not None]
