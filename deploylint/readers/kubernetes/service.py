"""Makes a Service of a workload, its workers and their attached objects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from deploylint.documents.nodes import Node, child, child_at, entries_of
from deploylint.model.fault import Fault, duplicate_key
from deploylint.model.field_values import (
    MOST_KNOWN,
    NOT_SET,
    Fields,
    FieldValue,
    FieldValues,
    RowNumber,
)
from deploylint.model.fields import ELEMENTS
from deploylint.model.service import Component, Service, Value
from deploylint.readers.commands.queues import with_queues
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.changes.json_patches import set_faults
from deploylint.readers.kubernetes.faults.api import api_faults, merged_faults
from deploylint.readers.kubernetes.faults.pod_templates import template_faults
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.roles import argv
from deploylint.readers.kubernetes.workload import Workload, component
from deploylint.readers.mistaken_texts import with_mistaken_texts
from deploylint.readers.service import as_main, runtime_of, stated_runtime
from deploylint.readers.service_names import own_names
from deploylint.readers.value_faults import value_faults


def service_of(main: Workload, name: str, workers: Sequence[Workload]) -> Service:
    """The service of a workload and of the workers that belong to it."""
    workloads, names = (main, *workers), _worker_names(workers, main.object.name)
    components = [component(main, "", main.values)._replace(is_main=True)]
    components += (
        component(worker, worker_name, _compared_once(worker.values, main.values))
        for worker, worker_name in zip(workers, names, strict=True)
    )
    components += (other for workload in workloads for other in workload.others)
    components[0] = _with_leaves_of(components[0], components[1:])
    components = list(_with_unique_keys(components))
    if main.stated is not None and main.stated.name:
        name = main.stated.name
    components[0] = with_queues(components, "")
    runtime = stated_runtime(main.stated) or _runtime(components, main)
    components[0] = as_main(components[0], runtime, main.stated)
    objects = [o for workload in workloads for o in (workload.object, *workload.attached)]
    by_place = dict[tuple[int, int], Object]()
    for item in objects:
        by_place.setdefault((id(item.node.source), item.node.start), item)
    return Service(
        name=name,
        files=tuple(dict.fromkeys(o.file for o in objects)),
        runtime="" if runtime.state == "unknown" else str(runtime.data),
        runtime_because="" if runtime.state == "unknown" else runtime.note,
        own_names=own_names(components),
        components=tuple(components),
        roots=tuple(item.node for item in by_place.values()),
        root=main.object.node,
        layers=tuple(_layers(objects)),
        lost=tuple(lost for o in objects if o.changed is not None for lost in o.changed.lost),
        faults=tuple(_all_faults(workloads, components)),
        notes=tuple(_notes(workloads)),
        shape="manifests",
        kind=table().alike.get(main.object.kind, main.object.kind),
    )


def _layers(objects: Sequence[Object]) -> Iterator[Node]:
    """The documents that objects were read from, if any of these is changed by others."""
    if any(o.changed is not None for o in objects):
        layers = (o.changed.layers if o.changed is not None else (o.node,) for o in objects)
        yield from {(id(node.table), node.row): node for each in layers for node in each}.values()


def faults_within(item: Object) -> Iterator[Fault]:
    """What is wrong in an object by itself, also in the patches that change it."""
    return with_mistaken_texts(_faults_within(item), [item.node])


def _faults_within(item: Object) -> Iterator[Fault]:
    root = item.node
    yield from (duplicate_key(*keys) for keys in root.source.duplicates_within([root]))
    layers = item.changed.layers if item.changed is not None else (root,)
    is_whole = item.changed is None or not item.changed.is_patched
    seen = set[tuple[str, Node]]()
    for layer in layers:
        is_of_steps = isinstance(layer.content, list)
        own = set_faults(root, layer) if is_of_steps else api_faults(layer, is_whole=is_whole)
        for fault in own:
            is_of_parts = is_whole or is_of_steps or fault.check not in _OF_WHOLE_OBJECTS
            if is_of_parts and not _is_mended(fault, layer, root):
                seen.add((fault.check, fault.node))
                yield fault
    if is_whole:
        yield from template_faults(item)
    else:
        together = merged_faults(root)
        yield from (fault for fault in together if (fault.check, fault.node) not in seen)


def _is_mended(fault: Fault, layer: Node, root: Node) -> bool:
    """Whether a kustomization sets the labels of a selector that an object lacks, or has empty."""
    written, spec = child_at(layer, "spec", "selector"), entries_of(root).get("spec")
    selector = entries_of(spec.value).get("selector") if spec is not None else None
    if spec is None or selector is None:
        return False
    if fault.check == "selector-mismatch" and fault.node == selector.key:
        return bool(entries_of(child(selector.value, "matchLabels") or fault.node))
    return fault.check == "missing-field" and written is None and spec.key == fault.node


_OF_WHOLE_OBJECTS = (
    "missing-field", "misspelt-reference", "contradiction", "exclusive-fields", "root-user",
    "empty-variable", "image-versions",
)  # fmt: skip
"""The checks of several fields at once, which a patch lacks, or mends in what it is laid over."""


def _all_faults(workloads: Iterable[Workload], components: Iterable[Component]) -> Iterator[Fault]:
    """What is wrong in objects, and in values that the API server takes."""
    faults = [fault for workload in workloads for fault in workload.faults]
    yield from faults
    refused = {(fault.node.source, fault.node.start) for fault in faults}
    for fault in value_faults(components):
        if (fault.node.source, fault.node.key.start) not in refused:
            yield fault


def _worker_names(workers: Sequence[Workload], server: str) -> list[str]:
    """The name of each worker: a label that no other has, else the rest of its own name."""
    names = [worker.object.all_labels.get(table().component_label, "") for worker in workers]
    often = Counter(names)
    return [
        name if name and often[name] == 1 else worker.object.name.removeprefix(f"{server}-")
        for name, worker in zip(names, workers, strict=True)
    ]


def _with_unique_keys(components: Iterable[Component]) -> Iterator[Component]:
    """Components with a number after a key that another one has."""
    seen: Counter[str] = Counter()
    for part in components:
        seen[part.key] += 1
        count = seen[part.key]
        yield part if count == 1 else part._replace(key=f"{part.key}-{count}")


def _compared_once(values: Fields, server: Fields) -> Fields:
    """A worker's values; an element that equals its server's is compared there.

    One that only the server has is absent: a pod inherits nothing from another one.
    """
    result = dict(values)
    for fields in _INHERITED:
        if _are_same(values, server, fields):
            result.update({a: _inherited(values[a]) for a in fields if a in values})
        else:
            result.setdefault(fields[0], NOT_SET)
    return result


def _inherited(value: FieldValue) -> FieldValue:
    return _shared_inherited(value) if value.is_shared else value.replace(inherited=True)


@lru_cache(maxsize=MOST_KNOWN)
def _shared_inherited(value: FieldValue) -> FieldValue:
    return value.replace(inherited=True)


_INHERITED = [
    [f"{name}.{field}" for field in element.fields]
    for name, element in ELEMENTS.items()
    if element.inherited
]


def _with_leaves_of(server: Component, others: Iterable[Component]) -> Component:
    """The server's component with the leaves of the values of others that are compared there."""
    values = server.values
    fields, leaves = values.fields.as_dict(), defaultdict[str, list[RowNumber]](list)
    for other in others:
        read = other.values
        for address, value in zip(read.fields.layout, read.fields.row, strict=True):
            if value.inherited and value.leaves and address in fields:
                leaves[address] += (values.rows.renumbered(n, read.rows) for n in value.leaves)
    for address, added in leaves.items():
        fields[address] = _with_leaves(fields[address], tuple(added))
    return server._replace(values=FieldValues(fields, values.rows))


@lru_cache(maxsize=MOST_KNOWN)
def _with_leaves(value: FieldValue, leaves: tuple[RowNumber, ...]) -> FieldValue:
    return value.replace(leaves=(*value.leaves, *leaves))


def _are_same(values: Fields, others: Fields, addresses: Iterable[str]) -> bool:
    """Whether two components hold the same at all of some addresses."""
    for address in addresses:
        value, other = values.get(address, NOT_SET), others.get(address, NOT_SET)
        if value is not other and (value.state != other.state or value.data != other.data):
            return False
    return True


def _runtime(components: list[Component], main: Workload) -> Value:
    """The language of a service: by a worker's technology, its command, its name or its image."""
    line, image = argv(main.container), main.values.get("image.repository", NOT_SET)
    names = [Value("known", main.object.name, main.object.at("metadata.name"), "name")]
    if image.state == "known":
        at = None if image.at is None else main.rows.node(image.at)
        word = str(image.data).rpartition("/")[2]
        names.append(Value("known", word, at, f"image {image.data}"))
    return runtime_of(components, names, [Value("known", w.text, w.node) for w in line[:1]])


def _notes(workloads: Sequence[Workload]) -> Iterator[str]:
    """The objects that a service was read from, and why it has its role."""
    for workload in workloads:
        yield f"{_where(workload.object)}; role {workload.role.role}: {workload.role.because}"
    for workload in workloads:
        yield from map(_where, workload.attached)


def _where(item: Object) -> str:
    return f"{item.kind} {item.name}, {item.file}:{item.line}"
