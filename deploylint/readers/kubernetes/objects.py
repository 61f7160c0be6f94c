"""The Kubernetes objects of a file: which they are, where they stand, and what is no whole object.

An object has a string ``apiVersion``, a string ``kind`` and a mapping ``metadata``; ``kind: List``
holds others (https://kubernetes.io/docs/concepts/overview/working-with-objects/). What is less than
that may be a patch, or a file of somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deploylint.documents.comments import comments
from deploylint.documents.nodes import Node, Problem, child, child_at, is_empty, span
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.readers.helm.key_tree import split
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.schema import WorkloadKind
from deploylint.readers.wrapped.values import ChangedObject, unreadable_at


class Object(Record):
    """One object: what it is, what it is called, and the mapping it was read from.

    ``template`` is the file of a chart that it was rendered from, if that is said.
    ``workload`` is how it runs pods; None for an object that runs none.
    ``changed`` is what its mapping was made of, if a kustomization changes it.
    """

    kind: str
    namespace: str
    name: str
    node: Node
    template: str = ""
    workload: WorkloadKind | None = None
    changed: ChangedObject | None = None

    @property
    def file(self) -> str:
        """The file it stands in."""
        return self.node.source.file

    @property
    def line(self) -> int:
        """The line it begins at."""
        return span(self.node).line

    @property
    def about(self) -> str:
        """How a message names it."""
        return f"line {self.line}: {self.kind} {self.name}"

    def at(self, path: str) -> Node | None:
        """The first node at a path; None where there is none."""
        node: Node | None = self.node
        for key in split(path):
            node = None if node is None else child(node, key)
        return node

    def labels(self, path: str) -> dict[str, str]:
        """The labels at a path."""
        return labels(self.at(path))


class Held(Record):
    """What a file holds: objects, why some are skipped, and what is wrong with it."""

    objects: tuple[Object, ...]
    skipped: tuple[str, ...]
    problems: tuple[Problem, ...]


def text(node: Node | None) -> str:
    """The text of a scalar, or "" for anything else."""
    return node.content if node is not None and isinstance(node.content, str) else ""


def labels(node: Node | None) -> dict[str, str]:
    """A mapping of texts."""
    content = node.content if node is not None else None
    return {k: text(e.value) for k, e in content.items()} if isinstance(content, dict) else {}


def pod_of(workload: Object) -> Node | None:
    """The pod template of a workload; None where it has none."""
    return None if workload.workload is None else workload.at(workload.workload.template)


def containers(pod: Node | None, key: str = "containers") -> list[Node]:
    """The containers of a pod template, by the key of their list."""
    spec = child(pod, "spec") if pod is not None else None
    written = child(spec, key) if spec is not None else None
    items = written.content if written is not None and isinstance(written.content, list) else []
    return [item for item in items if isinstance(item.content, dict)]


def objects_in(document: Document, changed: Mapping[int, ChangedObject]) -> Held:
    """The objects of a file, without patches and what is not an object, which are named."""
    objects, skipped, problems = list[Object](), list[str](), list[Problem]()
    templates = dict(_templates(document))
    for node in _unwrapped(document.roots):
        read = _object(node, templates.get(span(node).line, "") if templates else "")
        if read is None:
            skipped.append(f"line {span(node).line}: not a Kubernetes object")
        elif reason := _not_deployed(read):
            skipped.append(f"{read.about}: {reason}")
        elif read.workload is not None and not containers(pod_of(read)):
            problems.append(_without_containers(read))
        else:
            objects.append(read._replace(changed=changed.get(id(node))))
    return Held(tuple(objects), tuple(skipped), tuple(problems))


def _unwrapped(roots: tuple[Node, ...] | list[Node]) -> Iterator[Node]:
    """Every document, and every item of the lists among them."""
    for root in roots:
        items = child(root, "items")
        if text(child(root, "kind")).endswith("List") and items is not None:
            yield from _unwrapped(items.content if isinstance(items.content, list) else [])
        else:
            yield root


def _templates(document: Document) -> Iterator[tuple[int, str]]:
    """The first line of each document and its template, as Helm names it (``# Source: FILE``)."""
    for comment in comments(document.source, document.roots, "Source"):
        yield comment.line, comment.text


def _object(node: Node, template: str) -> Object | None:
    api, kind, about = (child(node, key) for key in ("apiVersion", "kind", "metadata"))
    if not text(api) or not text(kind) or about is None or not isinstance(about.content, dict):
        return None
    name = text(child(about, "name")) or text(child(about, "generateName")).rstrip("-")
    workload = _workload_kind(text(kind), node)
    return Object(text(kind), text(child(about, "namespace")), name, node, template, workload)


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
    below = above.content if isinstance(above.content, dict) and levels else {}
    for key, entry in below.items():
        if any(child(container, "image") for container in containers(entry.value)):
            return f"{path}.{key}"
    paths = (_template_path(entry.value, f"{path}.{k}", levels - 1) for k, entry in below.items())
    return next(filter(None, paths), "")


_HOOK = "helm.sh/hook"


def _not_deployed(read: Object) -> str:
    """Why an object does not run as it stands here, or ""."""
    if "test" in read.labels("metadata.annotations").get(_HOOK, ""):
        return "a test of its chart"
    if read.kind == "Kustomization" or (read.kind == "Component" and read.at("resources")):
        return "a kustomization; build it first: kustomize build DIR | deploylint check -"
    if read.workload is not None and _is_patch(read):
        return "a patch or an incomplete workload: no container has an image"
    return ""


def _is_patch(workload: Object) -> bool:
    """Whether a workload can only be laid over another one.

    It says so, or has no image, or no containers and no selector, which a whole one has to have.
    """
    if workload.at('"$patch"') is not None or not workload.name:
        return True
    if any(
        not is_empty(image) for c in containers(pod_of(workload)) if (image := child(c, "image"))
    ):
        return False
    selects = workload.workload is not None and workload.workload.selector
    return bool(containers(pod_of(workload))) or (selects and workload.at("spec.selector") is None)


def _without_containers(workload: Object) -> Problem:
    at = pod_of(workload) or workload.node
    message = f"{workload.kind} {workload.name} has no containers; write them in its pod template"
    return unreadable_at(at, message).problem
