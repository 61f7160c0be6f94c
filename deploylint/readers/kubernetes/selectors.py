"""Which objects belong to which workloads of a set: by selector, by target or by reference.

How a kind says so is data (``attached`` in ``profiles/objects.yaml``). Everything is looked up
in an index, so that the time it takes follows the number of objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from deploylint.documents.nodes import Node, child
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object, labels, pod_of, text
from deploylint.readers.kubernetes.schema import Attachment
from deploylint.readers.wrapped.values import below

Belonging = dict[int, list[Object]]
"""The objects that belong to each workload, by its number."""


class WorkloadObjects:
    """What belongs to the workloads of a set, and why some objects belong to none.

    ``left`` are the objects that belong to no workload, with the reason.
    """

    def __init__(self, workloads: Sequence[Object], others: Iterable[Object]) -> None:
        self._workloads = workloads
        self.by_workload: Belonging = defaultdict(list)
        self.left: list[tuple[Object, str]] = []
        self._pods = _Labelled((labels(_pod_labels(one)) for one in workloads), workloads)
        self._attach(list(others))

    def _attach(self, others: list[Object]) -> None:
        rows = table().attached
        kinds: dict[str, list[Object]] = defaultdict(list)
        for one in others:
            if one.kind in rows:
                kinds[one.kind].append(one)
            else:
                self.left.append((one, "not part of a workload"))
        for kind in rows:  # Services first: others find their workload by them
            self._each(kinds[kind], rows[kind])

    def _each(self, objects: list[Object], row: Attachment) -> None:
        if not objects:
            return
        if row.pods:
            found = [self._pods.selected(one, row.pods) for one in objects]
        elif row.services:
            found = self._by_labels_of_services(objects, row.services)
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

    def _services(self) -> tuple[list[Object], list[list[int]]]:
        """The Services that select workloads, and whose they are."""
        whose: dict[int, tuple[Object, list[int]]] = {}
        for number, objects in self.by_workload.items():
            for one in objects:
                if one.kind == "Service":
                    whose.setdefault(id(one.node), (one, []))[1].append(number)
        return [one for one, _ in whose.values()], [numbers for _, numbers in whose.values()]

    def _by_labels_of_services(self, objects: list[Object], path: str) -> list[list[int]]:
        services, whose = self._services()
        index = _Labelled((one.labels("metadata.labels") for one in services), services)
        return [_flat(whose[n] for n in index.selected(one, path)) for one in objects]

    def _by_services(self, objects: list[Object], paths: tuple[str, ...]) -> list[list[int]]:
        services, whose = self._services()
        called: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(services):
            called[one.name].append(number)
        found = []
        for one in objects:
            names = {text(node).partition(".")[0] for p in paths for node, _ in below(one.node, p)}
            numbers = [n for name in sorted(names) for n in called[name] if _near(services[n], one)]
            found.append(_flat(whose[n] for n in numbers))
        return found

    def _targets(self, objects: list[Object], path: str) -> list[list[int]]:
        called: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, workload in enumerate(self._workloads):
            called[workload.kind, workload.name].append(number)
        found = []
        for one in objects:
            target = one.at(path)
            kind, name = (text(child(target, k)) if target else "" for k in ("kind", "name"))
            found.append([n for n in called[kind, name] if _near(self._workloads[n], one)])
        return found

    def _named(self, objects: list[Object], row: Attachment) -> list[list[int]]:
        wanted = {text(one.at(row.called)) or one.name for one in objects}
        called: dict[str, list[int]] = defaultdict(list)
        for number, workload in enumerate(self._workloads):
            pod = pod_of(workload)
            spec = child(pod, "spec") if pod is not None else None
            if spec is not None:
                names = {text(node) for path in row.named for node, _ in below(spec, path)}
                for name in names & wanted:
                    called[name].append(number)
        return [
            [
                n
                for n in called[text(one.at(row.called)) or one.name]
                if _near(self._workloads[n], one)
            ]
            for one in objects
        ]


class _Labelled:
    """Things with labels, found by a selector: those that carry every label that it names."""

    def __init__(self, carried: Iterable[Mapping[str, str]], whose: Sequence[Object]) -> None:
        self._labels = list(carried)
        self._whose = whose
        self._index: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, one in enumerate(self._labels):
            for pair in one.items():
                self._index[pair].append(number)

    def selected(self, one: Object, path: str) -> list[int]:
        """The numbers of what an object selects; what selects everything belongs to nobody."""
        wanted = one.labels(path)
        if not wanted or one.at(path.rpartition(".")[0] + ".matchExpressions") is not None:
            return []
        fewest = min((self._index.get(pair, []) for pair in wanted.items()), key=len)
        return [
            n
            for n in fewest
            if wanted.items() <= self._labels[n].items() and _near(self._whose[n], one)
        ]


def _pod_labels(workload: Object) -> Node | None:
    pod = pod_of(workload)
    about = child(pod, "metadata") if pod is not None else None
    return child(about, "labels") if about is not None else None


def _near(one: Object, other: Object) -> bool:
    """Whether two objects are in one namespace, as far as they say."""
    return one.namespace == other.namespace or not (one.namespace and other.namespace)


def _flat(lists: Iterable[list[int]]) -> list[int]:
    return sorted({number for one in lists for number in one})


def _why(one: Object, row: Attachment) -> str:
    """Why an object not part of a workload."""
    path = row.pods or row.services
    if path and one.at(path.rpartition(".")[0] + ".matchExpressions") is not None:
        return "selects by expressions, which are not read"
    if path and not one.labels(path):
        return "selects nothing by labels"
    if path:
        what = "pods" if row.pods else "Service"
        return f"selects no {what} of this group"
    return "its target is not a workload of this group" if row.target else "not used by a workload"
