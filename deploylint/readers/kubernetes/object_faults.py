"""What is wrong between the objects of a set: what selects nothing, and names that no object has.

An object may be about what is not in the set. Only what is wrong by the objects of the set is a
fault: a name like it exists, or an object of the same name says something else.

To add a check, write a function that yields faults and list it in ``CHECKS``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from deploylint.documents.nodes import Node, child, text_of
from deploylint.documents.regex import regex
from deploylint.documents.suggest import nearest
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.label_selector import Selector, selector_of
from deploylint.readers.kubernetes.objects import Object, labels
from deploylint.readers.kubernetes.port_faults import port_faults
from deploylint.readers.kubernetes.selectors import (
    Index,
    LabelIndex,
    WorkloadObjects,
    backends_of,
    pod_labels,
    pod_spec,
    reaches,
    target_of,
)
from deploylint.readers.wrapped.values import nodes_at

NumberedFault = tuple[int, Fault]
"""A fault, and the number of the workload that it has to do with."""


def object_faults(group: WorkloadObjects) -> Mapping[int, list[Fault]]:
    """What is wrong between the objects of a set, by the numbers of workloads."""
    faults: dict[int, list[Fault]] = defaultdict(list)
    for check in CHECKS:
        for number, fault in check(group):
            faults[number].append(fault)
    return faults


# --- selectors ------------------------------------------------------------------------------------


def _own_selectors(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """A workload has to select the pods of its own template (LabelSelector of its kind)."""
    for number, one in enumerate(group.workloads):
        if not table().workloads[one.kind].selector:
            continue
        selector, own = selector_of(one, "spec.selector"), pod_labels(one)
        if selector is not None and not selector.is_open and not selector.matches(own):
            node, why = _unmet(selector, own, "its template")
            message = f"the selector of {_name(one)} does not match its own template{why}"
            yield number, Fault("selector-mismatch", node, message)


def _selecting_nothing(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Objects that select labels that no object has."""
    services = group.labelled_services
    others = [labels(one.at("spec.template.metadata.labels")) for one in group.others]
    unread = [each for each in others if each]
    for one, _ in group.left:
        row = table().attached.get(one.kind)
        if row is None or not (row.pods or row.services):
            continue
        selector = selector_of(one, row.pods or row.services, plain=row.plain)
        index = group.pods if row.pods else services
        if selector is None or selector.is_open or index.select(one, selector):
            continue
        if row.pods and any(map(selector.matches, unread)):
            continue
        meant = _meant(one, selector, index)
        other = one if meant is None else index.objects[meant]
        if meant is not None and not _set_later(selector, other.kind, index.labels[meant]):
            node, why = _unmet(selector, index.labels[meant], _name(other))
            what = "pods" if row.pods else "Service"
            message = f"{_name(one)} selects no {what} of this group{why}"
            related = ("selected", other.node, _name(other))
            number = meant if row.pods else next(iter(group.services[meant][1]), 0)
            yield number, Fault("selects-nothing", node, message, (related,))


def _set_later(selector: Selector, kind: str, own: Mapping[str, str]) -> bool:
    """Whether a label may be set on running pods: by their controller, or as a leader."""
    missing = selector.labels.keys() - own.keys()
    is_leader = kind == "StatefulSet" and bool(missing)
    return is_leader or not missing.isdisjoint(table().automatic_labels)


def _unmet(selector: Selector, own: Mapping[str, str], holder: str) -> tuple[Node, str]:
    """Where a selector demands labels that an object does not have, and why, in words."""
    wrong = [key for key, value in selector.labels.items() if own.get(key) != value]
    if len(wrong) != 1:
        return selector.node, f"; {holder} has other labels"
    key = wrong[0]
    node = child(child(selector.node, "matchLabels") or selector.node, key) or selector.node
    has = repr(own[key]) if key in own else "no such label"
    return node, f": {key} is {selector.labels[key]!r}; {holder} has {has}"


def _meant(one: Object, selector: Selector, index: LabelIndex) -> int | None:
    """What was meant by a selector of nothing: what has the same name, or nearly these labels."""
    named = _named_alike(one, index)
    if named is not None:
        return named
    corrected = _corrected(selector, index)
    near = [] if corrected is None else index.select(one, corrected)
    return near[0] if near else _alone_in_file(one, selector, index)


def _alone_in_file(one: Object, selector: Selector, index: Index) -> int | None:
    """The number of the only other object in a file, where an object is named after nothing else.

    A policy is often about what is elsewhere.
    """
    is_named = any(value in one.name for value in selector.labels.values())
    here = [n for n in index.by_file.get(one.file, ()) if reaches(one, index.objects[n])]
    return here[0] if len(here) == 1 and not is_named and one.kind != "NetworkPolicy" else None


def _corrected(selector: Selector, index: LabelIndex) -> Selector | None:
    """The same selector with the labels that exist in place of those nearly called so."""
    wanted = dict[str, str]()
    for key, value in selector.labels.items():
        name = key if key in index.values else alike(key, index.values)
        known = index.values.get(name, ())
        wanted[name] = value if value in known else alike(value, known)
    return None if wanted == selector.labels else selector._replace(labels=wanted)


def alike(word: str, known: Iterable[str]) -> str:
    """The known word that another one is a misspelling of, or the word itself.

    What differs in its digits is another thing.
    """
    letters = _DIGITS.sub("", word)
    return nearest(word, [k for k in known if _DIGITS.sub("", k) != letters]) or word


_DIGITS = regex(r"[0-9]+")


def _named_alike(one: Object, index: Index) -> int | None:
    """The number of the object that another one is named after; a job has no such objects."""
    words = one.name.split("-")
    while len(words) > 1 and words[-1] in table().object_words:  # api-hpa is about api
        words.pop()
    jobs = {kind for kind, row in table().workloads.items() if row.role == "job"}
    names = dict.fromkeys((one.name, "-".join(words)))
    numbers = (number for name in names for number in index.by_name.get(name, ()))
    near = (n for n in numbers if reaches(one, index.objects[n]))
    return next((n for n in near if index.objects[n].kind not in jobs), None)


def _name(one: Object) -> str:
    return f"{one.kind} {one.name}"


# --- names ----------------------------------------------------------------------------------------


def _targets(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Autoscalers of workloads that do not exist."""
    known = {(one.kind, one.name) for one in (*group.workloads, *group.others)}
    for one, _ in group.left:
        row = table().attached.get(one.kind)
        kind, name = target_of(one, row.target) if row is not None and row.target else ("", "")
        is_known = (kind, name) in known or is_variable(name)
        if row is None or not name or is_known or kind not in table().workloads:
            continue
        index = group.pods.by_name
        meant = index.get(name) or index.get(alike(name, index), [])
        number = next((n for n in meant if reaches(one, group.workloads[n])), None)
        number = _named_alike(one, group.pods) if number is None else number
        if number is not None:
            other = group.workloads[number]
            key = "kind" if other.name == name else "name"
            at = child(one.at(row.target) or one.node, key) or one.node
            message = f"{_name(one)} scales no workload of this group: {key} is {text_of(at)!r}"
            message = f"{message}; did you mean {_name(other)}?"
            related = ("selected", other.node, _name(other))
            yield number, Fault("selects-nothing", at, message, (related,))


def _service_names(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Routes to Services that do not exist, where no route leads to one nearly called so."""
    rows, known = table().attached, group.labelled_services.by_name
    routes = [(one, rows[one.kind].backends) for one in group.others if one.kind in rows]
    named = [backend for one, at in routes for backend in backends_of(one, at)]
    unused = known.keys() - {backend.service for backend in named}
    for backend in named:
        near = alike(backend.service, unused) if backend.service not in known else ""
        if near in unused:
            for _, numbers in group.services_of(backend._replace(service=near))[:1]:
                yield next(iter(numbers), 0), _misspelt(backend.name, "Service", near)


def _references(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """Secrets, ConfigMaps and accounts that do not exist, where one nearly called so is unused."""
    for paths, kinds in _by_paths().items():
        defined = [one for one in group.others if one.kind in kinds]
        known = {text_of(one.at(kinds[one.kind])) or one.name for one in defined}
        named = list(_named(group, paths))
        unused = known - {text_of(node) for _, node in named}
        for number, node in named if unused else ():
            near = alike(text_of(node), unused) if text_of(node) not in known else ""
            if near in unused:
                yield number, _misspelt(node, next(iter(kinds)), near)


def _by_paths() -> Mapping[tuple[str, ...], dict[str, str]]:
    """The kinds that are referred to at the same paths, each with where it says its name."""
    kinds: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for kind, row in table().attached.items():
        if row.named:
            kinds[row.named][kind] = row.called
    return kinds


def _named(group: WorkloadObjects, paths: Iterable[str]) -> Iterator[NumberedNode]:
    for number, workload in enumerate(group.workloads):
        spec = pod_spec(workload)
        if spec is not None:
            yield from ((number, node) for path in paths for node, _ in nodes_at(spec, path))


def _misspelt(node: Node, kind: str, near: str) -> Fault:
    message = f"there is no {kind} {text_of(node)!r} in this group; did you mean {near!r}?"
    return Fault("misspelt-reference", node, message)


# --- pods -----------------------------------------------------------------------------------------


def _pod_security(group: WorkloadObjects) -> Iterator[NumberedFault]:
    """What the Pod Security Standards forbid at the level baseline."""
    for number, workload in enumerate(group.workloads):
        spec = pod_spec(workload)
        if spec is None or workload.kind in table().node_agents:
            continue
        for row in table().pod_security:
            for node, path in (each for at in row.at for each in nodes_at(spec, at)):
                word = text_of(node)
                if word in row.texts or (not row.texts and word not in ("", "0")):
                    message = f"{path} is {word}; the Pod Security Standards (baseline) forbid it"
                    yield number, Fault(row.check, node, message)


NumberedNode = tuple[int, Node]

CHECKS: tuple[Callable[[WorkloadObjects], Iterator[NumberedFault]], ...] = (
    _own_selectors,
    _selecting_nothing,
    _targets,
    _service_names,
    _references,
    _pod_security,
    port_faults,
)
