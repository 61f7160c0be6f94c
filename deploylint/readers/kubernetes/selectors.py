"""Attaches objects to the workloads of a group: by selector, by target or by reference.

How objects of a kind refer to a workload is data (``attached`` in ``profiles/objects.yaml``).
Everything is looked up in an index, so that the time follows the number of objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Node, child, child_at, text_of
from deploylint.documents.record import Record
from deploylint.documents.suggest import nearest
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.label_selector import Selector, selector_of
from deploylint.readers.kubernetes.object_index import (
    Index,
    LabelIndex,
    Names,
    is_same,
    meant_by_selector,
    meant_by_target,
    name_without_kind,
    names_of,
    reaches,
)
from deploylint.readers.kubernetes.objects import Object, api_group, labels
from deploylint.readers.kubernetes.references import references
from deploylint.readers.kubernetes.schema import Attachment, Backend
from deploylint.readers.wrapped.values import nodes_at


class WorkloadObjects:
    """The objects of each workload of a group, and why some objects belong to none.

    ``by_workload``: the objects of each workload, by its number.
    ``services``: the Services, each with the numbers of its workloads.
    ``misses``: the objects of a selector or target that does not exist, with what they mean.
    ``left``: the objects without a workload, with the reason.
    """

    def __init__(self, workloads: Sequence[Object], others: Iterable[Object]) -> None:
        self.workloads = workloads
        self.others = list(others)
        self.by_workload: dict[int, list[Object]] = defaultdict(list)
        self.services: list[tuple[Object, list[int]]] = []
        self.misses: list[Miss] = []
        self.left: list[tuple[Object, str]] = []
        self.pods = LabelIndex(workloads, [workload.pod_labels for workload in workloads])
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
        return LabelIndex(services, [service.labels for service in services])

    def services_of(self, backend: NamedBackend) -> list[tuple[Object, list[int]]]:
        """The Services that a backend names, or means."""
        known = self.labelled_services.by_name
        numbers = known.get(backend.service) or known.get(self.meant_service(backend), [])
        named = [self.services[n] for n in numbers]
        return [one for one in named if is_same(backend.namespace, one[0].namespace)]

    def meant_service(self, backend: NamedBackend) -> str:
        """The Service of nearly the name in a backend, if no backend names it; or ""."""
        name = backend.service
        if backend.is_own or is_variable(name):
            return ""
        near = self._near_services.meant(name)
        if near in self._unnamed_services:
            return near
        return self._services_without_kind.get(name_without_kind(name), "")

    @cached_property
    def _near_services(self) -> Names:
        return Names(self._unnamed_services)

    @cached_property
    def _services_without_kind(self) -> Mapping[str, str]:
        """The first Service that no backend names by its name without a word for its kind."""
        names = sorted(self._unnamed_services, reverse=True)
        return {name_without_kind(name): name for name in names}

    @cached_property
    def _unnamed_services(self) -> Collection[str]:
        """The Services that no backend names."""
        rows = table().attached
        routes = [(one, rows[one.kind].backends) for one in self.others if one.kind in rows]
        named = {b.service for one, backends in routes for b in backends_of(one, backends)}
        return self.labelled_services.by_name.keys() - named

    def _attach(self, objects: list[Object], row: Attachment) -> None:
        about = self._with_own(objects, self._find(objects, row), row)
        for attached, numbers in zip(objects, about, strict=True):
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
            return [self._scaled(scaler, row.target) for scaler in objects]
        if row.named:
            index = Index(self.workloads, [references(one, row.named) for one in self.workloads])
            return [index.with_any(o, [name_in_pods(o)]) for o in objects]
        named = [[self.services_of(b) for b in backends_of(o, row.backends)] for o in objects]
        return [_flat(one for each in services for one in each) for services in named]

    def _with_own(
        self, objects: Sequence[Object], numbers_of: list[list[int]], row: Attachment
    ) -> list[list[int]]:
        """What objects are about: what they are called like, where they only have another's copied.

        That one has an object of the kind too, which is called like it, and theirs has none.
        """
        if not (row.pods or row.services or row.target):
            return numbers_of
        users = items_by_key((n, at) for at, numbers in enumerate(numbers_of) for n in numbers)
        for at, (attached, numbers) in enumerate(zip(objects, numbers_of, strict=True)):
            own = self._own_workload(attached) if len(numbers) == 1 else None
            if own is None or own in users or own in numbers:
                continue
            other = self.workloads[numbers[0]]
            beside = (objects[n] for n in users[numbers[0]] if n != at)
            if any(other.name in names_of(each) for each in beside):
                numbers_of[at] = self._copied(attached, own, other, row) or numbers
        return numbers_of

    def _own_workload(self, attached: Object) -> int | None:
        """The workload that an object is called like."""
        names = sorted(names_of(attached), key=len, reverse=True)
        numbers = (number for name in names for number in self.pods.by_name.get(name, ()))
        return next((n for n in numbers if reaches(attached, self.workloads[n])), None)

    def _copied(self, attached: Object, own: int, about: Object, row: Attachment) -> list[int]:
        """The workload of an object with another's labels or target; nothing if it has no such."""
        selector = None
        other, labels_ = self.workloads[own], self.workloads[own].pod_labels
        if not row.target:
            selector = selector_of(attached, row.pods or row.services, plain=row.plain)
        if row.services:
            service = next((one for one, numbers in self.services if own in numbers), None)
            if service is None:
                return []
            other, labels_ = service, service.labels
        self.misses.append(Miss(attached, selector, other, own, labels_, about))
        return [own]

    def _scaled(self, scaler: Object, path: str) -> list[int]:
        """The workload that an object scales or runs, as a list of its number."""
        kind, name = target_of(scaler, path)
        runner = self._others_by_name.get((kind, name))
        if runner is not None and table().attached[kind].runs and runner.kind != scaler.kind:
            return self._scaled(runner, table().attached[kind].target)
        near = [n for n in self.pods.by_name.get(name, ()) if kind in ("", self.workloads[n].kind)]
        numbers = [number for number in near if reaches(scaler, self.workloads[number])]
        for number in numbers[:1]:
            target, other = scaler.at(path), self.workloads[number]
            version = text_of(child_at(target, "apiVersion"))
            if version and not is_variable(version) and api_group(target) != other.api_group:
                self.misses.append(Miss(scaler, None, other, number, {}))
        known = table().workloads
        is_kind = (kind or _SCALED) in known or bool(nearest(kind, known))
        is_read = is_kind and (kind, name) not in self._others_by_name
        if numbers or not name or is_variable(name) or near or not is_read:
            return numbers
        meant = meant_by_target(scaler, name, self.pods)
        if meant is None:
            return []
        self.misses.append(Miss(scaler, None, self.workloads[meant], meant, {}))
        return [meant]

    @cached_property
    def _others_by_name(self) -> Mapping[tuple[str, str], Object]:
        rows = table().attached
        return {(other.kind, other.name): other for other in self.others if other.kind in rows}

    @cached_property
    def _other_pods(self) -> list[dict[str, str]]:
        """The labels of the pods of kinds that are not read."""
        pods = (labels(other.at("spec.template.metadata.labels")) for other in self.others)
        return [own for own in pods if own]

    def _missed(self, selecting: Object, selector: Selector, row: Attachment) -> list[int]:
        """What a selector of nothing means: a list of one number, or none."""
        index = self.pods if row.pods else self.labelled_services
        if row.pods and any(map(selector.matches, self._other_pods)):
            return []
        meant = meant_by_selector(selecting, selector, index)
        if meant is None:
            return []
        number = meant if row.pods else next(iter(self.services[meant][1]), 0)
        other, own = index.objects[meant], index.labels[meant]
        self.misses.append(Miss(selecting, selector, other, number, own))
        return [meant]

    def _selected(self, objects: list[Object], row: Attachment) -> list[list[int]]:
        """The workloads that selectors select, of each object.

        An open selector belongs to the workloads of its file that no other one selects, in a file
        without workloads to all of these.
        """
        selectors = [selector_of(o, row.pods or row.services, plain=row.plain) for o in objects]
        index, selected = (self.pods if row.pods else self.labelled_services), list[list[int]]()
        for selecting, selector in zip(objects, selectors, strict=True):
            is_open = selector is None or selector.is_open
            numbers = [] if selector is None or is_open else index.select(selecting, selector)
            if selector is not None and not is_open and not numbers:
                numbers = self._missed(selecting, selector, row)
            selected.append(numbers if row.pods else _flat(self.services[n] for n in numbers))
        alone = set(range(len(self.workloads))).difference(*selected)
        by_file = items_by_key((self.workloads[number].file, number) for number in sorted(alone))
        each = list(zip(objects, selectors, selected, strict=True))
        opened = [(o, numbers) for o, one, numbers in each if one is not None and one.is_open]
        for selecting, numbers in opened:
            here = by_file.pop(selecting.file, [])
            numbers += [n for n in here if reaches(selecting, self.workloads[n])]
        left = sorted(n for numbers in by_file.values() for n in numbers)
        for selecting, numbers in opened:
            if self.is_for_all(selecting):
                numbers += [n for n in left if reaches(selecting, self.workloads[n])]
                left = [n for n in left if n not in numbers]
        return selected

    def is_for_all(self, selecting: Object) -> bool:
        """Whether an object with an open selector is in a file without workloads.

        A policy that lets nothing in is beside those of workloads, and no policy of any.
        """
        rules = table().attached[selecting.kind].rules
        is_empty = bool(rules) and not nodes_at(selecting.node, rules)
        return selecting.file not in self.pods.by_file and not is_empty


_SCALED = "Deployment"
"""What is scaled where no kind is named: https://keda.sh/docs/latest/reference/scaledobject-spec/."""


class Miss(Record):
    """An object that selects or scales nothing, and what it means.

    ``selector`` is None for a target.
    ``number`` is that of a workload, ``labels`` are what can be selected of ``other``.
    ``about`` is the workload of others that it has in place of its own, None for nothing.
    """

    object: Object
    selector: Selector | None
    other: Object
    number: int
    labels: Mapping[str, str]
    about: Object | None = None


class NamedBackend(Record):
    """A Service that an object sends requests to, and the values that name it and its port.

    ``is_own`` is whether that object is named after the Service.
    """

    service: str
    namespace: str
    name: Node
    port: Node | None
    is_own: bool


def backends_of(route: Object, rows: Iterable[Backend]) -> Iterator[NamedBackend]:
    """The Services that an object sends requests to, by their names without a domain."""
    for row in rows:
        for item in nodes_at(route.node, row.at):
            name, kind = next(iter(nodes_at(item, row.name)), None), text_of(child(item, "kind"))
            if name is not None and text_of(name) and kind in ("", "Service"):
                ports = (port for path in row.port for port in nodes_at(item, path))
                service, _, domain = text_of(name).partition(".")
                namespace = text_of(child(item, "namespace")) or domain.partition(".")[0]
                is_own = service in names_of(route)
                namespace = namespace or route.namespace
                yield NamedBackend(service, namespace, name, next(ports, None), is_own)


def target_of(scaler: Object, path: str) -> tuple[str, str]:
    """The kind and the name of what an object scales."""
    target = scaler.at(path)
    return text_of(child_at(target, "kind")), text_of(child_at(target, "name"))


def name_in_pods(named: Object) -> str:
    """What pods call an object by."""
    row = table().attached.get(named.kind)
    return (text_of(named.at(row.called)) if row is not None else "") or named.name


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
