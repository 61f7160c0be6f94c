"""What a kustomization says of objects that it does not have: a name in it is misspelt, or left.

Kustomize changes nothing for an image that no object has, or for the target of a patch that no
object is. It builds nothing where a patch without a target, or a number of pods, is for an object
that is not there (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from deploylint.documents.nodes import Node, child, child_at, items_of, leaves, text_of
from deploylint.documents.suggest import nearest
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.changes.images import REFERENCE
from deploylint.readers.wrapped.values import ChangedObject

UNUSED, REFUSED = "unused-change", "misspelt-reference"


def unmatched_entries(top: Node, objects: Sequence[ChangedObject]) -> Iterator[Fault]:
    """The images and numbers of pods of a kustomization that are for none of its objects."""
    images = items_of(child(top, "images"))
    trees = [tree for each in objects if images for tree in (each.node, each.layers[0])]
    texts = {text for tree in trees for leaf in leaves(tree) if len(text := text_of(leaf)) < _LONG}
    matches = map(REFERENCE.fullmatch, texts)
    known = {match["name"] for match in matches if match is not None}
    for row in images:
        name = child(row, "name")
        if name is not None and _is_unknown(name, known):
            what = f"no object has the image {text_of(name)!r}, so kustomize changes none"
            yield _fault(UNUSED, name, what, known)
    names = _names(objects)
    for row in items_of(child(top, "replicas")):
        name = child(row, "name")
        if name is not None and _is_unknown(name, names):
            what = f"no workload is called {text_of(name)!r}, so kustomize builds nothing"
            yield _fault(REFUSED, name, what, names)


_LONG = 1000
"""A text of so many characters is no name of an image."""

MOST_NAMES = 300
"""Among so many names one is suggested."""

_MADE = ("ConfigMap", "Secret")


def unmatched_patch(
    target: Node | None, patch: Node, objects: Sequence[ChangedObject]
) -> Iterator[Fault]:
    """A patch that is for none of the objects of its kustomization; a generator may make some."""
    about = target if target is not None else child(patch, "metadata")
    name, kind = child_at(about, "name"), text_of(child(target or patch, "kind"))
    kinds = {each.kind for each in objects} - {kind}
    if target is not None and name is None and nearest(kind, kinds):
        what = f"no object is of the kind {kind!r}, so kustomize changes nothing"
        yield _fault(UNUSED, child(target, "kind") or target, what, kinds)
    api = next(filter(None, (child_at(target, key) for key in ("group", "version"))), None)
    called = (text_of(name), kind) if name is not None else None
    if api is not None and called in {(each.name, each.kind) for each in objects}:
        what = f"{kind} {text_of(name)} is of another API, so kustomize changes nothing"
        yield Fault(UNUSED, api, what)
        return
    is_headless = target is None and not kind  # which is a fault of its own
    if name is None or is_headless or is_variable(text_of(name)) or kind in _MADE:
        return
    what = f"no {kind or 'object'} is called {text_of(name)!r}"
    does = "changes nothing" if target is not None else "builds nothing"
    check = UNUSED if target is not None else REFUSED
    known = _names(objects) if len(objects) <= MOST_NAMES else set[str]()
    yield _fault(check, name, f"{what}, so kustomize {does}", known)


def _names(objects: Iterable[ChangedObject]) -> set[str]:
    """The names of objects, also those that they were written with, which kustomize knows too."""
    trees = (tree for each in objects for tree in (each.node, each.layers[0]))
    return {text_of(child_at(tree, "metadata", "name")) for tree in trees}


def _is_unknown(name: Node, known: Iterable[str]) -> bool:
    text = text_of(name)
    return bool(text) and not is_variable(text) and text not in known


def _fault(check: str, name: Node, what: str, known: Set[str]) -> Fault:
    near = (each for each in known if each and len(known) <= MOST_NAMES)
    meant = nearest(text_of(name), near)
    return Fault(check, name, f"{what}; did you mean {meant!r}?" if meant else what)
