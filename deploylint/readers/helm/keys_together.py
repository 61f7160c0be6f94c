"""What several keys of one mapping set twice, or switch on though one of them has no effect.

So do fields of a security context at a level that does not have them: only the pod has fsGroup,
only containers have capabilities and so on (PodSecurityContext, SecurityContext). Charts copy the
mappings, and the API server refuses or drops what is not theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import Node
from deploylint.model.fault import MISPLACED, Fault
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


# --- security contexts of pods and containers -----------------------------------------------------


_ELEMENT = "security-context"
_OF_POD = f"{_ELEMENT}.fs-group"
_OF_CONTAINERS = tuple(
    f"{_ELEMENT}.{name}"
    for name in (
        *("read-only-root", "privilege-escalation", "privileged"),
        *("drop-capabilities", "add-capabilities"),
    )
)


def level_faults(scope: ReadKeys) -> Iterator[Fault]:
    """The fields of security contexts that are written at the wrong level."""
    for path in _OF_CONTAINERS if scope.pod else ():
        if path in scope.pod:
            at = scope.pod[path][1].at
            if at is None or not _is_in_container(scope.rows.node(at)):
                yield from _misplaced(scope, at, "the pod", "the security context of the container")
    if _OF_POD in scope.values:
        of_pod = scope.pod[_OF_POD][0] if _OF_POD in scope.pod else None
        for _, entry, value in scope.read_for(_OF_POD):
            if entry != of_pod and value.at is not None and _is_of_container(scope, value.at):
                yield from _misplaced(scope, value.at, "a container", "that of the pod")


def _is_of_container(scope: ReadKeys, at: int | Node) -> bool:
    """Whether a security context is known to be a container's, by its key or by the one beside."""
    steps = scope.rows.node(at).path.keys()
    if any(step.startswith("container") for step in steps):
        return True
    owned = [scope.rows.node(v.at) for _, v in scope.owned[_ELEMENT] if v.at is not None]
    names = [node.path.name for node in owned]
    return any(name.startswith("pod") for name in names) and not any(
        name.startswith("container") for name in names
    )


def _is_in_container(node: Node) -> bool:
    """Whether a node is in a list of containers: all that one has is its own."""
    steps = node.path.keys()
    return any(step.lower().endswith("containers") for step in steps)


def _misplaced(scope: ReadKeys, at: int | Node | None, level: str, home: str) -> Iterator[Fault]:
    if at is not None:
        key = _key_of_field(scope.rows.node(at))
        message = f"{key.content} is not a field of {level}; move it to {home}"
        yield Fault(MISPLACED, key, message)


def _key_of_field(node: Node) -> Node:
    """The key right below the security context: of ``capabilities.drop`` the first of both."""
    above = node.path.parent
    if above is None or above.name != "capabilities":
        return node.key
    return node.table.key(node.table.row_above(node.row))
