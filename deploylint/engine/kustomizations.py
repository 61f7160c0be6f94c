"""Kustomizations: which files they deploy, and what these are with their changes.

A group with a kustomization among its files is read with its changes: patches, images, numbers of
pods, also those of its components. An overlay is an environment of what it lies over. What other
changes do is unknown, and reported at their keys.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from deploylint.documents.nodes import Node, Problem, child, entries_of, items_of, text_of
from deploylint.documents.paths import absolute, display_path, from_display_path, is_file, is_folder
from deploylint.documents.reader import Document, ReadDocument
from deploylint.documents.record import Record
from deploylint.engine.discovery import is_kustomization, kustomization_in
from deploylint.model.fault import Fault, unapplied_patches
from deploylint.model.service import Service
from deploylint.readers.detect import read_contents
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.patches import changed
from deploylint.readers.wrapped.values import ChangedObject, FileContents

MOST_BELOW = 20
"""How many kustomizations may lie over one another."""


class Kustomization(Record):
    """What a kustomization names: files, and the folders of others; all paths are absolute.

    ``bases`` and ``components`` are folders.
    ``overlaid`` are the files that it lays over others.
    """

    file: Path
    document: Document
    files: tuple[Path, ...]
    bases: tuple[Path, ...]
    components: tuple[Path, ...]
    overlaid: tuple[Path, ...]

    @property
    def top(self) -> Node | None:
        """The mapping that it is."""
        return next(iter(self.document.roots), None)

    @property
    def changes(self) -> bool:
        """Whether it changes anything that is compared."""
        keys = table().kustomization
        changing = (*keys.patches, *keys.unknown, "images", "replicas")
        return any(items_of(child(top, key)) for top in self.document.roots for key in changing)

    @property
    def adds(self) -> bool:
        """Whether it changes what it deploys, or adds to that."""
        return bool(self.files or self.components) or self.changes


def read_kustomization(
    folder: Path, root: Path, read_document: ReadDocument
) -> Kustomization | Problem | None:
    """The kustomization of a folder, if it has one.

    What it names outside ``root`` is not looked for.
    """
    file = kustomization_in(folder)
    if file is None:
        return None
    document = read_document(file)
    if isinstance(document, Problem):
        return document
    keys, home, top = table().kustomization, absolute(folder), absolute(root)
    named = (path for key in keys.deployed for path in _paths(document, key, home))
    deployed = [path for path in named if path.is_relative_to(top)]
    components = (path for path in _paths(document, keys.components, home) if is_folder(path))
    return Kustomization(
        file=absolute(file),
        document=document,
        files=tuple(path for path in deployed if is_file(path)),
        bases=tuple(path for path in deployed if is_folder(path)),
        components=tuple(path for path in components if path.is_relative_to(top)),
        overlaid=tuple(
            path for path in _overlaid(document, home) if path.is_relative_to(top) and is_file(path)
        ),
    )


def _paths(document: Document, key: str, folder: Path) -> Iterator[Path]:
    names = (text_of(item) for top in document.roots for item in items_of(child(top, key)))
    yield from (_path(folder, name) for name in names if name and "://" not in name)


def _path(folder: Path, name: str) -> Path:
    return Path(os.path.normpath(folder / name))


def _overlaid(document: Document, folder: Path) -> Iterator[Path]:
    """The files that a kustomization lays over others."""
    for top in document.roots:
        for key, name in table().kustomization.overlaid.items():
            for item in items_of(child(top, key)):
                node = child(item, name) if name else item
                if node is not None and isinstance(node.content, str) and "\n" not in node.content:
                    yield _path(folder, node.content)


# --- overlays -------------------------------------------------------------------------------------


class Overlay(Record):
    """A kustomization over others, as an environment of the files that those deploy.

    ``files`` are its own: kustomizations and what they lay over ``deployed``.
    """

    environment: str
    deployed: frozenset[Path]
    files: tuple[Path, ...]


def overlays(kustomizations: Sequence[Kustomization]) -> list[Overlay]:
    """The overlays among some kustomizations: those that no other one lies over.

    One that only lists several others is none, nor is one without a name of its own. Of
    ``prod/api`` the first folder is the environment if no file has two overlays below it.
    """
    by_folder = {one.file.parent: one for one in kustomizations}
    over = [
        one
        for one in kustomizations
        if any(base in by_folder for base in one.bases) and (one.adds or len(one.bases) == 1)
    ]
    below = {base for one in over for base in one.bases}
    every = [_overlay(one, by_folder) for one in over if one.file.parent not in below]
    count = Counter((_first_folder(one), file) for one in every for file in one.deployed)
    shared = {first for (first, _), uses in count.items() if uses > 1}
    return [
        one if (first := _first_folder(one)) in shared else one._replace(environment=first)
        for one in every
        if one.environment
    ]


def _first_folder(overlay: Overlay) -> str:
    return overlay.environment.partition("/")[0]


def _overlay(top: Kustomization, by_folder: Mapping[Path, Kustomization]) -> Overlay:
    deployed, files, lowest = dict[Path, None](), dict[Path, None](), list[Path]()
    for one in _chain(top, by_folder):
        if any(base in by_folder for base in one.bases) or one.adds:
            files |= dict.fromkeys((one.file, *one.overlaid))
        if not any(base in by_folder for base in one.bases) and one.files:
            lowest.append(one.file.parent)
        deployed |= dict.fromkeys(one.files)
    name = _environment(top.file.parent, lowest[0] if lowest else top.file.parent)
    return Overlay(name, frozenset(deployed), tuple(files))


def _chain(top: Kustomization, by_folder: Mapping[Path, Kustomization]) -> list[Kustomization]:
    """A kustomization after all that it lies over, and after their components."""
    chain = dict[Path, Kustomization]()

    def add(one: Kustomization, depth: int) -> None:
        if one.file in chain or depth > MOST_BELOW:
            return
        for folder in (*one.bases, *one.components):
            below = by_folder.get(folder)
            if below is not None:
                add(below, depth + 1)
        chain[one.file] = one

    add(top, 0)
    return list(chain.values())


_NO_ENVIRONMENT = frozenset(
    (
        *("base", "bases", "cluster", "clusters", "env", "environment", "environments", "envs"),
        *("kustomize", "overlay", "overlays"),
    )
)
"""Names of folders between a service and its environments."""


def _environment(folder: Path, base: Path) -> str:
    """The name of an environment: the folders of an overlay that its base is not below, or ""."""
    above = Path(os.path.commonpath((folder, base)))
    others = {*base.relative_to(above).parts, *_NO_ENVIRONMENT}
    names = [name for name in folder.relative_to(above).parts if name not in others]
    return "/".join(names)


# --- reading --------------------------------------------------------------------------------------


class KustomizedFiles:
    """The files of a group with what the kustomizations among them change.

    ``documents`` are the kustomizations and their patches, without trees.
    """

    def __init__(self, files: Iterable[Path], root: Path, read_document: ReadDocument) -> None:
        self._root = root
        self._read_document = read_document
        self.problems = list[Problem]()
        self._objects = dict[Path, list[ChangedObject]]()
        self._read = dict[Path, Document]()
        self._done = dict[Path, frozenset[Path]]()
        self._unknown = list[tuple[frozenset[Path], Node, Path]]()
        self._applied = set[Path]()
        folders = dict.fromkeys(absolute(file).parent for file in files if is_kustomization(file))
        self._kustomizations = [
            one for folder in folders if (one := self._kustomization(folder)) is not None
        ]
        self._by_folder = {one.file.parent: one for one in self._kustomizations}
        for one in self._kustomizations:
            self._apply(one)

    @property
    def documents(self) -> list[Document]:
        """The kustomizations and the patches that were read, for the lines that a report shows."""
        own = (one.document for one in self._kustomizations)
        return [one._replace(roots=()) for one in (*own, *self._read.values())]

    def is_patch(self, file: Path) -> bool:
        """Whether a file is laid over others by one of the kustomizations."""
        return any(absolute(file) in one.overlaid for one in self._kustomizations)

    def is_applied(self, file: Path) -> bool:
        """Whether something that a file says is part of an object."""
        return absolute(file) in self._applied

    def contents(self, file: Path) -> FileContents | None:
        """What a file holds as it is changed; None where nothing changes it."""
        file = absolute(file)
        objects = [one for one in self._objects.get(file, ()) if len(one.layers) > 1]
        if not objects:
            return None
        roots = tuple(one.node for one in self._objects[file])
        contents = read_contents(self._read[file]._replace(roots=roots))
        return contents._replace(changed={id(one.node): one for one in objects})

    def faults(self, services: Sequence[Service]) -> Iterator[Service]:
        """Services with what the kustomizations change in ways that are not known."""
        told = set[Node]()
        for service in services:
            files = {absolute(from_display_path(file)) for file in service.files}
            own = [
                unapplied_patches(key, _build(folder))
                for scope, key, folder in self._unknown
                if key not in told and not files.isdisjoint(scope)
            ]
            told.update(fault.node for fault in own)
            own += self._unlisted(service)
            yield service._replace(faults=(*service.faults, *own)) if own else service

    def _unlisted(self, service: Service) -> Iterator[Fault]:
        for file in service.files:
            path = absolute(from_display_path(file))
            one = self._by_folder.get(path.parent)
            if one is None or path in (one.file, *one.files, *one.overlaid) or one.top is None:
                continue
            keys = (entries_of(one.top).get(key) for key in table().kustomization.deployed)
            key = next((entry.key for entry in keys if entry is not None), None)
            if key is not None:
                yield _unlisted(key, file)

    def _kustomization(self, folder: Path) -> Kustomization | None:
        one = read_kustomization(folder, self._root, self._read_document)
        if isinstance(one, Problem):
            self.problems.append(one)
            return None
        return one

    def _apply(self, one: Kustomization, depth: int = 0) -> frozenset[Path]:
        """Change what a kustomization deploys. Returns all the files of that."""
        if one.file in self._done or depth > MOST_BELOW:
            return self._done.get(one.file, frozenset())
        self._done[one.file] = frozenset()  # a circle ends here
        scope = set(one.files)
        for folder in one.bases:
            if (base := self._by_folder.get(folder)) is not None:
                scope |= self._apply(base, depth + 1)
        for folder in one.components:
            if (component := self._kustomization(folder)) is not None:
                self._change(component, scope)
        self._change(one, scope)
        self._done[one.file] = frozenset(scope)
        return self._done[one.file]

    def _change(self, one: Kustomization, scope: set[Path]) -> None:
        if one.top is None or not one.changes:
            return
        files = {file: self._of(file) for file in sorted(scope)}
        objects = [each for each_file in files.values() for each in each_file]
        result = changed(one.top, objects, partial(self._patch, one))
        self._unknown += ((frozenset(scope), key, one.file.parent) for key in result.unknown)
        position = 0
        for file, before in files.items():
            self._objects[file] = list(result.objects[position : position + len(before)])
            position += len(before)
            for each in self._objects[file]:
                above = (layer.source.file for layer in each.layers[1:])
                self._applied.update(absolute(from_display_path(name)) for name in above)

    def _of(self, file: Path) -> list[ChangedObject]:
        """The objects of a file as they are changed so far."""
        if file not in self._objects:
            document = self._read_document(file)
            roots = () if isinstance(document, Problem) else document.roots
            if isinstance(document, Document):
                self._read[file] = document
            self._objects[file] = [ChangedObject(root, (root,)) for root in roots]
        return self._objects[file]

    def _patch(self, one: Kustomization, node: Node) -> Sequence[Node]:
        file = _path(one.file.parent, text_of(node))
        if file not in one.overlaid:
            return ()
        if file not in self._read:
            document = self._read_document(file)
            if isinstance(document, Problem):
                return ()
            self._read[file] = document
        return self._read[file].roots


def _build(folder: Path) -> str:
    return f"check what is built: kustomize build {display_path(folder)} | deploylint check -"


def _unlisted(key: Node, file: str) -> Fault:
    name = Path(file).name
    message = f"{name} is not among its {key.content}, so its objects are not deployed; list it"
    return Fault("unlisted-file", key, message)
