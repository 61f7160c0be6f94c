"""The names of images that kustomizations set in the files of the folders that they take.

A file that no kustomization of its group deploys may be added to one when it is released, so which
image such a name comes to is unknown
(https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploylint.documents.nodes import child_at, items_of, text_of
from deploylint.documents.paths import absolute
from deploylint.documents.reader import Document, ReadDocument
from deploylint.documents.regex import regex
from deploylint.engine.discovery import KUSTOMIZATIONS
from deploylint.engine.folders.reasons import why_not_searched
from deploylint.engine.kustomize.kustomizations import (
    MOST_BELOW,
    KustomizationFile,
    read_kustomization,
)

_NEWEST = "latest"
"""A tag that says no more of the image than none."""
_IMAGE = regex(r"""(?m)^[ \t-]*image:[ \t]*["']?([^\s"'#,{}]+)""")


class SetImages:
    """The kustomizations below ``root``, by the folders that they take."""

    def __init__(self, root: Path, read_document: ReadDocument) -> None:
        self._root = absolute(root)
        self._names: dict[Path, set[str]] = {}
        by_folder = {each.folder: each for each in self._find(read_document)}
        for each in by_folder.values():
            if names := frozenset(_set_by(each)):
                self._take(each.folder, names, by_folder)

    def in_file(self, file: Path) -> frozenset[str]:
        """The names that kustomizations set that take the folder of a file, or one above it."""
        folders = (each for each in absolute(file).parents if each.is_relative_to(self._root))
        return frozenset[str]().union(*(self._names.get(each, ()) for each in folders))

    def _take(
        self, folder: Path, names: frozenset[str], by_folder: Mapping[Path, KustomizationFile]
    ) -> None:
        """Keep the names for a folder and for all that its kustomization lies over."""
        known, level = {folder}, {folder}
        for _ in range(MOST_BELOW):
            own = (by_folder[each] for each in level if each in by_folder)
            level = {base for each in own for base in each.bases} - known
            known |= level
        for each in known:
            self._names.setdefault(each, set()).update(names)

    def _find(self, read_document: ReadDocument) -> Iterable[KustomizationFile]:
        for name, below, files in os.walk(self._root):
            folder = Path(name)
            depth = len(folder.parts) - len(self._root.parts)
            below[:] = (each for each in below if not why_not_searched(folder / each, depth, ()))
            if not set(files).isdisjoint(KUSTOMIZATIONS):
                read = read_kustomization(folder, self._root, read_document)
                if isinstance(read, KustomizationFile):
                    yield read


def _set_by(kustomization: KustomizationFile) -> Iterable[str]:
    """The names of the images that a kustomization sets."""
    for row in items_of(child_at(kustomization.top, "images")):
        name, tag, digest = (text_of(child_at(row, key)) for key in ("name", "newTag", "digest"))
        if name and (digest or tag not in ("", _NEWEST)):
            yield name


def may_be_set(document: Document) -> bool:
    """Whether a file has an image without a registry, a tag or a digest, or with the newest."""
    images = _IMAGE.findall(document.source.text)
    return any(
        "/" not in each or ":" not in each or each.endswith(f":{_NEWEST}") for each in images
    )
