"""The layers of a profile compiled into trees of keys, for one walk of a file.

The tree of a component's role is made when the first component of that role is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from deploylint.elements import ADDRESSES, PRESENT
from deploylint.model import Role
from deploylint.profile_file import AlternativeEntry, Gift, ProfileFile
from deploylint.shapes.keys import ABOVE, ELSEWHERE, LAST, SWITCHES, Keys, Owned, Place, Row, split


class Tree(NamedTuple):
    """What the keys of a component of one role mean.

    ``paths`` maps an address to the keys it would be written under, first spelling first.
    """

    keys: Keys
    paths: Mapping[str, tuple[str, ...]]


class Trees(dict[Role, Tree]):
    """The trees of a profile by role, each made when it is first asked for."""

    def __init__(self, layers: Sequence[ProfileFile]) -> None:
        super().__init__()
        self._layers = layers

    def __missing__(self, role: Role) -> Tree:
        self[role] = _tree(role, self._layers)
        return self[role]


def root(layers: Sequence[ProfileFile], trees: Mapping[Role, Tree]) -> Keys:
    """The tree of a file as a whole: where components stand, and what the one at the root says."""
    keys = Keys()
    at_root: Tree | None = None
    places = {place.at: place for layer in layers[::-1] for place in layer.components}
    for place in places.values():
        if not place.at:
            at_root = trees[place.role]
            continue
        node = keys.at(split(place.at))
        node.component = Place(place.role, place.technology, tuple(place.holds))
        *above, _ = split(place.at)
        for key in place.except_:
            keys.at((*above, key))
    if at_root is not None:
        _grow(keys, at_root.keys)
    _mark_foreign(keys, layers)
    keys.prefixes = tuple(p.prefix for layer in layers for p in layer.prefixes)
    return keys


def _grow(keys: Keys, tree: Keys) -> None:
    """Let the root's tree know what the component at the root knows."""
    keys.star, keys.items = keys.star or tree.star, keys.items or tree.items
    keys.globs = tree.globs | keys.globs
    for key, below in tree.children.items():
        known = keys.children.get(key)
        if known is None:
            keys.children[key] = below
        else:
            known.rows, known.owned = below.rows, below.owned
            _grow(known, below)


def _mark_foreign(keys: Keys, layers: Iterable[ProfileFile]) -> None:
    """Other charts' keys at the root, and beside components of any name."""
    stars = [keys, *(below for below in keys.children.values() if below.star is not None)]
    for layer in layers:
        for entry in layer.foreign:
            for path in map(split, entry.at):
                for place in stars if not entry.holds else stars[:1]:
                    place.at(path).foreign = tuple(entry.holds)


def _tree(role: Role, layers: Sequence[ProfileFile]) -> Tree:
    keys, paths = Keys(), dict[str, tuple[str, ...]]()
    forms = {name: form for layer in layers[::-1] for name, form in layer.forms.items()}
    entries = count(1)
    for layer in layers:
        for element, alternatives in layer.elements.items():
            for alternative in (a for a in alternatives if (a.for_ or role) == role):
                fields = forms.get(alternative.form, {}) | alternative.fields
                for prefix in alternative.at or [""]:  # each can be switched off by itself
                    adding = _Adding(keys, paths, element, next(entries))
                    adding.add(split(prefix), alternative, fields)
        for path in layer.known:
            keys.at(split(path))
    return Tree(keys, paths)


class _Adding(NamedTuple):
    """One way to write an element, on its way into a tree."""

    keys: Keys
    paths: dict[str, tuple[str, ...]]
    element: str
    entry: int

    def add(
        self,
        prefix: tuple[str, ...],
        written: AlternativeEntry,
        fields: Mapping[str, Gift | list[Gift]],
    ) -> None:
        gifts = {path: g if isinstance(g, list) else [g] for path, g in fields.items()}
        if prefix:
            scalar = any(isinstance(gift, str) for gift in gifts.get(".", ()))
            flags = (scalar, written.alone, bool(written.switch))
            self._own(prefix, Owned(self.element, self.entry, *flags))
        rank = self.entry * 10_000
        for number, (path, given) in enumerate(gifts.items()):
            for gift in given:
                self._row(prefix + split(path), rank + number, gift)
        for path, undecided in written.chart_decides.items():
            row = Row(self.element, self.entry, rank + LAST, undecided=tuple(undecided))
            self.keys.at(prefix + split(path)).rows.append(row)
        for switch in map(split, written.switch):
            for keys, rank in ((switch[:-1], ABOVE), (switch, ELSEWHERE)):
                self.keys.at(keys).rows.append(Row(self.element, self.entry, rank, PRESENT))

    def _own(self, prefix: tuple[str, ...], owned: Owned) -> None:
        own = self.keys.at(prefix)
        own.owned.append(owned)
        self.paths.setdefault(f"{self.element}.{PRESENT}", prefix)
        for switch in SWITCHES:
            own.below(switch).rows.append(Row(self.element, self.entry, 0, PRESENT))

    def _row(self, path: tuple[str, ...], rank: int, gift: Gift) -> None:
        row = Row(self.element, self.entry, rank)
        if isinstance(gift, dict):
            row = row._replace(constants=tuple(gift.items()))
        elif gift.startswith("("):
            row = row._replace(reader=gift.strip("()"))
        else:
            row = row._replace(field=gift)
        self.keys.at(path).rows.append(row)
        if isinstance(gift, str) and f"{self.element}.{gift}" in ADDRESSES:
            self.paths.setdefault(f"{self.element}.{gift}", path)
