"""A workload, its workers and all that belongs to them as one Service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from deploylint.documents.nodes import Node
from deploylint.model.fault import Fault, duplicate_key
from deploylint.model.field_values import NOT_SET, Fields, FieldValues
from deploylint.model.fields import ELEMENTS
from deploylint.model.service import Component, Service, Value
from deploylint.readers.commands.queues import with_queues
from deploylint.readers.commands.technologies import program_runtime, word_runtime
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.roles import all_labels, argv
from deploylint.readers.kubernetes.workload import Workload, component
from deploylint.readers.service import as_main, runtime_of, stated_runtime
from deploylint.readers.service_names import own_names
from deploylint.readers.value_faults import value_faults


def service_of(main: Workload, name: str, workers: Sequence[Workload]) -> Service:
    """The service of a workload and of the workers that belong to it."""
    called = _called(workers, main.object.name)
    found = [component(main, "", main.values)._replace(is_main=True)]
    found += (
        component(one, called[id(one)], _judged_once(one.values, main.values)) for one in workers
    )
    found += (other for one in (main, *workers) for other in one.others)
    found[0] = _judging(found[0], found[1:])
    found = list(_apart(found))
    if main.stated is not None and main.stated.name:
        name = main.stated.name
    found[0] = with_queues(found, "")
    runtime = stated_runtime(main.stated) or _runtime(found, main)
    found[0] = as_main(found[0], runtime, main.stated)
    objects = [o for one in (main, *workers) for o in (one.object, *one.belonging)]
    roots = tuple(_each_once(one.node for one in objects))
    return Service(
        name=name,
        files=tuple(dict.fromkeys(one.file for one in objects)),
        runtime="" if runtime.state == "unknown" else str(runtime.data),
        runtime_because="" if runtime.state == "unknown" else runtime.note,
        own_names=own_names(found),
        components=tuple(found),
        roots=roots,
        root=main.object.node,
        faults=(
            *_duplicates(roots),
            *(fault for workload in (main, *workers) for fault in workload.faults),
            *value_faults(found),
        ),
        notes=tuple(_notes(main, workers)),
        shape="manifests",
        templates=tuple((one.node, one.template) for one in objects if one.template),
    )


def _each_once(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes by where they stand: workloads may have been taken out one after the other."""
    seen = set[tuple[int, int]]()
    for node in nodes:
        at = id(node.source), node.start
        if at not in seen:
            seen.add(at)
            yield node


def _duplicates(roots: Iterable[Node]) -> Iterator[Fault]:
    """Keys written twice in the objects of a service."""
    for root in roots:
        for lost, wins in root.source.duplicates:
            if root.start <= wins.start < root.end:
                yield duplicate_key(lost, wins)


def _called(workers: Sequence[Workload], server: str) -> dict[int, str]:
    """What each worker is called: by a label that tells it apart, else by the rest of its name."""
    said = {id(one): all_labels(one.object).get(table().component_label, "") for one in workers}
    often = Counter(said.values())
    return {
        id(one): said[id(one)]
        if said[id(one)] and often[said[id(one)]] == 1
        else one.object.name.removeprefix(f"{server}-")
        for one in workers
    }


def _apart(components: Iterable[Component]) -> Iterator[Component]:
    """Components of which none is called like another one."""
    seen: Counter[str] = Counter()
    for one in components:
        seen[one.key] += 1
        count = seen[one.key]
        yield one if count == 1 else one._replace(key=f"{one.key}-{count}")


def _judged_once(values: Fields, server: Fields) -> Fields:
    """A worker's values; an element that is just as its server's is judged there."""
    result = dict(values)
    for fields in _INHERITED:
        if all(_same(values, server, address) for address in fields):
            result |= {a: result[a].replace(inherited=True) for a in fields if a in result}
    return result


_INHERITED = [
    [f"{name}.{field}" for field in element.fields]
    for name, element in ELEMENTS.items()
    if element.inherited
]


def _judging(server: Component, others: Iterable[Component]) -> Component:
    """The server's component, which accounts for the leaves of what is judged there of others."""
    values = server.values
    fields, number = values.fields.as_dict(), values.rows.number
    for other in others:
        read = other.values
        for address, value in read.fields.as_dict().items():
            if value.inherited and value.leaves and address in fields:
                judged = fields[address]
                leaves = (number(read.rows.node(leaf)) for leaf in value.leaves)
                fields[address] = judged.replace(leaves=(*judged.leaves, *leaves))
    return server._replace(values=FieldValues(fields, values.rows))


def _same(values: Fields, others: Fields, address: str) -> bool:
    one, other = values.get(address, NOT_SET), others.get(address, NOT_SET)
    return one.state == other.state and one.data == other.data


def _runtime(components: list[Component], main: Workload) -> Value:
    """What a service runs on: a worker's technology, its command, a word of its name or image."""
    line = argv(main.container)
    named = Value("known", main.object.name, main.object.at("metadata.name"), "name")
    found = runtime_of(components, named)
    if found.state == "known" and found.note != named.note:
        return found
    if line and (language := program_runtime(line[0].text)):
        return Value("known", language, line[0].node, f"command {line[0].text}")
    image = main.values.get("image.repository", NOT_SET)
    if found.state != "known" and image.state == "known":
        language = word_runtime(str(image.data).rpartition("/")[2])
        if language:
            at = None if image.at is None else main.rows.node(image.at)
            return Value("known", language, at, f"image {image.data}")
    return found


def _notes(main: Workload, workers: Sequence[Workload]) -> Iterator[str]:
    """What a service was read from, and why it has its role."""
    yield f"{_where(main.object)}; role {main.role.role}: {main.role.because}"
    for one in workers:
        yield f"{_where(one.object)}; role {one.role.role}: {one.role.because}"
    for one in (main, *workers):
        yield from (_where(other) for other in one.belonging)


def _where(one: Object) -> str:
    return f"{one.kind} {one.name}, {one.file}:{one.line}"
