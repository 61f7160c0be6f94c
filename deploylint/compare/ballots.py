"""How votes on one field are counted, by its type: one value, a set of names, a tree of branches.

To count another type in its own way, write a function and one entry in ``_COUNTED``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from deploylint.compare.operators import Side, normal
from deploylint.documents.nodes import Entry
from deploylint.model.difference import Position, Vote
from deploylint.model.own_name import with_service
from deploylint.model.service import Value
from deploylint.model.types import FEWER_NAMES, NAMES, TREE, Normal, Plain, Type

Carries = Callable[[int, int], bool]
"""Whether so many of so many are a majority."""

Said = tuple[Position, Value]


class Elected(NamedTuple):
    """The value of a majority, and the votes for its single items by the identity of a node."""

    value: Value
    vote: Vote
    items: Mapping[int, Vote] = {}


def _scalar(kind: Type, have: Sequence[Said], carries: Carries) -> Elected | None:
    """One value that most of those have who have one."""
    found: dict[Normal, list[Said]] = {}
    for at, value in have:
        try:
            form = normal(kind, Side(value, at.service.own_names))
        except ValueError:  # what is not of the type is nobody's choice
            continue
        found.setdefault(form, []).append((at, value))
    alike = max(found.values(), key=len, default=[])
    if not carries(len(alike), len(have)):
        return None
    at, value = alike[0]
    if kind.own_names:
        value = value._replace(data=with_service(str(value.data), at.service.own_names))
    return Elected(value, Vote(len(alike), len(have), at))


Item = tuple[Position, Entry, Plain]
"""One item of a set or tree: who has it, where, and its data."""


def _names(kind: Type, have: Sequence[Said], carries: Carries) -> Elected | None:
    """The names that most have; of a set in which fewer are better maybe none."""
    found: dict[Normal, list[Item]] = {}
    for at, value in have:
        for name, entry in (value.parts or {}).items():
            word = with_service(name, at.service.own_names)
            found.setdefault(word, []).append((at, entry, word))
    kept = {str(word): items for word, items in found.items() if carries(len(items), len(have))}
    if kind is FEWER_NAMES:
        doubted = (items for word, items in found.items() if word not in kept)
        if not all(carries(len(have) - len(items), len(have)) for items in doubted):
            return None
    elif not kept:
        return None
    value = Value("known", list(kept), have[0][1].node, "", _entries(kept))
    agree = [at for at, own in have if len(own.parts or ()) <= len(kept) or kind is NAMES]
    return Elected(value, Vote(len(agree), len(have), agree[0]), _item_votes(kept, have))


def _tree(kind: Type, have: Sequence[Said], carries: Carries) -> Elected | None:
    """The branches of a mapping that most have with the same value."""
    found: dict[Normal, list[Item]] = {}
    for at, value in have:
        for key, entry in _branches(value).items():
            data = value.data[key] if isinstance(value.data, dict) else None
            found.setdefault((key, kind.normalise(data)), []).append((at, entry, data))
    carried = [(key, items) for key, items in found.items() if carries(len(items), len(have))]
    kept = {str(key[0]): items for key, items in carried if isinstance(key, tuple)}
    if not kept:
        return None
    data = {key: items[0][2] for key, items in kept.items()}
    value = Value("known", data, have[0][1].node, "", _entries(kept))
    return Elected(value, Vote(len(have), len(have), have[0][0]), _item_votes(kept, have))


def _branches(value: Value) -> Mapping[str, Entry]:
    """The branches of a free-form value; a list has none, its items have no names."""
    if not isinstance(value.data, dict):
        return {}
    content = value.node.content if value.node is not None else None
    branches = value.parts or (content if isinstance(content, dict) else {})
    return {key: entry for key, entry in branches.items() if key in value.data}


def _entries(kept: Mapping[str, Sequence[Item]]) -> dict[str, Entry]:
    return {name: items[0][1] for name, items in kept.items()}


def _item_votes(kept: Mapping[str, Sequence[Item]], have: Sequence[Said]) -> dict[int, Vote]:
    votes: dict[int, Vote] = {}
    for items in kept.values():
        at, entry, _ = items[0]
        votes |= {id(node): Vote(len(items), len(have), at) for node in entry}
    return votes


_COUNTED = {NAMES.name: _names, TREE.name: _tree}
"""How the values of types that are not one single value are counted, by the type's name."""


def elected(kind: Type, have: Sequence[Said], carries: Carries) -> Elected | None:
    """The value that most of those have who have one; None where they do not agree."""
    return _COUNTED.get(kind.name, _scalar)(kind, have, carries)
