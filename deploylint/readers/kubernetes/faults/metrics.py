"""What the API server refuses in the metrics of a HorizontalPodAutoscaler."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, child_at, text_of
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import nearest
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.contradictions import exclusive_fields


def metric_faults(metric: Node) -> Iterator[Fault]:
    """A metric without the source that its type names, or what it aims at (MetricSpec)."""
    kind = text_of(child(metric, "type"))
    source = f"{kind[:1].lower()}{kind[1:]}"
    names = [name for name in key_names(metric) if name != "type"]
    if kind and names and source not in names and not is_variable(kind):
        message = f"the type of the metric is {kind}, and it has no {source}; it has {names[0]}"
        yield Fault("missing-field", child(metric, "type") or metric, message)
    target, amounts = child_at(metric, source, "target"), _AMOUNTS.get(kind, ())
    if target is not None and amounts:
        written = {name: v for name in amounts if (v := child(target, name)) is not None}
        if not written and not any(nearest(key, amounts) for key in key_names(target)):
            message = f"the target of the metric has none of {', '.join(amounts)}"
            yield Fault("missing-field", target.key, message)
        yield from exclusive_fields(written)
        for name, amount in written.items():
            if text_of(amount) in ("0", "0m"):
                message = f"{name} is {text_of(amount)}; the API takes only what is greater than 0"
                yield Fault("wrong-value", amount.key, message)
    measured = child_at(metric, source, "name") if amounts is _OF_RESOURCE else None
    meant = nearest(text_of(measured), _RESOURCES)
    if measured is not None and meant and text_of(measured) not in _RESOURCES:
        message = f"no pod has the metric {text_of(measured)!r}; did you mean {meant!r}?"
        yield Fault("wrong-choice", measured, message)


_RESOURCES = ("cpu", "memory")
"""What the metrics API measures of a pod: its CPU and its memory."""

_OF_RESOURCE, _OF_OTHERS = ("averageUtilization", "averageValue"), ("value", "averageValue")
_AMOUNTS = {
    **dict.fromkeys(("Resource", "ContainerResource"), _OF_RESOURCE),
    **dict.fromkeys(("Object", "External"), _OF_OTHERS),
    "Pods": ("averageValue",),
}
"""What a metric of each type aims at; it has one of these."""
