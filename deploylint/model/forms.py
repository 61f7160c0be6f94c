"""Forms: what the fields of a component hold, interned, so that equal ones are one object.

A comparison asks ``a is b`` first, and most values of a fleet are equal. A Form is all that a rule
or an allowance can tell of a value; places and notes are not in it. What a comparison of an element
comes to depends on its forms alone, and so it is worked out once for all services that have them.

A *row* is a component's forms by element, in the order of ``ROW``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from deploylint.model.fields import ADDRESSES, ELEMENTS, PRESENT, element_of
from deploylint.model.own_name import with_service
from deploylint.model.service import Component, State, Value
from deploylint.model.types import Plain, Type

ROW: tuple[str, ...] = tuple(ELEMENTS)
"""The elements in the order in which a row holds them."""

ELEMENT_NUMBER: Mapping[str, int] = {name: number for number, name in enumerate(ROW)}

SLOTS: Mapping[str, int] = {address: slot for slot, address in enumerate(ADDRESSES)}
"""The place of each address in the table of fields."""


def field_number(address: str) -> tuple[int, int]:
    """Where a row holds an address: the number of its element, and that of the field in it."""
    element = element_of(address)
    return ELEMENT_NUMBER[element], SLOTS[address] - SLOTS[f"{element}.{PRESENT}"]


def _ranges() -> list[tuple[int, int]]:
    ends = list[tuple[int, int]]()
    start = 0
    for element in ELEMENTS.values():
        ends.append((start, start + len(element.fields)))
        start += len(element.fields)
    return ends


_RANGES = _ranges()
_TYPES: tuple[Type, ...] = tuple(ADDRESSES.values())
_COUNT = len(_TYPES)

HAS_LEAVES, INHERITED, DERIVED, DEFAULT = 1, 2, 4, 8
"""The flags of a form: it accounts for leaves, and where it comes from."""


class Form:
    """What one field holds, as far as a rule or an allowance can tell; compared by identity.

    ``key`` is the same as plain data: two forms with one key are one form.
    ``flags`` say whether it accounts for leaves, and whether it is inherited, derived or a default.
    ``data`` is plain data in which own names are ``{service}``.
    ``names_service`` is whether it holds an own name: then what is written differs by service.
    """

    __slots__ = ("data", "flags", "key", "names_service", "state")

    def __init__(
        self, state: State, flags: int, data: Plain, key: Hashed, *, names_service: bool
    ) -> None:
        self.state: State = state
        self.flags = flags
        self.data = data
        self.key = key
        self.names_service = names_service


Hashed = tuple[object, ...]
"""Plain data that can be a key of a mapping."""


class ElementForms:
    """The forms of one element's fields, in the order of the table; compared by identity.

    A field that nobody speaks of is None. ``names_service`` is whether one holds an own name.
    """

    __slots__ = ("forms", "names_service")

    def __init__(self, forms: tuple[Form | None, ...]) -> None:
        self.forms = forms
        self.names_service = any(form is not None and form.names_service for form in forms)

    def form(self, address: str) -> Form | None:
        """The form of one of the element's fields."""
        return self.forms[field_number(address)[1]]

    @property
    def key(self) -> Hashed:
        """The same as plain data, which can be sent to another process."""
        return tuple(None if form is None else form.key for form in self.forms)


Row = tuple[ElementForms | None, ...]
"""A component's forms by element; None where nobody speaks of one."""


class FormTable:
    """The forms of one run."""

    def __init__(self) -> None:
        self._scalars: tuple[dict[Hashed, Form], ...] = tuple({} for _ in _TYPES)
        self._others: tuple[dict[Hashed, Form], ...] = tuple({} for _ in _TYPES)
        self._elements: dict[tuple[Form | None, ...], ElementForms] = {}

    def row(self, component: Component, own_names: tuple[str, ...]) -> Row:
        """The forms of a component whose service calls itself by some names."""
        forms: list[Form | None] = [None] * _COUNT
        for address, value in component.values.items():
            slot = SLOTS[address]
            forms[slot] = self._form(slot, value, own_names)
        row: list[ElementForms | None] = []
        for start, end in _RANGES:
            part = tuple(forms[start:end])
            row.append(None if part[0] is None and not any(part) else self._element(part))
        return tuple(row)

    def _element(self, part: tuple[Form | None, ...]) -> ElementForms:
        known = self._elements.get(part)
        if known is None:
            known = self._elements[part] = ElementForms(part)
        return known

    def _form(self, slot: int, value: Value, own_names: tuple[str, ...]) -> Form:
        state, data, _, _, parts, leaves, inherited, derived, default = value
        flags = bool(leaves) | inherited << 1 | derived << 2 | default << 3
        if state != "known" or parts is not None or data.__class__ not in _SCALARS:
            return self._other(slot, state, flags, data, parts, own_names)
        text = data
        if data.__class__ is str and _TYPES[slot].own_names:
            text = with_service(data, own_names)
        key = (flags, data.__class__, text, text is not data)
        form = self._scalars[slot].get(key)
        if form is None:
            form = Form("known", flags, text, key, names_service=text is not data)
            self._scalars[slot][key] = form
        return form

    def _other(
        self,
        slot: int,
        state: State,
        flags: int,
        data: Plain,
        parts: Iterable[str] | None,
        own_names: tuple[str, ...],
    ) -> Form:
        names = None if parts is None else tuple(parts)
        written = (data, names)
        if state == "known" and _TYPES[slot].own_names:
            data = _plain(data, own_names)
            names = names and tuple(with_service(name, own_names) for name in names)
        changed = (data, names) != written
        key = (flags, state, data if data is None else repr(data), names, changed)
        form = self._others[slot].get(key)
        if form is None:
            form = self._others[slot][key] = Form(state, flags, data, key, names_service=changed)
        return form


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _plain(data: Plain, own_names: tuple[str, ...]) -> Plain:
    """A text, or a list of texts, in which own names are ``{service}``."""
    if isinstance(data, str):
        return with_service(data, own_names)
    if isinstance(data, (list, tuple)):
        return type(data)(_plain(item, own_names) for item in data)
    return data


BITS: Mapping[str, int] = {address: 1 << slot for slot, address in enumerate(ADDRESSES)}
"""The bit of each address in a set of addresses, which is a number."""


@lru_cache(maxsize=4096)
def addresses_in(bits: int) -> tuple[str, ...]:
    """The addresses of a set of bits."""
    return tuple(address for address, bit in BITS.items() if bits & bit)
