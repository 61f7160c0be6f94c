"""The values of most services at the keys of a rule, where no reference is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from deploylint.compare.majority import is_majority
from deploylint.compare.majority_vote import Answer, winner_of
from deploylint.compare.matching import PeerKey, numbers_by_peer_key, peer_key
from deploylint.documents.key_query import by_merge_key
from deploylint.documents.record import Record
from deploylint.model.difference import Position, Vote
from deploylint.model.keys import KeyField, SharedKey
from deploylint.model.own_name import data_with_service
from deploylint.model.service import Service, Value
from deploylint.model.types import AS_WRITTEN

_PRESENT = "present"


class ExpectedValue(Record):
    """The expected side of a comparison.

    ``names`` are the own names of its service.
    ``reference`` is where it was read; ``vote`` is the majority that has it, if one does.
    """

    value: Value
    names: tuple[str, ...] = ()
    reference: Position | None = None
    vote: Vote | None = None

    @property
    def is_presence(self) -> bool:
        """Whether most have different values there."""
        return self.vote is not None and self.value.data == _PRESENT


class KeyVotes:
    """The votes of services on the values at the keys of a rule, by peer group.

    Fields that keys spell are voted on as fields.
    ``without_majority`` are the field paths of keys without a majority either way.
    """

    def __init__(
        self, services: Sequence[Service], fields_of: Callable[[Service], Sequence[KeyField]]
    ) -> None:
        self.without_majority: list[str] = []
        self._wanted: dict[PeerKey, dict[SharedKey, tuple[KeyField, ExpectedValue]]] = {}
        sizes = Counter[PeerKey]()
        fields: dict[tuple[PeerKey, SharedKey], list[tuple[Position, KeyField]]] = {}
        for service in services:
            numbers = numbers_by_peer_key(service)
            sizes.update(numbers.keys())
            peers = {number: peer for peer, number in numbers.items()}
            for field in fields_of(service):
                if field.number in peers and not field.field:
                    at = Position(service, service.components[field.number])
                    fields.setdefault((peers[field.number], field.shared), []).append((at, field))
        for (peer, shared), answers in fields.items():
            self._count(peer, shared, answers, sizes[peer])

    def wanted(self, at: Position) -> Mapping[SharedKey, tuple[KeyField, ExpectedValue]]:
        """The values of most peers of a component, by key; nothing where it has no vote."""
        peer = peer_key(at.component)
        first = at.service.components[numbers_by_peer_key(at.service)[peer]]
        return self._wanted.get(peer, {}) if first is at.component else {}

    def _count(
        self,
        peer: PeerKey,
        shared: SharedKey,
        answers: Sequence[tuple[Position, KeyField]],
        size: int,
    ) -> None:
        known = [field for _, field in answers if field.value.state == "known"]
        have = [_answer(*answer) for answer in answers if answer[1].value.state == "known"]
        asked = size - sum(field.value.state == "unknown" for _, field in answers)
        if have and is_majority(len(have), asked):
            self._wanted.setdefault(peer, {})[shared] = known[0], _expected(have, asked)
        elif have and not is_majority(asked - len(have), asked):
            self.without_majority.append(known[0].path)


def _answer(at: Position, field: KeyField) -> Answer:
    """The value of a service, with its own names as ``{service}``."""
    data = data_with_service(by_merge_key(field.value.data), at.service.own_names)
    return Answer(at, field.value._replace(data=data), 1)


def _expected(have: Sequence[Answer], asked: int) -> ExpectedValue:
    """The value that most of those have who have one; else that there is one."""
    winner = winner_of(AS_WRITTEN, have, is_majority)
    if winner is not None:
        return ExpectedValue(winner.value, (), winner.vote.home, winner.vote)
    first = have[0].at
    present = Value("known", _PRESENT, have[0].value.node)
    return ExpectedValue(present, (), first, Vote(len(have), asked, first))
