"""Changes of objects by a kustomization: patches, labels, images and numbers of pods.

Nothing that was read is changed: a changed object is a new tree of the nodes of all its files, each
in its own place. What these changes are is said in the Kustomize reference
(https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/); how lists are merged, in
the API (``patchMergeKey`` of its Go types).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from deploylint.documents.embedded import read_embedded
from deploylint.documents.merge import OVERRIDDEN, Lost
from deploylint.documents.nodes import (
    Entry,
    Node,
    child,
    child_at,
    entries_of,
    is_empty,
    items_of,
    scalar,
    text_of,
)
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.model.fault import Fault
from deploylint.model.matching import matches
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.changes.images import with_images, with_replicas
from deploylint.readers.kubernetes.changes.json_patches import json_patched, lost_steps, step_faults
from deploylint.readers.kubernetes.changes.labels import with_labels
from deploylint.readers.kubernetes.changes.unmatched import unmatched_entries, unmatched_patch
from deploylint.readers.kubernetes.faults.heads import deployed_faults
from deploylint.readers.kubernetes.objects import labels
from deploylint.readers.mistaken_keys import mistaken_in_layers
from deploylint.readers.wrapped.values import ChangedObject

ReadPatch = Callable[[Node], Sequence[Node]]
"""The documents of the patch file that a node names; none where it cannot be read."""


class ChangedObjects(Record):
    """Some objects with their changes.

    ``unknown`` are the keys of changes that are not known, ``unmatched`` what is for none of them.
    """

    objects: tuple[ChangedObject, ...]
    unknown: tuple[Node, ...]
    unmatched: tuple[Fault, ...]


def change_objects(
    top: Node, objects: Sequence[ChangedObject], read_patch: ReadPatch, *, is_whole: bool = True
) -> ChangedObjects:
    """Objects with the patches, labels, images and numbers of pods of a kustomization, ``top``.

    ``is_whole`` is whether they are all that it changes, so what is for none of them is wrong.
    """
    result, unknown, unmatched = list(objects), list[Node](), list[Fault]()
    for patch in _patches(top, read_patch):
        lost = [*patch.lost_steps(result)] if is_whole and not unknown else []
        unmatched += patch.head_faults()
        unmatched += [*patch.unmatched(result), *lost] if is_whole else ()
        if not patch.apply(result) and not lost:
            unknown.append(patch.key)
    unmatched += unmatched_entries(top, result) if is_whole else ()
    for number, each in enumerate(result):
        result[number] = with_replicas(with_images(with_labels(each, top), top), top)
    for key, entry in entries_of(top).items():
        if key in table().kustomization.unknown and not is_empty(entry.value):
            unknown.append(entry.key)
    return ChangedObjects(tuple(result), tuple(dict.fromkeys(unknown)), tuple(unmatched))


# --- patches --------------------------------------------------------------------------------------


class _Patch(Record):
    """The documents of a patch, which objects it is for, and the key that it stands under.

    ``options`` may let it change names and kinds. ``no_text`` is a patch that is a mapping or list.
    """

    key: Node
    roots: tuple[Node, ...]
    target: Node | None
    options: Node | None
    no_text: Node | None

    def head_faults(self) -> Iterator[Fault]:
        """What it lacks in its head, by which kustomize finds the object that it is for."""
        if self.target is None and self.no_text is None:
            yield from (f for root in self.roots if root.is_mapping for f in deployed_faults(root))

    def unmatched(self, objects: Sequence[ChangedObject]) -> Iterator[Fault]:
        """What is wrong where it is for none of some objects, or not as kustomize wants it."""
        if self.no_text is not None:
            what = "mapping" if self.no_text.is_mapping else "list"
            advice = "kustomize takes a text: write |- and the patch below it"
            yield Fault("wrong-type", self.no_text, f"a patch is a {what}; {advice}")
        written = [ChangedObject(each.layers[0], each.layers) for each in objects]
        for root in self.roots:
            yield from (fault for step in items_of(root) for fault in step_faults(step))
            among = (each for each in (*objects, *written) if _is_for(self.target, root, each))
            if (changed := next(among, None)) is None:
                yield from unmatched_patch(self.target, root, objects)
            else:
                yield from mistaken_in_layers([changed.node, root])

    def lost_steps(self, objects: Sequence[ChangedObject]) -> Iterator[Fault]:
        """The steps with a path that an object of the patch does not have."""
        for root in self.roots:
            for each in objects:
                is_for = _is_for(self.target, root, each)
                if is_for and (self.target is None or _selects(self.target, each)):
                    yield from lost_steps(each, root)

    def apply(self, objects: list[ChangedObject]) -> bool:
        """Change the objects that it is for. Returns whether all of it is known."""
        is_known = bool(self.roots)
        for root in self.roots:
            for number, each in enumerate(objects):
                if not _is_for(self.target, root, each):
                    continue
                is_selected = self.target is None or _selects(self.target, each)
                if is_selected is False:
                    continue
                if items_of(root):
                    patched = json_patched(each, root)
                else:
                    patched = _patched(each, root, self.options)
                if is_selected is None or patched is None:
                    is_known = False
                else:
                    objects[number] = patched._replace(is_patched=True)
        return is_known


def _patches(top: Node, read_patch: ReadPatch) -> Iterator[_Patch]:
    """The patches of a kustomization, in its order."""
    for key, entry in entries_of(top).items():
        for item in items_of(entry.value) if key in table().kustomization.patches else ():
            inline, file = child(item, "patch"), child(item, "path")
            # The item of a list without such a key is the patch itself, or its file.
            if item.is_scalar or not table().kustomization.overlaid[key]:
                is_file = item.is_scalar and "\n" not in text_of(item)
                inline, file = (None, item) if is_file else (item, None)
            roots = () if file is None else read_patch(file)
            roots = roots if inline is None else _inline(inline)
            is_text = inline is None or inline.is_scalar
            about = child(item, "target"), child(item, "options")
            yield _Patch(entry.key, tuple(roots), *about, None if is_text else inline)


def _inline(text: Node) -> Sequence[Node]:
    """The documents of a patch in a text; none where it is another thing."""
    document = read_embedded(text) if text.is_scalar else None
    return document.roots if isinstance(document, Document) else ()


def _is_for(target: Node | None, patch: Node, each: ChangedObject) -> bool:
    """Whether a patch is for an object, by its target, else by its own kind and name."""
    if target is None:
        name = text_of(child_at(patch, "metadata", "name"))
        return (text_of(child(patch, "kind")), name) == (each.kind, each.name)
    group, _, version = text_of(child(each.node, "apiVersion")).rpartition("/")
    wanted = (
        (child(target, "group"), group),
        (child(target, "version"), version),
        (child(target, "kind"), each.kind),
        (child(target, "name"), each.name),
    )
    patterns = ((text_of(pattern), text) for pattern, text in wanted)
    return all(not pattern or _fits(pattern, text) for pattern, text in patterns)


def _selects(target: Node, each: ChangedObject) -> bool | None:
    """Whether the selectors of a target select an object; None where that is not known."""
    for key in ("label", "annotation"):
        selector = text_of(child(target, f"{key}Selector"))
        texts = labels(child_at(each.node, "metadata", f"{key}s"))
        for term in filter(None, selector.split(",")):
            name, equals, text = term.strip().replace("==", "=").partition("=")
            if not equals or "!" in name:
                return None
            if texts.get(name) != text:
                return False
    return True


def _fits(pattern: str, text: str) -> bool:
    try:
        return matches(pattern, text)
    except (ValueError, re.error):
        return pattern == text


def _patched(each: ChangedObject, patch: Node, options: Node | None) -> ChangedObject | None:
    """An object with a strategic merge patch, empty if that deletes it; None for no such patch.

    Its name and kind are kept unless ``options`` allow a change, its namespace always.
    """
    if not patch.is_mapping:
        return None
    if _directive(patch) == "delete":
        return each.over({}, patch, [Lost(each.node, OVERRIDDEN, patch)])
    lost = list[Lost]()
    merging = _Merging(lost, by_key=_is_of_core(each.node))
    changes = _without_identity(patch, options)
    return each.over(merging.mapping(each.node, changes).content, patch, lost)


def _without_identity(patch: Node, options: Node | None) -> Node:
    """A patch without what it only says to be for an object."""
    may_change = {key for key in _CHANGING if text_of(child_at(options, key)) == "true"}
    entries, metadata = entries_of(patch), child(patch, "metadata")
    kept = {key: entry for key, entry in entries.items() if key != "kind" or _KIND in may_change}
    if metadata is not None and "metadata" in kept:
        names = {"namespace"} if _NAME in may_change else {"name", "namespace"}
        inner = {key: entry for key, entry in entries_of(metadata).items() if key not in names}
        kept["metadata"] = Entry(kept["metadata"].key, metadata.made(inner))
    return patch.made(kept)


_CHANGING = _NAME, _KIND = "allowNameChange", "allowKindChange"
"""Options of patches (kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches)."""


def _is_of_core(node: Node) -> bool:
    """Whether lists of an object merge by key: those of other APIs are replaced."""
    group = text_of(child(node, "apiVersion")).rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


def _directive(node: Node) -> str:
    return text_of(child(node, _DIRECTIVE))


_DIRECTIVE = "$patch"


class _Merging:
    """Merges a patch into an object; ``lost`` is what it overrides."""

    def __init__(self, lost: list[Lost], *, by_key: bool) -> None:
        self._lost = lost
        self._by_key = by_key

    def mapping(self, base: Node, patch: Node) -> Node:
        """A mapping with the entries of a patch, in its own place."""
        content = dict(entries_of(base))
        for name, above in entries_of(patch).items():
            if name.startswith("$"):
                continue
            below = content.get(name)
            merged = above.value if below is None else self._value(name, below.value, above)
            is_gone = below is None and _directive(above.value) == "delete"
            if merged is None or is_gone or _is_null(above.value):
                content.pop(name, None)
            elif below is not None and merged is not above.value:
                content[name] = Entry(below.key, merged)
            else:
                content[name] = above
        return base.made(content)

    def _value(self, name: str, base: Node, above: Entry) -> Node | None:
        """A value with a patch of its key; None where that takes it away."""
        patch = above.value
        directive = _directive(patch)
        if base.is_mapping and patch.is_mapping and directive not in ("replace", "delete"):
            return self.mapping(base, patch)
        keys = table().kustomization.merge_keys.get(name) if self._by_key else None
        if keys and isinstance(base.content, list) and isinstance(patch.content, list):
            return self._list(base, patch, keys)
        self._lost.append(Lost(base, OVERRIDDEN, above.key))
        return None if directive == "delete" else patch

    def _list(self, base: Node, patch: Node, keys: Sequence[str]) -> Node:
        """A list with the items of a patch, each over the one with its merge key."""
        items = list(items_of(base))
        if any(_directive(item) == "replace" for item in items_of(patch)):
            self._lost += (Lost(item, OVERRIDDEN, patch) for item in items)
            return base.made([item for item in items_of(patch) if not _directive(item)])
        merged, numbers = dict[int, Node](enumerate(items)), count(len(items))
        by_key = {key: at for at, item in reversed(merged.items()) for key in _by_keys(item, keys)}
        for above in items_of(patch):
            own = list(_by_keys(above, keys))
            at = next((at for key in own if (at := by_key.get(key)) in merged), None)
            if at is not None and _directive(above) == "delete":
                self._lost.append(Lost(merged.pop(at), OVERRIDDEN, above))
            elif at is not None:
                merged[at] = self.mapping(merged[at], above)
            elif _directive(above) != "delete":
                merged[at := next(numbers)] = above
                by_key |= dict.fromkeys(own, at)
        return base.made(list(merged.values()))


def _by_keys(item: Node, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The merge keys that an item of a list has, with their texts."""
    texts = ((key, text_of(child(item, key))) for key in keys)
    return ((key, text) for key, text in texts if text)


def _is_null(node: Node) -> bool:
    return node.is_scalar and scalar(node) is None
