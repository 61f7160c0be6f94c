"""JSON patches of a kustomization: their steps, and what is wrong with them (RFC 6902)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploylint.documents.merge import OVERRIDDEN, Lost
from deploylint.documents.nodes import (
    Entry,
    Node,
    child,
    entries_of,
    items_of,
    scalar,
    text_of,
)
from deploylint.documents.scalars import whole_number
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import hint, nearest
from deploylint.model.data import API, definition
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.api_types import ANY, NOT_A_FIELD, ApiType, api_type
from deploylint.readers.kubernetes.faults.api import faults_of, in_words
from deploylint.readers.wrapped.values import ChangedObject


def json_patched(each: ChangedObject, patch: Node) -> ChangedObject | None:
    """An object with a JSON patch (RFC 6902); None where a step of it cannot be followed."""
    node, lost = each.node, list[Lost]()
    for step in items_of(patch):
        operation, path = text_of(child(step, "op")), text_of(child(step, "path"))
        if operation == "test":
            continue
        value = child(step, "value")
        if operation not in ("add", "replace", "remove") or (
            value is None and operation != "remove"
        ):
            return None
        keys = _keys(path)
        below = _set_at(node, keys, None if operation == "remove" else value, operation, lost)
        if below is None or not keys:
            return None
        node = below
    return each.over(node.content, patch, lost)


def _keys(path: str) -> list[str]:
    return [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")[1:]]


def lost_steps(each: ChangedObject, patch: Node) -> Iterator[Fault]:
    """The first step with a path that an object does not have: kustomize builds nothing."""
    node = each.node
    for step in items_of(patch):
        operation, path = text_of(child(step, "op")), child(step, "path")
        if (
            path is None
            or operation not in ("add", "replace", "remove")
            or is_variable(text_of(path))
        ):
            return
        value, keys = child(step, "value"), _keys(text_of(path))
        if not keys or (value is None and operation != "remove"):
            return
        if any(key.startswith("-") and key != "-" for key in keys):
            return  # counted from the end
        below = _set_at(node, keys, None if operation == "remove" else value, operation, [])
        if below is None:
            if message := _lost(each, keys, operation):
                yield Fault("misspelt-reference", path, message)
            return
        node = below


def _lost(each: ChangedObject, keys: Sequence[str], operation: str) -> str:
    """How a path leads to nothing in an object; "" where some versions add what is replaced."""
    node = each.node
    for at, key in enumerate(keys, 1):
        items, number = items_of(node), whole_number(key)
        is_item = items and number is not None and number < len(items)
        below = items[number or 0] if is_item else child(node, key)
        if at == len(keys) and operation == "replace" and node.is_mapping:
            return ""
        if below is None or at == len(keys):
            what = f"{each.kind} {each.name} has no /{'/'.join(keys[:at])}"
            meant = nearest(key, key_names(node) if node.is_mapping else ())
            advice = f"; did you mean {meant!r}?" if meant else ""
            return f"{what}, so kustomize builds nothing{advice}"
        node = below
    return ""


def set_faults(item: Node, patch: Node) -> Iterator[Fault]:
    """What the API server drops or refuses of what a patch sets in an object."""
    of_kind = " ".join(text_of(child(item, key)) for key in ("apiVersion", "kind"))
    kind = definition(API)["objects"].get(of_kind)
    for step in items_of(patch) if kind is not None else ():
        path, value = child(step, "path"), child(step, "value")
        if path is None or value is None or text_of(child(step, "op")) not in ("add", "replace"):
            continue
        keys, what = _keys(text_of(path)), api_type(kind)
        above = what
        for key in keys:
            above, what = what, _below(what, key)
        if what.name == NOT_A_FIELD and keys:
            meant = nearest(keys[-1], above.fields or ())
            then = f"did you mean {meant!r}?" if meant else "the API server drops it"
            message = f"{keys[-1]} is not a field of {'.'.join(keys[:-1])}; {then}"
            yield Fault("unknown-field", path, message, meant=meant or "")
        elif not value.is_scalar:
            yield from faults_of(value, what.name)
        elif not is_variable(text_of(value)) and not what.fits(data := scalar(value)):
            stands, wanted = in_words(text_of(value), data), f"the API takes {what.in_words}"
            if what.words:
                stands, wanted = repr(text_of(value)), hint(text_of(value), what.words)
            message = f"{'.'.join(keys)} is {stands}; {wanted}"
            yield Fault("wrong-choice" if what.words else "wrong-type", value, message)


def _below(what: ApiType, key: str) -> ApiType:
    """The type of what stands under a key, or a number of a list."""
    if what.item:
        return api_type(what.item)
    if what.fields is None:
        return api_type(ANY)
    return api_type(what.fields.get(key, NOT_A_FIELD))


def step_faults(step: Node) -> Iterator[Fault]:
    """What kustomize refuses in a step of a JSON patch: https://www.rfc-editor.org/rfc/rfc6902."""
    operation, path = child(step, "op"), child(step, "path")
    if not step.is_mapping or any(is_variable(text_of(each)) for each in (operation, path)):
        return
    if operation is not None and text_of(operation) not in _OPERATIONS:
        message = f"op is {text_of(operation)!r}; {hint(text_of(operation), _OPERATIONS)}"
        yield Fault("wrong-choice", operation.key, message)
        return
    wanted = "value" if text_of(operation) in _WITH_VALUE else "path"
    for name in ("op", "path", wanted):
        if child(step, name) is None:
            yield Fault("missing-field", step, f"a step of a patch has no {name}")
            return
    if (text := text_of(path)) and not text.startswith("/") and path is not None:
        message = f"path is {text!r}; a path of a JSON patch begins with /"
        yield Fault("wrong-choice", path.key, message)


_WITH_VALUE = "add", "replace", "test"
_OPERATIONS = (*_WITH_VALUE, "remove", "move", "copy")


def _set_at(
    node: Node, keys: Sequence[str], value: Node | None, operation: str, lost: list[Lost]
) -> Node | None:
    """A node with a value at a path, or without it; None where there is no such path."""
    name, *rest = keys or [""]
    if isinstance(node.content, dict):
        return _set_key(node, name, rest, value, operation, lost)
    if not isinstance(node.content, list):
        return None
    items = list(node.content)
    if name == "-" and not rest and operation == "add" and value is not None:
        return node.made([*items, value])
    end = len(items) + (operation == "add" and not rest)
    at = whole_number(name.removeprefix("-"))
    if at is not None and name.startswith("-"):  # from the end, as the library of kustomize counts
        at = end - at  # https://github.com/evanphx/json-patch#configuration
    if at is None or not 0 <= at < end:
        return None
    if rest:
        below = _set_at(items[at], rest, value, operation, lost)
        if below is None:
            return None
        items[at] = below
    elif value is None:
        lost.append(Lost(items.pop(at), OVERRIDDEN, None))
    elif operation == "add":
        items.insert(at, value)
    else:
        lost.append(Lost(items[at], OVERRIDDEN, value))
        items[at] = value
    return node.made(items)


def _set_key(
    node: Node, name: str, rest: Sequence[str], value: Node | None, operation: str, lost: list[Lost]
) -> Node | None:
    content = dict(entries_of(node))
    entry = content.get(name)
    if rest:
        below = None if entry is None else _set_at(entry.value, rest, value, operation, lost)
        if entry is None or below is None:
            return None
        content[name] = Entry(entry.key, below)
        return node.made(content)
    if entry is None and operation != "add":
        return None
    if entry is not None:
        lost.append(Lost(entry.value, OVERRIDDEN, value))
        del content[name]
    if value is not None:
        content[name] = Entry(value, value)
    return node.made(content)
