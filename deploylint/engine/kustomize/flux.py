"""Kustomizations of Flux: each deploys a folder with changes of its own, as an overlay of it does.

https://fluxcd.io/flux/components/kustomize/kustomizations/
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import child, child_at, text_of
from deploylint.documents.paths import absolute, from_display_path
from deploylint.documents.reader import Document
from deploylint.engine.kustomize.kustomizations import KustomizationFile

FLUX = "kustomize.toolkit.fluxcd.io/"
"""The group of their API."""


def flux_kustomizations(document: Document, root: Path) -> Iterator[KustomizationFile]:
    """Those in a document; their paths are below ``root``, the folder of the repository."""
    for top in document.roots if FLUX in document.source.text else ():
        api, kind = (text_of(child(top, key)) for key in ("apiVersion", "kind"))
        spec = child(top, "spec")
        path = text_of(child_at(spec, "path")) if api.startswith(FLUX) else ""
        if kind == "Kustomization" and spec is not None and path:
            yield KustomizationFile(
                file=absolute(from_display_path(document.file)),
                document=document._replace(roots=(spec,)),
                files=(),
                bases=(Path(os.path.normpath(absolute(root) / path.lstrip("/"))),),
                components=(),
                overlaid=(),
                is_of_flux=True,
            )


def of_several_clusters(documents: Iterable[Document], root: Path) -> list[KustomizationFile]:
    """Those in some documents that deploy one folder from several, and not all alike."""
    every = (each for document in documents for each in flux_kustomizations(document, root))
    by_base = items_by_key((each.bases[0], each) for each in every)
    return [
        each
        for alike in by_base.values()
        if len({each.folder for each in alike}) > 1 and any(each.changes for each in alike)
        for each in alike
    ]
