"""Helm values files to components: how each falls back to what the root of its file says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deploylint.documents.nodes import Node, child
from deploylint.elements import ELEMENTS, PRESENT, element_of
from deploylint.model import Component, Role, Value
from deploylint.shapes.commands import read_worker, words
from deploylint.shapes.keys import Place
from deploylint.shapes.profiles import Profile
from deploylint.shapes.scope import Scope, finish
from deploylint.shapes.walk import is_off, walk


def components(root: Node, profile: Profile) -> tuple[list[Component], list[tuple[Node, str]]]:
    """The components of a values file, the server first, and its near misses.

    A root that has a server below it is only what the components fall back to; a lone server has
    everything that stands there.
    """
    top = walk(root, profile.root)
    shared = finish(top, profile.union)
    for path in profile.fallback[1:]:
        below = _descend(root, path)
        if below is not None:
            shared = finish(walk(below, profile.root), profile.union) | shared
    near, found = list(top.near), list[Component]()
    prefixed = dict(_prefixed(root, top, profile))
    servers = [place for _, place, _ in top.places if place.role == "server"]
    for_others, offers = _offered(shared, judged=True), dict[str, Offer]()
    offers["server"] = _offered(shared, judged=False, everything=len(servers) == 1)
    for role, (name, node, values) in prefixed.items():
        if role == "server":
            shared = dict(values) | shared
        elif any(place.role == role for _, place, _ in top.places):
            offers[role] = _offered(values, judged=False)
        else:
            values = _inherited(dict(values), for_others)
            found.append(_component(name, role, values, node, profile))
    if not servers:
        found.append(_component("", "server", shared, root, profile))
    for name, place, entry in top.places:
        scope = walk(entry.value, profile.trees[place.role].keys)
        near += scope.near
        values = _worker(finish(scope, profile.union), scope, place, entry.key, near)
        values = _inherited(values, offers.get(place.role, {}))
        values = _inherited(values, {} if place.role == "server" else for_others)
        found.append(_component(name, place.role, values, entry.value, profile))
    return _servers_first(found), near


def _servers_first(found: list[Component]) -> list[Component]:
    """The main component first; a second server is known by its name."""
    ordered = sorted(found, key=lambda component: component.role != "server")
    main, *others = ordered
    return [main, *(c._replace(key=f"{c.role}:{c.name}") for c in others)]


def _prefixed(
    root: Node, top: Scope, profile: Profile
) -> Iterator[tuple[Role, tuple[str, Node, Mapping[str, Value]]]]:
    """Components whose keys stand at the root behind their name: ``workerResources``."""
    for prefix, entries in top.prefixed.items():
        role, node = profile.prefixes[prefix], root._replace(content=entries)
        if is_off(node):
            continue
        scope = walk(node, profile.trees[role].keys)
        place, key = Place(role, "", ()), next(iter(entries.values())).key
        values = _worker(finish(scope, profile.union), scope, place, key, [])
        if values:
            yield role, (prefix, node, values)


def _component(
    name: str, role: Role, values: Mapping[str, Value], scope: Node, profile: Profile
) -> Component:
    key = role if role == "server" else f"{role}:{name}"
    return Component(key, name, role, values, scope, profile.trees[role].paths)


def _descend(node: Node, path: Iterable[str]) -> Node | None:
    for key in path:
        below = child(node, key)
        if below is None:
            return None
        node = below
    return node if isinstance(node.content, dict) else None


Offer = Mapping[str, Mapping[str, Value]]
"""What the root says, by inherited element and address."""


def _offered(shared: Mapping[str, Value], *, judged: bool, everything: bool = False) -> Offer:
    """What components fall back to; ``judged`` is whether the root is a component of its own.

    What is judged at the root is marked, so that it is neither judged nor counted once more.
    ``everything`` is whether that goes for elements that are not inherited, too.
    """
    offer: dict[str, dict[str, Value]] = {}
    for address, value in shared.items():
        element = element_of(address)
        if everything or ELEMENTS[element].inherited:
            marked = value._replace(inherited=True, leaves=()) if judged else value
            offer.setdefault(element, {})[address] = marked
    return offer


def _inherited(values: dict[str, Value], offer: Offer) -> dict[str, Value]:
    """A component's values with what the root says of elements it does not mention itself."""
    for element, fields in offer.items():
        if _is_open(values.get(f"{element}.{PRESENT}")):
            values.update(fields)
    return values


def _is_open(present: Value | None) -> bool:
    """Whether lookup goes on: nothing was said, or only an empty value."""
    return present is None or (present.state == "disabled" and present.data is None)


def _worker(
    values: dict[str, Value], scope: Scope, place: Place, key: Node, near: list[tuple[Node, str]]
) -> dict[str, Value]:
    if place.role != "worker":
        return values
    line = []
    for _, node in sorted(scope.argv, key=lambda ranked: ranked[0]):
        try:
            line += words(node)
        except ValueError:
            values.setdefault("workers.queues", Value("unknown", None, node, "not a command"))
    stated = values.get("workers.technology")
    hint = str(stated.data) if stated is not None else place.technology
    reading = read_worker(line, hint)
    near += reading.near_misses
    for name, value in reading.values.items():
        at = value.node or (scope.argv[0][1] if scope.argv else None)
        values.setdefault(f"workers.{name}", value._replace(node=at))
    if place.technology and "workers.technology" not in values:
        values["workers.technology"] = Value("known", place.technology, key)
    if any(address.startswith("workers.") for address in values):
        values.setdefault(f"workers.{PRESENT}", Value("known", True, key))
    return values
