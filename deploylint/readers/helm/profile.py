"""Profiles: data that maps the values of one chart to fields.

A profile is a file in ``deploylint/profiles`` or in a folder of the project's own;
``docs/profiles.md`` shows how to write one. It is decoded when its evidence is looked for, and
compiled (``compile``) when a file is read with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from deploylint.documents.nodes import Node, Problem, child
from deploylint.documents.paths import is_file
from deploylint.documents.reader import Document, read_file
from deploylint.documents.record import Record
from deploylint.model import own_data
from deploylint.model.data import DEFINITIONS, FOLDER, NOT_PROFILES, document
from deploylint.model.errors import Misread
from deploylint.model.rule import Level
from deploylint.model.service import Role
from deploylint.readers.helm.compile import Tree, Trees, root
from deploylint.readers.helm.forms import READERS
from deploylint.readers.helm.key_tree import KeyNode, split
from deploylint.readers.helm.layer import Gift, make_layer
from deploylint.readers.wrapped.values import nodes_at

if TYPE_CHECKING:
    from deploylint.readers.helm.profile_schema import ProfileFile

Setting = TypeVar("Setting")

Folders = tuple[Path, ...]
"""Folders of a project's own profiles; the shipped one comes last and is not named."""


class Profile(Record):
    """The profile of one chart, ready to read with.

    ``root``: the tree for the file as a whole.
    ``trees``: those of components, by role.
    ``prefixes``: how the keys of a component at the root begin, with its role.
    ``fallback``: the paths where an inherited element is looked for.
    ``port_name``: the name of the server's port in the chart.
    ``port_variables``: the environment variables that hold its number.
    ``given``: the addresses that the chart sets if the values do not.
    ``union``: the elements to which every key adds.
    ``references``: the paths of names that stand for keys, with the path of these.
    ``backends``: the paths of what sends requests, with the keys of a port of the Service below.
    ``copied``: the paths of what the chart copies into a pod, with its types of the API.
    Both are by the first key of each path.
    ``is_complete``: whether the chart sets nothing but what values set, and ``given``.
    """

    name: str
    about: str
    root: KeyNode
    trees: Mapping[Role, Tree]
    prefixes: Mapping[str, Role]
    fallback: tuple[tuple[str, ...], ...]
    port_name: str
    port_variables: tuple[str, ...]
    given: tuple[str, ...]
    union: frozenset[str]
    references: Mapping[str, str]
    backends: Mapping[str, Mapping[str, Sequence[str]]]
    copied: Mapping[str, Mapping[str, str]]
    is_complete: bool


@cache
def names(folders: Folders = ()) -> tuple[str, ...]:
    """The names of all profiles, the most specific first: own ones, shipped ones, their base.

    Raises Misread for a name that is given twice.
    """
    return (*_files(folders), *_shipped())


def _shipped() -> Mapping[str, list[str]]:
    """The shipped profiles with their evidence, the most specific first."""
    return cast("Mapping[str, list[str]]", own_data.table("profiles", _compiled_names))


def _compiled_names() -> Any:
    layers = [layer for layer in every_shipped() if layer.profile not in NOT_PROFILES]
    layers.sort(key=lambda layer: (not layer.extends, layer.profile))
    return {layer.profile: layer.evidence for layer in layers}


def every_shipped() -> Iterator[ProfileFile]:
    """Every shipped file that is written as a profile."""
    for path in sorted(FOLDER.glob("*.yaml")):
        if path not in DEFINITIONS:
            yield decode_layer(path.stem)


@cache
def _files(folders: Folders) -> Mapping[str, Path]:
    """The files of a project's own profiles by name."""
    own: dict[str, Path] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        name = path.stem
        shipped = is_file(FOLDER / path.name)
        if shipped or name in own:
            other = f"deploylint/profiles/{path.name}" if shipped else _display(own[name])
            message = f"profile {name!r} is defined twice; first in {other}"
            raise Misread(Problem(_display(path), 1, 1, message))
        own[name] = path
    return own


def _display(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@cache
def source(name: str, folders: Folders = ()) -> Document:
    """The file of a profile. Raises Misread for one that cannot be read."""
    own = _files(folders).get(name)
    if own is None:
        return document(FOLDER / f"{name}.yaml")
    read = read_file(own, _display(own), own.parent)
    if isinstance(read, Problem):
        raise Misread(read)
    return read


@cache
def decode_layer(name: str, folders: Folders = ()) -> ProfileFile:
    """A profile as it is written. Raises Misread where it has not the structure of one."""
    if name in _files(folders):
        return make_layer(_fields(name, folders))
    return make_layer(own_data.table(f"profile {name}", lambda: _fields(name)))


def _fields(name: str, folders: Folders = ()) -> dict[str, Any]:
    """The fields of a profile's file."""
    from deploylint.model.decode import decode, fields_of
    from deploylint.readers.helm.profile_schema import ProfileFile

    return cast("dict[str, Any]", fields_of(decode(source(name, folders), ProfileFile)))


@cache
def read_layer(name: str, folders: Folders = ()) -> ProfileFile:
    """A profile as it is written; one of the project's own is checked word by word first.

    Raises Misread with the place of what is wrong.
    """
    if name in _files(folders):
        from deploylint.readers.helm.profile_lint import check

        check(name, folders)
    return decode_layer(name, folders)


def layers(name: str, folders: Folders = ()) -> Iterator[ProfileFile]:
    """A profile and what it extends, the most specific first."""
    while name:
        layer = read_layer(name, folders)
        yield layer
        name = layer.extends


def rules(name: str, folders: Folders = ()) -> Iterator[tuple[Mapping[str, Level], Node | None]]:
    """The levels that a profile gives rules, its base first; the node of each own profile."""
    layer = read_layer(name, folders)
    if layer.extends:
        yield from rules(layer.extends, folders)
    if layer.rules:
        own = name in _files(folders)
        yield layer.rules, child(source(name, folders).roots[0], "rules") if own else None


@cache
def load(name: str, folders: Folders = ()) -> Profile:
    """A profile by name, with what it extends below it. Raises Misread as ``read_layer`` does."""
    every = list(layers(name, folders))
    trees = Trees(every)
    return Profile(
        name=name,
        about=every[0].about,
        root=root(every, trees),
        trees=trees,
        prefixes={p.prefix: p.role for layer in every[::-1] for p in layer.prefixes},
        fallback=tuple(map(split, _first((layer.fallback for layer in every), [""]))),
        port_name=_first((layer.port_name for layer in every), "http"),
        port_variables=tuple(_first((layer.port_variables for layer in every), [])),
        given=tuple(_first((layer.given_by_chart for layer in every), [])),
        union=frozenset(_first((layer.union for layer in every), [])),
        references=dict(row for layer in every[::-1] for row in layer.references.items()),
        backends=_by_first_key(layer.backends for layer in every[::-1]),
        copied=_by_first_key(layer.copied for layer in every[::-1]),
        is_complete=_first((layer.complete for layer in every), False),
    )


def _by_first_key(layers: Iterable[Mapping[str, Setting]]) -> dict[str, dict[str, Setting]]:
    """The rows of all layers by the first key of their paths, those of the later ones last."""
    rows: dict[str, dict[str, Setting]] = {}
    for path, row in (each for layer in layers for each in layer.items()):
        rows.setdefault(split(path)[0], {})[path] = row
    return rows


def _first(settings: Iterable[Setting | None], default: Setting) -> Setting:
    """The setting of the most specific layer that has it."""
    return next((setting for setting in settings if setting is not None), default)


def filled_fields(given: Gift | list[Gift]) -> Iterator[str]:
    """The fields that a key of a profile fills; none for an unknown reader."""
    for gift in given if isinstance(given, list) else [given]:
        if isinstance(gift, dict):
            yield from gift
        elif gift.startswith("("):
            reader = READERS.get(gift.strip("()"))
            yield from reader.fields if reader is not None else ()
        else:
            yield gift


def evidence(name: str, node: Node, folders: Folders = ()) -> str:
    """The first key of a profile's evidence that a file holds, dotted, or ""."""
    own = name in _files(folders)
    paths = read_layer(name, folders).evidence if own else _shipped()[name]
    return next((path for path in paths if any(nodes_at(node, path))), "")
