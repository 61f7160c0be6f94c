"""The labels that a kustomization sets in its objects, and in what selects pods by them.

Where it sets them is said in Kustomize itself: ``commonlabels.go`` of its ``builtinpluginconsts``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deploylint.documents.merge import OVERRIDDEN, Lost
from deploylint.documents.nodes import Entry, Node, child, entries_of, items_of, plain
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.wrapped.values import ChangedObject

_OF_ALL, _OF_SOME = "commonLabels", "labels"
"""https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/labels/"""


def has_labels(top: Node) -> bool:
    """Whether a kustomization sets labels."""
    return not {_OF_ALL, _OF_SOME}.isdisjoint(entries_of(top))


def with_labels(each: ChangedObject, top: Node) -> ChangedObject:
    """An object with the labels that a kustomization sets."""
    keys = table().kustomization
    own = _places(keys.label_templates, each), _places(keys.label_selectors, each)
    for pairs, is_of_templates, is_of_selectors in _pairs(top):
        lost = list[Lost]()
        node = _labelled(each.node, ("metadata", "labels"), pairs, lost, is_new=True)
        for places, is_wanted in zip(own, (is_of_templates, is_of_selectors), strict=True):
            for path in places if is_wanted else ():
                node = _labelled(node, path, pairs, lost, is_new=True)
        for path in _places(keys.label_matches, each) if is_of_selectors else ():
            node = _labelled(node, path, pairs, lost, is_new=False)
        each = each.over(node.content, top, lost)
    return each


def _places(of_kinds: Mapping[str, str], each: ChangedObject) -> Sequence[Sequence[str]]:
    path = of_kinds.get(each.kind)
    return [path.split(".")] if path else []


def _pairs(top: Node) -> Iterator[tuple[Node, bool, bool]]:
    """Some labels each, whether those of pod templates are set too, and those of selectors."""
    if (common := child(top, _OF_ALL)) is not None and common.is_mapping:
        yield common, True, True
    for item in items_of(child(top, _OF_SOME)):
        pairs = child(item, "pairs")
        selects, templates = (_is_true(item, f"include{one}") for one in ("Selectors", "Templates"))
        if pairs is not None and pairs.is_mapping:
            yield pairs, selects or templates, selects


def _is_true(item: Node, key: str) -> bool:
    node = child(item, key)
    return node is not None and plain(node) is True


def _labelled(
    node: Node, path: Sequence[str], pairs: Node, lost: list[Lost], *, is_new: bool
) -> Node:
    """A node with labels over those at a path below it; ``is_new`` is whether it may lack this."""
    content = dict(entries_of(node))
    if not path:
        for label, pair in entries_of(pairs).items():
            if label in content:
                lost.append(Lost(content[label].value, OVERRIDDEN, pair.value))
            content[label] = pair
        return node.made(content)
    name, *rest = path
    entry = content.get(name)
    if entry is None and not is_new:
        return node
    key, below = (pairs, pairs.made({})) if entry is None else (entry.key, entry.value)
    content[name] = Entry(key, _labelled(below, rest, pairs, lost, is_new=is_new))
    return node.made(content)
