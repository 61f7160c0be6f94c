"""References to variables that nothing sets, or sets too late, in the containers of a group.

``variable_references`` has those that are nearly one of the container's. What a container takes
whole from a ConfigMap or a Secret is known where the group has the object with its keys.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set

from deploylint.documents.nodes import Node, child, items_of, text_of
from deploylint.documents.regex import regex
from deploylint.documents.structure import key_names
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.kubernetes.selectors import WorkloadObjects
from deploylint.readers.variable_references import referred_variables, variable_references

Holders = Mapping[tuple[str, str], Sequence[Object]]
"""The ConfigMaps and Secrets of a group, by kind and name."""


def unset_variables(group: WorkloadObjects) -> Iterator[tuple[int, Fault]]:
    """References of containers to variables that Kubernetes leaves as they are written."""
    holders = defaultdict[tuple[str, str], list[Object]](list)
    for other in group.others:
        if other.kind in _SOURCES.values():
            holders[other.kind, other.name].append(other)
    for number, workload in enumerate(group.workloads):
        spec = workload.pod_spec
        if spec is None or "$(" not in spec.source.text[spec.start : spec.end]:
            continue
        for container in (*workload.containers, *workload.init_containers):
            yield from ((number, fault) for fault in _unset_in(container, holders))


def _unset_in(container: Node, holders: Holders) -> Iterator[Fault]:
    """The references of a container, if all its variables are known."""
    whole = _taken_whole(child(container, "envFrom"), holders)
    variables = items_of(child(container, "env"))
    names = [text_of(child(variable, "name")) for variable in variables]
    if whole is None or any(map(is_variable, names)) or child(container, "image") is None:
        return
    reported = {fault.node for fault in variable_references(container)}
    above = set(whole)
    for name, variable in zip(names, variables, strict=True):
        value = child(variable, "value")
        if value is not None and value not in reported:
            yield from _unset(value, above, names)
        above.add(name)
    for key in ("command", "args"):
        for word in items_of(child(container, key)):
            if word not in reported:
                yield from _unset(word, above, ())


def _unset(node: Node, known: Set[str], later: Container[str]) -> Iterator[Fault]:
    """The references in a text to what is not known, ``later`` are variables of the same list.

    A text of several lines is a script or a file, which may hold anything.
    """
    for name in referred_variables(node) if "\n" not in text_of(node).strip() else ():
        if name in known or _SET_ELSEWHERE.search(name):
            continue
        where = "is set further down" if name in later else "is not set"
        message = f"variable {name} {where}, so $({name}) is left as it is written"
        yield Fault("unset-variable", node, message)


_SET_ELSEWHERE = regex(
    r"_SERVICE_HOST$|_PORT(?:_|$)|^(?:AWS|AZURE|GOOGLE|OTEL|VAULT|DD|NVIDIA|KUBERNETES)_"
)
"""What Kubernetes sets for each Service, and what webhooks add to pods."""


def _taken_whole(sources: Node | None, holders: Holders) -> Set[str] | None:
    """The variables that a container takes from whole objects; None where not all are known."""
    names = set[str]()
    for source in items_of(sources):
        prefix = text_of(child(source, "prefix"))
        kinds = [(kind, child(source, field)) for field, kind in _SOURCES.items()]
        objects = [(k, text_of(child(n, "name"))) for k, n in kinds if n is not None]
        known = [keys_of(holders.get(each, ())) for each in objects]
        if not known or not all(known):
            return None
        names |= {prefix + key for keys in known for key in keys}
    return names


_SOURCES = {"configMapRef": "ConfigMap", "secretRef": "Secret"}


def keys_of(holders: Iterable[Object]) -> set[str]:
    """The keys of ConfigMaps or Secrets of one name; none of those that something else fills."""
    parts = (holder.at(part) for holder in holders for part in ("data", "stringData", "binaryData"))
    return {key for part in parts if part is not None for key in key_names(part)}
