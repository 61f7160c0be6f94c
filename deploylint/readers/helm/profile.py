"""Profiles: data that says how one chart spells its values.

A profile is a file in ``deploylint/profiles`` or in a folder of the project's own;
``docs/profiles.md`` shows how to write one. It is read when somebody asks what speaks for it, and
compiled (``keys``) when a file is read with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from deploylint.documents.nodes import Node, Problem, child
from deploylint.documents.paths import is_file
from deploylint.documents.reader import Document, read_file
from deploylint.documents.record import Record
from deploylint.model import own_data
from deploylint.model.errors import Misread
from deploylint.model.rule import Level
from deploylint.model.service import Role
from deploylint.readers.data import DEFINITIONS, FOLDER, NOT_PROFILES, document
from deploylint.readers.helm.compile import Tree, Trees, root
from deploylint.readers.helm.key_tree import Keys, split
from deploylint.readers.helm.layer import Layer, make_layer

Said = TypeVar("Said")

Folders = tuple[Path, ...]
"""Folders of a project's own profiles; the shipped one comes last and is not named."""


class Profile(Record):
    """One chart's spelling, ready to read with.

    ``root`` is the tree for the file as a whole and ``trees`` are those of components by role.
    ``prefixes`` begin the keys of a component at the root, by its role. ``fallback`` are the paths
    where an inherited element is looked for, ``port_name`` is what the chart calls the server's
    port and ``port_variables`` tell it to a process, ``given`` are the addresses that the chart
    fills in where the values are silent, ``union`` the elements to which every key adds.
    """

    name: str
    about: str
    root: Keys
    trees: Mapping[Role, Tree]
    prefixes: Mapping[str, Role]
    fallback: tuple[tuple[str, ...], ...]
    port_name: str
    port_variables: tuple[str, ...]
    given: tuple[str, ...]
    union: frozenset[str]


@cache
def names(folders: Folders = ()) -> tuple[str, ...]:
    """The names of all profiles, the most specific first: own ones, shipped ones, their base.

    Raises Misread for a name that is given twice.
    """
    return (*_files(folders), *_shipped())


def _shipped() -> Mapping[str, list[str]]:
    """The shipped profiles and what speaks for each, the most specific first."""
    return cast("Mapping[str, list[str]]", own_data.table("profiles", _compiled_names))


def _compiled_names() -> Any:
    layers = [layer for layer in every_shipped() if layer.profile not in NOT_PROFILES]
    layers.sort(key=lambda layer: (not layer.extends, layer.profile))
    return {layer.profile: layer.evidence for layer in layers}


def every_shipped() -> Iterator[Layer]:
    """Every shipped file that is written as a profile."""
    for path in sorted(FOLDER.glob("*.yaml")):
        if path not in DEFINITIONS:
            yield decoded(path.stem)


@cache
def _files(folders: Folders) -> Mapping[str, Path]:
    """A project's own profiles: where each name stands."""
    found: dict[str, Path] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        name = path.stem
        shipped = is_file(FOLDER / path.name)
        if shipped or name in found:
            other = f"deploylint/profiles/{path.name}" if shipped else _shown(found[name])
            message = f"profile {name!r} is defined twice; first in {other}"
            raise Misread(Problem(_shown(path), 1, 1, message))
        found[name] = path
    return found


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@cache
def source(name: str, folders: Folders = ()) -> Document:
    """The file of a profile. Raises Misread for one that cannot be read."""
    own = _files(folders).get(name)
    if own is None:
        return document(FOLDER / f"{name}.yaml")
    found = read_file(own, _shown(own), own.parent)
    if isinstance(found, Problem):
        raise Misread(found)
    return found


@cache
def decoded(name: str, folders: Folders = ()) -> Layer:
    """A profile as it is written. Raises Misread where it has not the structure of one."""
    if name in _files(folders):
        return make_layer(_fields(name, folders))
    return make_layer(own_data.table(f"profile {name}", lambda: _fields(name)))


def _fields(name: str, folders: Folders = ()) -> list[Any]:
    """What a profile's file holds, field by field."""
    from deploylint.model.decode import decode, fields_of
    from deploylint.readers.helm.profile_schema import ProfileFile

    return cast("list[Any]", fields_of(decode(source(name, folders), ProfileFile)))


@cache
def written(name: str, folders: Folders = ()) -> Layer:
    """A profile as it is written; one of the project's own is checked word by word first.

    Raises Misread with the place of what is wrong.
    """
    if name in _files(folders):
        from deploylint.readers.helm.profile_lint import check

        check(name, folders)
    return decoded(name, folders)


def layers(name: str, folders: Folders = ()) -> Iterator[Layer]:
    """A profile and what it extends, the most specific first."""
    while name:
        layer = written(name, folders)
        yield layer
        name = layer.extends


def rules(name: str, folders: Folders = ()) -> Iterator[tuple[Mapping[str, Level], Node | None]]:
    """What a profile makes of rules, what it extends first; where that stands in an own one."""
    layer = written(name, folders)
    if layer.extends:
        yield from rules(layer.extends, folders)
    if layer.rules:
        own = name in _files(folders)
        yield layer.rules, child(source(name, folders).roots[0], "rules") if own else None


@cache
def load(name: str, folders: Folders = ()) -> Profile:
    """A profile by name, with what it extends below it. Raises Misread as ``written`` does."""
    found = list(layers(name, folders))
    trees = Trees(found)
    return Profile(
        name=name,
        about=found[0].about,
        root=root(found, trees),
        trees=trees,
        prefixes={p.prefix: p.role for layer in found[::-1] for p in layer.prefixes},
        fallback=tuple(map(split, _said((one.fallback for one in found), [""]))),
        port_name=_said((one.port_name for one in found), "http"),
        port_variables=tuple(_said((one.port_variables for one in found), [])),
        given=tuple(_said((one.given_by_chart for one in found), [])),
        union=frozenset(_said((one.union for one in found), [])),
    )


def _said(layers: Iterable[Said | None], default: Said) -> Said:
    """What the most specific layer says that says anything."""
    return next((said for said in layers if said is not None), default)


def evidence(name: str, node: Node, folders: Folders = ()) -> str:
    """The first key of a profile's evidence that a file holds, dotted, or ""."""
    own = name in _files(folders)
    listed = written(name, folders).evidence if own else _shipped()[name]
    return next((path for path in listed if _holds(node, path)), "")


def _holds(node: Node, path: str) -> bool:
    return _has(node, split(path))


def _has(node: Node, path: tuple[str, ...]) -> bool:
    """Whether a mapping holds a path of keys; ``*`` is any key."""
    if not path:
        return True
    key, rest = path[0], path[1:]
    if key != ANY:
        below = child(node, key)
        return below is not None and _has(below, rest)
    content = node.content if node.is_mapping else {}
    return isinstance(content, dict) and any(_has(entry.value, rest) for entry in content.values())


ANY = "*"
"""Any key, in a path of a profile."""
