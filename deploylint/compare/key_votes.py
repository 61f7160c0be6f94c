"""What most services have at the keys of a rule, where no reference is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from deploylint.compare.majority import is_majority
from deploylint.compare.matching import PeerKey, peer_key
from deploylint.documents.key_query import by_merge_key
from deploylint.documents.record import Record
from deploylint.model.difference import Position, Vote
from deploylint.model.keys import KeyField, SharedKey
from deploylint.model.own_name import data_with_service
from deploylint.model.service import Service, Value
from deploylint.model.types import AS_WRITTEN, Normal

_PRESENT = "present"


class ExpectedValue(Record):
    """What a value is compared with.

    ``names`` are what the service that it is of calls itself.
    ``reference`` is where it was read; ``vote`` is the majority that has it, if one does.
    """

    value: Value
    names: tuple[str, ...] = ()
    reference: Position | None = None
    vote: Vote | None = None

    @property
    def is_presence(self) -> bool:
        """Whether most have something there, and not the same."""
        return self.vote is not None and self.value.data == _PRESENT


class _Answer(Record):
    """What one service has at a place."""

    at: Position
    key: KeyField


class KeyVotes:
    """The votes of services on what the keys of a rule lead to, by peer group.

    Fields that keys spell are voted on as fields.
    ``without_majority`` are the field paths of keys without a majority either way.
    """

    def __init__(
        self, services: Sequence[Service], fields_of: Callable[[Service], Sequence[KeyField]]
    ) -> None:
        self.without_majority: list[str] = []
        self._wanted: dict[PeerKey, dict[SharedKey, tuple[KeyField, ExpectedValue]]] = {}
        sizes = Counter[PeerKey]()
        answers: dict[tuple[PeerKey, SharedKey], list[_Answer]] = {}
        for service in services:
            numbers = _first_numbers(service)
            sizes.update(numbers.keys())
            peers = {number: peer for peer, number in numbers.items()}
            for key in fields_of(service):
                if key.number in peers and not key.field:
                    at = Position(service, service.components[key.number])
                    place = peers[key.number], key.shared
                    answers.setdefault(place, []).append(_Answer(at, key))
        for (peer, shared), have in answers.items():
            self._elect(peer, shared, have, sizes[peer])

    def wanted(self, at: Position) -> Mapping[SharedKey, tuple[KeyField, ExpectedValue]]:
        """What most have beside a component, by key; nothing where it has no vote."""
        peer = peer_key(at.component)
        first = at.service.components[_first_numbers(at.service)[peer]]
        return self._wanted.get(peer, {}) if first is at.component else {}

    def _elect(
        self, peer: PeerKey, shared: SharedKey, answers: Sequence[_Answer], size: int
    ) -> None:
        have = [one for one in answers if one.key.value.state == "known"]
        asked = size - sum(one.key.value.state == "unknown" for one in answers)
        if have and is_majority(len(have), asked):
            self._wanted.setdefault(peer, {})[shared] = have[0].key, _winner(have, asked)
        elif have and not is_majority(asked - len(have), asked):
            self.without_majority.append(have[0].key.path)


def _winner(have: Sequence[_Answer], asked: int) -> ExpectedValue:
    """The value that most of those have who have one; else that there is one."""
    by_form: dict[Normal, list[_Answer]] = {}
    for one in have:
        by_form.setdefault(AS_WRITTEN.normalise(_data(one)), []).append(one)
    alike = max(by_form.values(), key=len)
    first = alike[0]
    if not is_majority(len(alike), len(have)):
        value = Value("known", _PRESENT, have[0].key.value.node)
        return ExpectedValue(value, (), have[0].at, Vote(len(have), asked, have[0].at))
    value = first.key.value._replace(data=_data(first))
    return ExpectedValue(value, (), first.at, Vote(len(alike), len(have), first.at))


def _data(answer: _Answer) -> object:
    """What a service has, with its own names as ``{service}``."""
    return data_with_service(by_merge_key(answer.key.value.data), answer.at.service.own_names)


def _first_numbers(service: Service) -> dict[PeerKey, int]:
    """The number of the first component of each peer group that a service has a vote in."""
    numbers: dict[PeerKey, int] = {}
    for number, component in enumerate(service.components):
        numbers.setdefault(peer_key(component), number)
    return numbers
