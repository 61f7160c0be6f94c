"""The agreement of a peer group, as a component that exists in no file.

The vote on whether an element is there comes first, then the votes on whether its fields are, then
those on their values: one value, a set of names, a tree of branches. Unknown values do not vote,
nor do those that follow from others. Components with the same forms are counted once.

How the values of one field are counted is in ``winners``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set

from deploylint.compare.reference import is_set
from deploylint.compare.result import is_own
from deploylint.compare.votes import GONE, AlikePeers
from deploylint.compare.winners import Answer, IsMajority, number_of, winner_of
from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position, Vote
from deploylint.model.field_values import FieldValue, field_values
from deploylint.model.fields import (
    ADDRESSES,
    ASKED_BY_VALUE,
    BAGS,
    ELEMENTS,
    OWN_NATURE,
    PRESENT,
    PRESENT_OF,
    SECRET_VARIABLES,
    VARIABLES,
    element_of,
)
from deploylint.model.paths import field_of, parents
from deploylint.model.service import Component, Value, is_written
from deploylint.model.templates import is_variable
from deploylint.model.types import FEWER_NAMES, SIZES, Plain
from deploylint.model.wiring import without_connections

Bar = Callable[[str], IsMajority]
"""What a majority is at an address."""

Condition = Sequence[tuple[str, Plain]]
"""The addresses that decide which peers vote, and the data that those have there."""

MANY = 4
"""So many missing elements are no slips."""

_NOTHING = Value("known", [])


class MajorityReference(Record):
    """The values of most of a peer group.

    ``position`` holds them, own names as ``{service}``. The addresses of ``full`` are compared.
    Those of ``missing`` are compared only where a component has nothing at the level that each maps
    to. ``votes`` are by address, of single items by (field, identity of the node).
    ``split`` maps the addresses without a majority to the condition that a peer votes under.
    ``families`` are those of its variables.
    """

    position: Position
    full: frozenset[str]
    missing: Mapping[str, str]
    votes: Mapping[object, Vote]
    split: Mapping[str, Condition]
    families: Families

    def is_of_another_kind(self, component: Component) -> bool:
        """Whether a component lacks most of the elements that most have: a job among servers."""
        elements = [address for address in self.full if address in PRESENT_OF.values()]
        lost = sum(component.values.state(address) in GONE for address in elements)
        return lost >= MANY and lost * 2 > len(elements)

    def lacking(self, component: Component) -> tuple[str, ...]:
        """The addresses of ``missing`` that a component has nothing at."""
        gone = {
            level: not _reaches(component, level) for level in dict.fromkeys(self.missing.values())
        }
        return tuple(address for address, level in self.missing.items() if gone[level])

    def split_leaves(self, component: Component) -> Iterator[Node]:
        """The leaves of a component that set a value where there is no majority."""
        for address, condition in self.split.items():
            present = PRESENT_OF[element_of(address)]
            value = component.values.fields.get(address)
            if (
                value is not None
                and _is_known(value)
                and is_own(component, present)
                and (address == present or component.values.state(present) == "known")
                and all(component.value(first).data == data for first, data in condition)
            ):
                yield from map(component.values.rows.node, value.leaves)

    def sign(self, difference: Difference) -> Difference:
        """A difference with the vote that it goes against, and a peer that voted for it."""
        address = difference.address
        field = field_of(address)
        keys = ((field, id(difference.expected.node)), address, field)
        below = (key for key in self.votes if isinstance(key, str) and key.startswith(address))
        key = next((key for key in keys if key in self.votes), None) or next(below)
        vote = self.votes[key]
        return difference._replace(reference=vote.home, vote=vote)


def _reaches(component: Component, level: str) -> bool:
    """Whether anything is written or unknown at a field or below a level."""
    fields = component.values.fields
    return any(is_set(fields.row[number]) for number in fields.layout.below(level))


def majority_reference(
    first: Position,
    peers_by_forms: Callable[[str], Iterable[AlikePeers]],
    addresses: Iterable[str],
    bar: Bar,
) -> MajorityReference:
    """The values of most of a peer group at some addresses.

    ``first`` is one of the group, ``peers_by_forms`` gives its components by their forms of an
    element, ``bar`` says what a majority is at an address.
    """
    count = _Count(bar)
    by_element = items_by_key((element_of(address), address) for address in addresses)
    for element, fields in by_element.items():
        present = f"{element}.{PRESENT}"
        peers = [peer for peer in peers_by_forms(element) if is_own(peer.at.component, present)]
        if element in BAGS or (present not in fields and element not in OWN_NATURE):
            count.values[present] = Value("known", True)
            count.fields(element, fields, peers)
        elif count.present(present, peers):
            having = [p for p in peers if p.at.component.value(present).state == "known"]
            count.fields(element, [field for field in fields if field != present], having)
    service = first.service._replace(own_names=())
    component = first.component._replace(values=field_values(count.values))
    return MajorityReference(
        Position(service, component),
        frozenset(count.full),
        count.missing,
        count.votes,
        count.split,
        count.families,
    )


class _Count:
    """The votes of one peer group while they are counted."""

    def __init__(self, bar: Bar) -> None:
        self.bar = bar
        self.values: dict[str, Value] = {}
        self.full: set[str] = set()
        self.missing: dict[str, str] = {}
        self.votes: dict[object, Vote] = {}
        self.split: dict[str, Condition] = {}
        self.families: Families = {}

    def present(self, address: str, peers: Sequence[AlikePeers]) -> bool:
        """Vote on whether an element is there; gives whether most have it."""
        have, lack = _answers(address, peers)
        if not self._has_majority(address, have, lack):
            return False
        switched = [answer for answer in have if answer.value.leaves]
        unswitched = [answer for answer in have if not answer.value.leaves]
        if self.bar(address)(number_of(switched), number_of(have)) or not unswitched:
            unswitched = switched
        at, value, _ = unswitched[0]
        self._keep(address, value, Vote(number_of(have), number_of(have) + number_of(lack), at))
        self.full.add(address)
        return True

    def fields(self, element: str, addresses: Sequence[str], peers: Sequence[AlikePeers]) -> None:
        """Vote on the fields of an element among the peers that have it."""
        deciding, decided = ELEMENTS[element].decided_by or ("", ())
        first = f"{element}.{deciding}"
        hidden = {f"{element}.{name}" for name in decided}
        for address in sorted(addresses, key=lambda address: address != first):
            if address not in hidden:
                self._field(address, peers, ())
            elif first in self.full:
                decision = self.values[first].data
                asked = [p for p in peers if p.at.component.value(first).data == decision]
                self._field(address, asked, [(first, decision)])
        for level in dict.fromkeys(level for a in addresses for level in parents(a)[1:]):
            self._level(level, [a for a in addresses if a.startswith(f"{level}.")], peers)

    def _field(self, address: str, peers: Sequence[AlikePeers], condition: Condition) -> None:
        """Vote on one field: whether it is there, then on its value."""
        kind = ADDRESSES[address]
        if not kind.voted and kind not in SIZES:
            return
        have, lack = _answers(address, peers)
        if not kind.voted:
            self._presence(address, have, lack, self.bar(address))
            return
        if kind is FEWER_NAMES:  # to add nothing is to have an empty set
            have, lack = have + [answer._replace(value=_NOTHING) for answer in lack], []
        if not self._has_majority(address, have, lack, condition):
            return
        if address == VARIABLES:
            have = [a._replace(value=without_connections(a.value)) for a in have]
        winner = winner_of(kind, have, self.bar(address))
        if winner is not None:
            self._keep(address, winner.value, winner.vote)
            self.full.add(address)
            self.votes |= {(address, node): vote for node, vote in winner.items.items()}
            if address == VARIABLES:
                named = ((answer.at.component, answer.times) for answer in have)
                self.families = variable_families(winner.value, named)
            return
        self.split[address] = condition
        if kind is not FEWER_NAMES and address not in ASKED_BY_VALUE:
            self._presence(address, have, lack, self.bar(element_of(address)))

    def _presence(
        self, address: str, have: Sequence[Answer], lack: Sequence[Answer], is_majority: IsMajority
    ) -> None:
        """Keep that most set a field, whatever its value is."""
        written = [answer for answer in have if is_written(answer.value)]
        asked = number_of(have) + number_of(lack)
        if is_majority(number_of(written), asked):
            vote = Vote(number_of(written), asked, written[0].at)
            self._keep_missing(address, address, written[0].value, vote)

    def _level(self, level: str, below: Sequence[str], peers: Sequence[AlikePeers]) -> None:
        """Vote on whether there is anything at a level, whatever its values are."""
        have = [peer for peer in peers if _reaches(peer.at.component, level)]
        known = [p.at for p in have if any(_is_known(p.at.component.value(a)) for a in below)]
        if known and self.bar(level)(number_of(have), number_of(peers)):
            vote = Vote(number_of(have), number_of(peers), known[0])
            for address in below:
                value = known[0].component.value(address)
                if address not in self.full and _is_known(value):
                    self._keep_missing(address, level, value, vote)
            self.votes[level] = vote

    def _has_majority(
        self, address: str, have: Sequence[Answer], lack: Sequence[Answer], who: Condition = ()
    ) -> bool:
        """Whether most have a value; an address without a majority either way is kept."""
        asked, is_majority = number_of(have) + number_of(lack), self.bar(address)
        if is_majority(number_of(have), asked):
            return True
        if have and not is_majority(number_of(lack), asked):
            self.split[address] = who
        return False

    def _keep_missing(self, address: str, level: str, value: Value, vote: Vote) -> None:
        """Keep that most have a value there, whatever it is."""
        self._keep(address, Value("known", "present", value.node), vote)
        self.missing[address] = level

    def _keep(self, address: str, value: Value, vote: Vote) -> None:
        self.values[address] = value
        self.votes[address] = vote


def _is_known(value: Value | FieldValue) -> bool:
    return value.state == "known" and not value.derived


def _answers(address: str, peers: Iterable[AlikePeers]) -> tuple[list[Answer], list[Answer]]:
    """The answers of the peers that have a value, and of those that have none."""
    answers = [
        Answer._make((peer.at, peer.at.component.value(address), peer.times)) for peer in peers
    ]
    have = [answer for answer in answers if _is_known(answer.value)]
    return have, [answer for answer in answers if answer.value.state in GONE]


# --- variables of one library, which only the services that use it set ----------------------------

# They share the first word of their names (``KAFKA_RETRIES`` beside ``KAFKA_BROKERS``).


Families = Mapping[str, str]
"""Variables of libraries, each with the prefix of those of its library."""


def variable_families(variables: Value, peers: Iterable[tuple[Component, int]]) -> Families:
    """The variables of a majority that most who set them set with others of one prefix.

    ``peers`` are components with variables, each with the number of those that are alike.
    """
    named = [(_names(component), times) for component, times in peers]
    families = dict[str, str]()
    for variable in variables.parts or ():
        first, separator, _ = variable.partition("_")
        prefix = first + separator
        setting = [(names - {variable}, times) for names, times in named if variable in names]
        beside = sum(n for names, n in setting if any(one.startswith(prefix) for one in names))
        if separator and beside * 2 > sum(times for _, times in setting):
            families[variable] = prefix
    return families


def template_variables(most: Component) -> frozenset[str]:
    """The variables that most set to a text that something fills in."""
    data = most.value(VARIABLES).data
    texts = data if isinstance(data, dict) else {}
    return frozenset(name for name, text in texts.items() if is_variable(str(text)))


def unasked_variables(
    families: Families, templates: Set[str], component: Component
) -> frozenset[str]:
    """The variables of most that a component is not asked about.

    They are those of libraries for which it sets none, and templates where it sets anything.
    """
    if not families and not templates:
        return frozenset()
    names = _names(component)
    used = {p: any(name.startswith(p) for name in names) for p in set(families.values())}
    unused = (variable for variable, prefix in families.items() if not used[prefix])
    return frozenset((*(names & templates), *unused))


def without_variables(at: Position, variables: Collection[str]) -> Position:
    """A component without some of its variables."""
    values = {address: at.component.value(address) for address in at.component.values}
    every = values[VARIABLES]
    assert isinstance(every.data, dict)
    data = {name: text for name, text in every.data.items() if name not in variables}
    parts = {name: entry for name, entry in (every.parts or {}).items() if name in data}
    values[VARIABLES] = every._replace(data=data, parts=parts)
    return at._replace(component=at.component._replace(values=field_values(values)))


def _names(component: Component) -> frozenset[str]:
    """The names of the variables of a component, with those from keys of secrets."""
    fields = (component.values.fields.get(one) for one in (VARIABLES, SECRET_VARIABLES))
    return frozenset(name for field in fields if field is not None for name in field.parts or ())
