"""Selectors that do not match their own template, and what selects or scales nothing.

Where a selector and what is beside it agree against the template, the template has the slip.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from deploylint.documents.nodes import Node, child, child_at, text_of
from deploylint.documents.suggest import nearest
from deploylint.model.fault import Fault
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.faults.ports import NumberedFault
from deploylint.readers.kubernetes.label_selector import Selector, selector_of
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.selectors import WorkloadObjects


def own_selectors(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """A workload has to select the pods of its own template (LabelSelector of its kind)."""
    witnesses = _witnesses(group)
    for number, workload in enumerate(group.workloads):
        selector = _mismatched(workload)
        if selector is None:
            continue
        label, others = _lacking(selector, workload.pod_labels), witnesses.get(number, ())
        if label is not None and (others or _is_own(group, number, *label)):
            yield number, _of_template(workload, *label, others)
            continue
        node, why = _unmet(selector, workload.pod_labels, "its template")
        message = f"the selector of {workload.title} does not match its own template{why}"
        yield number, Fault("selector-mismatch", node, message)


def selecting_nothing(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Objects that select or scale nothing, where no slip of a template keeps them from it."""
    spared = {id(each) for others in _witnesses(group).values() for each in others}
    for selecting, selector, other, number, own, about in group.misses:
        if id(selecting) in spared:
            continue
        related = ("selected", other.node, other.title)
        if selector is not None:
            node, why = _unmet(selector, own, other.title)
            what = "no pods" if table().attached[selecting.kind].pods else "no Service"
            what = f"{what} of this group" if about is None else f"what is of {about.title}"
            message = f"{selecting.title} selects {what}{why}"
        else:
            target = selecting.at(table().attached[selecting.kind].target) or selecting.node
            named = ("name", other.name), ("kind", other.kind)
            wrong = (key for key, text in named if text_of(child(target, key)) != text)
            node = child(target, key := next(wrong, "apiVersion")) or target
            what = "no workload of this group" if about is None else about.title
            message = f"{selecting.title} scales {what}: {key} is"
            meant = text_of(child(other.node, key)) if key == "apiVersion" else other.title
            message = f"{message} {text_of(node)!r}; did you mean {meant}?"
        yield number, Fault("selects-nothing", node, message, (related,))


def _unmet(selector: Selector, own: Mapping[str, str], holder: str) -> tuple[Node, str]:
    """Where a selector demands labels that an object does not have, and why, in words."""
    label = _lacking(selector, own)
    if label is None:
        return selector.node, f"; {holder} has other labels"
    key, value = label
    node = child(child(selector.node, "matchLabels") or selector.node, key) or selector.node
    has = repr(own[key]) if key in own else "no such label"
    return node, f": {key} is {value!r}; {holder} has {has}"


def _lacking(selector: Selector, own: Mapping[str, str]) -> tuple[str, str] | None:
    """The one label that a selector demands and an object lacks; None for several."""
    wrong = [(key, value) for key, value in selector.labels.items() if own.get(key) != value]
    return wrong[0] if len(wrong) == 1 else None


# --- slips of templates ---------------------------------------------------------------------------


def _mismatched(workload: Object) -> Selector | None:
    """The selector of a workload that does not select its own pods; None for any other."""
    of_kind, exact = workload.workload, table().pod_templates.exact
    if of_kind is None or not (of_kind.selector or workload.api_group in exact):
        return None
    selector = selector_of(workload, "spec.selector")
    if selector is None or selector.is_open or selector.matches(workload.pod_labels):
        return None
    return selector


def _witnesses(group: WorkloadObjects) -> Mapping[int, list[Object]]:
    """What would select the pods of a workload if these had what its own selector demands."""
    others = dict[int, list[Object]]()
    for miss in group.misses:
        workload = group.workloads[miss.number]
        selector = _mismatched(workload) if miss.other is workload else None
        label = None if selector is None else _lacking(selector, workload.pod_labels)
        if selector is None or label is None or miss.selector is None:
            continue
        mended = {**workload.pod_labels, label[0]: label[1]}
        if selector.matches(mended) and miss.selector.matches(mended):
            others.setdefault(miss.number, []).append(miss.object)
    return others


def _is_own(group: WorkloadObjects, number: int, key: str, value: str) -> bool:
    """Whether a workload is called as its selector says, and nothing as its template does."""
    workload, rows = group.workloads[number], table().attached
    own, label = {workload.name}, workload.pod_labels.get(key)
    own.add(workload.labels.get(key, workload.name))
    if value not in own or label in own:
        return False
    others = ((o, rows[o.kind]) for o in group.by_workload.get(number, ()) if o.kind in rows)
    selectors = (selector_of(o, row.pods, plain=row.plain) for o, row in others if row.pods)
    return all(each is None or (key, label) not in each.labels.items() for each in selectors)


def _of_template(workload: Object, key: str, value: str, others: Collection[Object]) -> Fault:
    """A label of a template that its selector demands otherwise, or that it lacks."""
    holder = child_at(workload.pod, "metadata", "labels") or workload.pod or workload.node
    own, node = workload.pod_labels, child(holder, key)
    agreed = " and ".join(("its selector", *(other.title for other in others)))
    what = f"label {key} of the template of {workload.title}"
    if key in own and node is not None:
        message = f"{what} is {own[key]!r}; {value!r} in {agreed}"
        return Fault("selector-mismatch", node, message)
    near = nearest(key, own)
    slip = child(holder, near) if own.get(near) == value else None
    message = f"{what} is missing; {value!r} in {agreed}"
    if slip is None:
        return Fault("selector-mismatch", holder.key, message)
    return Fault("selector-mismatch", slip.key, f"{message}; did you mean it by {near}?")
