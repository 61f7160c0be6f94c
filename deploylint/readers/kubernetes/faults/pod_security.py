"""What the Pod Security Standards (baseline) forbid, in pods and in what is copied into one.

The rows are ``pod-security`` in ``profiles/objects.yaml``; one about containers is about init
containers, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from deploylint.documents.nodes import Collection, Node, NodeTable, child_at, entries_of, text_of
from deploylint.model.data import OBJECTS, definition, make_record
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.helm.key_tree import split
from deploylint.readers.kubernetes.schema import PodSecurityRow
from deploylint.readers.wrapped.values import places_at


@cache
def _rows() -> tuple[PodSecurityRow, ...]:
    """The rows, which values files need without the rest of the table."""
    rows = (make_record(PodSecurityRow, row) for row in definition(OBJECTS)["pod-security"])
    return tuple(row._replace(at=(*row.at, *_of_init_containers(row.at))) for row in rows)


def _of_init_containers(paths: Iterable[str]) -> Iterator[str]:
    of_containers = (path for path in paths if path.startswith("containers[]"))
    return (path.replace("containers", "initContainers", 1) for path in of_containers)


def checks() -> frozenset[str]:
    """The checks of the table: what a pod may do, which is for those who run it to say."""
    return frozenset(row.check for row in _rows())


def exposed_in(node: Node, *levels: str) -> Iterator[Fault]:
    """What is forbidden in values that stand at a level of a pod, but for one on each node."""
    faults = [fault for level in levels for fault in forbidden_in(node, level)]
    if faults and not _is_of_each_node(node.table):
        yield from faults


@lru_cache(maxsize=1)  # the components of a file come one after another
def _is_of_each_node(table: NodeTable) -> bool:
    """Whether a file tells a chart to run a pod on each node."""
    words = (text.lower() for text in table.texts if isinstance(text, str))
    keys = (name.lower() for name in table.paths.names)
    return not _OF_EACH_NODE.isdisjoint(words) or any("daemonset" in key for key in keys)


_OF_EACH_NODE = frozenset({"agent", "daemonset"})
"""Words that tell charts so."""


def forbidden_in(node: Node, level: str = "") -> Iterator[Fault]:
    """What is forbidden in a pod's spec, or in a part of one that stands at a level of it.

    A level is the beginning of paths of the table, such as ``volumes``.
    """
    names = node.table.paths.names if type(node) is Collection else None  # of one file alone
    called = node.path.name if level else ""
    for row in _rows():
        paths = (at.removeprefix(level).lstrip(".") for at in row.at if at.startswith(level))
        paths = (
            at
            for at in paths
            if names is None or names.issuperset(split(at.removesuffix("[]"))[-1:])
        )
        for value, path in (each for at in paths for each in places_at(node, at)):
            word = text_of(value)
            is_taken = word in ("", "0") or word in row.taken or (row.taken and is_variable(word))
            if word in row.texts or not (row.texts or is_taken):
                place = f"{called}{'' if path.startswith('[') else '.'}{path}".strip(".")
                message = f"{place} is {word}; the Pod Security Standards (baseline) forbid it"
                yield Fault(row.check, value, message)


def unconfined_in(pod: Node) -> Iterator[Fault]:
    """Annotations of a pod template that take the profile from a container, as fields do now.

    https://kubernetes.io/docs/tutorials/security/apparmor/#securing-a-pod
    """
    for name, entry in entries_of(child_at(pod, "metadata", "annotations")).items():
        if name.startswith(_APPARMOR) and text_of(entry.value) == "unconfined":
            message = (
                "the annotation is unconfined; the Pod Security Standards (baseline) forbid it"
            )
            yield Fault("apparmor", entry.value, message)


_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
