"""Files beside a kustomization that it does not deploy.

They are no fault where they are there to be copied, where something else deploys them, as a script
or a release that deploys the kustomization itself, and where they are the input of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from deploylint.documents.nodes import Node, child, child_at, entries_of, items_of, text_of
from deploylint.documents.paths import absolute, is_file
from deploylint.documents.reader import Document
from deploylint.documents.regex import regex
from deploylint.engine.kustomize.kustomizations import KustomizationFile
from deploylint.engine.kustomize.names import path_below
from deploylint.engine.shared_files import SharedFiles
from deploylint.model.fault import Fault
from deploylint.readers.detect import is_object
from deploylint.readers.kubernetes.catalogue import table

_EXAMPLE = regex(r"(?i)(?:^|[._-])(?:example|sample|template)s?(?:[._-]|$)")
"""How files are called that are there to be copied, as ``secret.example.yaml``."""


def unlisted_fault(file: Path, beside: KustomizationFile, shared: SharedFiles) -> Iterator[Fault]:
    """The fault of a file that the kustomization beside it does not list, if it is one."""
    if _EXAMPLE.search(file.stem) or file in _generated(beside) or not _has_objects(file, shared):
        return
    if _names_folder(file, shared):  # it deploys the kustomization, which cannot deploy it
        return
    if _is_read_by_plugin(file.name, beside, shared) or shared.scripts.deploy(file):
        return
    entries, names = entries_of(beside.top), table().kustomization.deployed
    written = [name for name in names if name in entries]
    is_component = text_of(child_at(beside.top, "kind")) == "Component"
    for name in (*written, *([] if is_component else entries))[:1]:
        # beside charts alone it may be what they are rendered to
        is_known = bool(written) or not has_charts(beside)
        fault = _unlisted(entries[name].key, file.name, (*written, names[0])[0])
        yield fault._replace(is_known=is_known)


def has_charts(kustomization: KustomizationFile) -> bool:
    """Whether a kustomization renders charts."""
    return any(items_of(child_at(kustomization.top, table().kustomization.charts)))


def _has_objects(file: Path, shared: SharedFiles) -> bool:
    document = shared.read(file)
    return isinstance(document, Document) and any(map(is_object, document.roots))


def _names_folder(file: Path, shared: SharedFiles) -> bool:
    """Whether a release or an application says its own folder to be what it deploys."""
    document = shared.read(file)
    folder = re.escape("/".join(file.parent.parts[-2:]))
    called = re.compile(rf"(?<![\w.-]){folder}/?[\"']?\s*$", re.MULTILINE)
    return isinstance(document, Document) and bool(called.search(document.source.text))


def _is_read_by_plugin(name: str, kustomization: KustomizationFile, shared: SharedFiles) -> bool:
    """Whether a plugin of a kustomization names a file."""
    called = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    entries = map(entries_of(kustomization.top).get, table().kustomization.plugins)
    for item in (item for entry in entries if entry for item in items_of(entry.value)):
        file = path_below(kustomization.folder, text_of(item))
        if is_file(file) and file.is_relative_to(absolute(shared.root)):
            document = shared.read(file)
            if isinstance(document, Document) and called.search(document.source.text):
                return True
    return False


def _generated(kustomization: KustomizationFile) -> Iterator[Path]:
    """The files that ConfigMaps and Secrets are made of, each maybe with the key of its text.

    https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/
    """
    entries = map(entries_of(kustomization.top).get, table().kustomization.generators)
    for item in (item for entry in entries if entry for item in items_of(entry.value)):
        for name in items_of(child(item, "files")):
            yield path_below(kustomization.folder, text_of(name).rpartition("=")[2])


def _unlisted(key: Node, name: str, among: str) -> Fault:
    message = f"{name} is not among its {among}, so its objects are not deployed; list it"
    return Fault("unlisted-file", key, message)
