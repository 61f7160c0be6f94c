"""The paths that a program answers when they are asked for with GET, as a probe does.

A router's routes stand below its own prefix, those of the group it was made from, and those under
which it is included elsewhere. A variable part of a path is written ``{}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.readers.source.calls import CallRule, below
from deploylint.readers.source.open_set import Gap, look_alikes
from deploylint.readers.source.resolve import MOST, Program, Resolved
from deploylint.readers.source.strings import Text, given, members, texts
from deploylint.readers.source.syntax import Attribute, Call, Expression, Parameter

Calls = Iterable[tuple[Call, CallRule]]
ASKED = frozenset({"GET", "HEAD", ""})
METHODS = frozenset({"GET", "Get", "get", "HandleFunc", "Handle", "route"})
"""What routers call the registering of a path, in every package that is known."""
DEPTH = 10
"""How many routers are put into one another at most."""


def served(program: Program, calls: Calls) -> Iterator[Text | Gap]:
    """Every path, and what leaves it open which others there are."""
    calls = list(calls)
    kinds = {row.called.rpartition(".")[0] for _, row in calls if row.route or row.includes}
    kinds |= {row.makes or row.called for _, row in calls if row.prefix}
    prefixes = _Prefixes(program, [(call, row) for call, row in calls if row.includes])
    for call, row in calls:
        if row.answers:
            yield from (Text(path, call.node) for path in row.answers)
        if row.route:
            yield from _route(program, call, row, prefixes)
        elif row.below:
            yield Gap(call.node, "a handler is given what no route answers")
        elif row.includes:
            yield from _unclear(program, call, row, kinds)
    yield from _handed_on(program, kinds)
    names = {row.called.rpartition(".")[2] for _, row in calls if row.route}
    yield from look_alikes(program, names | METHODS, 2, "of a router that is not read")


def _route(
    program: Program, call: Call, row: CallRule, prefixes: _Prefixes
) -> Iterator[Text | Gap]:
    written = given(call, row.route)
    if written is None or not _is_asked(program, call, row):
        return
    for path in texts(program, written):
        if path.text is None:
            yield Gap(path.node, "a path is not written out")
            continue
        text = _pattern(path.text) if row.pattern else path.text
        for prefix in prefixes.above(call) if text is not None else ():
            if prefix.text is None:
                yield Gap(path.node, "what stands before the path is not written out")
                continue
            whole = f"{prefix.text}{text}"
            if row.below or (row.pattern and whole.endswith("/") and whole != "/"):
                yield Gap(path.node, f"a handler is given all below {whole}")
            else:
                yield from _plain(path._replace(above=prefix.node), whole, is_tree=row.pattern)


def _plain(path: Text, whole: str, *, is_tree: bool) -> Iterator[Text | Gap]:
    """A path with its variables alike; one that takes all that follows leaves it open."""
    if whole == "/" and is_tree:
        yield Gap(path.node, "a handler is given all below /")
    if _REST.search(whole):
        yield Gap(path.node, f"a handler is given all below {_REST.split(whole)[0]}")
        return
    clean = re.sub(r"/+", "/", _VARIABLE.sub("{}", whole.replace("{$}", "")))
    yield path._replace(text=clean or "/")


_REST = regex(r"\{[^{}]*(?:\.\.\.|:path)\}|/\*")
_VARIABLE = regex(r"\{[^{}]+\}|(?<=/):[^/]+")


def _pattern(text: str) -> str | None:
    """The path of ``[METHOD ][HOST]/[PATH]``; None where it is not asked for with GET."""
    method, _, rest = text.rpartition(" ")
    if method.strip() not in ASKED or "/" not in rest:
        return None
    return rest[rest.index("/") :]


def _is_asked(program: Program, call: Call, row: CallRule) -> bool:
    """Whether a route may be asked for with GET; without any method it is."""
    written = given(call, (row.methods,))
    if written is None:
        return True
    listed = (text for one, _ in members(program, written) for text in texts(program, one))
    return any(one.text is None or one.text.upper() in ASKED for one in listed)


# --- prefixes -------------------------------------------------------------------------------------


class _Prefix(Record):
    """What may stand before a path, None where it is unknown, and where that is said last."""

    text: str | None
    node: Node | None = None


_NONE, _UNKNOWN = _Prefix(""), _Prefix(None)


class _Prefixes:
    """What may stand before the paths of routers."""

    def __init__(self, program: Program, included: list[tuple[Call, CallRule]]) -> None:
        self._program = program
        self._included = included
        self._known: dict[tuple[int, int], list[_Prefix]] = {}

    def above(self, call: Call, depth: int = DEPTH) -> list[_Prefix]:
        """What stands before the router that a call is a method of."""
        if not isinstance(call.function, Attribute):
            return [_NONE]
        things = self._program.things(call.function.of)
        return _few(one for thing in things for one in self._before(thing, depth - 1)) or [_NONE]

    def _before(self, thing: Resolved, depth: int) -> list[_Prefix]:
        if not depth:
            return [_UNKNOWN]
        key = id(thing.made), depth
        if key not in self._known:
            self._known[key] = self._found(thing, depth)
        return self._known[key]

    def _found(self, thing: Resolved, depth: int) -> list[_Prefix]:
        made = thing.made
        if isinstance(made, Parameter):
            return [_UNKNOWN if thing.kind in below() else _NONE]
        if not isinstance(made, Call):
            return [_NONE]
        own = [_NONE]
        for row in self._program.rows(made):
            if row.prefix:
                own = _joined(self.above(made, depth), _named(self._program, made, row))
        sites = [(c, r) for c, r in self._included if _includes(self._program, c, r, thing)]
        if not sites:
            is_lost = any(row.is_included for row in self._program.rows(made))
            return [_UNKNOWN] if is_lost else own
        places = (
            _joined(self.above(call, depth), _named(self._program, call, row))
            for call, row in sites
        )
        return _few(one for place in places for one in _joined(place, own))


def _few(prefixes: Iterable[_Prefix]) -> list[_Prefix]:
    """Each once; of too many the rest is unknown."""
    found = list(dict.fromkeys(prefixes))
    return found if len(found) <= MOST else [*found[:MOST], _UNKNOWN]


def _includes(program: Program, call: Call, row: CallRule, thing: Resolved) -> bool:
    given_one = given(call, row.includes)
    return given_one is not None and any(t.made is thing.made for t in program.things(given_one))


def _named(program: Program, call: Call, row: CallRule) -> list[_Prefix]:
    written = given(call, row.named)
    if written is None:
        return [_NONE]
    return [_Prefix(one.text, one.node) for one in texts(program, written)]


def _joined(before: list[_Prefix], after: list[_Prefix]) -> list[_Prefix]:
    return _few(_put(a, b) for a in before for b in after)


def _put(before: _Prefix, after: _Prefix) -> _Prefix:
    if before.text is None or after.text is None:
        return _UNKNOWN
    return _Prefix(f"{before.text}{after.text}", after.node or before.node)


# --- what else may register routes ----------------------------------------------------------------


def _unclear(program: Program, call: Call, row: CallRule, kinds: set[str]) -> Iterator[Gap]:
    """A router that is included and cannot be told."""
    written = given(call, row.includes)
    if written is None or not any(t.kind in kinds for t in program.things(written)):
        yield Gap(call.node, "what is included is not read")


def _handed_on(program: Program, kinds: set[str]) -> Iterator[Gap]:
    """Calls of other packages that are given a router, and may register more."""
    for call in program.code.calls:
        if program.rows(call) or program.is_own(call) or call.decorates is not None:
            continue
        for argument in (*call.arguments, *call.keywords.values()):
            if _is_router(program, argument, kinds):
                yield Gap(call.node, "a router is handed to what is not read")


def _is_router(program: Program, argument: Expression, kinds: set[str]) -> bool:
    return any(thing.kind in kinds for thing in program.things(argument))
