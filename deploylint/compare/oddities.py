"""What one service writes another way than all its siblings: keys that no element owns, and sizes.

Only where siblings are many and all but one agree is the one a slip. Those that have a mapping are
asked about its keys: by presence, and by value where that is a flag or a plain word, and names
nothing. Sizes differ rightly, but one that differs from an equal size of all others by a unit or a
digit is a slip.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from deploylint.compare.majority import GroupVotes
from deploylint.compare.siblings import is_unread
from deploylint.documents.nodes import Entry, Node, child, entries_of, items_of, scalar, text_of
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import distance
from deploylint.model.fields import ADDRESSES
from deploylint.model.locations import dotted_path
from deploylint.model.own_name import SELF, holds_word, with_service
from deploylint.model.secret_signs import may_name_a_secret
from deploylint.model.service import Service
from deploylint.model.types import SIZES

ODD_KEY, UNIT_SLIP, UNKNOWN_KEY = "odd-key", "unit-slip", "unknown-key"
MANY, MANY_SIZES = 5, 4
"""How many siblings are asked about a key, and about a size."""
FEW_SLIPS = 5
"""A service that lacks more keys of its siblings is of another kind."""
VARIANTS = ("type", "kind")
"""The keys that say which of several variants a mapping is of: each has keys of its own."""
SHORTEST, LONG = 5, 8
"""How long a misspelt key is at least, and how long one of two wrong letters."""

Path = tuple[str, ...]


class Oddity(Record):
    """What a service writes another way: the check that reports it, the node, and the message.

    ``other`` is the node of a sibling that has what most have.
    """

    service: Service
    check: str
    node: Node
    message: str
    other: Node


def oddities(votes: GroupVotes) -> Iterator[Oddity]:
    """What single services of a group write another way than all their siblings."""
    groups = defaultdict[object, list[Service]](list)
    for service in votes.services:
        for number, keys in votes.siblings.keys(service):
            if number == 0:
                groups[keys[-2]].append(service)
    names = {name for service in votes.services for name in service.own_names}
    for services in groups.values():
        if len(services) >= MANY_SIZES:
            yield from _unit_slips(services)
        if len(services) >= MANY:
            often = Counter(name for service in services for name in set(_names(service.root)))
            common = {name for name, count in often.items() if count > 1}
            yield from _odd_keys([_Keys(service, common) for service in services], names)


# --- keys -----------------------------------------------------------------------------------------


def _names(node: Node) -> Iterator[str]:
    """The names of the keys and the items below a node."""
    for name, entry in _entries(node):
        yield name
        yield from _names(entry.value)


class _Keys:
    """The keys of a service by their paths, items by name, own names as ``{service}``.

    A name that keys of several services have, ``common``, is not a service's own.
    """

    def __init__(self, service: Service, common: Set[str]) -> None:
        self.service = service
        self._common = common
        values = (value for part in service.components for value in part.values.values())
        self._owned = {(leaf.table, leaf.row) for value in values for leaf in value.leaves}
        self.owned: set[Path] = set()
        self.entries: dict[Path, Entry] = {}
        self.below: dict[Path, list[str]] = {}
        self._walk(service.root, ())

    def _walk(self, node: Node, path: Path) -> None:
        for name, entry in _entries(node):
            is_own = name.startswith("[") or name not in self._common
            key = with_service(name, self.service.own_names) if is_own else name
            here = (*path, key)
            self.entries[here] = entry
            self.below.setdefault(path, []).append(key)
            if (entry.value.table, entry.value.row) in self._owned:
                self.owned.update(here[:depth] for depth in range(1, len(here) + 1))
            self._walk(entry.value, here)

    def word(self, path: Path) -> str:
        """The flag or word at a path, an own name as ``{service}``; "" for anything else."""
        value = self.entries[path].value
        if path in self.owned or not value.is_scalar or may_name_a_secret(path[-1]):
            return ""
        text = with_service(text_of(value), self.service.own_names)
        return text if text == SELF or _WORD.fullmatch(text) else ""

    @property
    def places(self) -> set[Node]:
        """The keys that a fault is reported at."""
        return {fault.node for fault in self.service.faults}


_WORD = regex(r"[A-Za-z]+")


def _entries(node: Node) -> Iterator[tuple[str, Entry]]:
    """The entries of a mapping, and the items of a list by their names."""
    yield from entries_of(node).items()
    for item in items_of(node):
        name = text_of(child(item, "name"))
        if name:
            yield f"[name={name}]", Entry(item, item)


def _odd_keys(every: Sequence[_Keys], names: Set[str]) -> Iterator[Oddity]:
    """The keys that one of some services lacks, misspells or has with another word."""
    often = Counter[Path]({(): len(every)})
    often.update(path for keys in every for path in keys.entries)
    asked = {path: often[path[:-1]] for path in often if path and often[path[:-1]] >= MANY}
    almost = [path for path, count in asked.items() if often[path] >= count - 1]
    for keys in every:
        missing = [p for p in almost if p not in keys.entries and _holder(keys, p) is not None]
        if len(missing) <= FEW_SLIPS:
            for path in missing:
                yield from _missing(keys, path, every, often)
    for path in almost:
        if often[path] == asked[path]:
            yield from _other_word(path, [k for k in every if path in k.entries], names)


def _holder(keys: _Keys, path: Path) -> Node | None:
    """The mapping that a key would be in; None where that is missing too."""
    if len(path) == 1:
        return keys.service.root
    above = keys.entries.get(path[:-1])
    return None if above is None else above.value


def _missing(
    keys: _Keys, path: Path, every: Sequence[_Keys], often: Mapping[Path, int]
) -> Iterator[Oddity]:
    """A key that one service lacks: it is misspelt, or it is not there."""
    first = next(other for other in every if path in other.entries)
    asked = often[path[:-1]]
    entry, share = first.entries[path], f"{asked - 1} of {asked} services"
    for name in keys.below.get(path[:-1], ()):
        here = keys.entries[*path[:-1], name]
        if often[*path[:-1], name] == 1 and _is_misspelt(name, path[-1]) and _alike(here, entry):
            if here.key not in keys.places:
                message = f"unknown key {name!r}; did you mean {path[-1]!r}, as in {share}?"
                yield Oddity(keys.service, UNKNOWN_KEY, here.key, message, entry.key)
            return
    is_owned = any(path in other.owned for other in every)
    is_right = (
        path[-1].startswith("[")  # an item that a service needs is its own
        or _is_for_itself(path, every)
        or _is_a_variant(keys, path, every)
        or is_unread(keys.service, path, (other.service for other in every))
    )
    if not is_owned and _holder(keys, path) is not None and not is_right:
        message = f"{dotted_path(path)}: not set; {share} set it"
        above = keys.entries.get(path[:-1])
        node = keys.service.root if above is None else above.key
        yield Oddity(keys.service, ODD_KEY, node, message, entry.key)


def _is_misspelt(name: str, known: str) -> bool:
    if min(len(name), len(known)) < SHORTEST or not name.isalpha():
        return False
    return 0 < distance(name, known) <= (2 if len(known) >= LONG else 1)


def _alike(entry: Entry, other: Entry) -> bool:
    """Whether two values are of one type."""
    value, wanted = entry.value, other.value
    if value.is_scalar and wanted.is_scalar:
        return type(scalar(value)) is type(scalar(wanted))
    return value.is_mapping == wanted.is_mapping and value.is_scalar == wanted.is_scalar


def _is_for_itself(path: Path, every: Sequence[_Keys]) -> bool:
    """Whether each service has something of its own at a key: no two have the same there."""
    values = [keys.entries[path].value for keys in every if path in keys.entries]
    texts = {with_service(text_of(value), ()) for value in values if value.is_scalar}
    return len(texts) > 1 and len(texts) == len(values)


def _is_a_variant(keys: _Keys, path: Path, every: Sequence[_Keys]) -> bool:
    """Whether a key is one of a variant that a service does not have, by the word beside it."""
    for name in VARIANTS:
        beside = (*path[:-1], name)
        if beside in keys.entries:
            words = (k.entries.get(beside) for k in every if path in k.entries)
            texts = {text_of(word.value) for word in words if word is not None}
            if text_of(keys.entries[beside].value) not in texts:
                return True
    return False


def _other_word(path: Path, every: Sequence[_Keys], names: Set[str]) -> Iterator[Oddity]:
    """The one service with another flag or word than all others, or with another's name."""
    words = {id(keys): keys.word(path) for keys in every}
    ranked = Counter(filter(None, words.values())).most_common(1)
    if not ranked or ranked[0][1] != len(every) - 1:
        return
    most = ranked[0][0]
    odd = next(keys for keys in every if words[id(keys)] != most)
    text = text_of(odd.entries[path].value)
    if path in odd.owned or not odd.entries[path].value.is_scalar or text == odd.service.name:
        return
    is_name = any(holds_word(text, name) for name in names)
    if is_name if most == SELF else (not is_name and words[id(odd)]):
        first = next(keys for keys in every if keys is not odd).entries[path].value
        share = f"{len(every) - 1} of {len(every)} services have {most}"
        message = f"{dotted_path(path)} is {text}; {share}"
        yield Oddity(odd.service, ODD_KEY, odd.entries[path].value, message, first)


# --- sizes ----------------------------------------------------------------------------------------


def _unit_slips(services: Sequence[Service]) -> Iterator[Oddity]:
    """The sizes that differ by a unit or a digit from an equal size of all other services."""
    for address, kind in ADDRESSES.items():
        if kind not in SIZES:
            continue
        values = [service.main.value(address) for service in services]
        written = [(s, v) for s, v in zip(services, values, strict=True) if v.is_written and v.node]
        texts = [str(value.data) for _, value in written]
        ranked = Counter(texts).most_common(2)
        if len(texts) < MANY_SIZES or len(ranked) != 2 or ranked[0][1] != len(texts) - 1:
            continue
        (most, _), (odd, _) = ranked
        if _is_slip(odd, most):
            service, value = written[texts.index(odd)]
            other = written[texts.index(most)][1].node
            assert value.node is not None
            assert other is not None
            share = f"{len(texts) - 1} of {len(texts)} services have {most}"
            message = f"{address} is {odd}; {share}, so a digit or the unit is a slip"
            yield Oddity(service, UNIT_SLIP, value.node, message, other)


_SIZE = regex(r"(\d{1,15})([A-Za-z]*)")


def _is_slip(text: str, most: str) -> bool:
    """Whether two sizes have the same digits and other units, or one digit more, less or off."""
    written, expected = _SIZE.fullmatch(text), _SIZE.fullmatch(most)
    if written is None or expected is None:
        return False
    (digits, unit), (wanted, wanted_unit) = written.groups(), expected.groups()
    if unit != wanted_unit:
        return digits == wanted
    is_digit_more = digits == f"{wanted}0" or wanted == f"{digits}0"
    return is_digit_more or (len(wanted) > 1 and abs(int(digits) - int(wanted)) == 1)
