"""What most services have at the keys of a rule, where no reference is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from deploylint.compare.majority import QUORUM, is_majority
from deploylint.compare.matching import PeerKey, peer_key
from deploylint.documents.key_query import by_merge_key
from deploylint.documents.record import Record
from deploylint.model.difference import Position, Vote
from deploylint.model.keys import KeyField, Place
from deploylint.model.own_name import data_with_service
from deploylint.model.service import Service, Value
from deploylint.model.types import AS_WRITTEN, Normal

_PRESENT = "present"


class Wanted(Record):
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
    """The votes of services on the places that the keys of a rule lead to, by peer group.

    Fields that keys spell are voted on as fields.
    """

    def __init__(
        self, services: Sequence[Service], fields_of: Callable[[Service], Sequence[KeyField]]
    ) -> None:
        self._sizes = Counter[PeerKey]()
        self._answers: dict[PeerKey, dict[Place, list[_Answer]]] = {}
        self._wanted: dict[PeerKey, Mapping[Place, tuple[KeyField, Wanted]]] = {}
        for service in services:
            numbers = _first_numbers(service)
            self._sizes.update(numbers.keys())
            keys = {number: key for key, number in numbers.items()}
            for one in fields_of(service):
                if one.number in keys and not one.field:
                    answers = self._answers.setdefault(keys[one.number], {})
                    at = Position(service, service.components[one.number])
                    answers.setdefault(one.place, []).append(_Answer(at, one))

    def wanted(self, at: Position) -> Mapping[Place, tuple[KeyField, Wanted]]:
        """What most have beside a component, by place; nothing where it has no vote."""
        key = peer_key(at.component)
        numbers = _first_numbers(at.service)
        if at.service.components[numbers[key]] is not at.component:
            return {}
        if key not in self._wanted:
            self._wanted[key] = dict(self._elect(key))
        return self._wanted[key]

    def _elect(self, key: PeerKey) -> list[tuple[Place, tuple[KeyField, Wanted]]]:
        elected = []
        for place, answers in self._answers.get(key, {}).items():
            have = [one for one in answers if one.key.value.state == "known"]
            unknown = sum(one.key.value.state == "unknown" for one in answers)
            asked = self._sizes[key] - unknown
            if asked >= QUORUM and have and is_majority(len(have), asked):
                elected.append((place, (have[0].key, _winner(have, asked))))
        return elected


def _winner(have: Sequence[_Answer], asked: int) -> Wanted:
    """The value that most of those have who have one; else that there is one."""
    by_form: dict[Normal, list[_Answer]] = {}
    for one in have:
        by_form.setdefault(AS_WRITTEN.normalise(_data(one)), []).append(one)
    alike = max(by_form.values(), key=len)
    first = alike[0]
    if not is_majority(len(alike), len(have)):
        value = Value("known", _PRESENT, have[0].key.value.node)
        return Wanted(value, (), have[0].at, Vote(len(have), asked, have[0].at))
    value = first.key.value._replace(data=_data(first))
    return Wanted(value, (), first.at, Vote(len(alike), len(have), first.at))


def _data(answer: _Answer) -> object:
    """What a service has, with its own names as ``{service}``."""
    return data_with_service(by_merge_key(answer.key.value.data), answer.at.service.own_names)


def _first_numbers(service: Service) -> dict[PeerKey, int]:
    """The number of the first component of each peer group that a service has a vote in."""
    numbers: dict[PeerKey, int] = {}
    for number, component in enumerate(service.components):
        numbers.setdefault(peer_key(component), number)
    return numbers
