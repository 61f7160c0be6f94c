"""Helm values files to components: how each falls back to what the root of its file says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deploylint.documents.nodes import Entry, Node, child
from deploylint.elements import ELEMENTS, PRESENT, element_of
from deploylint.model import ABSENT, Component, Role, Value
from deploylint.shapes.commands import read_worker, words
from deploylint.shapes.profiles import Place, Profile
from deploylint.shapes.readers import variable_words
from deploylint.shapes.shell import Variables, Word
from deploylint.shapes.walk import Scope, finish, walk
from deploylint.shapes.worker_options import Reading


def components(root: Node, profile: Profile) -> tuple[list[Component], list[tuple[Node, str]]]:
    """The components of a values file, the server first, and its near misses.

    A root that has a server below it is only what the components fall back to.
    """
    top = walk(root, profile.root)
    shared = finish(top)
    for path in profile.fallback[1:]:
        below = _descend(root, path)
        if below is not None:
            shared = finish(walk(below, profile.root)) | shared
    places = [(n, p, e) for n, p, e in top.places if isinstance(e.value.content, dict)]
    is_fallback = any(place.role == "server" for _, place, _ in places)
    for_server, for_others = _offered(shared, judged=False), _offered(shared, judged=True)
    near, found = list(top.near), list[Component]()
    if not is_fallback:
        found.append(_component("", "server", shared, root, profile.paths["server"]))
    for name, place, entry in places:
        scope = walk(entry.value, place.keys)
        near += scope.near
        values, role = finish(scope), place.role
        if role == "worker":
            has_own = f"environment.{PRESENT}" in values
            variables = variable_words((scope if has_own else top).variables)
            reading = _worker(values, scope, place, entry, variables)
            near += reading.near_misses
            role = reading.role or role
        values = _inherited(values, for_server if role == "server" else for_others)
        found.append(_component(name, role, values, entry.value, profile.paths[place.role]))
    return sorted(found, key=lambda component: component.role != "server"), near


Paths = Mapping[str, tuple[str, ...]]


def _component(
    name: str, role: Role, values: Mapping[str, Value], scope: Node, paths: Paths
) -> Component:
    key = role if role == "server" else f"{role}:{name}"
    return Component(key, name, role, values, scope, paths)


def _descend(node: Node, path: Iterable[str]) -> Node | None:
    for key in path:
        below = child(node, key)
        if below is None:
            return None
        node = below
    return node if isinstance(node.content, dict) else None


Offer = Mapping[str, Mapping[str, Value]]
"""What the root says, by inherited element and address."""


def _offered(shared: Mapping[str, Value], *, judged: bool) -> Offer:
    """What components fall back to; ``judged`` is whether the root is a component of its own.

    What is judged at the root is marked, so that it is neither judged nor counted once more.
    """
    offer: dict[str, dict[str, Value]] = {}
    for address, value in shared.items():
        element = element_of(address)
        if ELEMENTS[element].inherited:
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
    values: dict[str, Value], scope: Scope, place: Place, entry: Entry, variables: Variables
) -> Reading:
    """What a worker's command says, filled into its values; its role may be another one."""
    line = _line(values, scope, variables)
    stated = values.get("workers.technology")
    hint = str(stated.data) if stated is not None else place.technology
    reading = read_worker(line, hint, variables, has_program=scope.has_program)
    for name, value in reading.values.items():
        at = value.node or (scope.argv[0][1] if scope.argv else None)
        values.setdefault(f"workers.{name}", value._replace(node=at))
    if place.technology and values.get("workers.technology", ABSENT).state != "known":
        values["workers.technology"] = Value("known", place.technology, entry.key)
    if place.technology and reading.role in ("", "worker"):
        note = "no command is set in values"
        values.setdefault("workers.queues", Value("unknown", None, entry.key, note))
    if any(address.startswith("workers.") for address in values):
        values.setdefault(f"workers.{PRESENT}", Value("known", True, entry.key))
    return reading


def _line(values: dict[str, Value], scope: Scope, variables: Variables) -> list[Word]:
    """The words of a command and its arguments, as Kubernetes joins them."""
    line: list[Word] = []
    for _, node in sorted(scope.argv, key=lambda ranked: ranked[0]):
        try:
            line += words(node, variables)
        except ValueError as error:
            unknown = Value("unknown", None, node, f"not a command: {error}")
            values.setdefault("workers.queues", unknown)
    return line
