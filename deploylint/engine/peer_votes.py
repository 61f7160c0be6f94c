"""The votes of the peers of a reference, as plain data that a process can send to another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deploylint.compare.majority import OutlierVote, PeerGroup
from deploylint.compare.matching import PeerKey
from deploylint.documents.nodes import Entry
from deploylint.documents.record import Record
from deploylint.engine.bare_service import (
    NOWHERE,
    SentComponent,
    SentService,
    bare_service,
    nowhere,
)
from deploylint.model.difference import Position
from deploylint.model.field_values import field_values
from deploylint.model.fields import element_of
from deploylint.model.forms import ROW, FormTable
from deploylint.model.service import State, Value
from deploylint.model.types import Plain

Elements = Mapping[PeerKey, frozenset[str]]
"""The elements that peer groups are asked of; one that is not in it is asked of all."""


class SentValue(Record):
    """A value without its place; ``parts`` are the names of its items or branches."""

    state: State
    data: Plain
    parts: tuple[str, ...] | None
    has_leaves: bool
    inherited: bool
    derived: bool
    default: bool


class SentPeer(Record):
    """A component of a service, by what it says of some elements."""

    service: str
    own_names: tuple[str, ...]
    component: SentComponent
    values: Mapping[str, SentValue]


class SentGroup(Record):
    """One peer group: the first few peers, and (peer, how many are like it)."""

    first: list[SentPeer]
    peers: list[tuple[SentPeer, int]]


SentVotes = Mapping[PeerKey, SentGroup]


def send_votes(vote: OutlierVote, asked: Elements) -> SentVotes:
    """What was counted in the peer groups that the reference has a component in."""
    sent: dict[PeerKey, SentGroup] = {}
    for key in vote.keys:
        group = vote.votes.groups.get(key)
        if group is not None:
            elements = asked.get(key, frozenset(ROW))
            sent[key] = SentGroup(
                [_send(at, frozenset(ROW)) for at in group.first],
                [(_send(alike.at, elements), alike.times) for alike in group.peers_by_row],
            )
    return sent


def _send(at: Position, wanted: frozenset[str]) -> SentPeer:
    service, one = at
    return SentPeer(
        service.name,
        service.own_names,
        SentComponent(one.key, one.name, one.role, one.is_main),
        {a: _send_value(v) for a, v in one.values.items() if element_of(a) in wanted},
    )


def _send_value(value: Value) -> SentValue:
    return SentValue(
        value.state,
        value.data,
        _names(value),
        bool(value.leaves),
        value.inherited,
        value.derived,
        value.default,
    )


def _names(value: Value) -> tuple[str, ...] | None:
    """The names of a value's items or branches."""
    if value.parts is not None:
        return tuple(value.parts)
    content = value.node.content if value.node is not None else None
    return tuple(content) if isinstance(value.data, dict) and isinstance(content, dict) else None


def merge_votes(vote: OutlierVote, sent: Iterable[SentVotes]) -> None:
    """Add to a vote what was counted in several processes, in the order of their services."""
    forms = FormTable()
    for votes in sent:
        for key, one in votes.items():
            group = vote.votes.groups.setdefault(key, PeerGroup())
            group.add_first(map(_received, one.first))
            for peer, times in one.peers:
                at = _received(peer)
                group.add(at, forms.rows(at.service)[0], times)


def _received(peer: SentPeer) -> Position:
    facts = SentService(peer.service, (), "", peer.own_names, "", "values", (peer.component,))
    service = bare_service(facts)
    values = {address: _received_value(one) for address, one in peer.values.items()}
    component = service.main._replace(values=field_values(values))
    return Position(service._replace(components=(component,)), component)


def _received_value(one: SentValue) -> Value:
    """A value of which every item has a place of its own: votes tell items apart by that."""
    parts = None if one.parts is None else {name: _entry() for name in one.parts}
    return Value(
        one.state,
        one.data,
        None,
        "",
        parts,
        (NOWHERE,) if one.has_leaves else (),
        one.inherited,
        one.derived,
        one.default,
    )


def _entry() -> Entry:
    return Entry(nowhere(), nowhere())
