"""What the workers of a service consume all together: said of the service as a whole.

What follows from several workers is a function here and an address in ``SERVICE_WIDE``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deploylint.documents.nodes import Entry
from deploylint.model.fields import PRESENT, QUEUES
from deploylint.model.service import ABSENT, Component, Value

_SHARED, _IDLE = "workers.shared-queues", "workers.idle-queues"

Consumers = Mapping[str, Sequence[tuple[Component, Entry]]]
"""By queue the workers that consume it, each with the place that says so."""


def with_queues(components: list[Component], elsewhere: str) -> Component:
    """The main component with the queues of all workers together; unknown when one is.

    Those that more than one consumes, and those whose workers run no pod, are told beside them.
    Where values come from elsewhere too, there may be workers that are not seen here.
    """
    workers = [one for one in components[1:] if QUEUES in one.values]
    read = [one.value(QUEUES) for one in workers]
    more = Value("unknown", None, read[0].node if read else None, elsewhere)
    if not read and not elsewhere:
        return components[0]
    unknown = more if elsewhere else next((v for v in read if v.state != "known"), None)
    consumers = _consumers(workers)
    parts = {queue: by[-1][1] for queue, by in consumers.items()}
    value = unknown or Value("known", list(parts), read[0].node, "of all workers", parts)
    leaves = tuple(leaf for v in read for leaf in v.leaves)
    open_ = None if unknown is None else unknown._replace(data=None, parts=None, leaves=())
    queues = {
        QUEUES: value._replace(leaves=leaves),
        _SHARED: _shared(consumers, open_ if len(workers) > 1 else None),
        _IDLE: _idle(consumers, open_),
        f"workers.{PRESENT}": Value("known", True, read[0].node) if read else more,
    }
    return components[0]._replace(values=components[0].values.updated(queues))


def _consumers(workers: Sequence[Component]) -> Consumers:
    consumers: dict[str, list[tuple[Component, Entry]]] = {}
    for worker in workers:
        for queue, entry in (worker.value(QUEUES).parts or {}).items():
            consumers.setdefault(queue, []).append((worker, entry))
    return consumers


def _shared(consumers: Consumers, unknown: Value | None) -> Value:
    """The queues that more than one worker consumes, each where the last of them says so."""
    shared = {queue: by for queue, by in consumers.items() if len(by) > 1}
    if not shared:
        return unknown or ABSENT
    names = {queue: ", ".join(worker.name for worker, _ in by) for queue, by in shared.items()}
    note = "; ".join(f"{queue} consumed by {by}" for queue, by in names.items())
    return _told({queue: by[-1][1] for queue, by in shared.items()}, note)


def _idle(consumers: Consumers, unknown: Value | None) -> Value:
    """The queues whose workers run no pod; unknown where others may consume them too.

    A chart that is told nothing runs at least one. What is to blame is the number of replicas.
    """
    idle = {
        queue: Entry(node, node)
        for queue, by in consumers.items()
        if all(_is_idle(worker) for worker, _ in by)
        and (node := by[-1][0].value(_REPLICAS).node) is not None
    }
    if not idle:
        return ABSENT
    return unknown or _told(idle, "its workers have 0 replicas")


_REPLICAS = "replicas.count"


def _is_idle(worker: Component) -> bool:
    """Whether a worker is written to run no pod, and no autoscaler may change that."""
    replicas, scaled = worker.value(_REPLICAS), worker.value(f"autoscaling.{PRESENT}")
    return str(replicas.data) == "0" and scaled.state not in ("known", "unknown")


def _told(parts: dict[str, Entry], note: str) -> Value:
    return Value("known", list(parts), next(iter(parts.values())).value, note, parts)
