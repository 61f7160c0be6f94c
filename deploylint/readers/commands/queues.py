"""The queues of all workers of a service together: values of the service as a whole.

To add a value that follows from several workers, write a function here and add its address to
``SERVICE_WIDE``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Entry
from deploylint.model.field_values import NOT_SET
from deploylint.model.fields import PRESENT, QUEUES
from deploylint.model.service import ABSENT, Component, Value

_SHARED, _IDLE = "workers.shared-queues", "workers.idle-queues"

Consumers = Mapping[str, Sequence[tuple[Component, Entry]]]
"""The workers that consume each queue, with the location of its name."""


def with_queues(components: list[Component], elsewhere: str) -> Component:
    """The main component with the queues of all workers together; unknown when one is.

    Queues of several workers, and queues of workers without a pod, are values of their own. If
    values come from elsewhere too, there may be workers that are not in the file.
    """
    workers = [component for component in components[1:] if QUEUES in component.values]
    values = [worker.value(QUEUES) for worker in workers]
    first = values[0].node if values else None
    if not workers and not elsewhere:
        return components[0]
    unseen = Value("unknown", None, first, elsewhere) if elsewhere else None
    unknown = unseen or next((value for value in values if value.state != "known"), None)
    consumers = _consumers(workers)
    parts = {queue: by[-1][1] for queue, by in consumers.items()}
    queues = unknown or Value("known", list(parts), first, "of all workers", parts)
    leaves = tuple(leaf for value in values for leaf in value.leaves)
    bare = unknown and unknown._replace(data=None, parts=None, leaves=())
    together = {
        QUEUES: queues._replace(leaves=leaves),
        _SHARED: _shared(consumers, bare if len(workers) > 1 else None),
        _IDLE: _idle(consumers, bare),
        f"workers.{PRESENT}": Value("known", True, first) if workers else queues,
    }
    return components[0]._replace(values=components[0].values.updated(together))


def _consumers(workers: Sequence[Component]) -> Consumers:
    return items_by_key(
        (queue, (worker, entry))
        for worker in workers
        for queue, entry in (worker.value(QUEUES).parts or {}).items()
    )


def _shared(consumers: Consumers, unknown: Value | None) -> Value:
    """The queues that more than one worker consumes, each with the location in the last one."""
    shared = {queue: by for queue, by in consumers.items() if len(by) > 1}
    names = {queue: ", ".join(worker.name for worker, _ in by) for queue, by in shared.items()}
    note = "; ".join(f"{queue} consumed by {by}" for queue, by in names.items())
    return _known({queue: by[-1][1] for queue, by in shared.items()}, note) or unknown or ABSENT


def _idle(consumers: Consumers, unknown: Value | None) -> Value:
    """The queues of workers without a pod; unknown where others may consume them too.

    A chart without a number of replicas runs at least one pod. The location is that of the number.
    """
    idle = {
        queue: Entry(node, node)
        for queue, by in consumers.items()
        if all(_is_idle(worker) for worker, _ in by)
        and (node := by[-1][0].value(_REPLICAS).node) is not None
    }
    known = _known(idle, "its workers have 0 replicas")
    return (known and unknown) or known or ABSENT


_REPLICAS = "replicas.count"


def _is_idle(worker: Component) -> bool:
    """Whether a worker is written to run no pod, and no autoscaler may change that."""
    replicas = worker.values.fields.get(_REPLICAS) or NOT_SET
    scaled = worker.values.state(f"autoscaling.{PRESENT}")
    return str(replicas.data) == "0" and scaled not in ("known", "unknown")


def _known(parts: dict[str, Entry], note: str) -> Value | None:
    """Queues by name; None where there are none."""
    if not parts:
        return None
    return Value("known", list(parts), next(iter(parts.values())).value, note, parts)
