"""What is wrong in variables, and in references to Secrets and ConfigMaps that pods take them from.

Values that a chart copies are held against it, and manifests. To add a kind, write a function from
a node to Faults, and call it where such a node is read: ``helm.fill`` for values,
``kubernetes.faults`` for manifests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploylint.documents.nodes import Node, child, entries_of, is_empty, items_of, text_of
from deploylint.documents.regex import regex
from deploylint.documents.scalars import go_text
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import nearest
from deploylint.model.fault import Fault, unknown_key
from deploylint.model.secrets import scalar_or_text
from deploylint.model.templates import is_variable
from deploylint.readers.contradictions import exclusive_fields, written_fields


def variable_faults(variables: Node) -> Iterator[Fault]:
    """Variables of one list that are set twice, from two sources, or not at all (EnvVar)."""
    known = dict[str, Node]()
    if set(key_names(variables)) in ({"name", "value"}, {"name", "valueFrom"}):
        yield _not_a_list(variables)
    for item in variables.content if isinstance(variables.content, list) else []:
        yield from exclusive_fields(written_fields(item, ("value", "valueFrom")))
        name = child(item, "name")
        if key_names(item) == ["name"] and name is not None and not is_variable(text_of(name)):
            message = f"variable {text_of(name)} has no value, so it is empty; write it"
            yield Fault("empty-variable", name, message)
        if name is None or not isinstance(name.content, str) or is_variable(name.content):
            continue
        if (first := known.setdefault(name.content, name)) is not name:
            message = f"variable {name.content} is set twice; the later value hides the earlier"
            yield Fault("duplicate-variable", name, message, (("lost", first, name.content),))


def source_faults(sources: Node) -> Iterator[Fault]:
    """References in a list that takes whole Secrets and ConfigMaps (EnvFromSource)."""
    if not {*_WHOLE.values()}.isdisjoint(key_names(sources)):
        yield _not_a_list(sources)
    for item in items_of(sources):
        if key_names(item) == ["name"]:
            message = "the item has none of configMapRef, secretRef; write name below one of them"
            yield Fault("missing-field", next(iter(entries_of(item).values())).key, message)
        yield from _misspelt_fields(item, _OF_SOURCE)
        for field, meant in _WHOLE.items():
            of_key, whole = child(item, field), child(item, meant)
            if of_key is not None and of_key.is_mapping:
                message = f"{field} is not a field of envFrom; write {meant}, or move it to env"
                yield Fault("misplaced-field", of_key.key, message)
            if whole is not None:
                yield from name_faults(whole)
                yield from _misspelt_fields(whole, _OF_REFERENCE)


def _misspelt_fields(node: Node, fields: Iterable[str]) -> Iterator[Fault]:
    """The keys of a mapping that are nearly one of some fields which it lacks."""
    entries = entries_of(node)
    known = {field for field in (*fields, *_WHOLE) if field not in entries}
    for word, entry in entries.items():
        if word not in (*fields, *_WHOLE) and (meant := nearest(word, known)):
            yield unknown_key(entry.key, meant)


_OF_SOURCE, _OF_REFERENCE = ("configMapRef", "prefix", "secretRef"), ("name", "optional")
"""The fields of EnvFromSource and of SecretEnvSource."""

_WHOLE = {"secretKeyRef": "secretRef", "configMapKeyRef": "configMapRef"}


def name_faults(reference: Node) -> Iterator[Fault]:
    """Another key, or a text, in place of the name of what is referred to."""
    what = reference.path.parent if reference.path.is_item else reference.path
    name = what.name if what is not None else ""
    if not reference.is_mapping:
        if reference.is_scalar and not is_empty(reference) and not is_variable(text_of(reference)):
            message = f"{name} is a text; the API takes a mapping with a name"
            yield Fault("wrong-type", reference.key, message)
    elif (named := child(reference, "name")) is None:
        keys = [entry.key for entry in entries_of(reference).values()]
        if len(keys) == 1 and _LIKE_NAME.search(word := str(keys[0].content)):
            message = f"{word} is not a field of {name}, and it has no name; write name"
            yield Fault("missing-field", keys[0], message)
    elif not named.is_scalar:
        yield Fault("wrong-type", named.key, f"name of {name} is not a text")


_LIKE_NAME = regex("^secret|Name$|Ref$")
"""Keys that are written for the name of a Secret."""


def pull_secret_faults(secrets: Node) -> Iterator[Fault]:
    """Secrets in a form that the API refuses (LocalObjectReference); charts take plain names."""
    if secrets.path.name in _LISTS_OF_SECRETS:
        if key_names(secrets) == ["name"]:
            yield _not_a_list(secrets)
        for item in items_of(secrets):
            if item.is_mapping:
                yield from name_faults(item)


def _not_a_list(node: Node) -> Fault:
    """What is a single item of a list, without the list."""
    message = f"{node.path.name} is a mapping; the API takes a list: write - before {{}}"
    first = next(iter(entries_of(node)))
    return Fault("wrong-type", node.key, message.format(first))


_LISTS_OF_SECRETS = ("imagePullSecrets", "pullSecrets")


def reference_faults(variables: Node) -> Iterator[Fault]:
    """Variables from a source that is not one, or that lacks what it has to have (EnvVarSource)."""
    items = items_of(variables) or [entry.value for entry in entries_of(variables).values()]
    named = sum(child(item, "name") is not None for item in items)
    for item in items if any(item.is_mapping for item in items) else ():
        source = child(item, "valueFrom")
        for word, entry in entries_of(item).items():
            meant = nearest(word, [field for field in _VARIABLE if child(item, field) is None])
            if word not in _VARIABLE and meant:
                yield unknown_key(entry.key, meant)
        if source is not None:
            yield from _in_source(source, item)
        elif variables.is_mapping or child(item, "name") is not None:
            continue
        elif named and item.is_mapping and len(key_names(item)) == 1:
            key = next(iter(entries_of(item).values())).key
            message = f"{key.content} is not a field of env, and the variable has no name"
            yield Fault("missing-field", key, message)


_VARIABLE = ("name", "value", "valueFrom")


def _in_source(source: Node, variable: Node) -> Iterator[Fault]:
    for field, meant in _WHOLE.items():
        whole = child(source, meant)
        if whole is not None:
            message = f"{meant} is not a field of valueFrom; write {field}, or move it to envFrom"
            yield Fault("misplaced-field", whole.key, message)
    for field, needed in _NEEDED.items():
        beside = child(variable, field)
        if beside is not None and is_empty(source):
            message = f"{field} means nothing beside valueFrom; indent it to stand in valueFrom"
            yield Fault("misplaced-field", beside.key, message)
        reference = child(source, field)
        if reference is None or is_variable(text_of(reference)):
            continue
        if reference.is_scalar and not is_empty(reference):
            yield Fault("wrong-type", reference.key, f"{field} is a text; the API takes a mapping")
        elif child(reference, needed) is None:
            yield Fault("missing-field", reference.key, f"{field} has no {needed}")


_NEEDED = {
    "secretKeyRef": "key",
    "configMapKeyRef": "key",
    "fieldRef": "fieldPath",
    "resourceFieldRef": "resource",
}


def text_faults(variables: Iterable[tuple[str, Node, Node]]) -> Iterator[Fault]:
    """Variables with an unquoted text that YAML and Helm make another one of."""
    for name, _, value in variables:
        if isinstance(value.content, str) and not value.style and value.tag is None:
            data = scalar_or_text(value)
            if isinstance(data, bool) and value.content.lower() not in ("true", "false"):
                what = f"{value.content}, which YAML reads as {go_text(data)}"
            elif isinstance(data, int | float) and _is_rewritten(data, value.content):
                what = "a number, which Helm writes in another way"
            else:
                continue
            yield Fault("unquoted-text", value.key, f"variable {name} is {what}; quote it")


def _is_rewritten(number: int | float, text: str) -> bool:
    """Whether Helm prints a number in another way: it takes all of them for floats."""
    return not isinstance(number, bool) and (abs(number) >= 1e6 or go_text(number) != text)
