"""The votes of the peers of a reference, as plain data that a process can send to another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deploylint.compare.matching import PeerKey
from deploylint.compare.outlier_vote import OutlierVote
from deploylint.compare.votes import PeerGroup
from deploylint.documents.record import Record
from deploylint.engine.chunks.bare_service import NOWHERE, bare_service
from deploylint.model.difference import Position
from deploylint.model.field_values import FieldValue, FieldValues, RowNumbers
from deploylint.model.fields import element_of
from deploylint.model.forms import ROW, FormTable
from deploylint.model.service import Service, State
from deploylint.model.types import Plain

Elements = Mapping[PeerKey, frozenset[str]]
"""The elements that peer groups vote on; a group that is not in it votes on all."""


class SentValue(Record):
    """A value without places.

    ``items`` are the names of its items, ``is_written`` is whether it has leaves.
    """

    state: State
    data: Plain
    items: tuple[str, ...] | None
    is_written: bool
    inherited: bool
    derived: bool
    default: bool


class SentPeer(Record):
    """A service with one component, and its values of some elements."""

    service: Service
    values: Mapping[str, SentValue]


class SentGroup(Record):
    """One peer group: the first few peers, and (peer, how many are like it)."""

    first: list[SentPeer]
    votes: list[tuple[SentPeer, int]]


SentVotes = Mapping[PeerKey, SentGroup]


def send_votes(vote: OutlierVote, asked: Elements) -> SentVotes:
    """The votes in the peer groups that the reference has a component in."""
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


def _send(at: Position, elements: frozenset[str]) -> SentPeer:
    service, values = at.service._replace(components=(at.component,)), at.component.values
    fields = zip(values.fields.layout, values.fields.row, strict=True)
    sent = {
        path: _without_places(value, values.rows)
        for path, value in fields
        if element_of(path) in elements
    }
    return SentPeer(bare_service(service), sent)


def _without_places(value: FieldValue, rows: RowNumbers) -> SentValue:
    names: Iterable[str] | None = value.parts
    if names is None and isinstance(value.data, dict) and value.at is not None:
        content = rows.node(value.at).content
        names = content if isinstance(content, dict) else None
    return SentValue(
        value.state,
        value.data,
        None if names is None else tuple(names),
        bool(value.leaves),
        value.inherited,
        value.derived,
        value.default,
    )


def merge_votes(vote: OutlierVote, sent: Iterable[SentVotes]) -> None:
    """Add to a vote what was counted in several processes, in the order of their services."""
    forms = FormTable()
    for votes in sent:
        for key, peers in votes.items():
            group = vote.votes.groups.setdefault(key, PeerGroup())
            group.add_first(map(_received, peers.first))
            for peer, times in peers.votes:
                at = _received(peer)
                group.add(at, forms.rows(at.service)[0], times)


def _received(peer: SentPeer) -> Position:
    service = peer.service
    fields = {path: _received_value(value) for path, value in peer.values.items()}
    component = service.main._replace(values=FieldValues(fields, RowNumbers()))
    return Position(service._replace(components=(component,)), component)


def _received_value(value: SentValue) -> FieldValue:
    """A value with a place for each item: votes tell items apart by that."""
    state, data, items, is_written, *flags = value
    places = ((name, NOWHERE._replace(), NOWHERE._replace()) for name in items or ())
    parts = None if items is None else {name: (key, item) for name, key, item in places}
    return FieldValue(state, data, None, "", parts, (NOWHERE,) if is_written else (), *flags)
