"""What a peer group agrees on, as a component that nobody wrote.

Whether an element is there comes first, then whether its fields are, then their values: one value,
a set of names, a tree of branches. Unknown values do not vote, nor do those that follow from
others. Components with the same forms are one ballot, which counts as often as there are of them.

To count another type in its own way, write a function and one entry in ``_COUNTED``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from deploylint.compare.operators import Operand, normal
from deploylint.compare.result import is_own
from deploylint.documents.nodes import Entry, Node
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position, Vote
from deploylint.model.field_values import field_values
from deploylint.model.fields import ADDRESSES, ELEMENTS, PRESENT, element_of
from deploylint.model.own_name import data_with_service, with_service
from deploylint.model.paths import field_of, parents
from deploylint.model.service import Component, Value
from deploylint.model.types import FEWER_NAMES, NAMES, TREE, Normal, Plain, Type

IsMajority = Callable[[int, int], bool]
"""Whether so many of so many are a majority."""

Condition = Sequence[tuple[str, Plain]]
"""The addresses that decide who is asked, and what those have there."""

_GONE = ("absent", "disabled")
_NOTHING = Value("known", [])


class Ballot:
    """Components with the same forms of one element: the first of them, and how many there are."""

    __slots__ = ("at", "times")

    def __init__(self, at: Position, times: int = 1) -> None:
        self.at = at
        self.times = times


class Answer(Record):
    """What those of one ballot have in one field."""

    at: Position
    value: Value
    times: int


class Winner(Record):
    """The value of a majority, and the votes for its single items by the identity of a node."""

    value: Value
    vote: Vote
    items: Mapping[int, Vote] = {}


class MajorityReference(Record):
    """What most of a peer group have.

    ``position`` holds their values, own names as ``{service}``. The addresses of ``full`` are
    compared; those of ``missing`` only where a component has nothing at the level that each maps
    to. ``votes`` are by address, of single items by (field, identity of the node).
    ``undecided`` are addresses without a majority, with the address and the value that who votes
    there has at it, if it is not for all.
    """

    position: Position
    full: frozenset[str]
    missing: Mapping[str, str]
    votes: Mapping[object, Vote]
    undecided: Mapping[str, Condition]

    def lacking(self, component: Component) -> tuple[str, ...]:
        """The addresses of ``missing`` that a component has nothing at."""
        gone = {
            level: not _reaches(component, level) for level in dict.fromkeys(self.missing.values())
        }
        return tuple(address for address, level in self.missing.items() if gone[level])

    def split(self, component: Component) -> Iterator[Node]:
        """The leaves of a component that say something where there is no majority."""
        for address, condition in self.undecided.items():
            present = f"{element_of(address)}.{PRESENT}"
            value = component.value(address)
            if (
                _is_known(value)
                and is_own(component, present)
                and (address == present or component.value(present).state == "known")
                and all(component.value(first).data == data for first, data in condition)
            ):
                yield from value.leaves

    def sign(self, difference: Difference) -> Difference:
        """A difference with the vote that it goes against, and one who voted for it."""
        address = difference.address
        field = field_of(address)
        keys = ((field, id(difference.expected.node)), address, field)
        below = (key for key in self.votes if isinstance(key, str) and key.startswith(address))
        key = next((key for key in keys if key in self.votes), None) or next(below)
        cast = self.votes[key]
        return difference._replace(reference=cast.home, vote=cast)


def _reaches(component: Component, level: str) -> bool:
    """Whether anything is known, or cannot be known, at a field or below a level."""
    if level in ADDRESSES:
        return component.values.state(level) not in _GONE
    return any(
        value.state not in _GONE
        for address, value in component.values.fields.as_dict().items()
        if address.startswith(f"{level}.")
    )


def majority_reference(
    first: Position,
    ballots: Callable[[str], Iterable[Ballot]],
    addresses: Iterable[str],
    is_majority: IsMajority,
) -> MajorityReference:
    """What most of a peer group have at some addresses.

    ``first`` is one of the group, ``ballots`` gives those about an element.
    """
    poll = _Poll(is_majority)
    by_element: dict[str, list[str]] = {}
    for address in addresses:
        by_element.setdefault(element_of(address), []).append(address)
    for element, fields in by_element.items():
        present = f"{element}.{PRESENT}"
        voters = [one for one in ballots(element) if is_own(one.at.component, present)]
        if poll.present(present, voters):
            there = [v for v in voters if v.at.component.value(present).state == "known"]
            poll.fields(element, [field for field in fields if field != present], there)
    nobody = first.service._replace(own_names=())
    component = first.component._replace(values=field_values(poll.values))
    return MajorityReference(
        Position(nobody, component),
        frozenset(poll.full),
        poll.missing,
        poll.votes,
        poll.undecided,
    )


class _Poll:
    """The votes of one peer group while they are counted."""

    def __init__(self, is_majority: IsMajority) -> None:
        self.is_majority = is_majority
        self.values: dict[str, Value] = {}
        self.full: set[str] = set()
        self.missing: dict[str, str] = {}
        self.votes: dict[object, Vote] = {}
        self.undecided: dict[str, Condition] = {}

    def present(self, address: str, voters: Sequence[Ballot]) -> bool:
        """Vote on whether an element is there; gives whether most have it."""
        have, lack = _answers(address, voters)
        if not self._has_majority(address, have, lack):
            return False
        switched = [one for one in have if one.value.leaves]
        unswitched = [one for one in have if not one.value.leaves]
        if self.is_majority(_sum(switched), _sum(have)) or not unswitched:
            unswitched = switched
        at, value, _ = unswitched[0]
        self._keep(address, value, Vote(_sum(have), _sum(have) + _sum(lack), at))
        self.full.add(address)
        return True

    def fields(self, element: str, addresses: Sequence[str], voters: Sequence[Ballot]) -> None:
        """Vote on the fields of an element among those that have it."""
        deciding, decided = ELEMENTS[element].decided_by or ("", ())
        first = f"{element}.{deciding}"
        hidden = {f"{element}.{name}" for name in decided}
        for address in sorted(addresses, key=lambda one: one != first):
            if address not in hidden:
                self._field(address, voters, ())
            elif first in self.full:
                meant = self.values[first].data
                asked = [v for v in voters if v.at.component.value(first).data == meant]
                self._field(address, asked, [(first, meant)])
        for level in dict.fromkeys(lv for one in addresses for lv in parents(one)[1:]):
            self._level(level, [one for one in addresses if one.startswith(f"{level}.")], voters)

    def _field(self, address: str, voters: Sequence[Ballot], condition: Condition) -> None:
        """Vote on one field: whether it is there, then on its value."""
        kind = ADDRESSES[address]
        if not kind.voted:
            return
        have, lack = _answers(address, voters)
        if kind is FEWER_NAMES:  # to add nothing is to have an empty set
            have, lack = have + [one._replace(value=_NOTHING) for one in lack], []
        if not self._has_majority(address, have, lack, condition):
            return
        winner = _winner(kind, have, self.is_majority)
        if winner is not None:
            self._keep(address, winner.value, winner.vote)
            self.full.add(address)
            self.votes |= {(address, node): vote for node, vote in winner.items.items()}
            return
        self.undecided[address] = condition
        if kind is not FEWER_NAMES:
            cast = Vote(_sum(have), _sum(have) + _sum(lack), have[0].at)
            self._keep_missing(address, address, have[0].value, cast)

    def _level(self, level: str, below: Sequence[str], voters: Sequence[Ballot]) -> None:
        """Vote on whether there is anything at a level, whatever its values are."""
        have = [one for one in voters if _reaches(one.at.component, level)]
        known = [v.at for v in have if any(_is_known(v.at.component.value(a)) for a in below)]
        if known and self.is_majority(_sum(have), _sum(voters)):
            cast = Vote(_sum(have), _sum(voters), known[0])
            for address in below:
                value = known[0].component.value(address)
                if address not in self.full and _is_known(value):
                    self._keep_missing(address, level, value, cast)
            self.votes[level] = cast

    def _has_majority(
        self, address: str, have: Sequence[Answer], lack: Sequence[Answer], who: Condition = ()
    ) -> bool:
        """Whether most have something; that there is no majority either way is kept."""
        asked = _sum(have) + _sum(lack)
        if self.is_majority(_sum(have), asked):
            return True
        if have and not self.is_majority(_sum(lack), asked):
            self.undecided[address] = who
        return False

    def _keep_missing(self, address: str, level: str, value: Value, cast: Vote) -> None:
        """Keep that most have something there, whatever it is."""
        self._keep(address, Value("known", "present", value.node), cast)
        self.missing[address] = level

    def _keep(self, address: str, value: Value, cast: Vote) -> None:
        self.values[address] = value
        self.votes[address] = cast


def _is_known(value: Value) -> bool:
    return value.state == "known" and not value.derived


def _sum(counted: Iterable[Ballot | Answer | _Item]) -> int:
    return sum(one.times for one in counted)


def _answers(address: str, voters: Iterable[Ballot]) -> tuple[list[Answer], list[Answer]]:
    """What those who vote have, of those that have something and of those that have not."""
    answers = [Answer(one.at, one.at.component.value(address), one.times) for one in voters]
    have = [one for one in answers if _is_known(one.value)]
    return have, [one for one in answers if one.value.state in _GONE]


def _winner(kind: Type, have: Sequence[Answer], is_majority: IsMajority) -> Winner | None:
    """The value that most of those have who have one; None where they do not agree."""
    return _COUNTED.get(kind.name, _scalar)(kind, have, is_majority)


def _scalar(kind: Type, have: Sequence[Answer], is_majority: IsMajority) -> Winner | None:
    """One value that most of those have who have one."""
    by_form: dict[Normal, list[Answer]] = {}
    for one in have:
        try:
            form = normal(kind, Operand(one.value, one.at.service.own_names))
        except ValueError:  # what is not of the type is nobody's choice
            continue
        by_form.setdefault(form, []).append(one)
    alike = max(by_form.values(), key=_sum, default=[])
    if not is_majority(_sum(alike), _sum(have)):
        return None
    at, value, _ = alike[0]
    if kind.own_names:
        value = value._replace(data=with_service(str(value.data), at.service.own_names))
    return Winner(value, Vote(_sum(alike), _sum(have), at))


class _Item(Record):
    """One item of a set or tree: who has it, where, its data, and how many have it."""

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
    asked = _sum(have)
    kept = {word: items for word, items in by_name.items() if is_majority(_sum(items), asked)}
    if kind is FEWER_NAMES:
        doubted = (items for word, items in by_name.items() if word not in kept)
        if not all(is_majority(asked - _sum(items), asked) for items in doubted):
            return None
    elif not kept:
        return None
    value = Value("known", list(kept), have[0].value.node, "", _entries(kept))
    agree = [one for one in have if len(one.value.parts or ()) <= len(kept) or kind is NAMES]
    return Winner(value, Vote(_sum(agree), asked, agree[0].at), _item_votes(kept, asked))


def _tree(kind: Type, have: Sequence[Answer], is_majority: IsMajority) -> Winner | None:
    """The branches of a mapping that most have with the same value."""
    by_branch: dict[tuple[str, Normal], list[_Item]] = {}
    for at, value, times in have:
        for key, entry in _branches(value).items():
            written = value.data[key] if isinstance(value.data, dict) else None
            data = data_with_service(written, at.service.own_names)
            branch = (key, kind.normalise(data))
            by_branch.setdefault(branch, []).append(_Item(at, entry, data, times))
    asked = _sum(have)
    kept = {key: items for (key, _), items in by_branch.items() if is_majority(_sum(items), asked)}
    if not kept:
        return None
    data = {key: items[0].data for key, items in kept.items()}
    value = Value("known", data, have[0].value.node, "", _entries(kept))
    return Winner(value, Vote(asked, asked, have[0].at), _item_votes(kept, asked))


def _branches(value: Value) -> Mapping[str, Entry]:
    """The branches of a free-form value; a list has none, its items have no names."""
    if not isinstance(value.data, dict):
        return {}
    content = value.node.content if value.node is not None else None
    branches = value.parts or (content if isinstance(content, dict) else {})
    return {key: entry for key, entry in branches.items() if key in value.data}


def _entries(kept: Mapping[str, Sequence[_Item]]) -> dict[str, Entry]:
    return {name: items[0].entry for name, items in kept.items()}


def _item_votes(kept: Mapping[str, Sequence[_Item]], asked: int) -> dict[int, Vote]:
    votes: dict[int, Vote] = {}
    for items in kept.values():
        first = items[0]
        votes |= {id(node): Vote(_sum(items), asked, first.at) for node in first.entry}
    return votes


_COUNTED = {NAMES.name: _names, TREE.name: _tree}
"""How the values of types that are not one single value are counted, by the type's name."""
