"""The name of another service where each service of a group has its own: left over from a copy.

Only what all others show is asked: at one place each of them writes its own name in the same text.
What a service shares with another one on purpose is seldom at such a place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from deploylint.compare.oddity import (
    FEW,
    ODD_KEY,
    OVERRIDES,
    Oddity,
    has_slip,
    holds_secret,
    whole_document,
    writers,
)
from deploylint.documents.key_paths import KeyPath
from deploylint.documents.nodes import Collection, Node, Source, child, text_of
from deploylint.documents.record import Record
from deploylint.documents.suggest import SHORTEST, is_near
from deploylint.model.data import WELL_KNOWN, definition
from deploylint.model.format import share_of
from deploylint.model.locations import dotted_path
from deploylint.model.own_name import SELF, holds_word, with_service
from deploylint.model.secret_signs import holds_secrets
from deploylint.model.service import Service

Place = tuple[str, KeyPath, str]
"""The kind of an object, a path in it, and the name of the item of a list that this is in."""

_LONGEST = 253
"""How long a text with a name in it is that is looked at: as long as a name may be."""


class PlacedText(Record):
    """A text that a service writes at a place, own names as ``{service}``, and where."""

    service: Service
    root: Node
    row: int
    place: Place
    form: str

    @property
    def node(self) -> Node:
        """Its node."""
        return self.root.table.node(self.row)


def foreign_names(services: Sequence[Service]) -> Iterator[Oddity]:
    """The texts of services with another one's name, where all others have their own.

    And those with the own name, and a slip in what all others write around theirs.
    """
    names = {service.name for service in services}
    shared, written_by = shared_documents(services), writers(services)
    often = defaultdict[Place, Counter[str]](Counter)
    for written in (
        each for service in services for each in written_texts(service, shared, written_by)
    ):
        often[written.place][written.form if SELF in written.form else ""] += 1
    usual = {place: own for place, forms in often.items() if (own := _own_form(forms))}
    first = dict[Place, PlacedText]()
    odd = list[PlacedText]()
    for service in services if usual else ():
        near = list[PlacedText]()
        for written in written_texts(service, shared, written_by):
            if (form := usual.get(written.place)) is None or _may_be_secret(written):
                continue
            if form == written.form:
                first.setdefault(written.place, written)
            elif _is_of_another(written, form, names) or _is_misspelt(written, form, names):
                odd.append(written)
            elif _is_near(written, form, names):
                near.append(written)
        odd += _slips(near, usual)
    with_odd = {written.service.name: written.service for written in odd}
    faulty = {name: _faulty(service) for name, service in with_odd.items()}
    for written in odd:
        if (written.node.source, written.node.start) in faulty[written.service.name]:
            continue
        other, form = first[written.place], usual[written.place]
        count = often[written.place][form]
        path = dotted_path(written.place[1].keys())
        message = f"{path} is {written.form}; {share_of(count, count + 1)} have {form}"
        yield Oddity(written.service, ODD_KEY, written.node, message, other.node)


def _may_be_secret(written: PlacedText) -> bool:
    """Whether a text may not be shown; of two secrets only the presence is compared."""
    _, path, item = written.place
    name = item if path.name == "value" and item else path.name
    return any(map(holds_secrets, path.keys())) or holds_secret(written.form, name)


def _faulty(service: Service) -> Set[tuple[Source, int]]:
    """Where a fault of a service is reported already."""
    return {(fault.node.source, fault.node.start) for fault in service.faults}


def _own_form(forms: Mapping[str, int]) -> str:
    """The text that all but one service have, with the name of each once in it; or ""."""
    form = max(forms, key=lambda form: (forms[form], form))
    is_usual = forms[form] == sum(forms.values()) - 1 >= FEW - 1
    return form if is_usual and form.count(SELF) == 1 else ""


def _is_of_another(written: PlacedText, form: str, names: Set[str]) -> bool:
    """Whether a text is what another service of the group would have there.

    One that is called after it, as a worker of its own, may share what it has.
    """
    name, own = _name_in(written, form), written.service.name
    return name in names and not (holds_word(name, own) or holds_word(own, name))


def _is_misspelt(written: PlacedText, form: str, names: Set[str]) -> bool:
    """Whether a text has the own name, and a slip in what others write around theirs."""
    return SELF in written.form and has_slip(written.form, form, names)


def _slips(near: Sequence[PlacedText], forms: Mapping[Place, str]) -> Iterator[PlacedText]:
    """The texts with an own name a letter off that no other text of the service has."""
    for written in near if len(near) <= MOST_SLIPS else ():
        name = _name_in(written, forms[written.place])
        every = written_texts(written.service, frozenset())
        if sum(holds_word(str(each.root.table.texts[each.row]), name) for each in every) == 1:
            yield written


MOST_SLIPS = 20
"""Of a service with more texts that are nearly its own name none is a slip."""


def _is_near(written: PlacedText, form: str, names: Set[str]) -> bool:
    """Whether a text has the service's own name with a letter off."""
    name, own = _name_in(written, form), written.service.name
    is_word = name.isalpha() and name not in names and len(own) >= SHORTEST
    return is_word and is_near(name, own, 1)


def _name_in(written: PlacedText, form: str) -> str:
    """What a text has in the place of the own name in another one; "" if they differ elsewhere."""
    before, _, behind = form.partition(SELF)
    text = written.form
    name = text[len(before) : len(text) - len(behind)]
    return name if f"{before}{name}{behind}" == text else ""


def shared_documents(services: Sequence[Service]) -> Set[tuple[int, int]]:
    """The documents of several services: what is in them is the one's or the other's."""
    often = Counter(_at(root) for service in services for root in service.written)
    return {at for at, count in often.items() if count > 1}


def _at(root: Node) -> tuple[int, int]:
    return id(root.table), root.row


def written_texts(
    service: Service, shared: Set[tuple[int, int]], written_by: Mapping[int, int] | None = None
) -> Iterator[PlacedText]:
    """The short texts that a service writes; of a kind with several objects none.

    Where it is known how many services each document is ``written_by``, also those around the
    values of a release.
    """
    roots, own = service.written, (service.name,)
    if written_by is not None:
        roots = tuple(whole_document(root, written_by) for root in roots)
    kinds = [text_of(child(root, "kind")) for root in roots]
    often, others = Counter(kinds), definition(WELL_KNOWN)["shared-names"]
    for root, kind in zip(roots, kinds, strict=True):
        if often[kind] > 1 or _at(root) in shared or type(root) is not Collection:
            continue
        table, items = root.table, dict[KeyPath, str]()
        rows = range(root.row, root.end_row)
        for row in rows:
            path, text = table.paths[row], table.texts[row]
            if path.name == "name" and path.parent is not None and path.parent.is_item:
                items[path.parent] = str(text)
        for row in rows:
            path, text = table.paths[row], table.texts[row]
            if isinstance(text, str) and 0 < len(text) <= _LONGEST and path.name not in others:
                place = kind, path, with_service(_item_of(path, items), own)
                yield PlacedText(service, root, row, place, with_service(text, own))
            elif text == "" and path.name in OVERRIDES:  # the chart writes the service's own
                yield PlacedText(service, root, row, (kind, path, ""), SELF)


def _item_of(path: KeyPath, names: Mapping[KeyPath, str]) -> str:
    """The name of the item of a list that a value is in, but for the name itself."""
    above = path.parent
    while above is not None and not above.is_item:
        above = above.parent
    is_name = path.name == "name" and path.parent is above
    return "" if above is None or is_name else names.get(above, "")
