"""The manifests of a set as services: each workload is one, unless it is a worker of another.

A worker belongs to a server of the set that carries the same labels of one list of ``siblings``, or
runs the same image, where just one server does; else it is a service of its own. Whatever else
belongs to a workload is read with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from deploylint.documents.nodes import NodeTable, Problem
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.model.progress import Progress
from deploylint.model.service import Service, ServiceSettings
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.copies import copies, first_definitions
from deploylint.readers.kubernetes.objects import Object, objects_in
from deploylint.readers.kubernetes.selectors import WorkloadObjects
from deploylint.readers.kubernetes.service import service_of
from deploylint.readers.kubernetes.worker_owner import find_owners
from deploylint.readers.kubernetes.workload import Workload, read_workload


class ManifestFile(Record):
    """A file of manifests, and what is stated of the service in it."""

    document: Document
    stated: ServiceSettings | None


class ReadOptions(Record):
    """How the manifests of a set are read.

    ``replaced`` is whether bare image names are filled in from beside the files.
    ``environment`` is the one that the services are looked at in.
    ``progress`` takes how many workloads are read.
    """

    replaced: bool
    environment: str
    progress: Progress


class _Planned(Record):
    """A service that is to be made of workloads, by their numbers: its own and its workers'."""

    main: int
    name: str
    workers: tuple[int, ...]


class ReadManifests(Record):
    """What the manifests of a set come to.

    ``skipped`` are (file, reason); ``twice`` are workloads that are the same one: the first is
    read; ``copies`` are files that repeat the workloads of others; ``unmet`` is a service that
    is stated and that no workload is called like, with the names there are.
    """

    services: tuple[Service, ...]
    skipped: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    twice: tuple[tuple[Object, Object], ...]
    copies: tuple[str, ...]
    unmet: tuple[ServiceSettings, tuple[str, ...]] | None


class _Listed(Record):
    """The objects of the files, and for each workload by its node what is stated of it."""

    objects: list[Object]
    stated: dict[int, ServiceSettings | None]
    skipped: list[tuple[str, str]]
    problems: list[Problem]


def read_manifests(members: Sequence[ManifestFile], options: ReadOptions) -> ReadManifests:
    """Read the manifests of one set."""
    listed = _listed(members)
    every = [one for one in listed.objects if one.kind in table().workloads]
    running, twice = first_definitions(every)
    rest = (one for one in listed.objects if one.kind not in table().workloads)
    attached = WorkloadObjects(running, rest)
    found = [
        _workload(one, attached.by_workload.get(n, ()), listed, options)
        for n, one in enumerate(options.progress.track("reading workloads:", running))
    ]
    services = tuple(_service(one, found, options) for one in _planned(found))
    _forget_nodes(one.node.table for one in listed.objects)
    return ReadManifests(
        services=services,
        skipped=(*listed.skipped, *_left(attached)),
        problems=tuple(listed.problems),
        twice=twice,
        copies=copies(every) if twice else (),
        unmet=None if listed.problems else _unmet(members, running, services),
    )


def _workload(
    one: Object, attached: Sequence[Object], listed: _Listed, options: ReadOptions
) -> Workload:
    """A workload with what belongs to it; the nodes that were made for that are given up."""
    found = read_workload(one, attached, listed.stated[id(one.node)], options.replaced)
    _forget_nodes(each.node.table for each in (one, *attached))
    return found


def _forget_nodes(documents: Iterable[NodeTable]) -> None:
    """Give up the views that were made while some documents were read: a large set has many."""
    for document in documents:
        document.forget_nodes()


def _service(one: _Planned, workloads: Sequence[Workload], options: ReadOptions) -> Service:
    workers = [workloads[number] for number in one.workers]
    service = service_of(workloads[one.main], one.name, workers)
    return service._replace(environment=options.environment)


def _listed(members: Iterable[ManifestFile]) -> _Listed:
    """The objects of every file once, whatever is stated of how many services in it."""
    said: dict[int, list[ServiceSettings | None]] = defaultdict(list)
    result = _Listed([], {}, [], [])
    by_file = {id(member.document): member.document for member in members}
    for member in members:
        said[id(member.document)].append(member.stated)
    for key, document in by_file.items():
        found = objects_in(document)
        _forget_nodes(root.table for root in document.roots)
        result.objects.extend(found.objects)
        result.stated.update((id(one.node), _stated(one, said[key])) for one in found.objects)
        result.problems.extend(found.problems)
        result.skipped.extend((document.file, reason) for reason in found.skipped)
    return result


def _stated(one: Object, said: Sequence[ServiceSettings | None]) -> ServiceSettings | None:
    """What is stated of an object: under its name, of its file as a whole, or of another one."""
    named = (stated for stated in said if stated is not None and stated.name == one.name)
    whole = (stated for stated in said if stated is None or not stated.name)
    return next(named, next(whole, said[0]))


def _unmet(
    members: Iterable[ManifestFile], running: Iterable[Object], services: Iterable[Service]
) -> tuple[ServiceSettings, tuple[str, ...]] | None:
    """The first service that is stated and not there, although its file holds workloads."""
    names = {service.name for service in services}
    by_file: dict[str, list[str]] = defaultdict(list)
    for one in running:
        by_file[one.file].append(one.name)
    for member in members:
        stated, there = member.stated, tuple(by_file[member.document.file])
        if stated is not None and stated.name and there and stated.name not in names:
            return stated, there
    return None


def _left(attached: WorkloadObjects) -> Iterator[tuple[str, str]]:
    """What belongs to no workload: one reason for each file."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for one, why in attached.left:
        by_file[one.file].append(f"{one.about} {why}")
    yield from ((file, "; ".join(reasons)) for file, reasons in by_file.items())


def _planned(found: Sequence[Workload]) -> Iterator[_Planned]:
    """The services that workloads make."""
    workers: dict[int, list[int]] = defaultdict(list)
    belongs = find_owners(found)
    for number, owner in belongs.items():
        workers[owner].append(number)
    alone = [number for number in range(len(found)) if number not in belongs]
    names = _names([found[number].object for number in alone])
    stated = {number: found[number].stated for number in alone}
    often = Counter(id(one.node) for one in stated.values() if one is not None)
    for number, name in zip(alone, names, strict=True):
        one = stated[number]
        if one is None or _is_meant(found[number].object, one, often[id(one.node)]):
            yield _Planned(number, name, tuple(workers[number]))


def _is_meant(one: Object, stated: ServiceSettings, often: int) -> bool:
    """Whether a workload is the service of a name: of several in its files, the one called so."""
    return not stated.name or often == 1 or stated.name == one.name


def _names(workloads: Sequence[Object]) -> list[str]:
    """What services are called: as the workload, and its namespace or kind where two share it."""
    plain = Counter(one.name for one in workloads)
    spaced = Counter((one.namespace, one.name) for one in workloads)
    return [
        one.name
        if plain[one.name] == 1
        else f"{one.namespace or one.kind.lower()}/{one.name}"
        if spaced[one.namespace, one.name] == 1
        else f"{one.kind.lower()}/{one.name}"
        for one in workloads
    ]
