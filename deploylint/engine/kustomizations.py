"""The kustomization of a folder: the files that it lays over others, and what it changes besides.

It is not built. Patches and values are no services; what patches change is unknown, and reported.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deploylint.documents.nodes import Node, Problem, child, entries_of, is_empty, items_of, text_of
from deploylint.documents.paths import absolute, display_path, from_display_path
from deploylint.documents.reader import Document, read_file
from deploylint.model.fault import Fault, unapplied_patches
from deploylint.model.service import Service

if TYPE_CHECKING:
    from deploylint.readers.kubernetes.schema import Kustomization

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def overlaid_files(folder: Path, root: Path) -> Iterator[Path]:
    """The files that the kustomization of a folder lays over others; ``root`` bounds links."""
    document = _kustomization(folder, root)
    for node in (node for top in _roots(document) for node in _overlaid(top)):
        if isinstance(node.content, str) and "\n" not in node.content:
            yield Path(os.path.normpath(folder.absolute() / node.content))


def with_kustomization(
    services: Sequence[Service], folder: Path | None, root: Path
) -> tuple[tuple[Service, ...], tuple[Document, ...]]:
    """Services with what the kustomization of their folder changes, and the file that says it."""
    document = None if folder is None else _kustomization(folder, root)
    if folder is None or document is None or not services:
        return tuple(services), ()
    first, *others = services
    faults = [fault for top in _roots(document) for fault in _changes(top, folder)]
    checked = [first._replace(faults=(*first.faults, *faults)), *others]
    deployed = {path for top in _roots(document) for path in _deployed(top, folder)}
    lists = (entries_of(top).get(_row().deployed) for top in _roots(document))
    keys = [entry.key for entry in lists if entry is not None]
    for number, service in enumerate(checked):
        missing = (file for file in service.files if _is_beside(file, folder, deployed))
        unlisted = tuple(_unlisted(key, file) for key in keys[:1] for file in missing)
        checked[number] = service._replace(faults=(*service.faults, *unlisted))
    return tuple(checked), (document._replace(roots=()),)


def _kustomization(folder: Path, root: Path) -> Document | None:
    path = next((folder / name for name in _NAMES if (folder / name).is_file()), None)
    document = None if path is None else read_file(path, display_path(path), root)
    return None if isinstance(document, Problem) else document


def _row() -> Kustomization:
    """What the keys of a kustomization mean; few groups have one."""
    from deploylint.readers.kubernetes.catalogue import table

    return table().kustomization


def _roots(document: Document | None) -> tuple[Node, ...]:
    return () if document is None else document.roots


def _overlaid(top: Node) -> Iterator[Node]:
    for key, name in _row().overlaid.items():
        for item in items_of(child(top, key)):
            node = child(item, name) if name else item
            if node is not None:
                yield node


def _changes(top: Node, folder: Path) -> Iterator[Fault]:
    build = f"check what is built: kustomize build {display_path(folder)} | deploylint check -"
    for key, (node, value) in entries_of(top).items():
        if key in _row().changing and not is_empty(value):
            yield unapplied_patches(node, build)


def _deployed(top: Node, folder: Path) -> set[Path]:
    names = map(text_of, items_of(child(top, _row().deployed)))
    return {Path(os.path.normpath(folder.absolute() / name)) for name in names}


def _is_beside(file: str, folder: Path, deployed: set[Path]) -> bool:
    """Whether a file lies in a folder and is not deployed with it."""
    path = absolute(from_display_path(file))
    return path.parent == absolute(folder) and path not in deployed


def _unlisted(key: Node, file: str) -> Fault:
    name = Path(file).name
    message = f"{name} is not among its {key.content}, so its objects are not deployed; list it"
    return Fault("unlisted-file", key, message)
