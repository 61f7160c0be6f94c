"""The layers of a profile compiled into trees of keys, for one walk of a file.

The tree of a component's role is made when the first component of that role is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from deploylint.documents.grouping import items_by_key
from deploylint.documents.record import Record
from deploylint.model.fields import ADDRESSES, PRESENT
from deploylint.model.service import Paths, Role, Spellings
from deploylint.model.types import WORD
from deploylint.readers.helm.fill import (
    fill_above_switch,
    fill_command,
    fill_constants,
    fill_field,
    fill_form,
    fill_switch,
    leave_to_chart,
)
from deploylint.readers.helm.forms import ARGUMENTS, COMMAND
from deploylint.readers.helm.key_tree import (
    ABOVE,
    ELSEWHERE,
    LAST,
    SWITCHES,
    ComponentKey,
    ElementKey,
    KeyNode,
    KeyRule,
    KnownTexts,
    split,
)
from deploylint.readers.helm.layer import Gift

if TYPE_CHECKING:
    from deploylint.readers.helm.profile_schema import AlternativeEntry, ComponentEntry, ProfileFile


def _paths(role: Role, layers: Sequence[ProfileFile]) -> Paths:
    """The keys a field would be written under, first spelling first; for what is missing."""
    paths: dict[str, tuple[str, ...]] = {}
    for element, prefix, _, fields in ways_to_write(role, layers):
        if prefix:
            paths.setdefault(f"{element}.{PRESENT}", prefix)
        for path, given in fields.items():
            for gift in given if isinstance(given, list) else [given]:
                if isinstance(gift, str) and f"{element}.{gift}" in ADDRESSES:
                    paths.setdefault(f"{element}.{gift}", prefix + split(path))
    return paths


class Tree(Record):
    """What the keys of a component of one role mean, and what an address is written under."""

    keys: KeyNode
    paths: Spellings


class Trees(dict[Role, Tree]):
    """The trees of a profile by role, each made when it is first asked for."""

    def __init__(self, layers: Sequence[ProfileFile]) -> None:
        super().__init__()
        self._layers = layers

    def __missing__(self, role: Role) -> Tree:
        self[role] = _tree(role, self._layers)
        return self[role]


def root(layers: Sequence[ProfileFile], trees: Mapping[Role, Tree]) -> KeyNode:
    """The tree of a file as a whole: where components stand, and what the one at the root says."""
    keys = KeyNode()
    at_root: Tree | None = None
    for at, entries in _places(layers).items():
        if not at:
            at_root = trees[entries[0].role]
            continue
        *above, _ = split(at)
        keys.at(split(at)).places = tuple(
            ComponentKey(entry.role, entry.technology, tuple(entry.holds)) for entry in entries
        )
        for key in (key for entry in entries for key in entry.except_):
            keys.at((*above, key))
    if at_root is not None:
        _grow(keys, at_root.keys)
    _mark_foreign(keys, layers)
    keys.prefixes = tuple(p.prefix for layer in layers for p in layer.prefixes)
    return keys


def _places(layers: Sequence[ProfileFile]) -> Mapping[str, list[ComponentEntry]]:
    """The components of each place, by the most specific layer that has any there."""
    places: dict[str, list[ComponentEntry]] = {}
    for layer in layers[::-1]:
        places |= items_by_key((entry.at, entry) for entry in layer.components)
    return places


def _grow(keys: KeyNode, tree: KeyNode) -> None:
    """Let the root's tree know what the component at the root knows."""
    keys.star, keys.items = keys.star or tree.star, keys.items or tree.items
    keys.globs = tree.globs | keys.globs
    for key, below in tree.children.items():
        known = keys.children.get(key)
        if known is None:
            keys.children[key] = below
        else:
            known.rules, known.owned = list(below.rules), list(below.owned)
            known.pending = list(below.pending)
            _grow(known, below)


def _mark_foreign(keys: KeyNode, layers: Iterable[ProfileFile]) -> None:
    """Other charts' keys at the root, and beside components of any name."""
    stars = [keys, *(below for below in keys.children.values() if below.star is not None)]
    for layer in layers:
        for entry in layer.foreign:
            for path in map(split, entry.at):
                for place in stars if not entry.holds else stars[:1]:
                    place.at(path).foreign = tuple(entry.holds)


Fields = Mapping[str, Gift | list[Gift]]
Way = tuple[str, tuple[str, ...], "AlternativeEntry", Fields]
"""One way to write an element: its name, the element's own key or none, what it says."""


def ways_to_write(role: Role | Literal[""], layers: Sequence[ProfileFile]) -> Iterator[Way]:
    """Every way to write an element in a component of a role, or of any, the closest first."""
    forms = {name: form for layer in layers[::-1] for name, form in layer.forms.items()}
    for layer in layers:
        for element, alternatives in layer.elements.items():
            for written in (a for a in alternatives if not role or (a.for_ or role) == role):
                form = forms.get(written.form)
                fields = written.fields if form is None else form | written.fields
                for prefix in written.at or [""]:  # each can be switched off by itself
                    yield element, split(prefix), written, fields


def _tree(role: Role, layers: Sequence[ProfileFile]) -> Tree:
    keys = KeyNode()
    for entry, (element, prefix, written, fields) in enumerate(ways_to_write(role, layers), 1):
        adding = _Adding((element, entry), written, fields)
        own = keys.at(prefix)
        if prefix:
            adding.own(own)
            own.pending.append(adding.below)
        else:
            adding.below(own)
        adding.switches(keys)
    for path in (path for layer in layers for path in layer.known):
        keys.at(split(path))
    return Tree(keys, Spellings(partial(_paths, role, layers), keys.field_at))


class _Adding(Record):
    """One way to write an element, on its way into a tree.

    ``way`` is the element, and the number of the way.
    """

    way: tuple[str, int]
    written: AlternativeEntry
    fields: Fields

    def own(self, keys: KeyNode) -> None:
        """The element's own key."""
        own = self.fields.get(".", ())
        scalar = any(isinstance(gift, str) for gift in (own if isinstance(own, list) else [own]))
        flags = (scalar, self.written.alone, bool(self.written.switch))
        keys.owned.append(ElementKey(*self.way, *flags))

    def below(self, keys: KeyNode) -> None:
        """What lies below that key, or in the component itself."""
        if self.written.at:
            for switch in SWITCHES:
                keys.below(switch).rules.append(KeyRule(*self.way, 0, fill_switch))
        rank = self.way[1] * 10_000
        for number, (path, given) in enumerate(self.fields.items()):
            rules = keys.at(split(path)).rules
            for gift in given if isinstance(given, list) else [given]:
                rules.append(self._gift(rank + number, gift))
        for path, chart_fields in self.written.chart_decides.items():
            fields = tuple(chart_fields)
            rule = KeyRule(*self.way, rank + LAST, leave_to_chart, chart_fields=fields)
            keys.at(split(path)).rules.append(rule)

    def switches(self, keys: KeyNode) -> None:
        """Keys elsewhere that switch it on and off."""
        for switch in map(split, self.written.switch):
            keys.at(switch[:-1]).rules.append(KeyRule(*self.way, ABOVE, fill_above_switch))
            keys.at(switch).rules.append(KeyRule(*self.way, ELSEWHERE, fill_switch))

    def _gift(self, rank: int, gift: Gift) -> KeyRule:
        """What one key gives, as a rule."""
        if isinstance(gift, dict):
            return KeyRule(*self.way, rank, fill_constants, constants=tuple(gift.items()))
        if gift == PRESENT:
            return KeyRule(*self.way, rank, fill_switch)
        if gift.startswith("("):
            reader = gift.strip("()")
            fill = fill_command if reader in (COMMAND, ARGUMENTS) else fill_form
            return KeyRule(*self.way, rank, fill, reader=reader)
        path = f"{self.way[0]}.{gift}"
        kind = ADDRESSES.get(path, WORD)
        known = _KNOWN.setdefault(kind.name, {})
        return KeyRule(*self.way, rank, fill_field, path, kind, known, pod=self.written.pod)


_KNOWN: dict[str, KnownTexts] = {}
"""What texts say, by the name of the type: a fleet's files hold the same ones."""
