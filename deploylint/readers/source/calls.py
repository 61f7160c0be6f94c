"""What calls mean: the rows of ``calls.yaml``, by the qualified name of what is called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

from deploylint.documents.record import Record
from deploylint.readers.data import CALLS, definition

Where = int | str
"""An argument, by its position or its keyword."""


class CallRule(Record):
    """One row; the file says what each of its fields means."""

    called: str
    makes: str = ""
    named: tuple[Where, ...] = ()
    same: bool = False
    above: bool = False
    prefix: bool = False
    is_command: bool = False
    is_included: bool = False
    of_function: bool = False
    word: bool = False
    options: bool = False
    option: bool | None = None
    flag: Where | None = None
    short: Where | None = None
    default: Where | None = None
    parses: Where | None = None
    stops: bool = False
    words: int = 0
    route: tuple[Where, ...] = ()
    methods: Where | None = None
    pattern: bool = False
    below: bool = False
    includes: tuple[Where, ...] = ()
    answers: tuple[str, ...] = ()
    port: tuple[Where, ...] = ()
    otherwise: Where | None = None
    or_variable: str = ""
    beside: bool = False
    queues: Where | None = None
    sends: Where | None = None
    lone: bool = False
    handles: Where | None = None
    variable: Where | None = None
    through: tuple[Where, ...] = ()
    text: str = ""


_LISTS = ("named", "route", "includes", "port", "through", "answers")
"""The fields that may hold several; one alone is written without brackets."""


@cache
def _table() -> Mapping[str, tuple[CallRule, ...]]:
    table: dict[str, tuple[CallRule, ...]] = {}
    for written in definition(CALLS)["calls"]:
        said = {key.replace("-", "_"): value for key, value in written.items()}
        owners, calls = said.pop("of"), said.pop("calls")
        for field in (one for one in _LISTS if one in said):
            said[field] = tuple(said[field]) if isinstance(said[field], list) else (said[field],)
        for name in (f"{of}.{call}".strip(".") for of in owners for call in calls):
            table[name] = (*table.get(name, ()), CallRule(called=name, **said))
    return table


def rows(name: str) -> tuple[CallRule, ...]:
    """What is said of a function, method or type, by its qualified name."""
    return _table().get(name, ())


def unread() -> Mapping[str, list[str]]:
    """Packages that leave a kind of fact open, since it is not read how they do it."""
    return cast("dict[str, list[str]]", definition(CALLS)["unread"])


@cache
def owners() -> frozenset[str]:
    """The types and packages of which anything is said."""
    return frozenset(name.rpartition(".")[0] for name in _table())


@cache
def below() -> frozenset[str]:
    """The types of routers that may stand below a prefix."""
    every = (row for some in _table().values() for row in some)
    return frozenset(row.makes or row.called for row in every if row.prefix)
