"""What the objects of a set have to do with those of other files, so that a set is read in parts.

A *mark* is what an object can be found by: a label of pods, a name. A file *asks* for several marks
at once (a selector), and has to do with each file that has all of them. A part of a set is read
like the whole set where its files have to do with no others, and where nothing in it is *loose*:
what finds nothing may mean something anywhere in the set.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.documents.nodes import text_of
from deploylint.documents.record import Record
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.faults.objects import defined_twice, kinds_by_paths
from deploylint.readers.kubernetes.label_selector import selector_of
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.references import references, secrets_of
from deploylint.readers.kubernetes.selectors import (
    WorkloadObjects,
    backends_of,
    name_in_pods,
    target_of,
)
from deploylint.readers.kubernetes.worker_owner import asked_signs, server_signs
from deploylint.readers.kubernetes.workload import Workload

Mark = tuple[object, ...]

_POD, _SERVICE, _OBJECT, _USED, _SIGN, _WORKLOAD = range(6)
"""The kinds of marks."""


class Links(Record):
    """The marks that each file of a part has, those that it asks for, and what is loose.

    ``is_loose`` is whether an object finds nothing that may mean something elsewhere.
    ``unused`` and ``missing`` are the kinds with a name that no pod uses, or that no object has.
    ``has_homeless`` is whether the first service of the set has faults of objects in other files.
    """

    marks: Mapping[str, set[Mark]]
    asked: Mapping[str, set[frozenset[Mark]]]
    is_loose: bool
    unused: frozenset[str]
    missing: frozenset[str]
    has_homeless: bool


def links_of(
    group: WorkloadObjects,
    every: Sequence[Object],
    workloads: Sequence[Workload],
    homeless: Sequence[Fault],
) -> Links:
    """The links of the objects of a part.

    ``every`` are its workloads, also repeated ones, and ``homeless`` the faults of objects that
    have no workload in their file.
    """
    marks: dict[str, set[Mark]] = defaultdict(set)
    asked: dict[str, set[frozenset[Mark]]] = defaultdict(set)
    for file, mark in (*_marks(group, every), *_signs_of_servers(workloads)):
        marks[file].add(mark)
    for file, together in (*_asked(group, every), *_signs_of_workers(workloads)):
        asked[file].add(together)
    unused, missing = _names(group)
    is_loose = _is_loose(group) or bool(homeless and not group.workloads)
    return Links(marks, asked, is_loose, unused, missing, bool(homeless))


def _marks(group: WorkloadObjects, every: Iterable[Object]) -> Iterator[tuple[str, Mark]]:
    """What others find the objects by."""
    rows = table().attached
    for workload in every:
        yield workload.file, (_WORKLOAD, workload.name)
        yield from ((workload.file, (_POD, *pair)) for pair in workload.pod_labels.items())
    for other in group.others:
        yield other.file, (_OBJECT, other.kind, other.name)
        if other.kind == "Service":
            yield from ((other.file, (_SERVICE, *pair)) for pair in other.labels.items())
        if other.kind in rows and rows[other.kind].named:
            yield other.file, (_USED, name_in_pods(other))


def _asked(
    group: WorkloadObjects, every: Iterable[Object]
) -> Iterator[tuple[str, frozenset[Mark]]]:
    """What the objects look for, and the names that only one of a set may have."""
    rows = table().attached
    paths = {path for row in rows.values() for path in row.named}
    for workload in every:
        yield workload.file, frozenset([(_WORKLOAD, workload.name)])
        for name in references(workload, paths):
            yield workload.file, frozenset([(_USED, name)])
    for other in group.others:
        yield other.file, frozenset([(_OBJECT, other.kind, other.name)])
        row = rows.get(other.kind)
        if row is None:
            continue
        selector = selector_of(other, row.pods or row.services, plain=row.plain)
        if selector is not None and not selector.is_open:
            kind = _POD if row.pods else _SERVICE
            yield other.file, frozenset((kind, *pair) for pair in selector.pairs)
        if row.target:
            yield other.file, frozenset([(_WORKLOAD, target_of(other, row.target)[1])])
            yield other.file, frozenset([(_OBJECT, *target_of(other, row.target))])
        for backend in backends_of(other, row.backends):
            yield other.file, frozenset([(_OBJECT, "Service", backend.service)])


def _signs_of_servers(workloads: Sequence[Workload]) -> Iterator[tuple[str, Mark]]:
    for number, sign in server_signs(workloads):
        yield workloads[number].object.file, (_SIGN, *sign)


def _signs_of_workers(workloads: Sequence[Workload]) -> Iterator[tuple[str, frozenset[Mark]]]:
    for number, sign in asked_signs(workloads):
        yield workloads[number].object.file, frozenset([(_SIGN, *sign)])


def _is_loose(group: WorkloadObjects) -> bool:
    """Whether an object finds nothing, and what is called nearly so may be elsewhere."""
    rows, known = table().attached, group.labelled_services.by_name
    if group.misses or defined_twice(group):
        return True
    for other in group.others:
        row = rows.get(other.kind)
        path = "" if row is None else row.pods or row.services
        selector = selector_of(other, path, plain=row.plain) if row is not None and path else None
        if selector is not None and selector.is_open and group.is_for_all(other):
            return True
    for other, _ in group.left:
        row = rows.get(other.kind)
        if row is None:
            continue
        selector = selector_of(other, row.pods or row.services, plain=row.plain)
        if selector is not None and not selector.is_open:
            return True
        name = target_of(other, row.target)[1] if row.target else ""
        if name and not is_variable(name):
            return True
    routes = ((o, rows[o.kind].backends) for o in group.others if o.kind in rows)
    return any(
        backend.service not in known and not (backend.is_own or is_variable(backend.service))
        for route, backends in routes
        for backend in backends_of(route, backends)
    )


def _names(group: WorkloadObjects) -> tuple[frozenset[str], frozenset[str]]:
    """The kinds with a name that no pod uses, and those that lack a name that a pod uses."""
    unused, missing = set[str](), set[str]()
    for paths, kinds in kinds_by_paths().items():
        known = {name_in_pods(other) for other in group.others if other.kind in kinds}
        used = Counter(name for one in group.workloads for name in references(one, paths))
        if "Secret" in kinds:
            used.update(text_of(node) for _, node in secrets_of(group.others))
        if known - used.keys():
            unused.update(kinds)
        if used.keys() - known:
            missing.update(kinds)
    return frozenset(unused), frozenset(missing)
