"""Labels and containers that are called like their object but for a slip.

Two letters that are swapped make a slip by themselves. Any other letter may make another word, so
other places have to have the object's own name, and none the slip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, child_at, text_of
from deploylint.documents.suggest import SHORTEST, distance, is_slip, misspelt_word
from deploylint.model.fault import Fault
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.faults.ports import NumberedFault
from deploylint.readers.kubernetes.label_selector import selector_of
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.selectors import WorkloadObjects


def misspelt_own_names(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Labels of an object, and containers, with a slip of its name."""
    owners = {id(workload): number for number, workload in enumerate(group.workloads)}
    owners |= {id(o): number for number, each in group.by_workload.items() for o in each}
    for item in (*group.workloads, *group.others):
        for what, node in _names(item):
            text, number = text_of(node), owners.get(id(item))
            is_swapped = _is_swapped(text, item.name)
            if is_swapped or (_is_slip(text, item.name) and _is_alone(group, number, item, text)):
                if number is None:
                    number = next(iter(group.pods.by_file.get(item.file, ())), 0)
                message = f"{what} is {text!r}, and its {item.kind} {item.name!r}"
                yield number, Fault("misspelt-reference", node, f"{message}; one of them is a slip")


def _names(item: Object) -> Iterator[tuple[str, Node]]:
    """The labels of an object that may have its name, and its containers."""
    labels = child_at(item.node, "metadata", "labels")
    for key, text in item.labels.items():
        node = child(labels, key) if labels is not None and text != item.name else None
        if node is not None and (key in _OF_NAMES or _is_swapped(text, item.name)):
            yield f"label {key}", node
    for each in item.containers:
        if (node := child(each, "name")) is not None:
            yield "the container", node


_OF_NAMES = ("app", "name", "k8s-app", "app.kubernetes.io/name", "app.kubernetes.io/instance")
"""The labels that usually have the name of what they are of."""


def _is_swapped(name: str, other: str) -> bool:
    """Whether names differ in the order of two letters; two digits make another number."""
    if name == other or len(name) != len(other) or len(name) < SHORTEST:
        return False
    digits = (list(filter(str.isdigit, each)) for each in (name, other))
    is_same = sorted(name) == sorted(other) and next(digits) == next(digits)
    return is_same and distance(name, other) == 1


def _is_slip(name: str, other: str) -> bool:
    """Whether names differ by a letter of a word, and not as one and several things do."""
    word = misspelt_word(name, other) if name != other else ""
    return bool(word) and is_slip(word, misspelt_word(other, name))


def _is_alone(group: WorkloadObjects, number: int | None, item: Object, text: str) -> bool:
    """Whether a name is in no other place around an object, and the object's own in several."""
    if number is None:
        return False
    often = Counter(_places(group, number, item))
    return often[text] == 1 and often[item.name] >= _SEVERAL


_SEVERAL = 2
"""How many places beside the name of an object show how it is called."""

_MOST = 100
"""How many objects of a workload are asked."""


def _places(group: WorkloadObjects, number: int, item: Object) -> Iterator[str]:
    """What a workload and its objects are called, and labelled and selected by.

    The name of the object itself is left out.
    """
    workload, rows = group.workloads[number], table().attached
    yield from workload.pod_labels.values()
    yield from (text_of(child(each, "name")) for each in workload.containers)
    selectors = [selector_of(workload, "spec.selector")]
    others = [each for each in group.by_workload.get(number, ())[:_MOST] if each is not item]
    for other in (item, *others, *((workload,) if item is not workload else ())):
        yield from other.labels.values()
        if other is not item:
            yield other.name
        if (row := rows.get(other.kind)) is not None and row.pods:
            selectors.append(selector_of(other, row.pods, plain=row.plain))
    for selector in selectors:
        yield from () if selector is None else selector.labels.values()
