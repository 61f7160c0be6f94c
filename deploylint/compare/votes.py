"""The votes of services: how many make a majority, and how their components are counted.

The components of one kind make a *peer group*, counted by their forms, so the cost is linear in the
services. What most of a group have is found in ``majority``, where one has votes to ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deploylint.compare.matching import PeerKey, numbers_by_peer_key
from deploylint.model.difference import Position
from deploylint.model.forms import ELEMENT_NUMBER, ElementForms, Row
from deploylint.model.rule import Rule
from deploylint.model.service import Service

QUORUM = 3
"""How many services have to vote before there can be a majority."""


GONE = ("absent", "disabled")
"""The states of what is not there."""

WIDE = 5
"""How many have to vote about what each program may have another way."""


def is_majority(agree: int, asked: int) -> bool:
    """All but one, or three quarters: two of six that differ are a second kind of service.

    In the public fleets that were read by hand, two of 25 deviations from a smaller majority were
    drift.
    """
    return asked >= QUORUM and (asked - agree <= 1 or agree * 4 >= asked * 3)


def is_nearly_all(agree: int, asked: int) -> bool:
    """All but at most one, and three quarters at least."""
    return agree >= QUORUM and asked - agree <= 1 and agree * 4 >= asked * 3


def is_wide(agree: int, asked: int) -> bool:
    """A majority of so many that they have not the same by chance, or all."""
    return (asked >= WIDE or agree == asked) and is_majority(agree, asked)


def relaxed_rule(rule: Rule) -> Rule:
    """A rule of a majority: it warns, and a service may demand more."""
    return rule._replace(operator="as-majority", severity="warning")


def addresses_of(rules: Iterable[Rule]) -> list[str]:
    """The addresses that some rules are about, each once."""
    return list(dict.fromkeys(address for rule in rules for address in rule.addresses))


class AlikePeers:
    """Components with the same forms: the first of them, and how many there are."""

    __slots__ = ("at", "times")

    def __init__(self, at: Position, times: int) -> None:
        self.at = at
        self.times = times


class PeerGroup:
    """The components of one kind, one of each service, counted by their rows.

    ``first`` are the first few of them.
    """

    FEW = 2

    __slots__ = ("_by_row", "first", "size")

    def __init__(self) -> None:
        self.size = 0
        self.first: list[Position] = []
        self._by_row: dict[Row, AlikePeers] = {}

    def add(self, at: Position, row: Row, times: int = 1) -> None:
        """Count components with the same row, the first of them at a position."""
        self.size += times
        known = self._by_row.get(row)
        if known is None:
            self._by_row[row] = AlikePeers(at, times)
        else:
            known.times += times

    def add_first(self, first: Iterable[Position]) -> None:
        """Keep the first few components, in the order in which they are counted."""
        self.first = [*self.first, *first][: self.FEW]

    @property
    def peers_by_row(self) -> Iterable[AlikePeers]:
        """The components by their rows, in the order of the first of each."""
        return self._by_row.values()

    def peers_by_forms(self, element: str) -> Iterable[AlikePeers]:
        """The components by their forms of an element, in the order of the first of each."""
        number = ELEMENT_NUMBER[element]
        by_forms: dict[ElementForms | None, AlikePeers] = {}
        for row, peers in self._by_row.items():
            known = by_forms.get(row.elements[number])
            if known is None:
                by_forms[row.elements[number]] = AlikePeers(peers.at, peers.times)
            else:
                known.times += peers.times
        return by_forms.values()


class PeerVotes:
    """The peer groups of some services, as these are counted one after another."""

    def __init__(self) -> None:
        self.groups: dict[PeerKey, PeerGroup] = {}

    def add(self, service: Service, rows: Sequence[Row]) -> None:
        """Count one service by the rows of its components."""
        for key, number in numbers_by_peer_key(service).items():
            self._count(key, Position(service, service.components[number]), rows[number])

    def _count(self, key: PeerKey, at: Position, row: Row) -> None:
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = PeerGroup()
        group.add(at, row)
        if len(group.first) < PeerGroup.FEW:
            group.add_first([at])
