"""Workloads and services of a set of manifests, of a large one batch by batch.

Of a large set each workload is read with its objects as they are whole, for as long as that takes,
and put away; what tells which workloads belong together stays. Then they are taken out again as
services, which are put away too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from deploylint.documents.nodes import Source
from deploylint.model import shelf
from deploylint.model.processes import spread
from deploylint.model.progress import Told, silent
from deploylint.model.service import Service, ServiceSettings, Value
from deploylint.model.shelf import Batch, Services, Texts, put_away
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.pruned import Whole
from deploylint.readers.kubernetes.roles import RoleEvidence
from deploylint.readers.kubernetes.service import service_of
from deploylint.readers.kubernetes.workload import IMAGE, Workload, read_workload


class Way(NamedTuple):
    """How the manifests of a set are read.

    ``is_pruned`` is whether of their files only what tells objects apart is there, ``replaced``
    whether bare image names are filled in from beside them. ``texts`` are those that are known. How
    far it has come is ``told``.
    """

    is_pruned: bool
    replaced: bool
    environment: str
    texts: Texts
    told: Told = silent


class Unit(NamedTuple):
    """A workload, the objects that belong to it, and what is stated of it."""

    object: Object
    belonging: tuple[Object, ...]
    stated: ServiceSettings | None


class Planned(NamedTuple):
    """A service that is to be made of workloads, by their numbers: its own and its workers'."""

    main: int
    name: str
    workers: tuple[int, ...]


class _Away(NamedTuple):
    """Some workloads that were put away, and what stays of each: its role and its image."""

    seen: Sequence[tuple[RoleEvidence, dict[str, Value]]]
    message: bytes
    texts: Sequence[Source]


class Workloads:
    """The workloads of a set. Of those ``listed`` of a large one only what tells them apart."""

    def __init__(self, listed: Sequence[Workload], away: Sequence[_Away]) -> None:
        self.listed = listed
        self._away = away
        self._taken = lru_cache(_OUT)(self._out)

    def whole(self, number: int) -> Workload:
        """A workload with all that it says."""
        if not self._away:
            return self.listed[number]
        batch, within = divmod(number, shelf.BATCH)
        return self._taken(batch)[within]

    def _out(self, batch: int) -> list[Workload]:
        from deploylint.model.packed import unpack

        out: list[Workload] = unpack(self._away[batch].message, self._away[batch].texts)
        return out


_OUT = 2
"""How many batches are out at a time: a service's workers may be far from it."""


def read_all(units: Sequence[Unit], way: Way) -> Workloads:
    """Each workload of a set."""
    if not way.is_pruned:
        return Workloads([read_workload(*one, way.replaced) for one in units], ())
    whole = Whole()

    def put(number: int) -> _Away:
        from deploylint.model.packed import pack

        some = (_whole(one, whole) for one in units[number : number + shelf.BATCH])
        found = [read_workload(*one, way.replaced) for one in some]
        return _Away([_seen(one) for one in found], *pack(found))

    away = list[_Away]()
    for one in spread(put, range(0, len(units), shelf.BATCH)):
        way.told("reading workloads:", len(away) * shelf.BATCH, len(units))
        away.append(one._replace(texts=way.texts.known(one.texts)))
    seen = (one for batch in away for one in batch.seen)
    return Workloads([_bare(unit, *one) for unit, one in zip(units, seen, strict=True)], away)


def services_of(planned: Sequence[Planned], workloads: Workloads, way: Way) -> Services:
    """The services that are planned."""
    services = Services()

    def made(number: int) -> Batch:
        return put_away(
            [_service(one, workloads, way) for one in planned[number : number + shelf.BATCH]]
        )

    if not way.is_pruned:
        services.put([_service(one, workloads, way) for one in planned])
        return services
    for batch in spread(made, range(0, len(planned), shelf.BATCH)):
        way.told("putting services together:", len(services), len(planned))
        services.add(batch, way.texts)
    return services


def _service(one: Planned, workloads: Workloads, way: Way) -> Service:
    workers = [workloads.whole(number) for number in one.workers]
    service = service_of(workloads.whole(one.main), one.name, workers)
    return service._replace(environment=way.environment)


def _whole(one: Unit, whole: Whole) -> Unit:
    return Unit(whole(one.object), tuple(map(whole, one.belonging)), one.stated)


def _seen(one: Workload) -> tuple[RoleEvidence, dict[str, Value]]:
    values = {a: one.values[a]._replace(node=None, leaves=()) for a in IMAGE if a in one.values}
    return one.role, values


def _bare(unit: Unit, role: RoleEvidence, values: dict[str, Value]) -> Workload:
    node = unit.object.node
    return Workload(*unit, node, node, values, role, (), ())
