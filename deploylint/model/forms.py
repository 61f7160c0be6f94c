"""Forms: what the fields of a component hold, interned, so that equal ones are one object.

A comparison asks ``a is b`` first, and most values of a fleet are equal. A Form is all that a rule
or an allowance depends on in a value; places and notes are not in it. The outcome of an element
depends on its forms alone, and so it is worked out once for all components that have them.

A *row* is a component's forms by element, in the order of ``ROW``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from deploylint.model.field_values import FieldRow, FieldValue, Layout
from deploylint.model.fields import ADDRESSES, ELEMENTS, KEY, PRESENT_OF, element_of
from deploylint.model.own_name import data_with_service, with_service
from deploylint.model.service import Service
from deploylint.model.types import TREES, Plain, Type

ROW: tuple[str, ...] = (*ELEMENTS, KEY)
"""The elements in the order in which a row holds them; nothing of what no element owns is in it."""

ELEMENT_NUMBER: Mapping[str, int] = {name: number for number, name in enumerate(ROW)}

SLOTS: Mapping[str, int] = {address: slot for slot, address in enumerate(ADDRESSES)}
"""The place of each address in the table of fields."""

BITS: Mapping[str, int] = {address: 1 << slot for address, slot in SLOTS.items()}
"""The bit of each address in a set of addresses, which is a number."""


@lru_cache(maxsize=4096)
def addresses_in(bits: int) -> tuple[str, ...]:
    """The addresses of a set of bits."""
    return tuple(address for address, bit in BITS.items() if bits & bit)


Hashed = tuple[object, ...]
"""Plain data that can be a key of a mapping."""


class Form:
    """The content of one field, as far as a rule or an allowance depends on it; one by identity.

    ``key`` is the same as plain data: two forms with one key are one form.
    ``names_service`` is whether it holds an own name: then what is written differs by service.
    ``table`` is the table of forms that it belongs to.
    """

    __slots__ = ("key", "names_service", "table")

    def __init__(self, key: Hashed, table: object, *, names_service: bool) -> None:
        self.key = key
        self.table = table
        self.names_service = names_service


class ElementForms:
    """The forms of one element's fields, in the order of the table; compared by identity.

    A field that is not set is None. ``names_service`` is whether one holds an own name.
    """

    __slots__ = ("forms", "names_service")

    def __init__(self, forms: tuple[Form | None, ...]) -> None:
        self.forms = forms
        self.names_service = any(form is not None and form.names_service for form in forms)

    def form(self, address: str) -> Form | None:
        """The form of one of the element's fields."""
        return self.forms[SLOTS[address] - SLOTS[PRESENT_OF[element_of(address)]]]


class Row:
    """A component's forms by element; None where it sets nothing of one; compared by identity."""

    __slots__ = ("elements",)

    def __init__(self, elements: tuple[ElementForms | None, ...]) -> None:
        self.elements = elements


class FormTable:
    """The forms of one run. It forgets them when there are too many: then few are met twice."""

    LIMIT = 100_000

    def __init__(self) -> None:
        self._forms: dict[Hashed, Form] = {}
        self._elements: dict[tuple[Form | None, ...], ElementForms] = {}
        self._rows: dict[tuple[ElementForms | None, ...], Row] = {}
        self._layouts: dict[int, _FormLayout] = {}

    def rows(self, service: Service) -> list[Row]:
        """The forms of each component of a service."""
        if len(self._forms) > self.LIMIT:
            self._forms = {}
            self._elements.clear()
            self._rows.clear()
        texts = _Texts(service.own_names)
        return [self._row(component.values.fields, texts) for component in service.components]

    def _row(self, fields: FieldRow, texts: _Texts) -> Row:
        layout = self._layouts.get(id(fields.layout))
        if layout is None:
            layout = self._layouts[id(fields.layout)] = _FormLayout(fields.layout)
        forms: list[Form | None] = [None] * len(SLOTS)
        for (slot, named_key), value in zip(layout.slots, fields.row, strict=True):
            form = value.form
            if form is None or form.key[0] != slot or form.table is not self._forms:
                form = self._form(slot, value, texts, named_key)
            forms[slot] = form
        return self._by_element(forms, layout)

    def _form(
        self, slot: int, value: FieldValue, texts: _Texts, named_key: NamedKey | None
    ) -> Form:
        flags = (not value.leaves, value.inherited, value.derived, value.default)
        data, parts = value.data, value.parts
        if named_key is not None and value.state == "known":
            key, is_named = named_key(slot, value, flags, texts)
        elif data.__class__ in _SCALARS and parts is None and value.state == "known":
            key, is_named = (slot, data.__class__, data, flags), False
        else:
            key, is_named = (slot, value.state, repr(data), _words(parts), flags), False
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = Form(key, self._forms, names_service=is_named)
        if named_key is None:
            value.form = form
        return form

    def _by_element(self, forms: list[Form | None], layout: _FormLayout) -> Row:
        known = self._elements
        row: list[ElementForms | None] = [None] * len(ROW)
        for number, start, end in layout.elements:
            part = tuple(forms[start:end])
            element = known.get(part)
            if element is None:
                element = known[part] = ElementForms(part)
            row[number] = element
        elements = tuple(row)
        same = self._rows.get(elements)
        if same is None:
            same = self._rows[elements] = Row(elements)
        return same


class _FormLayout:
    """Where the values of a component go that sets some ``addresses``, in their order.

    ``slots`` are, for each address, its place among all fields, and what makes a key of its values
    where own names count there.
    ``elements`` are the numbers of those that have any, each with its range of places.
    """

    __slots__ = ("addresses", "elements", "slots")

    def __init__(self, addresses: Layout) -> None:
        self.addresses = addresses
        self.slots = [(SLOTS[address], _naming(ADDRESSES[address])) for address in addresses]
        self.elements: list[tuple[int, int, int]] = []
        for element in dict.fromkeys(map(element_of, addresses)):
            start = SLOTS[PRESENT_OF[element]]
            end = start + len(ELEMENTS[element].fields)
            self.elements.append((ELEMENT_NUMBER[element], start, end))


class _Texts(dict[str, str]):
    """Texts of one service, and what they are with its own names as ``{service}``."""

    def __init__(self, own_names: tuple[str, ...]) -> None:
        self.own_names = own_names

    def __missing__(self, text: str) -> str:
        changed = text
        for name in self.own_names:
            if name in text:  # most texts hold none
                changed = with_service(text, self.own_names)
        self[text] = changed
        return changed


NamedKey = Callable[[int, FieldValue, Hashed, _Texts], tuple[Hashed, bool]]
"""Makes the key of a value in which own names count; the flag is whether it holds one."""


def _naming(kind: Type) -> NamedKey | None:
    """What makes keys of a type's values, where own names count in it."""
    if kind in TREES:
        return _key_of_tree
    return _key_of_names if kind.own_names else None


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _words(parts: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if parts is None else tuple(parts)


def _key_of_names(
    slot: int, value: FieldValue, flags: Hashed, texts: _Texts
) -> tuple[Hashed, bool]:
    """The key of a value in which own names count, and whether it holds one."""
    data, parts = value.data, value.parts
    if data.__class__ is list and parts is not None:
        names = [*parts]
        if data == names:  # nearly always: a list of texts, and its items by name
            words = [texts[name] for name in names]
            is_named = words != names
            return (slot, tuple(words), flags, is_named), is_named
    elif isinstance(data, str) and parts is None:
        text = texts[data]
        is_named = text != data
        return (slot, text, flags, is_named), is_named
    return _key_of_odd_names(slot, data, parts, flags, texts)


def _key_of_tree(slot: int, value: FieldValue, flags: Hashed, texts: _Texts) -> tuple[Hashed, bool]:
    """The key of free-form data: as it is written, and with own names as ``{service}``."""
    written = repr(value.data)
    key = (slot, value.state, written, _words(value.parts), flags)
    if not any(name in written for name in texts.own_names):
        return key, False
    named = repr(data_with_service(value.data, texts.own_names))
    return (*key, named), named != written


def _key_of_odd_names(
    slot: int, data: Plain, parts: Iterable[str] | None, flags: Hashed, texts: _Texts
) -> tuple[Hashed, bool]:
    """The key of a value with data beside its items."""
    names = _words(parts)
    words = None if names is None else tuple(map(texts.__getitem__, names))
    written: object = data
    if isinstance(data, list):
        written = [texts[one] if isinstance(one, str) else one for one in data]
    is_named = written != data or words != names
    return (slot, repr(written), words, flags, is_named), is_named
