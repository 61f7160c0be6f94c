"""Kustomizations: the files that they deploy, and the overlays among them.

An overlay is an environment of the files that it lies over.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from pathlib import Path

from deploylint.config.environment_names import is_environment
from deploylint.documents.nodes import Node, Problem, child, child_at, items_of, text_of
from deploylint.documents.paths import absolute, is_file, is_folder
from deploylint.documents.reader import Document, ReadDocument
from deploylint.documents.record import Record
from deploylint.engine.discovery import kustomization_in
from deploylint.engine.kustomize.names import KustomizationNames
from deploylint.readers.kubernetes.catalogue import table

MOST_BELOW = 20
"""How many kustomizations may lie over one another."""


class KustomizationFile(Record):
    """What a kustomization names: files, and the folders of others; all paths are absolute.

    ``bases`` and ``components`` are folders.
    ``overlaid`` are the files that it lays over others.
    ``missing`` are the names of what is not there; what is nearly called so is among the others.
    ``is_of_flux`` is one that a folder is deployed by, and no folder's own.
    """

    file: Path
    document: Document
    files: tuple[Path, ...]
    bases: tuple[Path, ...]
    components: tuple[Path, ...]
    overlaid: tuple[Path, ...]
    missing: tuple[Node, ...] = ()
    is_of_flux: bool = False

    @property
    def renames(self) -> bool:
        """Whether it sets something before or behind the names of its objects."""
        keys = ("namePrefix", "nameSuffix")
        return any(text_of(child(top, key)) for top in self.document.roots for key in keys)

    @property
    def is_whole(self) -> bool:
        """Whether all that it deploys is in the files and folders that it names here."""
        keys = table().kustomization
        items = [item for key in keys.deployed for item in _items(self.document, key)]
        others = (*keys.plugins, *_MAKING, keys.charts, keys.components)
        made = any(items_of(child(top, key)) for top in self.document.roots for key in others)
        return len(items) == len(self.files) + len(self.bases) and not (self.missing or made)

    @property
    def changes_nothing(self) -> bool:
        """Whether it has changes, and nothing that it deploys, or that makes objects."""
        keys = table().kustomization
        if not self.changes or text_of(child_at(self.top, "kind")) == "Component":
            return False
        names = (*keys.deployed, *keys.plugins, *keys.generators, *_MAKING, keys.charts)
        items = (item for key in (*names, keys.components) for item in _items(self.document, key))
        return next(items, None) is None

    @property
    def folder(self) -> Path:
        """The folder that it is in."""
        return self.file.parent

    @property
    def top(self) -> Node | None:
        """The mapping that it is."""
        return next(iter(self.document.roots), None)

    @property
    def changes(self) -> bool:
        """Whether it changes anything that is compared."""
        keys = table().kustomization.changing
        return any(items_of(child(top, key)) for top in self.document.roots for key in keys)

    @property
    def adds(self) -> bool:
        """Whether it changes what it deploys, or adds to that."""
        return bool(self.files or self.components) or self.changes


def read_kustomization(
    folder: Path, root: Path, read_document: ReadDocument
) -> KustomizationFile | Problem | None:
    """The kustomization of a folder, if it has one.

    What it names outside ``root`` is not looked for.
    """
    file = kustomization_in(folder)
    if file is None:
        return None
    document = read_document(file)
    if isinstance(document, Problem):
        return document
    keys, names = table().kustomization, KustomizationNames(absolute(folder), absolute(root))
    deployed = names.meant(node for key in keys.deployed for node in _items(document, key))
    components = names.meant(_items(document, keys.components))
    return KustomizationFile(
        file=absolute(file),
        document=document,
        files=tuple(filter(is_file, deployed)),
        bases=tuple(filter(is_folder, deployed)),
        components=tuple(filter(is_folder, components)),
        overlaid=tuple(filter(is_file, names.paths(_overlaid(document)))),
        missing=tuple(names.missing),
    )


_MAKING = ("helmChartInflationGenerator", "configurations")
"""More keys of a kustomization by which it makes objects, or changes them in ways of its own."""


def _items(document: Document, key: str) -> Iterator[Node]:
    yield from (item for top in document.roots for item in items_of(child(top, key)))


def _overlaid(document: Document) -> Iterator[Node]:
    """The names of the files that a kustomization lays over others."""
    for key, name in table().kustomization.overlaid.items():
        for item in _items(document, key):
            named = child(item, name) if name and item.is_mapping else item
            if named is not None:
                yield named


# --- overlays -------------------------------------------------------------------------------------


class Overlay(Record):
    """A kustomization over others, as an environment of the files that those deploy.

    ``folders`` are those to it below what its base is below too, from ``home`` on.
    ``below`` are the files that the others deploy, ``deployed`` also what it adds to them.
    ``layers`` are its own: the files of each kustomization that deploys some of them, in order.
    """

    home: Path
    folders: tuple[str, ...]
    environment: str
    below: frozenset[Path]
    deployed: frozenset[Path]
    layers: tuple[OverlayLayer, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """Its own files: kustomizations, what they lay over ``deployed``, and what they add."""
        return self.files_over(self.deployed)

    def files_over(self, files: Collection[Path]) -> tuple[Path, ...]:
        """Its own files that may change some files, or come with what does."""
        over = (layer for layer in self.layers if not layer.deployed.isdisjoint(files))
        return tuple(dict.fromkeys(file for layer in over for file in layer.files))


class OverlayLayer(Record):
    """A kustomization of an overlay: the files that it deploys, and its own."""

    deployed: frozenset[Path]
    files: tuple[Path, ...]


ByFolder = Mapping[Path, KustomizationFile]


def overlays(
    kustomizations: Sequence[KustomizationFile],
    services: Container[Path],
    objects: Container[Path] = (),
) -> list[Overlay]:
    """The overlays among some kustomizations: those that no other one lies over.

    ``objects`` are files with objects and no service, which they may add.

    One that lies over no file of ``services`` is none: it adds what several services share (a
    claim, a backup) to its own; nor is one of a service that alone lies over another (a job). One
    that only lists several others is none, nor is one without a name of its own. Of ``prod/api``
    the folder with such a name, else the first, is the environment if none of its files has two
    overlays there; where the folder has no name of an environment, if no file at all has.
    """
    by_folder = {each.folder: each for each in kustomizations if not each.is_of_flux}
    over = [
        each
        for each in kustomizations
        if _lies_over(each, by_folder) and (each.adds or len(_outer(each)) == 1)
    ]
    below = {base for each in over for base in each.bases}
    tops = [
        _overlay(each, by_folder, objects)
        for each in over
        if each.folder not in below or each.is_of_flux
    ]
    often = Counter(file for each in tops for file in each.below if file in services)
    over_services = [each for each in tops if _is_environment(each, often, services)]
    every = list(_without_folders_of_services(over_services, services))
    return [
        each._replace(environment=_main_folder(each)) if is_whole else each
        for each, is_whole in zip(every, _are_whole(every, services), strict=True)
        if each.environment
    ]


def _are_whole(overlays: Sequence[Overlay], services: Container[Path]) -> Iterator[bool]:
    """Whether the main folder of each overlay is all of an environment."""
    pairs = ((_main_folder(each), file) for each in overlays for file in each.deployed)
    count = Counter(pair for pair in pairs if pair[1] in services)
    shared = {folder for (folder, _), uses in count.items() if uses > 1}
    for overlay in overlays:
        folder = _main_folder(overlay)
        is_whole = all(count[folder, file] <= 1 for file in overlay.deployed)
        yield is_whole if is_environment(folder) else folder not in shared


def _outer(kustomization: KustomizationFile) -> Sequence[Path]:
    """The bases of a kustomization without those that it has below it, which are its own."""
    bases = kustomization.bases
    return [base for base in bases if not base.is_relative_to(kustomization.folder)] or bases


def changes_from_above(
    kustomizations: Sequence[KustomizationFile], objects: Container[Path] = ()
) -> Mapping[Path, Overlay]:
    """For each file the kustomization that changes it from another folder, with all below that.

    Which of several is used that change a file, each for itself, is unknown.
    """
    by_folder = {each.folder: each for each in kustomizations}
    changing = {
        each.file: _overlay(each, by_folder, objects) for each in kustomizations if each.changes
    }
    inside = {file for top, each in changing.items() for file in each.files if file != top}
    often = Counter(
        file for top, each in changing.items() if top not in inside for file in each.deployed
    )
    return {
        file: each
        for top, each in changing.items()
        if top not in inside
        for file in each.deployed
        if often[file] == 1 and file.parent != top.parent
    }


def _is_environment(overlay: Overlay, often: Mapping[Path, int], services: Container[Path]) -> bool:
    """Whether an overlay is an environment of services; ``often`` is how many lie over each."""
    uses = [often[file] for file in overlay.below if file in often]
    has_own = any(file in services for file in overlay.deployed - overlay.below)
    is_named = any(is_environment(name) or name in _OVERLAYS for name in overlay.folders)
    return bool(uses) and (is_named or not has_own or max(uses) > 1)


def _without_folders_of_services(
    overlays: Sequence[Overlay], services: Container[Path]
) -> Iterator[Overlay]:
    """Overlays without the first folder in their names where all their services are below it too.

    ``shop/demo`` is demo if every overlay in ``shop/`` is one of services there.
    """
    within = dict[Path, bool]()
    for overlay in overlays:
        own = (file for file in overlay.deployed if file in services)
        is_within = all(file.is_relative_to(overlay.home) for file in own)
        within[overlay.home] = within.get(overlay.home, True) and is_within
    for overlay in overlays:
        folder, _, rest = overlay.environment.partition("/")
        is_of_services = within[overlay.home] and overlay.home.name == folder
        if rest and is_of_services and not is_environment(folder):
            yield overlay._replace(environment=rest)
        else:
            yield overlay


def _main_folder(overlay: Overlay) -> str:
    """The folder of an overlay with the name of an environment, else the first below overlays."""
    folders = overlay.environment.split("/")
    pairs = zip(overlay.folders, overlay.folders[1:], strict=False)
    below = [name for above, name in pairs if above in _OVERLAYS and name in folders]
    return next(filter(is_environment, folders), (*below, *folders)[0])


def _lies_over(kustomization: KustomizationFile, by_folder: ByFolder) -> bool:
    return any(base in by_folder for base in kustomization.bases)


def _overlay(top: KustomizationFile, by_folder: ByFolder, objects: Container[Path]) -> Overlay:
    chain = _chain(top, by_folder)
    scopes = _scopes(chain, by_folder)
    deployed = frozenset(file for each in chain for file in each.files)
    added = frozenset(file for file in deployed if file in objects)
    layers = list[OverlayLayer]()
    for each in chain:
        if each.adds or _lies_over(each, by_folder):
            own = (file for file in each.files if file in added)
            scope = scopes[each.file]
            scope = scope if scope.isdisjoint(added) else deployed  # objects may be about any file
            layers.append(OverlayLayer(scope, (each.file, *each.overlaid, *own)))
    lowest = (each.folder for each in chain if each.files and not _lies_over(each, by_folder))
    home, folders, name = _name(top.folder, next(lowest, top.folder))
    below = frozenset(file for each in chain if each is not top for file in each.files)
    return Overlay(home, folders, name, below, deployed, tuple(layers))


def _scopes(
    chain: Sequence[KustomizationFile], by_folder: ByFolder
) -> Mapping[Path, frozenset[Path]]:
    """The files that each kustomization of a chain may change, by its file.

    A component changes what those deploy that name it.
    """
    scopes = dict[Path, frozenset[Path]]()
    for each in chain:
        bases = (by_folder[folder].file for folder in each.bases if folder in by_folder)
        below = (scopes.get(file, frozenset[Path]()) for file in bases)
        scopes[each.file] = frozenset(each.files).union(*below)
    for each in reversed(chain):
        for folder in each.components:
            if (component := by_folder.get(folder)) is not None and component.file in scopes:
                scopes[component.file] |= scopes[each.file]
    return scopes


def _chain(top: KustomizationFile, by_folder: ByFolder) -> list[KustomizationFile]:
    """A kustomization after all that it lies over, and after their components."""
    chain = dict[Path, KustomizationFile]()

    def add(each: KustomizationFile, depth: int) -> None:
        if each.file in chain or depth > MOST_BELOW:
            return
        for folder in (*each.bases, *each.components):
            if (below := by_folder.get(folder)) is not None:
                add(below, depth + 1)
        chain[each.file] = each

    add(top, 0)
    return list(chain.values())


_OVERLAYS = frozenset(
    ("cluster", "clusters", "env", "environment", "environments", "envs", "overlay", "overlays")
)
"""Names of folders with an environment each below them."""

_NO_ENVIRONMENT = _OVERLAYS | {"base", "bases", "kustomize"}
"""Names of folders between a service and its environments."""


def _name(folder: Path, base: Path) -> tuple[Path, tuple[str, ...], str]:
    """The folders of an overlay below what its base is below too, and its name of these, or "".

    Before them is the path of the first.
    """
    above = Path(os.path.commonpath((folder, base)))
    others = {*base.relative_to(above).parts, *_NO_ENVIRONMENT}
    folders = folder.relative_to(above).parts
    return (
        above.joinpath(*folders[:1]),
        folders,
        "/".join(name for name in folders if name not in others),
    )
