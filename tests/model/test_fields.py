"""The table of fields: its sets and types name what there is."""

from __future__ import annotations

from deploylint.model.data import FIELDS, definition
from deploylint.model.fields import ADDRESSES, ELEMENTS, ROLE_FREE


def test_sets_of_the_table_name_fields_and_elements() -> None:
    entries = {entry for entries in definition(FIELDS)["sets"].values() for entry in entries}
    assert entries - ADDRESSES.keys() - ELEMENTS.keys() == set()


def test_accepted_types_are_of_fields() -> None:
    assert definition(FIELDS)["accepted"].keys() <= ADDRESSES.keys()


def test_element_in_a_set_stands_for_all_its_fields() -> None:
    fields = {f"security-context.{field}" for field in ELEMENTS["security-context"].fields}
    assert fields < ROLE_FREE
