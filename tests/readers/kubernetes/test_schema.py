"""The file of objects is held to its records: a word that none of them has cannot be written."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, get_args

import pytest

from deploylint.model.data import OBJECTS, definition
from deploylint.model.service import Role
from deploylint.readers.kubernetes.catalogue import make_table


def test_schema_rows_have_tuples_sets_and_known_roles() -> None:
    file = make_table(definition(OBJECTS))
    rows = (*file.workloads.values(), *file.attached.values(), *file.roles, *file.defaults)
    assert not [row for row in rows if any(isinstance(value, list) for value in row)]
    roles = {row.role for row in file.workloads.values()} | {row.role for row in file.roles}
    assert roles - {None} <= set(get_args(Role))


@pytest.mark.parametrize("place", [(), ("workloads", "Job"), ("roles", 0), ("defaults", 0)])
def test_unknown_key_is_an_error(place: tuple[str | int, ...]) -> None:
    data: Any = deepcopy(definition(OBJECTS))
    row = data
    for step in place:
        row = row[step]
    row["colour"] = "red"
    with pytest.raises(TypeError, match="colour"):
        make_table(data)
