"""What a chart copies from values into a pod as it is, held against what the API takes.

Which keys these are is data (``copied`` of a profile). A chart may have a form of its own at any of
them, so only what shows the form of the API is a fault: a word that is nearly one of its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deploylint.documents.nodes import Node, child, child_at, entries_of, items_of, text_of
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import nearest
from deploylint.model.fault import Fault
from deploylint.readers.contradictions import choice_fault
from deploylint.readers.kubernetes.api_types import api_type
from deploylint.readers.kubernetes.faults.api import faults_of
from deploylint.readers.kubernetes.faults.pod_security import exposed_in
from deploylint.readers.wrapped.values import nodes_at


def copied_faults(root: Node, copied: Mapping[str, Mapping[str, str]]) -> Iterator[Fault]:
    """What the API server refuses or drops of some keys of values, by their types."""
    names = key_names(root)
    rows = (row for first, by_path in copied.items() if first in names for row in by_path.items())
    for path, kind in rows:
        for node in nodes_at(root, path):
            yield from _faults(node, kind)
    if any(name in names for name in _MOUNTS):
        yield from _mount_faults(root)
    yield from _exposed(root)


def _exposed(root: Node) -> Iterator[Fault]:
    """What gives a pod its node."""
    for key, level in _EXPOSING.items():
        if (node := child(root, key)) is not None:
            yield from exposed_in(node, level)


_EXPOSING = {
    **{key: key for key in ("hostIPC", "hostNetwork", "hostPID", "initContainers", "volumes")},
    "extraContainers": "containers",
    "extraInitContainers": "initContainers",
    "extraVolumes": "volumes",
    "sidecars": "containers",
}
"""Keys of values that charts copy into a pod, and where they copy them to."""


def _faults(node: Node, kind: str) -> Iterator[Fault]:
    if node.is_scalar:
        words = api_type(kind).words
        fault = choice_fault(node, words) if words else None
        if fault is not None:
            yield fault
    elif isinstance(node.content, list) == kind.endswith("[]") and not _has_own_form(node, kind):
        for fault in faults_of(node, kind):
            if fault.meant or fault.check in _IN_ANY_FORM:
                yield fault


def _mount_faults(root: Node) -> Iterator[Fault]:
    """Mounts of a volume that is not there, beside one that is nearly called so and not mounted.

    The chart may have more volumes of its own.
    """
    volumes, mounts = (_names(root, keys) for keys in (_VOLUMES, _MOUNTS))
    for name, node in mounts.items():
        if name not in volumes and (meant := nearest(name, volumes.keys() - mounts.keys())):
            message = f"there is no volume {name!r} here; did you mean {meant!r}?"
            yield Fault("misspelt-reference", node, message)


def _names(root: Node, keys: Iterable[str]) -> dict[str, Node]:
    """The names of the items of some lists."""
    items = (item for key in keys for item in items_of(child_at(root, key)))
    names = (child(item, "name") for item in items)
    return {text_of(name): name for name in names if name is not None}


_VOLUMES, _MOUNTS = ("volumes", "extraVolumes"), ("volumeMounts", "extraVolumeMounts")


def _has_own_form(node: Node, kind: str) -> bool:
    """Whether it is more than the API takes: the chart makes containers of an image of its own.

    A mapping of texts may be one for each process. Of a list of texts alone the chart makes items.
    """
    items = items_of(node)
    if items and all(item.is_scalar for item in items):
        return True
    if kind.endswith("{}"):
        return not all(entry.value.is_scalar for entry in entries_of(node).values())
    images = (child(item, "image") for item in items_of(node) if kind == "Container[]")
    return not all(image is not None and image.is_scalar for image in images)


_IN_ANY_FORM = (
    *("wrong-choice", "wrong-type", "exclusive-fields", "duplicate-name", "contradiction"),
    "command-in-one-word",
)
