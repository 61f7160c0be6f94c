"""Profiles: data that says how one chart spells its values, compiled for one walk of a file.

A profile is a file in ``deploylint/profiles``; ``docs/profiles.md`` shows how to write one. It is
compiled into a tree of keys, so that reading a values file costs as much as the file has keys, not
as much as the profile has rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from deploylint.documents.nodes import Node, plain
from deploylint.documents.reader import Document, read
from deploylint.elements import ADDRESSES, PRESENT
from deploylint.model import Role

FOLDER = Path(__file__).parent.parent / "profiles"
SWITCHES = ("enabled", "create", "enable")
"""Keys that turn an element off when they hold false (``helm create``, chart authors)."""


class Row(NamedTuple):
    """One key path of a profile and what it fills.

    ``entry`` identifies the alternative of the element it belongs to. ``rank`` orders rows that
    fill one field: the lowest wins. Exactly one of ``field``, ``reader`` and ``constants`` says
    what the key gives: one field, several by a reader, or fixed values for being there.
    """

    element: str
    entry: int
    rank: int
    field: str = ""
    reader: str = ""
    constants: tuple[tuple[str, str], ...] = ()


class Keys:
    """A node of the compiled tree: what a key at this place means and what keys lie below.

    ``owned`` are elements whose own key this is: (element, entry, whether a scalar can be its
    value). ``open`` is whether all below it is known but owned by nobody.
    """

    __slots__ = ("children", "component", "open", "owned", "rows", "star")

    def __init__(self) -> None:
        self.children: dict[str, Keys] = {}
        self.star: Keys | None = None
        self.rows: list[Row] = []
        self.owned: list[tuple[str, int, bool]] = []
        self.component: Place | None = None
        self.open = False

    def below(self, key: str) -> Keys:
        """The node under a key, made when it is not there; ``*`` is any key."""
        if key == "*":
            self.star = self.star or Keys()
            return self.star
        return self.children.setdefault(key, Keys())


class Place(NamedTuple):
    """A place in a values file that holds a component."""

    role: Role
    technology: str
    keys: Keys


class Profile(NamedTuple):
    """One chart's spelling, ready to read with.

    ``root`` is the tree for the file as a whole. ``paths`` maps an address to the keys it would be
    written under, first spelling first, by component role.
    """

    name: str
    about: str
    evidence: tuple[tuple[str, ...], ...]
    root: Keys
    paths: Mapping[Role, Mapping[str, tuple[str, ...]]]
    fallback: tuple[tuple[str, ...], ...]
    port_name: str
    given: tuple[str, ...]
    """Addresses the chart fills in where the values do not: unknown, not missing."""


_SEGMENT = re.compile(r'"([^"]*)"|([^.]+)')


def split(path: str) -> tuple[str, ...]:
    """The keys of a dotted path; a key that holds dots is quoted. ``"."`` and ``""`` are empty."""
    return tuple(quoted or bare for quoted, bare in _SEGMENT.findall(path))


@cache
def definition(name: str) -> dict[str, Any]:
    """One of our own files in the folder of profiles, as plain data."""
    document = read(FOLDER / f"{name}.yaml", f"deploylint/profiles/{name}.yaml", FOLDER)
    assert isinstance(document, Document), document
    return cast("dict[str, Any]", plain(document.roots[0]))


def names() -> list[str]:
    """The names of all profiles, the most specific first: those that extend others, by name."""
    found = [path.stem for path in FOLDER.glob("*.yaml") if "profile" in definition(path.stem)]
    return sorted(found, key=lambda name: ("extends" not in definition(name), name))


@cache
def load(name: str) -> Profile:
    """A profile by name, with what it extends below it."""
    data = definition(name)
    layers = [data]
    while "extends" in layers[-1]:
        layers.append(definition(layers[-1]["extends"]))
    return compiled(name, data, layers)


def compiled(name: str, data: dict[str, Any], layers: list[dict[str, Any]]) -> Profile:
    """A profile from its own file and that of each layer, the uppermost first."""
    bottom = layers[-1]
    places = _unique_places(layers)
    root, paths = Keys(), {}
    for role in {place["role"] for place in places}:
        tree, paths[role] = _component_keys(role, layers)
        for place in (p for p in places if p["role"] == role):
            _attach(root, place, tree if place["at"] else root)
            if not place["at"]:
                _grow(root, tree)
    return Profile(
        name=name,
        about=data["about"],
        evidence=tuple(split(path) for path in data.get("evidence", ())),
        root=root,
        paths=paths,
        fallback=tuple(split(path) for path in bottom["fallback"]),
        port_name=bottom["port-name"],
        given=tuple(data.get("given-by-chart", bottom["given-by-chart"])),
    )


def _unique_places(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for place in layer.get("components", ()):
            places.setdefault(place["at"], place)
    return list(places.values())


def _attach(root: Keys, place: dict[str, Any], tree: Keys) -> None:
    at = root
    for key in split(place["at"]):
        at = at.below(key)
    at.component = Place(place["role"], place.get("technology", ""), tree)


def _grow(root: Keys, tree: Keys) -> None:
    """Let the root's tree know what the component at the root knows."""
    for key, below in tree.children.items():
        known = root.children.get(key)
        if known is None:
            root.children[key] = below
        else:
            known.rows, known.owned, known.open = below.rows, below.owned, below.open
            _grow(known, below)


def _component_keys(
    role: Role, layers: list[dict[str, Any]]
) -> tuple[Keys, dict[str, tuple[str, ...]]]:
    tree, paths = Keys(), dict[str, tuple[str, ...]]()
    forms = {name: form for layer in layers[::-1] for name, form in layer.get("forms", {}).items()}
    entry = 0
    for layer in layers:
        for element, alternatives in layer.get("elements", {}).items():
            for alternative in alternatives:
                entry += 1
                if alternative.get("for", role) == role:
                    _add(tree, paths, _Alternative(element, entry, alternative, forms))
        for key in layer.get("known", ()):
            _at(tree, split(key)).open = True
    return tree, paths


class _Alternative(NamedTuple):
    element: str
    entry: int
    data: dict[str, Any]
    forms: dict[str, dict[str, Any]]

    @property
    def fields(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self.data.get("fields") or self.forms[self.data["form"]])


def _add(tree: Keys, paths: dict[str, tuple[str, ...]], alternative: _Alternative) -> None:
    element = alternative.element
    holds_scalar = "." in alternative.fields and not isinstance(alternative.fields["."], dict)
    for order, at in enumerate(alternative.data["at"] or [""]):
        prefix = split(at)
        if prefix:
            own = _at(tree, prefix)
            own.owned.append((element, alternative.entry, holds_scalar))
            paths.setdefault(f"{element}.{PRESENT}", prefix)
            for switch in SWITCHES:
                _at(own, (switch,)).rows.append(Row(element, alternative.entry, 0, PRESENT))
        for number, (path, gives) in enumerate(alternative.fields.items()):
            rank = alternative.entry * 10_000 + order * 100 + number
            keys = prefix + split(path)
            _at(tree, keys).rows.append(_row(element, alternative.entry, rank, gives))
            if isinstance(gives, str) and f"{element}.{gives}" in ADDRESSES:
                paths.setdefault(f"{element}.{gives}", keys)


def _at(tree: Keys, path: tuple[str, ...]) -> Keys:
    for key in path:
        tree = tree.below(key)
    return tree


def _row(element: str, entry: int, rank: int, gives: str | dict[str, str]) -> Row:
    if isinstance(gives, dict):
        return Row(element, entry, rank, constants=tuple(gives.items()))
    if gives.startswith("("):
        return Row(element, entry, rank, reader=gives.strip("()"))
    return Row(element, entry, rank, field=gives)


def evidence(profile: Profile, root: Node) -> str:
    """The first key of a profile's evidence that a file holds, dotted, or ""."""
    for path in profile.evidence:
        node: Node = root
        for key in path:
            if not isinstance(node.content, dict) or key not in node.content:
                break
            node = node.content[key].value
        else:
            return ".".join(path)
    return ""
