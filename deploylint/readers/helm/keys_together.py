"""What several keys of one mapping set twice, or switch on though one of them has no effect."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import Node
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.helm.forms import pairs
from deploylint.readers.helm.resolve import ReadKeys


def faults_together(scope: ReadKeys) -> Iterator[Fault]:
    """The faults of keys that are each right by themselves."""
    if len(scope.variables) > 1:
        yield from _repeated_variables(scope.variable_nodes)
    if len(scope.switches.get(_SCALED, ())) > 1:
        yield from _two_autoscalers(scope)


def _repeated_variables(nodes: list[Node]) -> Iterator[Fault]:
    """Variables that two keys set: a chart writes both into the list of one container."""
    known = dict[str, tuple[Node, Node]]()
    for node in nodes:
        for name, at, _ in pairs(node):
            owner, first = known.setdefault(name, (node, at))
            if owner is not node and not is_variable(name):
                keys = f"{owner.path.name} and in {node.path.name}"
                message = f"variable {name} is set in {keys}; only one of the values counts"
                yield Fault("duplicate-variable", at, message, (("lost", first, name),))


def _two_autoscalers(scope: ReadKeys) -> Iterator[Fault]:
    """KEDA switched on beside an autoscaler of the chart: KEDA makes one of its own.

    https://keda.sh/docs/latest/concepts/scaling-deployments/
    """
    on = [
        scope.rows.node(v.at)
        for _, v in scope.switches[_SCALED]
        if v.data is True and v.at is not None
    ]
    by_key = {path.parent.name: node for node in on if (path := node.path).parent is not None}
    for other in by_key.keys() - {_KEDA} if _KEDA in by_key else ():
        message = f"{_KEDA} and {other} are both switched on; only one can scale the pods"
        beside = (("beside", by_key[other].key, other),)
        yield Fault("contradiction", by_key[_KEDA].key, message, beside)


_SCALED, _KEDA = "autoscaling", "keda"
