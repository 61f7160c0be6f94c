"""The files of a group with what the kustomizations among them change.

These are patches, labels, images and numbers of pods, also those of components. What other changes
do is unknown, and reported at their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from deploylint.documents.nodes import (
    Node,
    Problem,
    Source,
    child,
    child_at,
    entries_of,
    text_of,
)
from deploylint.documents.paths import absolute, display_path, from_display_path
from deploylint.documents.reader import Document
from deploylint.documents.suggest import hint, nearest
from deploylint.engine.discovery import is_kustomization
from deploylint.engine.kustomize.flux import flux_kustomizations
from deploylint.engine.kustomize.kustomizations import (
    MOST_BELOW,
    KustomizationFile,
    read_kustomization,
)
from deploylint.engine.kustomize.names import MOST_MISSING, meant_name, path_below
from deploylint.engine.kustomize.unlisted import has_charts, unlisted_fault
from deploylint.engine.shared_files import SharedFiles
from deploylint.model.fault import Fault, unapplied_patches
from deploylint.model.service import Service
from deploylint.readers.detect import read_contents
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.changes.labels import has_labels
from deploylint.readers.kubernetes.changes.patches import change_objects
from deploylint.readers.kubernetes.faults.heads import deployed_faults
from deploylint.readers.kubernetes.objects import unwrapped_objects
from deploylint.readers.wrapped.values import ChangedObject, FileContents


class KustomizedFiles:
    """The files of a group; ``problems`` are what cannot be read of its changes."""

    def __init__(self, files: Sequence[Path], shared: SharedFiles) -> None:
        self._shared = shared
        self._root, self._read_document = shared.root, shared.read
        self.problems: list[Problem] = []
        self._objects: dict[Path, list[ChangedObject]] = {}
        self._documents: dict[Path, Document] = {}
        self._scopes: dict[Path, frozenset[Path]] = {}
        self._spaces: dict[Path, dict[str, None]] = {}
        self._unknown: dict[Path, dict[Node, Path]] = {}
        self._faults: list[tuple[KustomizationFile, Fault]] = []
        self._applied: set[Path] = set()
        self._partial: set[Path] = set()
        folders = dict.fromkeys(absolute(file).parent for file in files if is_kustomization(file))
        read = map(self._kustomization, folders)
        self._by_folder = {each.folder: each for each in read if each is not None}
        self._overlaid = {file for each in self._by_folder.values() for file in each.overlaid}
        self._listed = {file for each in self._by_folder.values() for file in each.files}
        for each in self._by_folder.values():
            self._apply(each)
        for file in files:
            self._apply_flux(file)

    @property
    def documents(self) -> list[Document]:
        """The kustomizations and the patches that were read, for the lines that a report shows."""
        own = (each.document for each in self._by_folder.values())
        return [document._replace(roots=()) for document in (*own, *self._documents.values())]

    @property
    def lost_heads(self) -> list[Fault]:
        """What the objects lack in their heads that the kustomizations deploy."""
        return [fault for _, fault in self._faults if fault.check == "missing-field"]

    def is_patch(self, file: Path) -> bool:
        """Whether a file is laid over others by one of the kustomizations."""
        return absolute(file) in self._overlaid

    def is_listed(self, file: Path) -> bool | None:
        """Whether the kustomization beside a file deploys it, or lays it over others.

        None where none is beside it, and no other deploys it.
        """
        path = absolute(file)
        beside = self._by_folder.get(path.parent)
        if beside is None:
            return path in self._listed or None
        return path in (beside.file, *beside.files, *beside.overlaid)

    def deploys(self, file: Path) -> bool:
        """Whether one of the kustomizations deploys a file, itself or through another."""
        return absolute(file) in self._spaces or absolute(file) in self._listed

    def namespace(self, file: Path) -> str:
        """What the names of objects in a file get, which tells them apart from equal ones."""
        return "-".join(self._spaces.get(absolute(file), ()))

    def has_charts(self, file: Path) -> bool:
        """Whether a file is a kustomization that renders charts, so what it deploys is not there.

        https://kubectl.docs.kubernetes.io/references/kustomize/builtins/#_helmchartinflationgenerator_
        """
        own = self._by_folder.get(absolute(file).parent)
        return own is not None and own.file == absolute(file) and has_charts(own)

    def is_applied(self, file: Path) -> bool:
        """Whether something that a file says is part of an object."""
        return absolute(file) in self._applied

    def contents(self, file: Path) -> FileContents | None:
        """What a file holds as it is changed; None where nothing changes it."""
        file = absolute(file)
        objects = [each for each in self._objects.get(file, ()) if len(each.layers) > 1]
        if not objects:
            return None
        roots = (each.node for each in self._objects[file] if entries_of(each.node))
        contents = read_contents(self._documents[file]._replace(roots=tuple(roots)))
        return contents._replace(changed={id(each.node): each for each in objects})

    def with_faults(self, services: Sequence[Service]) -> Iterator[Service]:
        """Services with what the kustomizations change in ways that are not known."""
        reported, checked = set[Node](), set[Path]()
        wrong = self._faults_by_service(services)
        for service in services:
            files = _files_of(service)
            unknown = {
                key: folder
                for file in sorted(files)
                for key, folder in self._unknown.get(file, {}).items()
                if key not in reported
            }
            own = [unapplied_patches(key, _build(folder)) for key, folder in unknown.items()]
            reported.update(unknown)
            own += self._unlisted(sorted(files - checked))
            checked |= files
            known = {fault.node for fault in service.faults}
            own += (each for each in wrong.pop(service.name, ()) if each.node not in known)
            over = (name for file in files for name in self._files_over(file))
            yield service._replace(
                faults=(*service.faults, *own),
                files=tuple(dict.fromkeys((*service.files, *sorted(over)))),
            )

    def _faults_by_service(self, services: Sequence[Service]) -> dict[str, list[Fault]]:
        """What is wrong in kustomizations, by the first service of each, or the first of all."""
        faults = dict[str, list[Fault]]()
        known = {_place(fault) for service in services for fault in service.faults}
        for each, fault in (pair for pair in self._faults if _place(pair[1]) not in known):
            deployed = self._scopes.get(each.file, frozenset())
            own = (
                service.name
                for service in services
                for file in _files_of(service)
                if file in deployed or file.is_relative_to(each.folder)
            )
            for name in [next(own, services[0].name)] if services else ():
                faults.setdefault(name, []).append(fault)
        return faults

    def _files_over(self, file: Path) -> set[str]:
        """The names of the files that change something in a file."""
        objects = self._objects.get(file, ())
        return {layer.source.file for each in objects for layer in each.layers[1:]}

    def _unlisted(self, files: Iterable[Path]) -> Iterator[Fault]:
        """A fault for each file beside a kustomization that it does not deploy."""
        for path in files:
            beside = self._by_folder.get(path.parent)
            if beside is not None and not self.is_listed(path):
                yield from unlisted_fault(path, beside, self._shared)

    def _kustomization(self, folder: Path) -> KustomizationFile | None:
        read = read_kustomization(folder, self._root, self._read_document)
        if isinstance(read, Problem):
            self.problems.append(read)
            return None
        if read is not None:
            faults = (*kustomization_faults(read), *self._head_faults(read.files))
            self._faults += ((read, fault) for fault in faults)
        return read

    def _head_faults(self, files: Iterable[Path]) -> Iterator[Fault]:
        """What the objects in files that a kustomization deploys lack in their heads."""
        documents = map(self._read_document, files)
        roots = (each.roots for each in documents if isinstance(each, Document))
        for root in (root for each in roots for root in unwrapped_objects(each) if root.is_mapping):
            yield from deployed_faults(root)

    def _apply(self, kustomization: KustomizationFile, depth: int = 0) -> frozenset[Path]:
        """Change what a kustomization deploys. Returns all the files of that."""
        file = kustomization.file
        if file in self._scopes or depth > MOST_BELOW:
            return self._scopes.get(file, frozenset())
        self._scopes[file] = frozenset()  # a circle ends here
        scope = set(kustomization.files)
        for folder in kustomization.bases:
            if (base := self._by_folder.get(folder)) is not None:
                scope |= self._apply(base, depth + 1)
            if base is None or base.file in self._partial or base.renames:
                self._partial.add(file)
        if not kustomization.is_whole:
            self._partial.add(file)
        for folder in kustomization.components:
            if (component := self._kustomization(folder)) is not None:
                self._change(component, scope)
        self._change(kustomization, scope)
        for path in scope:
            self._spaces.setdefault(path, {}).update(dict.fromkeys(_names_of(kustomization)))
        self._scopes[file] = frozenset(scope)
        return self._scopes[file]

    def _apply_flux(self, file: Path) -> None:
        """Change what the kustomizations of Flux in a file deploy."""
        document = None if is_kustomization(file) else self._read_document(file)
        if not isinstance(document, Document):
            return
        for each in flux_kustomizations(document, self._root):
            bases = filter(None, map(self._by_folder.get, each.bases))
            scope = {path for base in bases for path in self._scopes[base.file]}
            self._scopes[each.file] = self._scopes.get(each.file, frozenset()) | scope
            self._partial.add(each.file)
            self._change(each, scope)

    def _change(self, kustomization: KustomizationFile, scope: set[Path]) -> None:
        """Change the objects in some files."""
        top = kustomization.top
        if top is None or not (kustomization.changes or has_labels(top)):
            return
        files = {file: self._of(file) for file in sorted(scope)}
        objects = [each for inside in files.values() for each in inside]
        is_whole = kustomization.file not in self._partial and not _is_component(top)
        read_patch = partial(self._patch, kustomization)
        result = change_objects(top, objects, read_patch, is_whole=is_whole)
        self._faults += ((kustomization, fault) for fault in result.unmatched)
        if result.unknown:
            for file in scope:
                unknown = self._unknown.setdefault(file, {})
                unknown |= dict.fromkeys(result.unknown, kustomization.folder)
        objects, position = list(result.objects), 0
        for file, before in files.items():
            self._objects[file] = objects[position : position + len(before)]
            position += len(before)
        names = {layer.source.file for each in objects for layer in each.layers[1:]}
        self._applied.update(absolute(from_display_path(name)) for name in names)

    def _of(self, file: Path) -> list[ChangedObject]:
        """The objects of a file as they are changed so far."""
        if file not in self._objects:
            document = self._read_document(file)
            roots = () if isinstance(document, Problem) else document.roots
            if isinstance(document, Document):
                self._documents[file] = document
            self._objects[file] = [ChangedObject(root, (root,)) for root in roots]
        return self._objects[file]

    def _patch(self, kustomization: KustomizationFile, node: Node) -> Sequence[Node]:
        """The documents of the patch file that a kustomization names."""
        file = path_below(kustomization.folder, text_of(node))
        document = self._read_document(file) if file in kustomization.overlaid else None
        if isinstance(document, Problem) and document not in self.problems:
            self.problems.append(document)
        if document is None or isinstance(document, Problem):
            return ()
        self._documents[file] = document
        return document.roots


def _place(fault: Fault) -> tuple[Source, int]:
    return fault.node.source, fault.node.start


def _is_component(top: Node) -> bool:
    """Whether a kustomization is a part of others, which have objects of their own."""
    return text_of(child(top, "kind")) == "Component"


def _names_of(kustomization: KustomizationFile) -> Iterator[str]:
    """What a kustomization puts around the names of objects.

    Components are there to choose from, so each is about itself.
    https://kubectl.docs.kubernetes.io/guides/config_management/components/
    """
    top = kustomization.top
    if top is None:
        return
    names = (text_of(child(top, key)).strip("-") for key in table().kustomization.names)
    yield from filter(None, names)
    if _is_component(top):
        yield kustomization.folder.name


def _files_of(service: Service) -> set[Path]:
    return {absolute(from_display_path(file)) for file in service.files}


def kustomization_faults(kustomization: KustomizationFile) -> Iterator[Fault]:
    """What kustomize refuses: another API or kind than it has, and names that lead to nothing."""
    top, versions = kustomization.top, table().kustomization.versions
    kind, version = (child_at(top, key) for key in ("kind", "apiVersion"))
    wanted = versions.get(text_of(kind), "") if kind is not None else next(iter(versions.values()))
    if kind is not None and not wanted:
        message = f"kind is {text_of(kind)!r}; {hint(text_of(kind), versions)}"
        yield Fault("unknown-api", kind, message)
    elif version is not None and text_of(version) != wanted:
        message = f"apiVersion is {text_of(version)!r}; kustomize takes {wanted}"
        yield Fault("unknown-api", version, message)
    yield from key_faults(kustomization)
    missing = kustomization.missing
    rest = f" and {len(missing) - 1} others are" if len(missing) > MOST_MISSING else " is"
    for node in missing[:1] if len(missing) > MOST_MISSING else missing:
        meant = meant_name(path_below(kustomization.folder, text_of(node)))
        advice = f"did you mean {meant!r}?" if meant else "correct the path"
        message = f"{text_of(node)}{rest} not there, so kustomize builds nothing; {advice}"
        yield Fault("missing-file", node, message)


def key_faults(kustomization: KustomizationFile) -> Iterator[Fault]:
    """Keys that a kustomization does not have, and changes of nothing."""
    keys, entries = table().kustomization, entries_of(kustomization.top)
    unset = keys.keys - entries.keys()
    for name, entry in entries.items():
        if name not in keys.keys and (meant := nearest(name, unset)):
            message = f"kustomize has no field {name!r}; did you mean {meant!r}?"
            yield Fault("unknown-field", entry.key, message, meant=meant)
    changing = [entries[key] for key in entries if key in keys.changing]
    if kustomization.changes_nothing and changing:
        message = f"{changing[0].key.content} change nothing, as there are no resources; list them"
        yield Fault("unused-change", changing[0].key, message)


def _build(folder: Path) -> str:
    return f"check what is built: kustomize build {display_path(folder)} | deploylint check -"
