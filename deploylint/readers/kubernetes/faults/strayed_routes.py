"""Routes that are called after one Service and lead to another: left over from a copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from deploylint.model.fault import Fault
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.faults.ports import NumberedFault
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.selectors import NamedBackend, WorkloadObjects, backends_of

FEW = 2
"""So many other routes lead each to the Service that they are called after."""


def strayed_routes(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Routes to another's Service, where their own has none and the other's has one of its own.

    A proxy that protects a Service has no route that is called like it: it is not reported.
    """
    rows, known = table().attached, group.labelled_services.by_name
    by_namespace = defaultdict[str, list[tuple[Object, list[NamedBackend]]]](list)
    for route in group.others:
        if route.kind in rows and rows[route.kind].backends:
            backends = list(backends_of(route, rows[route.kind].backends))
            if any(backend.service in known for backend in backends):
                by_namespace[route.namespace].append((route, backends))
    for routes in by_namespace.values():
        for route, backend in _strayed(routes):
            if route.name in known:
                number = next((n for _, ns in group.services_of(backend)[:1] for n in ns), 0)
                message = f"{route.title} leads to Service {backend.service}, which has its own"
                message = f"{message}; nothing leads to Service {route.name}"
                yield number, Fault("odd-key", backend.name, message)


def _strayed(
    routes: Sequence[tuple[Object, Sequence[NamedBackend]]],
) -> Iterator[tuple[Object, NamedBackend]]:
    """The routes that lead to what another one is called after, and what leads there."""
    led = {backend.service for _, backends in routes for backend in backends}
    own = {route.name for route, backends in routes if backends and _leads_home(route, backends)}
    if len(own) < FEW:
        return
    for route, backends in routes:
        targets = {backend.service for backend in backends}
        if len(targets) == 1 and route.name not in led and targets <= own:
            yield route, backends[0]


def _leads_home(route: Object, backends: Sequence[NamedBackend]) -> bool:
    return all(backend.service == route.name for backend in backends)
