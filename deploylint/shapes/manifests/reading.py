"""The manifests of a set as services: each workload is one, unless it is a worker of another.

A worker belongs to a server of the set that carries the same labels of one list of ``siblings``, or
runs the same image, where just one server does; else it is a service of its own. Whatever else
belongs to a workload is read with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from deploylint.documents.nodes import Problem
from deploylint.documents.reader import Document
from deploylint.model import Service, Stated
from deploylint.shapes.manifests.attached import Attached
from deploylint.shapes.manifests.objects import Object, held
from deploylint.shapes.manifests.service import service_of
from deploylint.shapes.manifests.siblings import owners
from deploylint.shapes.manifests.table import table
from deploylint.shapes.manifests.workload import Workload, read_workload


class Member(NamedTuple):
    """A file of manifests, and what is stated of the service in it."""

    document: Document
    stated: Stated | None


class Read(NamedTuple):
    """What the manifests of a set come to.

    ``passed_over`` are (file, reason); ``twice`` are two workloads that are the same one.
    """

    services: tuple[Service, ...]
    passed_over: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    twice: tuple[Object, Object] | None


def read(members: Iterable[Member], *, replaced: bool) -> Read:
    """Read the manifests of one set; ``replaced`` is whether bare image names are filled in."""
    objects, stated = list[Object](), dict[int, Stated | None]()
    passed_over, problems = list[tuple[str, str]](), list[Problem]()
    for member in members:
        found = held(member.document)
        objects += found.objects
        stated |= {id(one.node): member.stated for one in found.objects}
        problems += found.problems
        passed_over += ((member.document.file, reason) for reason in found.passed_over)
    running = [one for one in objects if one.kind in table().workloads]
    attached = Attached(running, (one for one in objects if one.kind not in table().workloads))
    read = [
        read_workload(one, attached.by_workload.get(number, []), stated[id(one.node)], replaced)
        for number, one in enumerate(running)
    ]
    passed_over += _left(attached)
    services = tuple(_services(read))
    return Read(services, tuple(passed_over), tuple(problems), _twice(running))


def _left(attached: Attached) -> Iterator[tuple[str, str]]:
    """What belongs to no workload: one reason for each file."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for one, why in attached.left:
        by_file[one.file].append(f"{one.about} {why}")
    yield from ((file, "; ".join(reasons)) for file, reasons in by_file.items())


def _twice(workloads: Iterable[Object]) -> tuple[Object, Object] | None:
    """The first two that a cluster would take for one: of one kind, namespace and name."""
    known: dict[tuple[str, str, str], Object] = {}
    for one in workloads:
        first = known.setdefault((one.kind, one.namespace, one.name), one)
        if first.node is not one.node:
            return first, one
    return None


def _services(found: Sequence[Workload]) -> Iterator[Service]:
    workers: dict[int, list[Workload]] = defaultdict(list)
    belongs = owners(found)
    for number, owner in belongs.items():
        workers[owner].append(found[number])
    alone = [one for number, one in enumerate(found) if number not in belongs]
    names = _names([one.object for one in alone])
    numbers = [number for number in range(len(found)) if number not in belongs]
    often = Counter(id(one.stated.node) for one in alone if one.stated is not None)
    for one, name, number in zip(alone, names, numbers, strict=True):
        if one.stated is None or _is_meant(one.object, one.stated, often[id(one.stated.node)]):
            yield service_of(one, name, workers[number])


def _is_meant(one: Object, stated: Stated, often: int) -> bool:
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
