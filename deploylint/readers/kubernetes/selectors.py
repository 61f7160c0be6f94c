"""Attaches objects to the workloads of a group: by selector, by target or by reference.

How objects of a kind refer to a workload is data (``attached`` in ``profiles/objects.yaml``).
Everything is looked up in an index, so that the time follows the number of objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence

from deploylint.documents.nodes import child_at, text_of
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object, labels, pod_of
from deploylint.readers.kubernetes.schema import Attachment
from deploylint.readers.wrapped.values import nodes_at


class WorkloadObjects:
    """The objects of each workload of a group, and why some objects belong to none.

    ``by_workload``: the objects of each workload, by its number.
    ``left``: the objects without a workload, with the reason.
    """

    def __init__(self, workloads: Sequence[Object], others: Iterable[Object]) -> None:
        self._workloads = workloads
        self.by_workload: dict[int, list[Object]] = defaultdict(list)
        self.left: list[tuple[Object, str]] = []
        self._pods = _Index(workloads, lambda workload: _pod_labels(workload).items())
        rows, kinds = table().attached, defaultdict[str, list[Object]](list)
        for other in others:
            if other.kind in rows:
                kinds[other.kind].append(other)
            else:
                self.left.append((other, "not part of a workload"))
        for kind in rows:  # Services first: others find their workload by them
            self._attach(kinds[kind], rows[kind])

    def _attach(self, objects: list[Object], row: Attachment) -> None:
        for attached, numbers in zip(objects, self._find(objects, row), strict=True):
            for number in numbers:
                self.by_workload[number].append(attached)
            if not numbers:
                self.left.append((attached, _why(attached, row)))

    def _find(self, objects: list[Object], row: Attachment) -> list[list[int]]:
        """The workloads of each object, as numbers."""
        if not objects:
            return []
        if row.pods:
            return [self._pods.with_all(o, _selected(o, row.pods)) for o in objects]
        if row.target:
            index = _Index(self._workloads, lambda one: [(one.kind, one.name), ("", one.name)])
            return [index.with_any(o, [_target(o, row.target)]) for o in objects]
        if row.named:
            index = _Index(self._workloads, lambda workload: _references(workload, row.named))
            return [index.with_any(o, [text_of(o.at(row.called)) or o.name]) for o in objects]
        services, owners = self._services()
        if row.services:
            index = _Index(services, lambda service: service.labels("metadata.labels").items())
            chosen = [index.with_all(o, _selected(o, row.services)) for o in objects]
        else:
            index = _Index(services, lambda service: [service.name])
            chosen = [index.with_any(o, _backends(o, row.backends)) for o in objects]
        return [sorted({n for at in numbers for n in owners[at]}) for numbers in chosen]

    def _services(self) -> tuple[list[Object], list[list[int]]]:
        """The Services that select workloads, and the numbers of these."""
        owners: dict[int, tuple[Object, list[int]]] = {}
        for number, objects in self.by_workload.items():
            for service in objects:
                if service.kind == "Service":
                    owners.setdefault(id(service.node), (service, []))[1].append(number)
        return [service for service, _ in owners.values()], [n for _, n in owners.values()]


class _Index:
    """Objects by what others find them by, as numbers."""

    def __init__(
        self, objects: Sequence[Object], keys: Callable[[Object], Iterable[Hashable]]
    ) -> None:
        self._objects = objects
        self._keys = [set(keys(indexed)) for indexed in objects]
        self._numbers: dict[Hashable, list[int]] = defaultdict(list)
        for number, own in enumerate(self._keys):
            for key in own:
                self._numbers[key].append(number)

    def with_any(self, other: Object, keys: Iterable[Hashable]) -> list[int]:
        """The objects near another one that have one of some keys."""
        numbers = (number for key in keys for number in self._numbers.get(key, ()))
        return [number for number in numbers if self._is_near(number, other)]

    def with_all(self, other: Object, keys: Collection[Hashable]) -> list[int]:
        """The objects near another one that have all of some keys; none where there are none."""
        fewest = min((self._numbers.get(key, []) for key in keys), key=len, default=[])
        full = [number for number in fewest if self._keys[number].issuperset(keys)]
        return [number for number in full if self._is_near(number, other)]

    def _is_near(self, number: int, other: Object) -> bool:
        """Whether two objects may be in one namespace."""
        namespace = self._objects[number].namespace
        return namespace == other.namespace or not (namespace and other.namespace)


def _pod_labels(workload: Object) -> dict[str, str]:
    return labels(child_at(pod_of(workload), "metadata", "labels"))


def _has_expressions(selecting: Object, path: str) -> bool:
    return selecting.at(path.rpartition(".")[0] + ".matchExpressions") is not None


def _selected(selecting: Object, path: str) -> Collection[tuple[str, str]]:
    """The labels that an object selects by; none if it has expressions, which are not read."""
    return () if _has_expressions(selecting, path) else selecting.labels(path).items()


def _target(scaler: Object, path: str) -> tuple[str, str]:
    target = scaler.at(path)
    return text_of(child_at(target, "kind")), text_of(child_at(target, "name"))


def _references(workload: Object, paths: Iterable[str]) -> set[str]:
    """The names in a pod's spec at some paths."""
    spec = child_at(pod_of(workload), "spec")
    if spec is None:
        return set()
    return {text_of(node) for path in paths for node, _ in nodes_at(spec, path)}


def _backends(route: Object, paths: Iterable[str]) -> list[str]:
    """The names of Services at some paths, without their domain."""
    nodes = (node for path in paths for node, _ in nodes_at(route.node, path))
    return sorted({text_of(node).partition(".")[0] for node in nodes})


def _why(attached: Object, row: Attachment) -> str:
    """Why an object is not part of a workload."""
    path = row.pods or row.services
    if path and _has_expressions(attached, path):
        return "selects by expressions, which are not read"
    if path and not attached.labels(path):
        return "selects nothing by labels"
    if path:
        what = "pods" if row.pods else "Service"
        return f"selects no {what} of this group"
    return "its target is not a workload of this group" if row.target else "not used by a workload"
