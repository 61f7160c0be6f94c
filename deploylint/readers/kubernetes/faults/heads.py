"""What the API server refuses in the head of an object: its API, its kind and its name.

An object has to have them (https://kubernetes.io/docs/concepts/overview/working-with-objects/).
``api.yaml`` says which kinds an API has. Of an API that is not Kubernetes' own only those of a
known kind are judged, by their spelling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from deploylint.documents.nodes import Node, child, child_at, entries_of, text_of
from deploylint.documents.regex import regex
from deploylint.documents.suggest import is_near, nearest
from deploylint.model.data import API, definition
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.catalogue import table


def head_faults(root: Node, *, is_whole: bool) -> Iterator[Fault]:
    """What is wrong in the head of an object; one that is not whole needs no name."""
    version, kind = child(root, "apiVersion"), child(root, "kind")
    if version is None or kind is None:
        yield from missing_head(root)
        return
    api, name = text_of(version), text_of(kind)
    if (retired := table().retired.get(f"{api} {name}")) is not None:
        message = f"{api} is not served since Kubernetes {retired.since}"
        yield Fault("retired-api", version, f"{message}; write {retired.now}")
    elif name not in _known().kinds.get(api, ()) and not (is_variable(api) or is_variable(name)):
        yield from _unknown(version, kind)
    if is_whole and name in _known().apis:
        yield from _name_faults(root, kind)


def missing_head(root: Node) -> Iterator[Fault]:
    """An object without its API or without its kind."""
    version, kind = child(root, "apiVersion"), child(root, "kind")
    if version is None and kind is not None:
        apis = _known().apis.get(text_of(kind))
        wanted = f"write {_served(apis, text_of(kind))}" if apis else "the API server refuses it"
        yield Fault("missing-field", kind.key, f"the object has no apiVersion; {wanted}")
    elif kind is None and version is not None:
        message = "the object has no kind; the API server refuses it"
        yield Fault("missing-field", version.key, message)


def deployed_faults(root: Node) -> Iterator[Fault]:
    """What an object that a kustomization deploys, or a patch without a target, lacks in its head.

    Kustomize builds nothing without a kind or a name, but drops what is empty, and a list has none:
    https://github.com/kubernetes-sigs/kustomize/blob/master/api/resource/factory.go
    """
    version, kind = child(root, "apiVersion"), child(root, "kind")
    yield from missing_head(root)
    if kind is not None and not text_of(kind).endswith("List"):
        yield from _missing_name(root, kind)
    elif kind is None and version is None and entries_of(root):
        message = "the object has no apiVersion and no kind; kustomize builds nothing"
        yield Fault("missing-field", root, message)


def _unknown(version: Node, kind: Node) -> Iterator[Fault]:
    """An API that does not have the kind of an object, by what the kind or the API is nearly."""
    api, name = text_of(version), text_of(kind)
    known = _known()
    message = f"{api} has no kind {name!r}"
    if apis := known.apis.get(name):
        if _is_wrong(api, apis):
            meant = nearest(api, apis) or _served(apis, name)
            yield Fault("unknown-api", version, f"{message}; write {meant}")
    elif meant := nearest(name, known.kinds.get(api, ())):
        yield Fault("unknown-api", kind, f"{message}; did you mean {meant!r}?")


def _is_wrong(api: str, apis: Mapping[str, None]) -> bool:
    """Whether an API that does not have a kind is no other one that has a kind of that name.

    The groups of custom kinds are domains. A version before the first stable one may be newer.
    https://kubernetes.io/docs/reference/using-api/#api-versioning
    """
    group, _, version = api.rpartition("/")
    groups = {known.rpartition("/")[0] for known in apis}
    if group in groups:
        return _EARLY.fullmatch(version) is None
    return "." not in group or any(is_near(group, known, 1) for known in groups)


_EARLY = regex(r"v\d+(?:alpha|beta)\d+")


_NAME = regex(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_LONGEST = {"CronJob": 52, "Namespace": 63, "Service": 63}
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/names/."""

_PLACEHOLDER = regex(r"[^\w.-]|^[A-Z0-9_]+$|^RELEASE-NAME(-|$)")
"""What fills a name in finds it by signs that no name has, or by capitals alone.

Helm writes the last where a chart is rendered without a name (https://helm.sh/docs/helm/helm_template/).
"""

_OF_ANY_NAME = frozenset({"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"})
"""The kinds with names that are parts of a path, such as ``system:node``."""


def _name_faults(root: Node, kind: Node) -> Iterator[Fault]:
    """No name, or one that the API refuses."""
    yield from _missing_name(root, kind)
    name, of_kind = child_at(root, "metadata", "name"), text_of(kind)
    text, longest = text_of(name), _LONGEST.get(of_kind, 253)
    if name is None or not text or _PLACEHOLDER.search(text) or of_kind in _OF_ANY_NAME:
        return
    if is_variable(name.source.text[name.start : name.end]):
        return  # the name of the template stands for it
    if len(text) > longest or not _NAME.fullmatch(text.strip("-")):  # kustomize adds to both ends
        message = f"name is {text!r}; the API takes at most {longest} lower-case letters"
        yield Fault("wrong-value", name, f"{message}, digits and hyphens")


def _missing_name(root: Node, kind: Node) -> Iterator[Fault]:
    """An object without a name; a misspelt key on the way to it is where it is lost."""
    about, made = child(root, "metadata"), child_at(root, "metadata", "generateName")
    if text_of(child_at(about, "name")) or (text_of(made) and not _is_applied(text_of(kind))):
        return
    message = f"the {text_of(kind)} has no metadata.name"
    if made is not None and text_of(made):
        yield Fault("missing-field", made.key, f"{message}; kubectl apply refuses generateName")
        return
    at, meant = _misspelt(root, "metadata"), "metadata"
    if about is not None:
        at, meant = _misspelt(about, "name"), "name"
    if at is None:
        message = f"{message}; the API server refuses it"
        yield Fault("missing-field", (about or kind).key, message)
    else:
        yield Fault("missing-field", at, f"{message}; did you mean {meant!r}?", meant=meant)


def _is_applied(kind: str) -> bool:
    """Whether objects of a kind stay, and others name or select them: not what runs once.

    A name that the API server generates makes another object each time, and is only for
    ``kubectl create``: https://kubernetes.io/docs/reference/using-api/api-concepts/#generated-values
    """
    of_kind = table().workloads.get(kind)
    return kind in table().attached or (of_kind is not None and of_kind.selector)


def _misspelt(node: Node, name: str) -> Node | None:
    """The key of a mapping that is nearly a name which it does not have."""
    if child(node, name) is not None:
        return None
    keys = (entry.key for key, entry in entries_of(node).items() if nearest(key, [name]))
    return next(keys, None)


class _Kinds:
    """The APIs of each kind that the table has, and the kinds of each API, as ordered sets."""

    def __init__(self) -> None:
        self.apis = defaultdict[str, dict[str, None]](dict)
        self.kinds = defaultdict[str, dict[str, None]](dict)
        for of_kind in definition(API)["objects"]:
            api, _, kind = of_kind.rpartition(" ")
            self.apis[kind][api] = self.kinds[api][kind] = None


@cache
def _known() -> _Kinds:
    return _Kinds()


def _served(apis: Mapping[str, None], kind: str) -> str:
    """The first API of a kind that is still served."""
    return next(api for api in apis if f"{api} {kind}" not in table().retired)
