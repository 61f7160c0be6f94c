"""Objects that deploy a folder with changes of their own, which no file of the folder shows.

These are Applications of Argo CD and Kustomizations of Flux. What they change is unknown, and
reported at their keys, unless it is an environment of what is there
(https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/,
https://fluxcd.io/flux/components/kustomize/kustomizations/).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from deploylint.documents.nodes import Node, child, child_at, entries_of, is_empty, text_of
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.engine.load import DeploymentGroup
from deploylint.model.fault import Fault, unapplied_patches
from deploylint.readers.wrapped.values import nodes_at


class _Deployer(Record):
    """A kind of such objects: its API, where the path of a folder is, and where the changes are."""

    api: str
    kind: str
    sources: tuple[str, ...]
    changes: tuple[str, ...] = ()


_DEPLOYERS = (
    _Deployer("argoproj.io/", "Application", ("spec.source", "spec.sources[]"), ("kustomize",)),
    _Deployer("kustomize.toolkit.fluxcd.io/", "Kustomization", ("spec",)),
)


def with_deployers(
    groups: Sequence[DeploymentGroup], documents: Iterable[Document]
) -> list[DeploymentGroup]:
    """Some groups with what the objects in some documents change in ways that are not known."""
    changes = [each for document in documents for each in _changes(document)]
    result, first = list(groups), _first_below(groups) if changes else {}
    laid = _laid_over(groups) if changes else {}
    for path, key in changes:
        if path in first and path not in laid.get(key.source.file, ()):
            number, at = first[path]
            fault = unapplied_patches(key, "check what is deployed")
            result[number] = _with_fault(result[number], at, fault)
    return result


def _first_below(groups: Sequence[DeploymentGroup]) -> dict[str, tuple[int, int]]:
    """The first service below each folder, by the numbers of its group and of itself."""
    first = dict[str, tuple[int, int]]()
    for number, group in enumerate(groups):
        for at, service in enumerate(group.services):
            for folder in {str(each) for file in service.files for each in PurePath(file).parents}:
                first.setdefault(folder, (number, at))
    return first


def _laid_over(groups: Sequence[DeploymentGroup]) -> dict[str, set[str]]:
    """The folders of the services that each file is laid over."""
    folders = dict[str, set[str]]()
    for service in (service for group in groups for service in group.services):
        own = {str(each) for file in service.files for each in PurePath(file).parents}
        for file in service.files[1:]:
            folders.setdefault(file, set()).update(own)
    return folders


def _with_fault(group: DeploymentGroup, at: int, fault: Fault) -> DeploymentGroup:
    """A group with a fault of one of its services, which is shown with the line that it is at."""
    services, file = list(group.services), fault.node.source.file
    services[at] = services[at]._replace(faults=(*services[at].faults, fault))
    shown = Document(file, fault.node.source, ())
    return group._replace(services=tuple(services), documents=(*group.documents, shown))


def _changes(document: Document) -> Iterator[tuple[str, Node]]:
    """The folders that a document deploys, and the keys of what it changes in each."""
    rows = [row for row in _DEPLOYERS if row.api in document.source.text]
    if not rows:
        return
    from deploylint.readers.kubernetes.catalogue import table  # most documents do without

    changing = table().kustomization.changing
    for row in rows:
        for root in document.roots:
            api, kind = (text_of(child(root, key)) for key in ("apiVersion", "kind"))
            if kind != row.kind or not api.startswith(row.api):
                continue
            for source in (node for path in row.sources for node in nodes_at(root, path)):
                folder = os.path.normpath(text_of(child(source, "path")) or "-")
                changes = child_at(source, *row.changes) if row.changes else source
                for name, entry in entries_of(changes).items() if changes is not None else ():
                    if name in changing and not is_empty(entry.value):
                        yield folder, entry.key
