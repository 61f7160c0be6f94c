"""Finds allowances by what they pin, without asking each: by their fields and their two values.

A look-up costs the few allowances that may match, among any number; some of these may not match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from heapq import merge
from itertools import groupby, product
from operator import itemgetter

from deploylint.documents.grouping import items_by_key
from deploylint.documents.record import Record
from deploylint.model.difference import Difference
from deploylint.model.fields import ADDRESSES, is_key
from deploylint.model.finding import Allowance
from deploylint.model.paths import FIELDS_BELOW, field_of, name_in
from deploylint.model.patterns import Pattern
from deploylint.model.secrets import redact
from deploylint.model.service import Value
from deploylint.model.types import AS_WRITTEN, TREE, WORD, Normal, Plain, Type

Numbered = tuple[int, Allowance]
"""An allowance, and its number in the order in which allowances count."""

_KEYS = "key:"
"""The name of the allowances that are about keys, among those of fields."""


class PinnedSide(Record):
    """One side of a difference as an allowance pins it: in which type, and as which data."""

    kind: Type
    data: tuple[Normal, ...]


PinnedSides = tuple[PinnedSide | None, PinnedSide | None]
"""The expected and the actual side of a difference; None for one that is not pinned."""


_ANY = object()
"""Stands for the data of a side that any value may match."""


def sides_of(difference: Difference) -> PinnedSides:
    """The sides of a difference that allowances for it pin."""
    rule, address = difference.rule, difference.address
    if rule.operator == "built-in":
        data = difference.actual.data
        return None, PinnedSide(WORD, (("state", "present"), *_as_data(data, WORD)))
    is_pinned = rule.pattern is None
    expected = side_of(address, difference.expected) if is_pinned else None
    return expected, side_of(address, difference.actual)


def side_of(address: str, value: Value) -> PinnedSide:
    """A value as an allowance pins it at an address. A secret is pinned as a report shows it."""
    data, is_present = value.data, value.state == "known" or value.data == "present"
    side = _side if isinstance(data, (dict, list)) else _side_of_scalar
    return side(address, "present" if is_present else "absent", data)


def _side(address: str, state: str, data: Plain) -> PinnedSide:
    kind, public = item_type(address, data), redact(name_in(address), data)
    return PinnedSide(kind, (("state", state), *_as_data(data, kind), _frozen(public)))


_side_of_scalar = lru_cache(maxsize=4096, typed=True)(_side)
"""The value of the reference is a side of many differences."""


def item_type(address: str, data: Plain) -> Type:
    """The type in which one side of a difference is matched.

    A single item of a set or tree is a word, unless it is a collection itself.
    """
    if is_key(address):
        return AS_WRITTEN
    kind = ADDRESSES.get(address, WORD)
    if kind in (WORD, TREE):
        return TREE if isinstance(data, (dict, list)) else WORD
    return kind


def _as_data(data: Plain, kind: Type) -> Iterator[Normal]:
    """Data as it is and in its normal form: of two values that match, one of each is the same."""
    yield _frozen(data)
    try:
        yield kind.normalise(data)
    except ValueError:
        return


def _frozen(data: Plain) -> Normal:
    """Plain data as it can be a key of a mapping; equal data is equal."""
    if isinstance(data, dict):
        return frozenset((key, _frozen(value)) for key, value in data.items())
    return tuple(map(_frozen, data)) if isinstance(data, list) else data


def _pinned_data(pattern: Pattern | None, side: PinnedSide | None) -> list[Normal]:
    """The data that a side of an allowance pins."""
    if side is None or pattern is None:
        return [_ANY]
    if pattern.operator == "state":
        return [("state", "present" if pattern.operand == "present" else "absent")]
    items = [pattern.operand] if pattern.operator == "is" else pattern.operand
    if pattern.operator not in ("is", "one-of") or not isinstance(items, list):
        return [_ANY]
    return list(dict.fromkeys(data for item in items for data in _as_data(item, side.kind)))


class _FieldAllowances:
    """The allowances about one field, in the order in which they count."""

    def __init__(self, numbered: Sequence[Numbered]) -> None:
        self.numbered = numbered
        self._by_kinds: dict[tuple[int, int], dict[tuple[Normal, Normal], list[Numbered]]] = {}

    @cached_property
    def alone(self) -> Sequence[Numbered]:
        """Those that are about no other field."""
        return [one for one in self.numbered if is_about_one_field(one[1])]

    def pinning(self, sides: PinnedSides) -> Iterator[list[Numbered]]:
        """Those that may pin the sides of a difference."""
        expected, actual = sides
        kinds = id(expected and expected.kind), id(actual and actual.kind)
        if kinds not in self._by_kinds:
            self._by_kinds[kinds] = self._by_data(sides)
        by_data = self._by_kinds[kinds]
        data = [(*side.data, _ANY) if side is not None else (_ANY,) for side in sides]
        return (by_data[pair] for pair in product(*map(dict.fromkeys, data)) if pair in by_data)

    def _by_data(self, sides: PinnedSides) -> dict[tuple[Normal, Normal], list[Numbered]]:
        """The allowances by the data that both their sides pin, in the types of some sides."""
        return items_by_key((pair, one) for one in self.numbered for pair in _pinned(one[1], sides))


def _pinned(allowance: Allowance, sides: PinnedSides) -> Iterable[tuple[Normal, Normal]]:
    """The data that both sides of an allowance pin."""
    expected = _pinned_data(allowance.expected, sides[0])
    actual = _pinned_data(allowance.actual, sides[1])
    if len(expected) > 2 and len(actual) > 2:
        actual = [_ANY]  # two long lists have too many pairs
    return product(expected, actual)


def is_about_one_field(allowance: Allowance) -> bool:
    """Whether an allowance is about one field and no other."""
    return len(set(map(field_of, allowance.addresses))) == 1


class AllowanceTable:
    """Some allowances, numbered in the order in which they count, by the fields they are about."""

    def __init__(self, numbered: Sequence[Numbered]) -> None:
        self.numbered = numbered

    @cached_property
    def by_name(self) -> Mapping[str, _FieldAllowances]:
        """The allowances by the names of their fields, "" for those about every one."""
        named = ((name, one) for one in self.numbered for name in _names(one[1].addresses))
        return {name: _FieldAllowances(same) for name, same in items_by_key(named).items()}

    @cached_property
    def may_expire(self) -> bool:
        """Whether any of them has a last day."""
        return any(allowance.until for _, allowance in self.numbered)


@lru_cache(maxsize=4096)
def _names(addresses: tuple[str, ...]) -> set[str]:
    """What an allowance is found by: its addresses, and the levels if it has all their fields."""
    if not addresses:
        return {""}
    names = {_KEYS if is_key(address) else address for address in addresses}
    steps = (name.split(".") for name in names)
    levels = {".".join(parts[:end]) for parts in steps for end in range(1, len(parts))}
    return names | {name for name in levels if names.issuperset(FIELDS_BELOW.get(name, (name,)))}


def _names_at(difference: Difference) -> set[str]:
    """What allowances for a difference are found by."""
    names = {""}
    for path in filter(None, (difference.address, difference.rule.key)):
        names |= {_KEYS} if is_key(path) else {path, field_of(path)}
    return names


MOST_PATHS = 1_000
"""How many paths are kept with their allowances; most are fields, and there are fewer of these."""


class Allowances:
    """The allowances of several ``tables`` as one list, in the order in which they count."""

    def __init__(self, tables: Sequence[AllowanceTable]) -> None:
        self.tables = tables
        self._by_path: dict[tuple[str, str], Sequence[_FieldAllowances]] = {}

    def __bool__(self) -> bool:
        return bool(self.tables)

    def __iter__(self) -> Iterator[Allowance]:
        return _in_order([table.numbered for table in self.tables])

    def pinning(self, difference: Difference, sides: PinnedSides) -> Iterator[Allowance]:
        """Those about the field of a difference that may pin some sides."""
        fields = self._fields_at(difference)
        return _in_order([same for field in fields for same in field.pinning(sides)])

    def about_one_field(self, difference: Difference) -> Iterator[Allowance]:
        """Those about the field of a difference that are about no other one."""
        return _in_order([field.alone for field in self._fields_at(difference)])

    def may_expire(self) -> bool:
        """Whether any of them has a last day."""
        return any(table.may_expire for table in self.tables)

    def changes(self, difference: Difference) -> Iterator[Allowance]:
        """Those about a field of a difference's rule that may pin its sides the other way round."""
        address = difference.address
        here, meant = (side_of(address, v) for v in (difference.actual, difference.expected))
        fields = self._named(difference.rule.addresses)
        return _in_order([same for field in fields for same in field.pinning((here, meant))])

    def _fields_at(self, difference: Difference) -> Sequence[_FieldAllowances]:
        """The allowances by the fields at which a difference is; they are asked several times."""
        path = difference.address, difference.rule.key
        fields = self._by_path.get(path)
        if fields is None:
            if len(self._by_path) > MOST_PATHS:
                self._by_path.clear()
            fields = self._by_path[path] = self._named(_names_at(difference))
        return fields

    def _named(self, names: Iterable[str]) -> list[_FieldAllowances]:
        tables = (table.by_name for table in self.tables)
        return [by_name[name] for by_name in tables for name in names if name in by_name]


def _in_order(lists: Sequence[Sequence[Numbered]]) -> Iterator[Allowance]:
    """The allowances of several lists, each once."""
    if not lists:
        return iter(())
    if len(lists) == 1:
        return (allowance for _, allowance in lists[0])
    merged = merge(*lists, key=itemgetter(0))
    return (next(same)[1] for _, same in groupby(merged, key=itemgetter(0)))
