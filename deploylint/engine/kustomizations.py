"""The files that kustomizations lay over others: patches and values, which are no services."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from deploylint.documents.nodes import Node, Problem, child, items_of
from deploylint.documents.paths import display_path
from deploylint.documents.reader import read_file

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LISTS = {
    "patches": "path",
    "patchesStrategicMerge": "",
    "patchesJson6902": "path",
    "replacements": "path",
    "helmCharts": "valuesFile",
}
"""The lists of files, and the key of the file in an item; "" for an item that is the file
(https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/)."""


def overlaid_files(folder: Path, root: Path) -> Iterator[Path]:
    """The files that the kustomization of a folder lays over others; ``root`` bounds links."""
    path = next((folder / name for name in _NAMES if (folder / name).is_file()), None)
    if path is None:
        return
    document = read_file(path, display_path(path), root)
    if isinstance(document, Problem):
        return
    for node in (node for top in document.roots for node in _listed(top)):
        if isinstance(node.content, str) and "\n" not in node.content:
            yield Path(os.path.normpath(folder.absolute() / node.content))


def _listed(top: Node) -> Iterator[Node]:
    for key, name in _LISTS.items():
        for item in items_of(child(top, key)):
            node = child(item, name) if name else item
            if node is not None:
                yield node
