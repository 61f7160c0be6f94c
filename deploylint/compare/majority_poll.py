"""What a bench of components agrees on, as a component that nobody wrote.

Whether an element is there comes first, then whether its fields are, then their values, which
``ballots`` counts. Unknown values do not vote, nor do those that follow from others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from deploylint.compare.ballots import Carries, Said, elected
from deploylint.compare.result import is_own
from deploylint.documents.nodes import Node
from deploylint.model.difference import Difference, Position, Vote
from deploylint.model.fields import ADDRESSES, ELEMENTS, PRESENT, element_of
from deploylint.model.paths import field_of, parents
from deploylint.model.service import Component, Value
from deploylint.model.types import FEWER_NAMES, Plain

Deciding = Sequence[tuple[str, Plain]]
"""The addresses that decide who is asked, and what those have there."""

_GONE = ("absent", "disabled")
_NOTHING = Value("known", [])


class Majority(NamedTuple):
    """What most of a bench have.

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
    undecided: Mapping[str, Deciding]

    def lacking(self, component: Component) -> tuple[str, ...]:
        """The addresses of ``missing`` that a component has nothing at."""
        gone = {
            level: not _reaches(component, level) for level in dict.fromkeys(self.missing.values())
        }
        return tuple(address for address, level in self.missing.items() if gone[level])

    def split(self, at: Position) -> Iterator[Node]:
        """The leaves of a component that say something where there is no majority."""
        for address, deciding in self.undecided.items():
            present = f"{element_of(address)}.{PRESENT}"
            value = at.component.value(address)
            if (
                _is_known(value)
                and is_own(at.component, present)
                and (address == present or at.component.value(present).state == "known")
                and all(at.component.value(first).data == data for first, data in deciding)
            ):
                yield from value.leaves

    def signed(self, difference: Difference) -> Difference:
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
        return component.value(level).state not in _GONE
    return any(
        value.state not in _GONE
        for address, value in component.values.items()
        if address.startswith(f"{level}.")
    )


def majority_of(bench: Sequence[Position], addresses: Iterable[str], carries: Carries) -> Majority:
    """What most of a bench have at some addresses."""
    poll = _Poll(carries)
    by_element: dict[str, list[str]] = {}
    for address in addresses:
        by_element.setdefault(element_of(address), []).append(address)
    for element, fields in by_element.items():
        present = f"{element}.{PRESENT}"
        voters = [at for at in bench if is_own(at.component, present)]
        if poll.present(present, voters):
            there = [at for at in voters if at.component.value(present).state == "known"]
            poll.fields(element, [field for field in fields if field != present], there)
    nobody = bench[0].service._replace(own_names=())
    component = bench[0].component._replace(values=poll.values)
    return Majority(
        Position(nobody, component),
        frozenset(poll.full),
        poll.missing,
        poll.votes,
        poll.undecided,
    )


class _Poll:
    """The votes of one bench while they are counted."""

    def __init__(self, carries: Carries) -> None:
        self.carries = carries
        self.values: dict[str, Value] = {}
        self.full: set[str] = set()
        self.missing: dict[str, str] = {}
        self.votes: dict[object, Vote] = {}
        self.undecided: dict[str, Deciding] = {}

    def present(self, address: str, voters: Sequence[Position]) -> bool:
        """Vote on whether an element is there; gives whether most have it."""
        have, lack = _cast(address, voters)
        if not self._carried(address, have, lack):
            return False
        switched = [one for one in have if one[1].leaves]
        plain = [one for one in have if not one[1].leaves]
        if self.carries(len(switched), len(have)) or not plain:
            plain = switched
        at, value = plain[0]
        self._keep(address, value, Vote(len(have), len(have) + len(lack), at))
        self.full.add(address)
        return True

    def fields(self, element: str, addresses: Sequence[str], voters: Sequence[Position]) -> None:
        """Vote on the fields of an element among those that have it."""
        deciding, decided = ELEMENTS[element].decided_by or ("", ())
        first = f"{element}.{deciding}"
        hidden = {f"{element}.{name}" for name in decided}
        for address in sorted(addresses, key=lambda one: one != first):
            if address not in hidden:
                self._field(address, voters, ())
            elif first in self.full:
                meant = self.values[first].data
                asked = [v for v in voters if v.component.value(first).data == meant]
                self._field(address, asked, [(first, meant)])
        for level in dict.fromkeys(lv for one in addresses for lv in parents(one)[1:]):
            self._level(level, [one for one in addresses if one.startswith(f"{level}.")], voters)

    def _field(self, address: str, voters: Sequence[Position], asked: Deciding) -> None:
        """Vote on one field: whether it is there, then on its value."""
        kind = ADDRESSES[address]
        if not kind.voted:
            return
        have, lack = _cast(address, voters)
        if kind is FEWER_NAMES:  # to add nothing is to have an empty set
            have, lack = have + [(at, _NOTHING) for at, _ in lack], []
        if not self._carried(address, have, lack, asked):
            return
        winner = elected(kind, have, self.carries)
        if winner is not None:
            self._keep(address, winner.value, winner.vote)
            self.full.add(address)
            self.votes |= {(address, node): vote for node, vote in winner.items.items()}
            return
        self.undecided[address] = asked
        if kind is not FEWER_NAMES:
            self._missing(
                address, address, have[0], Vote(len(have), len(have) + len(lack), have[0][0])
            )

    def _level(self, level: str, below: Sequence[str], voters: Sequence[Position]) -> None:
        """Vote on whether there is anything at a level, whatever its values are."""
        have = [at for at in voters if _reaches(at.component, level)]
        known = [at for at in have if any(_is_known(at.component.value(one)) for one in below)]
        if known and self.carries(len(have), len(voters)):
            cast = Vote(len(have), len(voters), known[0])
            for address in below:
                value = known[0].component.value(address)
                if address not in self.full and _is_known(value):
                    self._missing(address, level, (known[0], value), cast)
            self.votes[level] = cast

    def _carried(
        self, address: str, have: Sequence[Said], lack: Sequence[Said], who: Deciding = ()
    ) -> bool:
        """Whether most have something; that there is no majority either way is kept."""
        asked = len(have) + len(lack)
        if self.carries(len(have), asked):
            return True
        if have and not self.carries(len(lack), asked):
            self.undecided[address] = who
        return False

    def _missing(self, address: str, level: str, said: Said, cast: Vote) -> None:
        """Keep that most have something there, whatever it is."""
        self._keep(address, Value("known", "present", said[1].node), cast)
        self.missing[address] = level

    def _keep(self, address: str, value: Value, cast: Vote) -> None:
        self.values[address] = value
        self.votes[address] = cast


def _is_known(value: Value) -> bool:
    return value.state == "known" and not value.derived


def _cast(address: str, voters: Iterable[Position]) -> tuple[list[Said], list[Said]]:
    """What those who vote say, of those that have something and of those that have not."""
    said = [(at, at.component.value(address)) for at in voters]
    have = [one for one in said if _is_known(one[1])]
    return have, [one for one in said if one[1].state in _GONE]
