"""What a component is read from: its container, its pod, and the parts of what belongs to it.

All of it is put together as one mapping, so that it is read as a values file is, key by key of a
profile. Every node in it is the file's own: what is missing is found missing there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Entry, Node, child, entries_of, text_of
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.schema import ObjectPart
from deploylint.readers.wrapped.values import nodes_at


def view(workload: Object, container: Node, attached: Sequence[Object]) -> Node:
    """The mapping that the main component of a workload is read from."""
    seen = {
        "workload": workload.node,
        "template": workload.pod,
        "pod": workload.pod_spec,
        "container": container,
    }
    by_kind = items_by_key((each.kind, each) for each in attached)
    for key, part in table().parts.items() if by_kind else ():
        if of_kind := by_kind.get(part.kind):
            seen[key] = _part(part, workload, of_kind)
    seen["followed"] = _followed(container, attached)
    return _mapping(workload.node, seen)


def alone(workload: Object, container: Node) -> Node:
    """The mapping that a container beside the main one is read from, with that of its pod."""
    spec = workload.pod_spec
    shared = None if spec is None else child(spec, "securityContext")
    pod = None if shared is None else _mapping(shared, {"securityContext": shared})
    return _mapping(container, {"container": container, "pod": pod})


def _mapping(at: Node, seen: dict[str, Node | None]) -> Node:
    entries = {key: Entry(node, node) for key, node in seen.items() if node is not None}
    return at.made(entries)


def _part(part: ObjectPart, workload: Object, of_kind: Sequence[Object]) -> Node | None:
    own = choose_object(workload, of_kind)
    if not part.at:
        return _watching(own, workload)
    return next(iter(nodes_at(own.node, part.at)), None)


def choose_object(workload: Object, objects: Sequence[Object]) -> Object:
    """Of several objects of a kind the one called like the workload, else the first."""
    return next((one for one in objects if one.name == workload.name), objects[0])


def _watching(watching: Object, workload: Object) -> Node:
    """An object with its own labels only: not those that say which object it is."""
    about = child(watching.node, "metadata")
    written = child(about, "labels") if about is not None else None
    if about is None or written is None or watching.kind not in _LABELLED:
        return watching.node
    if not isinstance(written.content, dict):
        return watching.node
    shared = workload.labels.items() | workload.pod_labels.items()
    own = {
        key: entry
        for key, entry in written.content.items()
        if not _is_identity(key) and (key, text_of(entry.value)) not in shared
    }
    return _with(watching.node, "metadata", _with(about, "labels", written.made(own)))


_LABELLED = frozenset({"ServiceMonitor", "PodMonitor", "PodMonitoring"})
"""The kinds with labels that are read: by them Prometheus finds what to watch."""


def _is_identity(label: str) -> bool:
    return any(
        label.startswith(known) if known.endswith("/") else label == known
        for known in table().identity
    )


def _with(node: Node, key: str, value: Node) -> Node:
    assert isinstance(node.content, dict)
    return node.made({**node.content, key: Entry(node.content[key].key, value)})


def _followed(container: Node, attached: Iterable[Object]) -> Node | None:
    """The variables that a container takes from ConfigMaps of the set, as each mapping."""
    maps = {each.name: each for each in attached if each.kind == "ConfigMap"}
    if not maps:
        return None
    content = dict[str, Entry]()
    for source in nodes_at(container, "envFrom[]"):
        for name in nodes_at(source, "configMapRef.name"):
            prefix = text_of(child(source, "prefix"))
            content |= {prefix + k: entry for k, entry in _data(maps.get(text_of(name))).items()}
    for item in nodes_at(container, "env[]"):
        for reference in nodes_at(item, "valueFrom.configMapKeyRef"):
            data = _data(maps.get(text_of(child(reference, "name"))))
            entry = data.get(text_of(child(reference, "key")))
            if entry is not None:
                content[text_of(child(item, "name"))] = entry
    return container.made(content) if content else None


def _data(config_map: Object | None) -> dict[str, Entry]:
    return {} if config_map is None else entries_of(config_map.at("data"))
