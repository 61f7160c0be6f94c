"""The values of most services at the keys of a rule, where no reference is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from deploylint.compare.matching import PeerKey, numbers_by_peer_key, peer_key
from deploylint.compare.votes import is_majority
from deploylint.compare.winners import Answer, winner_of
from deploylint.documents.key_query import by_merge_key
from deploylint.documents.record import Record
from deploylint.model.difference import Position, Vote
from deploylint.model.keys import KeyField, SharedKey
from deploylint.model.own_name import data_with_service
from deploylint.model.service import Service, Value
from deploylint.model.types import AS_WRITTEN

_PRESENT = "present"


class ExpectedField(Record):
    """The expected side of a comparison.

    ``field`` is the key and value of another service, ``reference`` the component that has it;
    ``vote`` is the majority that has it, if one does.
    """

    field: KeyField
    reference: Position | None = None
    vote: Vote | None = None

    @property
    def value(self) -> Value:
        """The expected value."""
        return self.field.value

    @property
    def names(self) -> tuple[str, ...]:
        """The own names in the value; a majority writes ``{service}`` for them."""
        return () if self.reference is None or self.vote else self.reference.service.own_names

    @property
    def is_presence(self) -> bool:
        """Whether most have different values there."""
        return self.vote is not None and self.value.data == _PRESENT

    def with_value(self, value: Value) -> ExpectedField:
        """The same side with another value."""
        return self._replace(field=self.field._replace(value=value))


class KeyVotes:
    """The votes of services on the values at the keys of a rule, by peer group.

    Fields that keys spell are voted on as fields.
    ``without_majority`` are the field paths of keys without a majority either way.
    """

    def __init__(
        self, services: Sequence[Service], fields_of: Callable[[Service], Sequence[KeyField]]
    ) -> None:
        self.without_majority: list[str] = []
        self._expected: dict[PeerKey, dict[SharedKey, ExpectedField]] = {}
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

    def expected(self, at: Position) -> Mapping[SharedKey, ExpectedField]:
        """The values of most peers of a component, by key; nothing where it has no vote."""
        peer = peer_key(at.component)
        first = at.service.components[numbers_by_peer_key(at.service)[peer]]
        return self._expected.get(peer, {}) if first is at.component else {}

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
            self._expected.setdefault(peer, {})[shared] = _expected(known[0], have, asked)
        elif have and not is_majority(asked - len(have), asked):
            self.without_majority.append(known[0].path)


def _answer(at: Position, field: KeyField) -> Answer:
    """The value of a service, with its own names as ``{service}``."""
    data = data_with_service(by_merge_key(field.value.data), at.service.own_names)
    return Answer(at, field.value._replace(data=data), 1)


def _expected(first: KeyField, have: Sequence[Answer], asked: int) -> ExpectedField:
    """The value that most of those have who have one; else that there is one."""
    winner = winner_of(AS_WRITTEN, have, is_majority)
    if winner is not None:
        return ExpectedField(first._replace(value=winner.value), winner.vote.home, winner.vote)
    present = Value("known", _PRESENT, have[0].value.node)
    vote = Vote(len(have), asked, have[0].at)
    return ExpectedField(first._replace(value=present), vote.home, vote)
