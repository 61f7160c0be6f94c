"""The meaning of calls: the rows of ``calls.yaml``, by the qualified name of what is called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import cast

from deploylint.documents.record import Record
from deploylint.model.data import CALLS, definition, make_record
from deploylint.readers.source.ir import Where


class CallRule(Record):
    """One row; the file documents each of its fields."""

    owner: str
    name: str
    makes: str = ""
    named: tuple[Where, ...] = ()
    same: bool = False
    above: bool = False
    prefix: bool = False
    is_command: bool = False
    is_included: bool = False
    of_function: bool = False
    options: bool = False
    option: bool | None = None
    flag: tuple[Where, ...] = ()
    default: tuple[Where, ...] = ()
    parses: tuple[Where, ...] = ()
    words: int = 0
    route: tuple[Where, ...] = ()
    methods: tuple[Where, ...] = ()
    pattern: bool = False
    below: bool = False
    includes: tuple[Where, ...] = ()
    answers: tuple[str, ...] = ()
    port: tuple[Where, ...] = ()
    otherwise: Where = ""
    or_variable: str = ""
    queues: tuple[Where, ...] = ()
    sends: tuple[Where, ...] = ()
    partial: bool = False
    handles: tuple[Where, ...] = ()
    variable: tuple[Where, ...] = ()
    through: tuple[Where, ...] = ()
    text: tuple[Where, ...] = ()
    is_format: bool = False

    @property
    def kind(self) -> str:
        """The type of what the call returns."""
        return self.makes or f"{self.owner}.{self.name}"


@cache
def _table() -> Mapping[str, tuple[CallRule, ...]]:
    table: dict[str, tuple[CallRule, ...]] = {}
    for written in definition(CALLS)["calls"]:
        row = {key: value for key, value in written.items() if key not in ("of", "calls")}
        for owner, call in product(written["of"], written["calls"]):
            name = f"{owner}.{call}".strip(".")
            rule = make_record(CallRule, row, owner=owner, name=call)
            table[name] = (*table.get(name, ()), rule)
    return table


def call_rules(name: str) -> tuple[CallRule, ...]:
    """The rows about a function, method or type, by its qualified name."""
    return _table().get(name, ())


def unread_packages() -> Mapping[str, list[str]]:
    """Packages that leave a kind of fact open, as they are not read."""
    return cast("dict[str, list[str]]", definition(CALLS)["unread"])


@cache
def known_owners() -> frozenset[str]:
    """The types and packages with a row."""
    return frozenset(name.rpartition(".")[0] for name in _table())


@cache
def prefixed_types() -> frozenset[str]:
    """The types of routers that may have a prefix."""
    return frozenset(row.kind for rows in _table().values() for row in rows if row.prefix)
