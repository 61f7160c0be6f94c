"""The value that most of several answers agree on, with the votes for it.

One value is counted by its form, a set by its names, a mapping by its branches. To count another
type in its own way, write a function and one entry in ``_COUNTED``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from deploylint.compare.operators import Operand, normal
from deploylint.documents.nodes import Entry
from deploylint.documents.record import Record
from deploylint.model.difference import Position, Vote
from deploylint.model.own_name import data_with_service, with_service
from deploylint.model.service import Value
from deploylint.model.types import FEWER_NAMES, NAMES, TREE, Normal, Plain, Type

IsMajority = Callable[[int, int], bool]
"""Whether so many of so many are a majority."""


class Answer(Record):
    """The value of alike peers in one field."""

    at: Position
    value: Value
    times: int


class Winner(Record):
    """The value of a majority, and the votes for its single items by the identity of a node."""

    value: Value
    vote: Vote
    items: Mapping[int, Vote] = {}


class _Counted(Protocol):
    """One or several peers that are alike."""

    @property
    def times(self) -> int: ...


def number_of(counted: Iterable[_Counted]) -> int:
    """How many peers some answers or components stand for."""
    return sum(each.times for each in counted)


def winner_of(kind: Type, have: Sequence[Answer], is_majority: IsMajority) -> Winner | None:
    """The value of most peers that have one; None where they do not agree."""
    return _COUNTED.get(kind.name, _scalar)(kind, have, is_majority)


def _scalar(kind: Type, have: Sequence[Answer], is_majority: IsMajority) -> Winner | None:
    """One value that most have."""
    by_form: dict[Normal, list[Answer]] = {}
    for answer in have:
        try:
            form = normal(kind, Operand(answer.value, answer.at.service.own_names))
        except ValueError:  # a value of another type does not vote
            continue
        by_form.setdefault(form, []).append(answer)
    alike = max(by_form.values(), key=number_of, default=[])
    if not is_majority(number_of(alike), number_of(have)):
        return None
    at, value, _ = alike[0]
    if kind.own_names:
        value = value._replace(data=with_service(str(value.data), at.service.own_names))
    return Winner(value, Vote(number_of(alike), number_of(have), at))


class _Item(Record):
    """One item of a set or tree: a peer that has it, where, its data, and how many have it."""

    at: Position
    entry: Entry
    data: Plain
    times: int


def _names(kind: Type, have: Sequence[Answer], is_majority: IsMajority) -> Winner | None:
    """The names that most have; of a set in which fewer are better maybe none."""
    by_name: dict[str, list[_Item]] = {}
    for at, value, times in have:
        for name, entry in (value.parts or {}).items():
            word = with_service(name, at.service.own_names)
            by_name.setdefault(word, []).append(_Item(at, entry, word, times))
    asked = number_of(have)
    kept = {word: items for word, items in by_name.items() if is_majority(number_of(items), asked)}
    if kind is FEWER_NAMES:
        doubted = (items for word, items in by_name.items() if word not in kept)
        if not all(is_majority(asked - number_of(items), asked) for items in doubted):
            return None
    elif not kept:
        return None
    if kind is FEWER_NAMES:
        agree = [answer for answer in have if len(answer.value.parts or ()) <= len(kept)]
    else:
        agree = _having_all(have, kept)
    return _winner_of_items(list(kept), kept, agree, asked)


def _tree(kind: Type, have: Sequence[Answer], is_majority: IsMajority) -> Winner | None:
    """The branches of a mapping that most have with the same value."""
    by_branch: dict[tuple[str, Normal], list[_Item]] = {}
    for at, value, times in have:
        for key, entry in _branches(value).items():
            written = value.data[key] if isinstance(value.data, dict) else None
            data = data_with_service(written, at.service.own_names)
            branch = (key, kind.normalise(data))
            by_branch.setdefault(branch, []).append(_Item(at, entry, data, times))
    asked = number_of(have)
    kept = {
        key: items for (key, _), items in by_branch.items() if is_majority(number_of(items), asked)
    }
    if not kept:
        return None
    data = {key: items[0].data for key, items in kept.items()}
    return _winner_of_items(data, kept, _having_all(have, kept), asked)


def _branches(value: Value) -> Mapping[str, Entry]:
    """The branches of a free-form value; a list has none, its items have no names."""
    if not isinstance(value.data, dict):
        return {}
    content = value.node.content if value.node is not None else None
    branches = value.parts or (content if isinstance(content, dict) else {})
    return {key: entry for key, entry in branches.items() if key in value.data}


def _having_all(have: Sequence[Answer], kept: Mapping[str, Sequence[_Item]]) -> list[Answer]:
    """The answers with all items that most have; where none has all, those with the rarest."""
    by_rarity = sorted(kept.values(), key=number_of)
    holders = [{id(item.at) for item in items} for items in by_rarity]
    with_all = set.intersection(*holders) or holders[0]
    return [answer for answer in have if id(answer.at) in with_all]


def _winner_of_items(
    data: Plain, kept: Mapping[str, Sequence[_Item]], agree: Sequence[Answer], asked: int
) -> Winner:
    """The value of the items that most have, who has them of so many, and the votes for each."""
    vote, node = Vote(number_of(agree), asked, agree[0].at), agree[0].value.node
    entries = {name: items[0].entry for name, items in kept.items()}
    votes = {
        id(place): Vote(number_of(items), vote.asked, items[0].at)
        for items in kept.values()
        for place in items[0].entry
    }
    return Winner(Value("known", data, node, "", entries), vote, votes)


_COUNTED = {NAMES.name: _names, TREE.name: _tree}
"""How the values of types with several items are counted, by the type's name."""
