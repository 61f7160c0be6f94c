"""The images and numbers of pods that a kustomization sets."""

from __future__ import annotations

import re

from deploylint.documents.merge import OVERRIDDEN, Lost
from deploylint.documents.nodes import (
    Entry,
    Node,
    child,
    entries_of,
    items_of,
    text_of,
)
from deploylint.readers.wrapped.values import ChangedObject, nodes_at


def with_images(each: ChangedObject, top: Node) -> ChangedObject:
    """An object with the images that a kustomization sets in its containers."""
    rows = [(text_of(child(row, "name")), row) for row in items_of(child(top, "images"))]
    if not rows:
        return each
    lost = list[Lost]()
    node = _with_each_image(each.node, dict(rows), lost)
    return each if not lost else each.over(node.content, top, lost)


def _with_each_image(node: Node, rows: dict[str, Node], lost: list[Lost]) -> Node:
    """A node with its containers' images replaced; of what has none, the node itself."""
    if isinstance(node.content, list):
        items = [_with_each_image(item, rows, lost) for item in node.content]
        is_same = all(new is old for new, old in zip(items, node.content, strict=True))
        return node if is_same else node.made(items)
    content = dict(entries_of(node))
    for key, entry in entries_of(node).items():
        value = entry.value
        if key == "image" and value.is_scalar and "name" in content:
            new = _new_image(value, rows)
            if new is not None:
                lost.append(Lost(value, OVERRIDDEN, new))
                content[key] = Entry(entry.key, new)
        elif not value.is_scalar:
            content[key] = Entry(entry.key, _with_each_image(value, rows, lost))
    is_same = all(content[key].value is entry.value for key, entry in entries_of(node).items())
    return node if is_same else node.made(content)


REFERENCE = re.compile(r"(?P<name>[^@]+?)(?P<tag>:[^:/@]*)?(?P<digest>@.*)?", re.DOTALL)


def _new_image(written: Node, rows: dict[str, Node]) -> Node | None:
    """The image that takes the place of a written one, at the key that sets most of it."""
    parts = REFERENCE.fullmatch(text_of(written))
    row = None if parts is None else rows.get(parts["name"])
    if parts is None or row is None:
        return None
    name, tag, digest = (child(row, key) for key in ("newName", "newTag", "digest"))
    at = next((node for node in (tag, digest, name) if node is not None), None)
    if at is None:
        return None
    reference = text_of(name) or parts["name"]
    if digest is not None:
        reference += f"@{text_of(digest)}"
    elif tag is not None:
        reference += f":{text_of(tag)}"
    else:
        reference += (parts["tag"] or "") + (parts["digest"] or "")
    return at.made(reference, '"')


def with_replicas(each: ChangedObject, top: Node) -> ChangedObject:
    """An object with the number of pods that a kustomization sets for its name."""
    for row in items_of(child(top, "replicas")):
        count, spec = child(row, "count"), child(each.node, "spec")
        if text_of(child(row, "name")) != each.name or count is None or spec is None:
            continue
        if not nodes_at(spec, "template"):
            continue
        content, lost = dict(entries_of(spec)), list[Lost]()
        if (before := content.get("replicas")) is not None:
            lost.append(Lost(before.value, OVERRIDDEN, count))
        content["replicas"] = Entry(count, count)
        above = dict(entries_of(each.node))
        above["spec"] = Entry(above["spec"].key, spec.made(content))
        return each.over(above, top, lost)
    return each
