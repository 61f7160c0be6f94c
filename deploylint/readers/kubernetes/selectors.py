"""Which objects belong to which workloads of a set: by selector, by target or by reference.

How a kind says so is data (``attached`` in ``profiles/objects.yaml``). Everything is looked up
in an index, so that the time it takes follows the number of objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from deploylint.documents.nodes import Node, child, plain
from deploylint.documents.record import Record
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.label_selector import Selector, selector_of
from deploylint.readers.kubernetes.objects import Object, labels, pod_of, text
from deploylint.readers.kubernetes.schema import Attachment, Backend
from deploylint.readers.wrapped.values import below

Belonging = dict[int, list[Object]]
"""The objects that belong to each workload, by its number."""


class WorkloadObjects:
    """What belongs to the workloads of a set, and why some objects belong to none.

    ``left`` are the objects that belong to no workload, with the reason.
    ``services`` are the Services with the numbers of their workloads.
    """

    def __init__(self, workloads: Sequence[Object], others: Iterable[Object]) -> None:
        self.workloads = workloads
        self.others = list(others)
        self.by_workload: Belonging = defaultdict(list)
        self.left: list[tuple[Object, str]] = []
        self.services: list[tuple[Object, list[int]]] = []
        self.pods = Labelled([pod_labels(one) for one in workloads], workloads)
        self._attach()

    def _attach(self) -> None:
        rows = table().attached
        kinds: dict[str, list[Object]] = defaultdict(list)
        for one in self.others:
            if one.kind in rows:
                kinds[one.kind].append(one)
            else:
                self.left.append((one, "not part of a workload"))
        for kind in rows:  # Services first: others find their workload by them
            self._attach_kind(kinds[kind], rows[kind])

    def _attach_kind(self, objects: list[Object], row: Attachment) -> None:
        if not objects:
            return
        if row.pods or row.services:
            found = self._by_labels(objects, row)
        elif row.backends:
            found = self._by_services(objects, row.backends)
        elif row.target:
            found = self._targets(objects, row.target)
        else:
            found = self._named(objects, row)
        for one, numbers in zip(objects, found, strict=True):
            for number in numbers:
                self.by_workload[number].append(one)
            if not numbers:
                self.left.append((one, _why(one, row)))
            if one.kind == "Service":
                self.services.append((one, numbers))

    def _by_labels(self, objects: list[Object], row: Attachment) -> list[list[int]]:
        """What selectors select."""
        index = self.pods if row.pods else self.labelled_services()
        found = list[list[int]]()
        selectors = [selector_of(o, row.pods or row.services, plain=row.plain) for o in objects]
        for one, selector in zip(objects, selectors, strict=True):
            numbers = index.selected(one, selector) if selector and not selector.is_open else []
            found.append(numbers if row.pods else _flat(self.services[n][1] for n in numbers))
        self._add_open(zip(objects, selectors, found, strict=True))
        return found

    def _add_open(self, found: Iterable[tuple[Object, Selector | None, list[int]]]) -> None:
        """An open selector belongs to the workloads of its file that no other one selects."""
        every = list(found)
        alone = set(range(len(self.workloads))).difference(*(each for _, _, each in every))
        by_file: dict[str, list[int]] = defaultdict(list)
        for number in sorted(alone):
            by_file[self.workloads[number].file].append(number)
        for one, selector, numbers in every:
            if selector is not None and selector.is_open:
                here = by_file.pop(one.file, [])
                numbers += [n for n in here if reaches(one, self.workloads[n])]

    def labelled_services(self) -> Labelled:
        """The Services by their labels."""
        services = [one for one, _ in self.services]
        return Labelled([one.labels("metadata.labels") for one in services], services)

    def _by_services(self, objects: list[Object], rows: Sequence[Backend]) -> list[list[int]]:
        return [
            _flat(
                self.services[n][1]
                for backend in backends_of(one, rows)
                for n in self.numbers_of(backend)
            )
            for one in objects
        ]

    def numbers_of(self, backend: NamedBackend) -> list[int]:
        """The numbers of the Services that a backend names."""
        numbers = self.called.get(backend.service, ())
        return [n for n in numbers if is_same(backend.namespace, self.services[n][0].namespace)]

    @cached_property
    def called(self) -> Mapping[str, list[int]]:
        """The numbers of the Services of each name."""
        called: dict[str, list[int]] = defaultdict(list)
        for number, (one, _) in enumerate(self.services):
            called[one.name].append(number)
        return called

    def _targets(self, objects: list[Object], path: str) -> list[list[int]]:
        called: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, workload in enumerate(self.workloads):
            called[workload.kind, workload.name].append(number)
        return [
            [n for n in called[target_of(one, path)] if reaches(one, self.workloads[n])]
            for one in objects
        ]

    def _named(self, objects: list[Object], row: Attachment) -> list[list[int]]:
        wanted = {text(one.at(row.called)) or one.name for one in objects}
        called: dict[str, list[int]] = defaultdict(list)
        for number, workload in enumerate(self.workloads):
            spec = pod_spec(workload)
            if spec is not None:
                names = {text(node) for path in row.named for node, _ in below(spec, path)}
                for name in names & wanted:
                    called[name].append(number)
        return [
            [
                n
                for n in called[text(one.at(row.called)) or one.name]
                if reaches(one, self.workloads[n])
            ]
            for one in objects
        ]


class Labelled:
    """Things with labels, found by a selector."""

    def __init__(self, carried: Sequence[Mapping[str, str]], whose: Sequence[Object]) -> None:
        self.labels = carried
        self.whose = whose
        self._index: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, one in enumerate(carried):
            for pair in one.items():
                self._index[pair].append(number)

    @cached_property
    def values(self) -> Mapping[str, Collection[str]]:
        """The values that labels have."""
        values: dict[str, set[str]] = defaultdict(set)
        for key, value in self._index:
            values[key].add(value)
        return values

    def selected(self, one: Object, selector: Selector) -> list[int]:
        """The numbers of what an object selects."""
        every: Sequence[int] = range(len(self.labels))
        lists = (self._index.get(pair, []) for pair in selector.pairs)
        return [
            n
            for n in min(lists, key=len, default=every)
            if selector.matches(self.labels[n]) and reaches(one, self.whose[n])
        ]


def pod_spec(workload: Object) -> Node | None:
    """The specification of a workload's pods."""
    pod = pod_of(workload)
    return child(pod, "spec") if pod is not None else None


def pod_labels(workload: Object) -> dict[str, str]:
    """The labels of a workload's pods."""
    pod = pod_of(workload)
    about = child(pod, "metadata") if pod is not None else None
    return labels(child(about, "labels")) if about is not None else {}


class NamedBackend(Record):
    """A Service that an object sends requests to: where it says so, and where it names the port."""

    service: str
    namespace: str
    name: Node
    port: Node | None


def backends_of(one: Object, rows: Iterable[Backend]) -> Iterator[NamedBackend]:
    """The Services that an object sends requests to."""
    for row in rows:
        for item, _ in below(one.node, row.at):
            name, kind = child(item, row.name), text(child(item, "kind"))
            if name is not None and text(name) and kind in ("", "Service"):
                ports = (port for path in row.port for port, _ in below(item, path))
                service, _, namespace = text(name).partition(".")
                namespace = text(child(item, "namespace")) or namespace.partition(".")[0]
                namespace = namespace or one.namespace
                yield NamedBackend(service, namespace, name, next(ports, None))


def target_of(one: Object, path: str) -> tuple[str, str]:
    """The kind and the name of what an object is about."""
    target = one.at(path)
    kind, name = (text(child(target, k)) if target else "" for k in ("kind", "name"))
    return kind, name


def reaches(one: Object, other: Object) -> bool:
    """Whether an object may be about another one: by their namespaces, as far as they say.

    A monitor may look into others (``NamespaceSelector`` of the Prometheus Operator).
    """
    elsewhere = one.at("spec.namespaceSelector") if one.kind in _MONITORS else None
    if elsewhere is not None:
        written = child(elsewhere, "any")
        if written is not None and plain(written) is True:
            return True
        names = [text(name) for name, _ in below(elsewhere, "matchNames[]")]
        return not names or not other.namespace or other.namespace in names
    return is_same(one.namespace, other.namespace)


def is_same(one: str, other: str) -> bool:
    """Whether two namespaces are one, as far as they are said."""
    return one == other or not (one and other)


_MONITORS = ("ServiceMonitor", "PodMonitor")


def _flat(lists: Iterable[list[int]]) -> list[int]:
    return sorted({number for one in lists for number in one})


def _why(one: Object, row: Attachment) -> str:
    """Why an object is not part of a workload."""
    path = row.pods or row.services
    if not path:
        what = "its target is not a workload of this group"
        return what if row.target else "not used by a workload"
    selector = selector_of(one, path, plain=row.plain)
    if selector is None:
        return "selects nothing by labels"
    if selector.is_open:
        return "selects everything of its namespace"
    return f"selects no {'pods' if row.pods else 'Service'} of this group"
