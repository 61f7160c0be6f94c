"""Reads the manifests of a set as services: a workload is one, or a worker of another workload.

A worker belongs to the only server of the set with the same labels of one list of ``siblings``, or
with the same image; else it is a service of its own. The objects that belong to a workload are read
with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import NodeTable, Problem
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.model.fault import Fault
from deploylint.model.progress import Progress
from deploylint.model.service import Service, ServiceSettings
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.copies import are_variants, copies, first_definitions
from deploylint.readers.kubernetes.faults.objects import object_faults
from deploylint.readers.kubernetes.links import Links, links_of
from deploylint.readers.kubernetes.objects import Object, has_unread_pods, objects_in
from deploylint.readers.kubernetes.selectors import WorkloadObjects, target_of
from deploylint.readers.kubernetes.service import faults_within, service_of
from deploylint.readers.kubernetes.worker_owner import find_owners
from deploylint.readers.kubernetes.workload import Workload, read_workload
from deploylint.readers.wrapped.values import ChangedObject


class ManifestFile(Record):
    """A file of manifests, and the stated settings of the service in it.

    ``changed`` are objects that a kustomization changes, by the id of their tree.
    ``folder`` is the name that its folder gives to the service, or "".
    ``namespace`` is what a kustomization puts around the names of its objects.
    ``is_listed`` is whether the kustomization beside it deploys it; None where there is none.
    ``set_images`` are the names of images that kustomizations of other files set.
    """

    document: Document
    stated: ServiceSettings | None
    changed: Mapping[int, ChangedObject] = MappingProxyType({})
    folder: str = ""
    namespace: str = ""
    is_listed: bool | None = None
    set_images: frozenset[str] = frozenset()


class ReadOptions(Record):
    """The options for the manifests of a set.

    ``replaced`` is whether a tool beside the files completes bare image names.
    ``environment`` is that of the services.
    ``progress`` counts the workloads that are read.
    ``in_part`` is whether these are some files of a set.
    """

    replaced: bool
    environment: str
    progress: Progress
    in_part: bool = False


class _ServicePlan(Record):
    """A planned service: its name, and the numbers of its main workload and of its workers."""

    main: int
    name: str
    workers: tuple[int, ...]


class ReadManifests(Record):
    """The services of the manifests of a set.

    ``skipped`` are (file, reason).
    ``twice`` are pairs of workloads with one identity; the first is read.
    ``copies`` are files that repeat the workloads of others.
    ``unmet`` is a stated service without a workload of its name, with the names of its file.
    ``links`` are what a part of a set has to do with others; None of a whole set.
    """

    services: tuple[Service, ...]
    skipped: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    twice: tuple[tuple[Object, Object], ...]
    copies: tuple[str, ...]
    unmet: tuple[ServiceSettings, tuple[str, ...]] | None
    links: Links | None = None


class _FileObjects(Record):
    """The objects of the files, with the stated settings of each by the id of its node."""

    objects: list[Object]
    stated: dict[int, ServiceSettings | None]
    skipped: list[tuple[str, str]]
    problems: list[Problem]


def read_manifests(members: Sequence[ManifestFile], options: ReadOptions) -> ReadManifests:
    """Read the manifests of one set."""
    files = _file_objects(members)
    every = [item for item in files.objects if item.workload is not None]
    running, twice = first_definitions(every)
    rest = (item for item in files.objects if item.workload is None)
    attached = WorkloadObjects(running, rest)
    faults, homeless = _faults_apart(attached, twice, options)
    known = set[FaultKey]()
    workloads = list[Workload]()
    for n, item in enumerate(options.progress.track("reading workloads:", running)):
        objects = attached.by_workload.get(n, ())
        own = (*_new_faults((item, *objects), known), *faults.get(n, ()))
        workloads.append(_workload(item, objects, files, options, own))
    services = tuple(_service(plan, workloads, options) for plan in _plans(workloads))
    links = links_of(attached, every, workloads, homeless) if options.in_part else None
    _forget_nodes(item.node.table for item in files.objects)
    return ReadManifests(
        services=services,
        skipped=_by_file((*files.skipped, *_left(attached)), members),
        problems=(*files.problems, *_unread_workloads(attached)),
        twice=twice,
        copies=copies(every) if twice else (),
        unmet=None if files.problems else _unmet(members, running, services),
        links=links,
    )


def _faults_apart(
    attached: WorkloadObjects, twice: Iterable[tuple[Object, Object]], options: ReadOptions
) -> tuple[dict[int, list[Fault]], list[Fault]]:
    """The faults between objects, and of objects that no workload is read with, by its number.

    These are reported with a workload of their file, or that they are a variant of, else with the
    first; what belongs to none is returned, too.
    """
    running = attached.workloads
    faults, homeless = object_faults(attached), list[Fault]()
    for item, _ in attached.left if running or options.in_part else ():
        own = attached.pods.by_file.get(item.file, ())
        (faults[own[0]] if own else homeless).extend(faults_within(item))
    if running:
        faults[0] += homeless
    numbers = {id(item): number for number, item in enumerate(running)}
    for first, other in twice:
        if are_variants(first, other):
            faults[numbers[id(first)]] += faults_within(other)
    return faults, homeless


def _new_faults(objects: Iterable[Object], known: set[FaultKey]) -> Iterator[Fault]:
    """The faults of objects by themselves that no object before has at the same location.

    Workloads may share an object, and objects a patch. ``known`` are the objects and faults before;
    the new ones are added.
    """
    for item in objects:
        key = (id(item.node.source), item.node.start, "")
        if key in known:
            continue
        known.add(key)
        for fault in faults_within(item):
            key = (id(fault.node.source), fault.node.start, fault.message)
            if key not in known:
                known.add(key)
                yield fault


FaultKey = tuple[int, int, str]
"""The source of a fault, where it starts there, and its message; "" for an object itself."""


def _workload(
    item: Object,
    attached: Sequence[Object],
    files: _FileObjects,
    options: ReadOptions,
    faults: Iterable[Fault],
) -> Workload:
    """A workload with its objects and faults; drops the nodes that were made for it."""
    workload = read_workload(item, attached, files.stated[id(item.node)], options.replaced)
    _forget_nodes(each.node.table for each in (item, *attached))
    return workload._replace(faults=(*faults, *workload.faults))


def _forget_nodes(documents: Iterable[NodeTable]) -> None:
    """Drop the views of some documents: a large set has many."""
    for document in documents:
        document.forget_nodes()


def _service(plan: _ServicePlan, workloads: Sequence[Workload], options: ReadOptions) -> Service:
    workers = [workloads[number] for number in plan.workers]
    service = service_of(workloads[plan.main], plan.name, workers)
    _forget_nodes(root.table for root in service.roots)
    return service._replace(environment=options.environment)


def _file_objects(members: Sequence[ManifestFile]) -> _FileObjects:
    """The objects of every file once, even if settings of several services are stated for it."""
    settings = items_by_key((id(member.document), member.stated) for member in members)
    result = _FileObjects([], {}, [], [])
    known = {id(member.document): member for member in members}
    for key, member in known.items():
        document = member.document
        read = objects_in(document, member.changed)
        result.objects.extend(read.objects)
        for item in read.objects:
            item.is_listed, item.set_images = member.is_listed, member.set_images
        result.stated.update((id(o.node), _stated(o, settings[key])) for o in read.objects)
        result.problems.extend(read.problems)
        result.skipped.extend((document.file, reason) for reason in read.skipped)
    folders = {member.document.file: member.folder for member in members if member.folder}
    if len(set(folders.values())) > 1:
        for item, folder in _set_apart(result.objects, folders):
            item.folder = item.namespace = folder
    spaces = {m.document.file: m.namespace for m in members if m.namespace and not m.folder}
    for item, namespace in _set_apart(result.objects, spaces):
        item.namespace = namespace
    return result


def _set_apart(
    objects: Sequence[Object], namespaces: Mapping[str, str]
) -> Sequence[tuple[Object, str]]:
    """The objects with a namespace, by their file, where several have a workload of one name.

    What is in one folder is about itself, as it is in one namespace.
    """
    within = defaultdict[tuple[str, str, str], set[str]](set)
    for item in objects if namespaces else ():
        if item.workload is not None:
            within[item.kind, item.namespace, item.name].add(namespaces.get(item.file, ""))
    shared = {name for each in within.values() if len(each) > 1 for name in each} - {""}
    named = ((item, namespaces.get(item.file, "")) for item in objects if shared)
    return [(item, name) for item, name in named if name in shared]


def _stated(item: Object, settings: Sequence[ServiceSettings | None]) -> ServiceSettings | None:
    """The stated settings of an object: under its name, of its whole file, or the first ones."""
    named = (stated for stated in settings if stated is not None and stated.name == item.name)
    whole = (stated for stated in settings if stated is None or not stated.name)
    return next(named, next(whole, settings[0]))


def _unmet(
    members: Iterable[ManifestFile], running: Iterable[Object], services: Iterable[Service]
) -> tuple[ServiceSettings, tuple[str, ...]] | None:
    """The first stated service without a workload, although its file has workloads."""
    names = {service.name for service in services}
    by_file = items_by_key((item.file, item.name) for item in running)
    for member in members:
        stated, workloads = member.stated, tuple(by_file.get(member.document.file, ()))
        if stated is not None and stated.name and workloads and stated.name not in names:
            return stated, workloads
    return None


def _left(attached: WorkloadObjects) -> Iterator[tuple[str, str]]:
    """The files with objects that belong to no workload, each with the first of the reasons."""
    by_file = items_by_key((item.file, f"{item.about} {why}") for item, why in attached.left)
    for file, reasons in by_file.items():
        more = len(reasons) - MOST_OBJECTS
        rest = [f"{more} more object{'s' * (more > 1)}"] if more > 0 else []
        yield file, "; ".join(reasons[:MOST_OBJECTS] + rest)


def _by_file(
    skipped: Iterable[tuple[str, str]], members: Sequence[ManifestFile]
) -> tuple[tuple[str, str], ...]:
    """What is skipped, in the order of the files; what a patch put into one of them comes last."""
    places = {member.document.file: place for place, member in enumerate(members)}
    return tuple(sorted(skipped, key=lambda skip: places.get(skip[0], len(places))))


MOST_OBJECTS = 3
"""How many objects of a skipped file its reason names."""


def _unread_workloads(attached: WorkloadObjects) -> Iterator[Problem]:
    """What runs pods of a workload that is elsewhere, or has pods that are not read."""
    for item, _ in attached.left:
        row = table().attached.get(item.kind)
        if has_unread_pods(item):
            message = f"{item.kind} {item.name} runs pods that are not read; exclude its file"
            yield Problem(item.file, item.line, 1, message)
        elif row is not None and row.runs:
            kind, name = target_of(item, row.target)
            message = f"{item.kind} {item.name} runs the pods of {kind} {name}, which is not in"
            yield Problem(item.file, item.line, 1, f"{message} this group; check it with its file")


def _plans(workloads: Sequence[Workload]) -> Iterator[_ServicePlan]:
    """The services that workloads make."""
    owners = find_owners(workloads)
    workers = items_by_key((owner, number) for number, owner in owners.items())
    mains = {n: workload for n, workload in enumerate(workloads) if n not in owners}
    names = _names([workload.object for workload in mains.values()])
    uses = Counter(id(main.stated.node) for main in mains.values() if main.stated is not None)
    for (number, main), name in zip(mains.items(), names, strict=True):
        stated = main.stated
        if stated is None or _is_meant(main.object, stated, uses[id(stated.node)]):
            yield _ServicePlan(number, name, tuple(workers.get(number, ())))


def _is_meant(item: Object, stated: ServiceSettings, uses: int) -> bool:
    """Whether settings apply to a workload: settings of several workloads apply by their name."""
    return not stated.name or uses == 1 or stated.name == item.name


def _names(workloads: Sequence[Object]) -> list[str]:
    """The names of services: the workload's, after its namespace or kind if two share it.

    The only one of a folder that others share its name with is called after the folder.
    """
    folders = Counter(item.folder for item in workloads)
    plain = Counter(item.name for item in workloads)
    spaced = Counter((item.namespace, item.name) for item in workloads)
    return [
        item.folder
        if item.folder and folders[item.folder] == 1
        else item.name
        if plain[item.name] == 1
        else f"{item.namespace or item.kind.lower()}/{item.name}"
        if spaced[item.namespace, item.name] == 1
        else f"{item.kind.lower()}/{item.name}"
        for item in workloads
    ]
