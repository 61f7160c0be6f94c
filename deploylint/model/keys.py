"""The values of services at the keys that rules name, with or without an element that owns them.

A key path begins at the root of a values file, and in manifests at a workload, or at an object of
the kind that it names. Its value belongs to the component that it is written in, else to the main
one. A key that spells one field of that component, in its profile, is that field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set

from deploylint.documents.key_query import (
    FoundKey,
    KeyQuery,
    Step,
    Steps,
    find_keys,
    follow_steps,
    keys_below,
    parse_query,
    query_covers,
    query_text,
)
from deploylint.documents.nodes import (
    Collection,
    Node,
    NodeTable,
    child,
    is_empty,
    leaves,
    plain,
    text_of,
)
from deploylint.documents.record import Record
from deploylint.model.difference import Position
from deploylint.model.fields import KEY
from deploylint.model.own_name import with_service
from deploylint.model.secrets import MASK, is_secret, redact, scalar_or_text, secret_nodes
from deploylint.model.service import Component, Service, Value
from deploylint.model.templates import TEMPLATE, is_variable


class SharedKey(Record):
    """A key as other services have it too.

    ``object_kind`` is the kind of object it is in, where that is named and the key is of no
    component's own.
    ``is_inside`` is whether ``steps`` begin at what the component is read from, else at the root.
    Own names in them are ``{service}``. ``number`` tells it from others of the same steps.
    """

    object_kind: str
    is_inside: bool
    steps: Steps
    number: int


class KeyField(Record):
    """The value of a service at one key.

    ``number`` is that of the component it belongs to.
    ``shared`` is the same for the same key of another service.
    ``path`` is its field path, ``key:`` and the key path.
    ``field`` is the field of the component that the key spells, "" where it spells none.
    """

    number: int
    shared: SharedKey
    path: str
    field: str
    value: Value


def field_path(query: KeyQuery) -> str:
    """The field path of a key path."""
    return f"{KEY}:{query_text(query)}"


def query_of(path: str) -> KeyQuery:
    """The key path of a field path that is one."""
    return parse_query(path.removeprefix(f"{KEY}:"))


def name_in_key(path: str) -> str:
    """The name of the value at a key: its last key, for the value of a variable its name."""
    steps = query_of(path).steps
    if steps[-1].name == "value" and steps[-2:-1] and steps[-2].kind == "item":
        return steps[-2].value
    return next((step.name for step in reversed(steps) if step.kind == "key"), "")


def covers_key(patterns: Iterable[str], path: str) -> bool:
    """Whether one of some field paths that are key paths is about another one."""
    query = query_of(path)
    return any(query_covers(query_of(pattern), query) for pattern in patterns)


# --- of a service ---------------------------------------------------------------------------------


def fields_by_key(service: Service, query: KeyQuery) -> Iterator[KeyField]:
    """The values where a query leads, each place once for each component it belongs to.

    A missing value is absent, with the nearest key above it as its node.
    """
    owners = _Owners(service)
    seen = Counter[object]()
    for root in _roots(service, query.object_kind):
        secret = {_row(node) for node in secret_nodes(root)}
        for place in find_keys(query, root):
            value = _value(place, secret)
            path = field_path(KeyQuery(query.object_kind, place.steps))
            for owner in owners.of_place(place):
                component = service.components[owner.number]
                shared = _shared_key(owner, query.object_kind, service.own_names)
                seen[owner.number, shared] += 1
                shared = shared._replace(number=seen[owner.number, shared])
                yield KeyField(owner.number, shared, path, _field(component, owner), value)


def _roots(service: Service, kind: str) -> list[Node]:
    """Where a key path begins in a service."""
    if service.shape == "values":
        return [] if kind else [service.root]
    if kind:
        return [root for root in service.roots if _kind(root) == kind]
    scopes = {_row(component.scope) for component in service.components}
    return [root for root in service.roots if _row(root) in scopes]


def _kind(root: Node) -> str:
    return text_of(child(root, "kind"))


Row = tuple[NodeTable, int]


def _row(node: Node) -> Row:
    return node.table, node.row


class _Owner(Record):
    """A component that a place belongs to, and the steps there from the component's own node.

    ``keys`` are the keys of the component, None where the place is not written in it.
    """

    number: int
    keys: tuple[str, ...] | None
    steps: Steps


class _Owners:
    """Finds the components of a service that a place belongs to."""

    def __init__(self, service: Service) -> None:
        self._scopes = [component.scope for component in service.components]
        self._names = [component.name for component in service.components]
        self._by_row: dict[Row, list[tuple[int, tuple[str, ...]]]] = {}
        for number, scope in enumerate(self._scopes):
            if type(scope) is Collection:
                self._by_row.setdefault(_row(scope), []).append((number, ()))
            elif isinstance(scope.content, dict):
                for key, entry in scope.content.items():
                    owners = self._by_row.setdefault(_row(entry.value), [])
                    if all(known != number for known, _ in owners):  # else made of the same node
                        owners.append((number, (key,)))

    def of_place(self, place: FoundKey) -> list[_Owner]:
        """The components that are read from the nearest mapping above the place."""
        for depth in range(len(place.nodes) - 1, -1, -1):
            owners = self._at(place.nodes[depth])
            if owners:
                # An alias may stand for the values of several: the step names one.
                name = place.steps[depth - 1].name if depth else None
                named = [owner for owner in owners if self._names[owner[0]] == name]
                return [_Owner(*owner, place.steps[depth:]) for owner in named or owners]
        return [_Owner(0, None, place.steps)]

    def _at(self, node: Node) -> list[tuple[int, tuple[str, ...]]]:
        whole = [(number, ()) for number, scope in enumerate(self._scopes) if scope == node]
        return self._by_row.get(_row(node), []) or list(whole)


def _shared_key(owner: _Owner, kind: str, own_names: tuple[str, ...]) -> SharedKey:
    """A key as another service has it: below its component, items by the names it may have."""
    steps = tuple(
        step._replace(value=with_service(step.value, own_names)) if step.kind == "item" else step
        for step in owner.steps
    )
    is_inside = owner.keys is not None
    keys = tuple(Step("key", key) for key in owner.keys or ())
    return SharedKey("" if is_inside else kind, is_inside, (*keys, *steps), 0)


def _look_up(at: Position, shared: SharedKey) -> FoundKey:
    """A key in a component, or where it would be."""
    roots = [at.component.scope] if shared.is_inside else _roots(at.service, shared.object_kind)
    places = (follow_steps(root, shared.steps) for root in roots or [at.component.scope])
    return max(places, key=lambda place: len(place.nodes))


def absent_value(at: Position, shared: SharedKey) -> Value:
    """The value of a key that a component does not have: absent, at the nearest key above it."""
    return Value("absent", None, _look_up(at, shared).key)


def folded_fields(
    missing: Sequence[KeyField], at: Position, reference: Position
) -> Iterator[KeyField]:
    """Values that only the reference has, several below one missing key as that key."""
    levels = [_missing_level(key, at, reference) or key for key in missing]
    often = Counter(level.path for level in levels)
    folded = set[str]()
    for key, level in zip(missing, levels, strict=True):
        if often[level.path] == 1:
            yield key
        elif level.path not in folded:
            folded.add(level.path)
            yield level


def _missing_level(key: KeyField, at: Position, reference: Position) -> KeyField | None:
    """The highest missing key on the way to a place; None where that is the place."""
    above = len(key.shared.steps) - len(_look_up(at, key.shared).nodes)
    if above < 1 or key.value.state != "known":
        return None
    query = query_of(key.path)
    path = field_path(KeyQuery(query.object_kind, query.steps[:-above]))
    shared = key.shared._replace(steps=key.shared.steps[:-above])
    node = _look_up(reference, shared).node
    return key._replace(shared=shared, path=path, value=Value("known", "present", node))


def _field(component: Component, owner: _Owner) -> str:
    if owner.keys is None or any(step.kind != "key" for step in owner.steps):
        return ""
    return component.paths.field_at((*owner.keys, *(step.name for step in owner.steps)))


class OtherKey(Record):
    """A key that no element owns anything at or below, with its value.

    ``path`` is its field path, ``size`` how many values are there.
    ``is_secret`` is whether one of them is.
    """

    path: str
    key: Node
    value: Node
    size: int
    is_secret: bool


def other_keys(service: Service) -> Iterator[OtherKey]:
    """The keys of a service that no element owns, a whole sub-tree as one key."""
    values = (v for component in service.components for v in component.values.values())
    owned = {_row(leaf) for value in values for leaf in value.leaves}
    begins = set(map(_row, _roots(service, "")))
    for root in [service.root] if service.shape == "values" else service.roots:
        kind = "" if _row(root) in begins else _kind(root)
        secret = {_row(node) for node in secret_nodes(root)}
        for place in _other_places(FoundKey((), (root,), root), owned):
            path, rows = field_path(KeyQuery(kind, place.steps)), _leaf_rows(place)
            is_secret = not secret.isdisjoint(rows)
            yield OtherKey(path, place.key, place.nodes[-1], len(rows), is_secret)


def _leaf_rows(place: FoundKey) -> list[Row]:
    return [_row(leaf) for leaf in leaves(place.nodes[-1])]


def _other_places(at: FoundKey, owned: Set[Row]) -> Iterator[FoundKey]:
    """The highest places below another one that hold nothing that is owned."""
    for place in keys_below(at):
        rows = _leaf_rows(place)
        if owned.isdisjoint(rows):
            yield place
        elif not owned >= set(rows):
            yield from _other_places(place, owned)


# --- values ---------------------------------------------------------------------------------------


def _value(place: FoundKey, secret: Set[Row]) -> Value:
    """The value of a place; unknown where it is a template, or may not be shown."""
    node = place.node
    if node is None:
        return Value("absent", None, place.key)
    every = tuple(leaves(node))
    if is_empty(node):
        return Value("disabled", None, node, "", None, every)
    if any(map(is_variable, map(text_of, every))):
        return Value("unknown", None, node, TEMPLATE, None, every)
    data = scalar_or_text(node) if node.is_scalar else plain(node)
    if not secret.isdisjoint(map(_row, every)):
        name = name_in_key(field_path(KeyQuery("", place.steps)))
        shown = redact(name, data)
        data = MASK if shown == data or is_secret(place.nodes[0]) else shown
    return Value("known", data, node, "", None, every)


def holds_secrets(value: Value) -> bool:
    """Whether something below a value is secret."""
    return value.node is not None and next(secret_nodes(value.node), None) is not None


def item_path(path: str, values: Iterable[Value], steps: Sequence[str]) -> str:
    """The field path of a value below another one that is written in one of two places."""
    query = query_of(path)
    below: list[Step] = []
    nodes = [value.node for value in values if value.node is not None]
    for text in steps:
        contents = [node.content for node in nodes]
        is_key = any(isinstance(content, dict) and text in content for content in contents)
        below.append(Step("key", text) if is_key else _item_step(text))
        next_nodes = (follow_steps(node, (below[-1],)).node for node in nodes)
        nodes = [node for node in next_nodes if node is not None]
    return field_path(KeyQuery(query.object_kind, (*query.steps, *below)))


def _item_step(step: str) -> Step:
    """The step to an item of a list, by its number or merge key; else a key that is not there."""
    if step.isdecimal():
        return Step("number", step)
    return parse_query(f"items{step}").steps[1] if step[:1] == "[" else Step("key", step)
