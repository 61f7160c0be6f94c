"""Attaches objects to the workloads of a group: by selector, by target or by reference.

How objects of a kind refer to a workload is data (``attached`` in ``profiles/objects.yaml``).
Everything is looked up in an index, so that the time follows the number of objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from deploylint.documents.nodes import Node, child, child_at, plain, text_of
from deploylint.documents.record import Record
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.label_selector import Selector, selector_of
from deploylint.readers.kubernetes.objects import Object, labels, pod_of
from deploylint.readers.kubernetes.schema import Attachment, Backend
from deploylint.readers.wrapped.values import nodes_at


class WorkloadObjects:
    """The objects of each workload of a group, and why some objects belong to none.

    ``by_workload``: the objects of each workload, by its number.
    ``services``: the Services, each with the numbers of its workloads.
    ``left``: the objects without a workload, with the reason.
    """

    def __init__(self, workloads: Sequence[Object], others: Iterable[Object]) -> None:
        self.workloads = workloads
        self.others = list(others)
        self.by_workload: dict[int, list[Object]] = defaultdict(list)
        self.services: list[tuple[Object, list[int]]] = []
        self.left: list[tuple[Object, str]] = []
        self.pods = LabelIndex(workloads, [pod_labels(workload) for workload in workloads])
        rows, kinds = table().attached, defaultdict[str, list[Object]](list)
        for other in self.others:
            if other.kind in rows:
                kinds[other.kind].append(other)
            else:
                self.left.append((other, "not part of a workload"))
        for kind in rows:  # Services first: others find their workload by them
            self._attach(kinds[kind], rows[kind])

    @cached_property
    def labelled_services(self) -> LabelIndex:
        """The Services by their labels."""
        services = [service for service, _ in self.services]
        return LabelIndex(services, [service.labels("metadata.labels") for service in services])

    def services_of(self, backend: NamedBackend) -> list[tuple[Object, list[int]]]:
        """The Services that a backend names."""
        named = [self.services[n] for n in self.labelled_services.by_name.get(backend.service, ())]
        return [one for one in named if is_same(backend.namespace, one[0].namespace)]

    def _attach(self, objects: list[Object], row: Attachment) -> None:
        for attached, numbers in zip(objects, self._find(objects, row), strict=True):
            for number in numbers:
                self.by_workload[number].append(attached)
            if not numbers:
                self.left.append((attached, _why(attached, row)))
            if attached.kind == "Service":
                self.services.append((attached, numbers))

    def _find(self, objects: list[Object], row: Attachment) -> list[list[int]]:
        """The workloads of each object, as numbers."""
        if not objects:
            return []
        if row.pods or row.services:
            return self._selected(objects, row)
        if row.target:
            index = Index(self.workloads, [[(one.kind, one.name)] for one in self.workloads])
            return [index.with_any(o, [target_of(o, row.target)]) for o in objects]
        if row.named:
            index = Index(self.workloads, [_references(one, row.named) for one in self.workloads])
            return [index.with_any(o, [text_of(o.at(row.called)) or o.name]) for o in objects]
        named = [[self.services_of(b) for b in backends_of(o, row.backends)] for o in objects]
        return [_flat(one for each in services for one in each) for services in named]

    def _selected(self, objects: list[Object], row: Attachment) -> list[list[int]]:
        """The workloads that selectors select, of each object.

        An open selector belongs to the workloads of its file that no other one selects.
        """
        selectors = [selector_of(o, row.pods or row.services, plain=row.plain) for o in objects]
        index, selected = (self.pods if row.pods else self.labelled_services), list[list[int]]()
        for selecting, selector in zip(objects, selectors, strict=True):
            is_open = selector is None or selector.is_open
            numbers = [] if selector is None or is_open else index.select(selecting, selector)
            selected.append(numbers if row.pods else _flat(self.services[n] for n in numbers))
        alone = set(range(len(self.workloads))).difference(*selected)
        by_file: dict[str, list[int]] = defaultdict(list)
        for number in sorted(alone):
            by_file[self.workloads[number].file].append(number)
        for selecting, selector, numbers in zip(objects, selectors, selected, strict=True):
            if selector is not None and selector.is_open:
                here = by_file.pop(selecting.file, [])
                numbers += [n for n in here if reaches(selecting, self.workloads[n])]
        return selected


class Index:
    """Objects by what others find them by, as numbers."""

    def __init__(self, objects: Sequence[Object], keys: Sequence[Iterable[Hashable]]) -> None:
        self.objects = objects
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.by_file: dict[str, list[int]] = defaultdict(list)
        for number, indexed in enumerate(objects):
            self.by_name[indexed.name].append(number)
            self.by_file[indexed.file].append(number)
        self._numbers: dict[Hashable, list[int]] = defaultdict(list)
        for number, own in enumerate(keys):
            for key in dict.fromkeys(own):
                self._numbers[key].append(number)

    def with_any(self, other: Object, keys: Iterable[Hashable]) -> list[int]:
        """The objects that another one may be about and that have one of some keys."""
        numbers = (number for key in keys for number in self._numbers.get(key, ()))
        return [number for number in numbers if reaches(other, self.objects[number])]


class LabelIndex(Index):
    """Objects by their labels."""

    def __init__(self, objects: Sequence[Object], own: Sequence[Mapping[str, str]]) -> None:
        super().__init__(objects, [each.items() for each in own])
        self.labels = own

    @cached_property
    def values(self) -> Mapping[str, Collection[str]]:
        """The values of each label."""
        values: dict[str, set[str]] = defaultdict(set)
        for key, value in (pair for own in self.labels for pair in own.items()):
            values[key].add(value)
        return values

    def select(self, other: Object, selector: Selector) -> list[int]:
        """The objects that another one selects."""
        lists = (self._numbers.get(pair, []) for pair in selector.pairs)
        fewest: Sequence[int] = min(lists, key=len, default=range(len(self.objects)))
        full = [number for number in fewest if selector.matches(self.labels[number])]
        return [number for number in full if reaches(other, self.objects[number])]


def pod_labels(workload: Object) -> dict[str, str]:
    """The labels of a workload's pods."""
    return labels(child_at(pod_of(workload), "metadata", "labels"))


def pod_spec(workload: Object) -> Node | None:
    """The spec of a workload's pods."""
    return child_at(pod_of(workload), "spec")


class NamedBackend(Record):
    """A Service that an object sends requests to, and the values that name it and its port."""

    service: str
    namespace: str
    name: Node
    port: Node | None


def backends_of(route: Object, rows: Iterable[Backend]) -> Iterator[NamedBackend]:
    """The Services that an object sends requests to, by their names without a domain."""
    for row in rows:
        for item, _ in nodes_at(route.node, row.at):
            name, kind = child(item, row.name), text_of(child(item, "kind"))
            if name is not None and text_of(name) and kind in ("", "Service"):
                ports = (port for path in row.port for port, _ in nodes_at(item, path))
                service, _, domain = text_of(name).partition(".")
                namespace = text_of(child(item, "namespace")) or domain.partition(".")[0]
                yield NamedBackend(service, namespace or route.namespace, name, next(ports, None))


def target_of(scaler: Object, path: str) -> tuple[str, str]:
    """The kind and the name of what an object scales."""
    target = scaler.at(path)
    return text_of(child_at(target, "kind")), text_of(child_at(target, "name"))


def reaches(referring: Object, other: Object) -> bool:
    """Whether an object may be about another one, by the namespaces that are written.

    A monitor may select others (``NamespaceSelector`` of the Prometheus Operator).
    """
    kinds = ("ServiceMonitor", "PodMonitor")
    chosen = referring.at("spec.namespaceSelector") if referring.kind in kinds else None
    if chosen is None:
        return is_same(referring.namespace, other.namespace)
    every = child(chosen, "any")
    names = [text_of(name) for name, _ in nodes_at(chosen, "matchNames[]")]
    is_open = not names or (every is not None and plain(every) is True)
    return is_open or not other.namespace or other.namespace in names


def is_same(namespace: str, other: str) -> bool:
    """Whether two namespaces may be one."""
    return namespace == other or not (namespace and other)


def _references(workload: Object, paths: Iterable[str]) -> set[str]:
    """The names in a pod's spec at some paths."""
    spec = pod_spec(workload)
    if spec is None:
        return set()
    return {text_of(node) for path in paths for node, _ in nodes_at(spec, path)}


def _flat(services: Iterable[tuple[Object, list[int]]]) -> list[int]:
    """The workloads of some Services, as numbers."""
    return sorted({number for _, numbers in services for number in numbers})


def _why(attached: Object, row: Attachment) -> str:
    """Why an object is not part of a workload."""
    path = row.pods or row.services
    if not path:
        target = "its target is not a workload of this group"
        return target if row.target else "not used by a workload"
    selector = selector_of(attached, path, plain=row.plain)
    if selector is None:
        return "selects nothing by labels"
    if selector.is_open:
        return "selects everything in its namespace"
    return f"selects no {'pods' if row.pods else 'Service'} of this group"
