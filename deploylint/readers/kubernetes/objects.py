"""The Kubernetes objects of a file: which they are, where they stand, and what is no whole object.

An object has a string ``apiVersion``, a string ``kind`` and a mapping ``metadata``; ``kind: List``
holds others (https://kubernetes.io/docs/concepts/overview/working-with-objects/), and so does
``kind: Template`` of OpenShift (``openshift_images/using-templates`` in its documentation). What
lacks one of them is an object with a fault. What is less than that may be a patch, or somebody
else's file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePath

from deploylint.documents.nodes import (
    Node,
    Problem,
    Text,
    child,
    child_at,
    entries_of,
    is_empty,
    items_of,
    span,
    text_of,
)
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.structure import texts_below
from deploylint.readers.detect import is_object
from deploylint.readers.helm.key_tree import split
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.schema import WorkloadKind
from deploylint.readers.wrapped.values import ChangedObject, unreadable_at


class Object:
    """One object: what it is, what it is called, and the mapping it was read from.

    ``workload`` is how it runs pods; None for an object that runs none.
    ``changed`` is what its mapping was made of, if a kustomization changes it.
    ``folder`` is the name of the folder that it is in, if others have workloads of its names.
    ``is_listed`` is whether the kustomization beside its file deploys it; None where there is none.
    ``set_images`` are the names of images that kustomizations of other files set.
    What is asked of it again and again is looked up once.
    """

    def __init__(
        self, kind: str, namespace: str, name: str, node: Node, workload: WorkloadKind | None
    ) -> None:
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.node = node
        self.workload = workload
        self.changed: ChangedObject | None = None
        self.folder = ""
        self.is_listed: bool | None = None
        self.set_images = frozenset[str]()

    @property
    def file(self) -> str:
        """The file it stands in."""
        return self.node.source.file

    @property
    def line(self) -> int:
        """The line it begins at."""
        return self.node.source.line_of(self.node.start) + 1

    @property
    def title(self) -> str:
        """Its kind and its name."""
        return f"{self.kind} {self.name}"

    @property
    def about(self) -> str:
        """How a message names it."""
        return f"line {self.line}: {self.kind or 'an object'} {self.name}".rstrip()

    @property
    def api_group(self) -> str:
        """The group of its API; "" of the core."""
        return api_group(self.node)

    def at(self, path: str) -> Node | None:
        """The first node at a path; None where there is none."""
        return child_at(self.node, *split(path))

    @cached_property
    def labels(self) -> dict[str, str]:
        """Its own labels."""
        return labels(self.at("metadata.labels"))

    @cached_property
    def pod(self) -> Node | None:
        """Its pod template; None where it has none."""
        return None if self.workload is None else self.at(self.workload.template)

    @cached_property
    def pod_spec(self) -> Node | None:
        """The spec of its pods."""
        return child_at(self.pod, "spec")

    @cached_property
    def pod_labels(self) -> dict[str, str]:
        """The labels of its pods."""
        return labels(child_at(self.pod, "metadata", "labels"))

    @cached_property
    def all_labels(self) -> dict[str, str]:
        """Its labels and those of its pods."""
        return self.labels | self.pod_labels

    @cached_property
    def containers(self) -> list[Node]:
        """The containers of its pods."""
        return containers(self.pod)

    @cached_property
    def init_containers(self) -> list[Node]:
        """The init containers of its pods."""
        return containers(self.pod, "initContainers")


class ReadObjects(Record):
    """What a file holds: objects, why some are skipped, and what is wrong with it."""

    objects: tuple[Object, ...]
    skipped: tuple[str, ...]
    problems: tuple[Problem, ...]


def api_group(node: Node | None) -> str:
    """The group of the API in ``apiVersion``; "" of the core, and where there is none."""
    return text_of(child_at(node, "apiVersion")).rpartition("/")[0]


def labels(node: Node | None) -> dict[str, str]:
    """A mapping of texts."""
    return {} if node is None else texts_below(node)


def containers(pod: Node | None, key: str = "containers") -> list[Node]:
    """The containers of a pod template, by the key of their list."""
    return [item for item in items_of(child_at(pod, "spec", key)) if item.is_mapping]


def objects_in(document: Document, changed: Mapping[int, ChangedObject]) -> ReadObjects:
    """The objects of a file, without patches and what is not an object, which are named."""
    objects, skipped, problems = list[Object](), list[str](), list[Problem]()
    for node in unwrapped_objects(document.roots):
        read = _object(node)
        if read is None:
            skipped.append(f"line {span(node).line}: not a Kubernetes object")
        elif reason := _not_deployed(read):
            skipped.append(f"{read.about}: {reason}")
        elif read.workload is not None and not read.containers:
            problems.append(_without_containers(read))
        else:
            read.changed = changed.get(id(node)) if changed else None
            objects.append(read)
    return ReadObjects(tuple(objects), tuple(skipped), tuple(problems))


def unwrapped_objects(roots: tuple[Node, ...] | list[Node]) -> Iterator[Node]:
    """Every document, and every item of the lists and templates among them."""
    for root in roots:
        kind = text_of(child(root, "kind"))
        key = "objects" if kind == "Template" else "items" if kind.endswith("List") else ""
        items = child(_with_names(root) if kind == "Template" else root, key) if key else None
        if items is not None:
            yield from unwrapped_objects(items_of(items))
        else:
            yield root


def _with_names(template: Node) -> Node:
    """A template with the parameters in the names of its objects filled in, so that they belong
    together: with their values where these are names, else with the name of its file.

    https://docs.openshift.com/container-platform/4.17/openshift_images/using-templates.html
    """
    objects = items_of(child_at(template, "objects"))
    names = (text_of(child_at(item, "metadata", "name")) for item in objects)
    used = {parameter for name in names for parameter in _PARAMETER.findall(name)}
    if not used:
        return template
    parameters = items_of(child_at(template, "parameters"))
    values = {text_of(child(each, "name")): text_of(child(each, "value")) for each in parameters}
    file = PurePath(template.source.file).stem
    known = {p: file if len(values.get(p, "")) > _LONGEST else values.get(p) or file for p in used}

    def fill(text: Text) -> Text:
        if not isinstance(text, str) or "${" not in text or len(text) > _LONGEST:
            return text
        return _PARAMETER.sub(lambda match: known.get(match[1], match[0]), text)

    document = template.table
    return document.changed(texts=tuple(map(fill, document.texts))).node(template.row)


_LONGEST = 253
"""How long the name of an object is at most; what is longer is none, and could fill the memory."""

_PARAMETER = regex(r"\$\{\{?(\w+)\}?\}")


def _object(node: Node) -> Object | None:
    """An object, also one that lacks a part of its head; one without metadata is of a kind here."""
    about, kind = child(node, "metadata"), text_of(child(node, "kind"))
    is_whole = about is not None and kind and text_of(child(node, "apiVersion"))
    if about is None or is_empty(about):  # what slipped out of it is a fault, and names the object
        about = node if text_of(child(node, "name")) else None
    is_known = kind in table().workloads or kind in table().attached
    if not (is_whole or is_object(node)) or not (is_known if about is None else about.is_mapping):
        return None
    name = text_of(child_at(about, "name")) or text_of(child_at(about, "generateName")).rstrip("-")
    workload = _workload_kind(kind, node)
    if workload is not None and not name:
        name = PurePath(node.source.file).stem
    return Object(kind, text_of(child_at(about, "namespace")), name, node, workload)


def _workload_kind(kind: str, node: Node) -> WorkloadKind | None:
    """How an object runs pods: as its kind does, or by the pod template that stands in it.

    A Service of Knative has one, and that of the core API none.
    """
    known, spec = table().workloads.get(kind), child(node, "spec")
    is_attached = kind in table().attached and child_at(spec, "template") is None
    if known is not None or spec is None or is_attached:
        return known
    path = _template_path(spec, "spec", _MOST_LEVELS)
    return WorkloadKind(path) if path else None


_MOST_LEVELS = 3
"""How deep a pod template may stand in the spec of a kind that has no row."""


def _template_path(above: Node, path: str, levels: int) -> str:
    """The path of the first pod template below a mapping; "" for none."""
    below = entries_of(above) if levels else {}
    for key, entry in below.items():
        if any(child(container, "image") for container in containers(entry.value)):
            return f"{path}.{key}"
    paths = (_template_path(entry.value, f"{path}.{k}", levels - 1) for k, entry in below.items())
    return next(filter(None, paths), "")


def has_unread_pods(item: Object) -> bool:
    """Whether an object that is read as no workload has pod templates, deep in it or in a list.

    A policy has patterns of them.
    """
    known = item.workload is not None or item.kind in table().attached
    group = item.api_group
    return not (known or group in table().pod_templates.patterns) and _has_pods(item.node, _DEEP)


_DEEP = 8
"""How deep the pods of an object are looked for that is not read."""


def _has_pods(above: Node, levels: int) -> bool:
    """Whether a pod template is below a mapping or a list, under a key of that name."""
    below = entries_of(above)
    return levels > 0 and (
        any(_has_pods(item, levels - 1) for item in items_of(above))
        or any(_is_template(key, entry.value) for key, entry in below.items())
        or any(_has_pods(entry.value, levels - 1) for entry in below.values())
    )


def _is_template(key: str, node: Node) -> bool:
    is_called = key.lower().endswith("template")
    return is_called and any(child(container, "image") for container in containers(node))


_HOOK = "helm.sh/hook"


def _not_deployed(read: Object) -> str:
    """Why an object does not run as it stands here, or ""."""
    if "test" in labels(read.at("metadata.annotations")).get(_HOOK, ""):
        return "a test of its chart"
    if read.kind == "Kustomization" or (read.kind == "Component" and read.at("resources")):
        return "a kustomization; build it first: kustomize build DIR | deploylint check -"
    if read.workload is not None and _is_patch(read):
        return "a patch or an incomplete workload: no container has an image, or it has no selector"
    return ""


def _is_patch(workload: Object) -> bool:
    """Whether a workload can only be laid over another one.

    It has a directive, no image, or neither containers nor the selector that a whole one has to
    have; without that also no name, or a file that is called a patch.
    """
    if workload.at('"$patch"') is not None:
        return True
    selects = workload.workload is not None and workload.workload.selector
    is_partial = selects and workload.at("spec.selector") is None
    is_named = workload.at("metadata.name") is not None
    if is_partial and (not is_named or "patch" in PurePath(workload.file).stem.lower()):
        return True
    if any(not is_empty(image) for c in workload.containers if (image := child(c, "image"))):
        return False
    if is_named and not workload.containers and _slip(workload) is not None:
        return False
    return is_partial or (bool(workload.containers) and not (selects and is_named))


def _slip(workload: Object) -> tuple[Node, str] | None:
    """Where and why a workload without containers is no patch: its spec or a field slipped."""
    from deploylint.readers.kubernetes.faults.api import api_faults  # most workloads do without

    spec = workload.at("spec")
    if spec is not None and spec.is_scalar and is_empty(spec):
        return spec.key, "spec has no value"
    slips = (fault for fault in api_faults(workload.node, is_whole=False) if fault.check in _SLIPS)
    fault = next(slips, None)
    return None if fault is None else (fault.node, fault.message)


_SLIPS = ("misplaced-field", "unknown-field")


def _without_containers(workload: Object) -> Problem:
    at, advice = _slip(workload) or (workload.pod or workload.node, _WHERE)
    message = f"{workload.kind} {workload.name} has no containers; {advice}"
    return unreadable_at(at, message).problem


_WHERE = "write them in its pod template"
