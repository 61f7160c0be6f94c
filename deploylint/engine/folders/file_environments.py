"""The environments of the services in one folder: files that differ in the name of one.

Files of one name, such as ``orders-dev.yaml`` and ``orders-prod.yaml``, are of one service if they
hold one image or the same workloads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from itertools import combinations
from pathlib import Path

from deploylint.config.environment_names import layer_name, split_environment
from deploylint.config.groups import VALUES, ServiceFiles, with_environments
from deploylint.engine.discovery import FileGroup
from deploylint.engine.folders.found_values import has_image
from deploylint.engine.load import DeploymentGroup
from deploylint.model.images import image_name
from deploylint.readers.service import BASES, FILE_PREFIXES, FILE_SUFFIXES

Load = Callable[[FileGroup], DeploymentGroup]
Loaded = tuple[FileGroup, DeploymentGroup]

Layered = Mapping[Path, Mapping[str, tuple[Path, ...]]]
"""The files of services by their environments, each under the first of them."""

FilesByName = Mapping[str, Mapping[str, Path]]
"""Files by their name and environment: "" for the name of the folder, and for no environment."""


def in_file_environments(
    files: FileGroup, loaded: DeploymentGroup, load: Load, *, is_found: bool
) -> Loaded:
    """A group of a folder with its files as environments of services, and what it holds.

    ``is_found`` is whether no command names the folder.
    """
    names = _by_name(files.members)
    if loaded.shape == "manifests":
        ways = _by_environment(names), _by_variant(files.members)
        settled = (_without_clash(files, loaded, load, layered) for layered in ways)
        return next(filter(None, settled), (files, loaded))
    members = _by_images(files, load, names) if names else []
    members = members or (_with_bases(files.members) if loaded.problems else [])
    if members:
        files = files._replace(members=tuple(members))
        loaded = load(files)
    files, loaded = _with_images(files, loaded, load)
    return _with_layers(files, loaded, load, is_found=is_found)


def _with_bases(members: Sequence[ServiceFiles]) -> list[ServiceFiles]:
    """The services of a folder with all its values of no environment as layers of one; or none.

    A helmfile lays ``common.yaml`` over none and ``default.yaml``, which is of the environment that
    it has where none is chosen, over this (https://helmfile.readthedocs.io/en/latest/#environment).
    """
    bases = [m for m in members if m.files[0].stem in BASES and not m.environments]
    if len(bases) < 2:
        return []
    files = sorted((member.files[0] for member in bases), key=lambda file: BASES.index(file.stem))
    others = (member for member in members if member not in bases)
    return [ServiceFiles(tuple(files)), *others]


def _by_name(members: Sequence[ServiceFiles]) -> FilesByName:
    """The files of a folder, if those of one name are not yet those of one service."""
    split = {f: _name_and_environment(f.stem) for member in members for f in member.every_file}
    layered = [member for member in members if member.environments]
    if not layered and not any(environment for _, environment in split.values()):
        return {}
    names = dict[str, dict[str, Path]]()
    for file, (name, environment) in split.items():
        names.setdefault(name, {})[environment] = file
    is_known = len(members) == len(names) and all(_is_known(one, split) for one in layered)
    is_clear = sum(map(len, names.values())) == len(split)
    return names if is_clear and not is_known else {}


def _is_known(member: ServiceFiles, split: Mapping[Path, tuple[str, str]]) -> bool:
    """Whether the files of a service have one name, and its environments theirs."""
    names, environments = map(set, zip(*(split[file] for file in member.every_file), strict=True))
    return len(names) == 1 and member.environments.keys() <= environments


def _name_and_environment(stem: str) -> tuple[str, str]:
    """The name and the environment in the name of a file: ``values-shop-dev`` is shop in dev."""
    stem = next((stem.removeprefix(p) for p in FILE_PREFIXES if stem.startswith(p)), stem)
    stem = next((stem.removesuffix(s) for s in FILE_SUFFIXES if stem.endswith(s)), stem)
    name, environment = split_environment(stem)
    return "" if name in BASES else name, environment


def _by_environment(names: FilesByName) -> Layered:
    """Files of one name, each of them in an environment."""
    return {
        next(iter(each.values())): {name: (file,) for name, file in each.items()}
        for each in names.values()
        if len(each) > 1 and "" not in each
    }


def _by_variant(members: Sequence[ServiceFiles]) -> Layered:
    """Files that are there in variants, as ``api.yaml`` and ``web.yaml`` with ``-istio`` too.

    A variant has the other files as they are.
    """
    stems = {file.stem: file for member in members for file in member.files}
    pairs = [(name, stem) for stem in stems if (name := _longest_beginning(stem, stems))]
    often = Counter(stem[len(name) + 1 :] for name, stem in pairs)
    variants = [variant for variant, count in often.items() if count > 1]
    named = {(name, stem[len(name) + 1 :]): stems[stem] for name, stem in pairs}
    return {
        stems[name]: {
            _PLAIN: (stems[name],),
            **{each: (named.get((name, each), stems[name]),) for each in variants},
        }
        for name in dict.fromkeys(name for name, _ in pairs)
        if any((name, each) in named for each in variants)
    }


_PLAIN = "default"
"""What the files beside variants are called."""


def _longest_beginning(stem: str, stems: Container[str]) -> str:
    """The longest other name that a name begins with, up to one of ``-._``; "" for none."""
    ends = (number for number in range(len(stem) - 1, 0, -1) if stem[number] in "-._")
    return next((stem[:end] for end in ends if stem[:end] in stems), "")


def _without_clash(
    files: FileGroup, loaded: DeploymentGroup, load: Load, layered: Layered
) -> Loaded | None:
    """A group of manifests in environments, if that settles what is defined twice in it."""
    others = {file for each in layered.values() for (file,) in each.values()} - layered.keys()
    members = tuple(
        member._replace(environments=layered.get(member.files[0], member.environments))
        for member in files.members
        if member.files[0] not in others
    )
    within = files._replace(members=members)
    if not layered or not (loaded.clashes or loaded.copies):
        return None
    parts = [load(part) for part in within.by_environment()]
    if any(part.copies or part.clashes >= loaded.clashes > 0 for part in parts):
        return None
    return within, load(within)


def _by_images(files: FileGroup, load: Load, names: FilesByName) -> list[ServiceFiles]:
    """The services of values files by their names, if their images show which are of one; or none.

    Files without an image are layers over the one of no environment. Names of sites and regions
    are none of services: their files have one image.
    """
    every = (file for each in names.values() for file in each.values())
    loaded = load(files._replace(members=tuple(ServiceFiles((file,)) for file in every)))
    images = dict[str, set[str]]()
    for service in loaded.services:
        images.setdefault(service.files[0], set()).add(image_name(service.main))
    by_name = {
        name: {at: images.get(files.file_name(file), set()) - {""} for at, file in each.items()}
        for name, each in names.items()
    }
    own = {name: set().union(*each.values()) for name, each in by_name.items()}
    named = {name: each for name, each in own.items() if name and each}
    services = list(named.values())
    is_shared = sum(map(len, services)) > len(set().union(*services))
    if (
        is_shared
        or not any(own.values())
        or _is_variant(named, names)
        or any(_differ(filter(None, each.values())) for each in by_name.values())
    ):
        return []
    base = names.get("", {}) if services and not own.get("") else {}
    if len(base) > 1:
        return []
    below = tuple(file for file in base.values() if file.stem == VALUES)
    return [
        member
        for name, each in names.items()
        if not (below and each is base)
        for member in _members(each, name or files.name, below if own[name] else (), by_name[name])
    ]


def _is_variant(named: Mapping[str, Set[str]], names: FilesByName) -> bool:
    """Whether the only name beside the values of a chart is of other values for its service."""
    beside = {file.stem for file in names.get("", {}).values()}
    return VALUES in beside and len(named) == 1 and names[next(iter(named))].keys() == {""}


def _differ(images: Iterable[Set[str]]) -> bool:
    return any(one.isdisjoint(other) for one, other in combinations(images, 2))


def _members(
    files: Mapping[str, Path], name: str, below: tuple[Path, ...], images: Mapping[str, Set[str]]
) -> Iterator[ServiceFiles]:
    """The service in files of one name by environment, or each file where they are no layers."""
    own = {environment: (*below, file) for environment, file in files.items()}
    base = own.pop("", None)
    has_layers = not any(images[environment] for environment in own) if base else len(own) > 1
    if own and has_layers and any(images.values()):
        layers = {at: (*(base or ()), file[-1]) if base else file for at, file in own.items()}
        first = base or next(iter(own.values()))
        yield ServiceFiles(first, environments=layers, folder_name=name)
        return
    for each in filter(None, (base, *own.values())):
        yield ServiceFiles(each, folder_name=name if below else "")


def _with_images(files: FileGroup, loaded: DeploymentGroup, load: Load) -> Loaded:
    """A group with the first environment of each service that has an image in those alone."""
    complete = {service.files[0] for service in loaded.services if has_image(service)}
    members = tuple(
        member._replace(files=next(iter(member.environments.values())))
        if member.environments and files.file_name(member.files[0]) not in complete
        else member
        for member in files.members
    )
    if members == files.members:
        return files, loaded
    files = files._replace(members=members)
    return files, load(files)


def _with_layers(
    files: FileGroup, loaded: DeploymentGroup, load: Load, *, is_found: bool
) -> Loaded:
    """A group with each ``values-X.yaml`` as an environment of a service in ``values.yaml``.

    In a folder that a command names, one with an image is a service.
    """
    images = {Path(service.files[0]).stem for service in filter(has_image, loaded.services)}
    if VALUES not in images:
        return files, loaded

    def environment(stem: str) -> str:
        return layer_name(stem) if is_found or stem not in images else ""

    members = tuple(with_environments(files.members, environment))
    if members == files.members:
        return files, loaded
    files = files._replace(members=members)
    return files, load(files)
