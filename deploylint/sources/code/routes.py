"""The paths that a program answers when they are asked for with GET, as a probe does.

A router's routes stand below its own prefix, those of the group it was made from, and those under
which it is included elsewhere. A variable part of a path is written ``{}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from deploylint.sources.code.following import Program, Thing
from deploylint.sources.code.listed import Opening
from deploylint.sources.code.syntax import Attribute, Call, Expression, Parameter
from deploylint.sources.code.table import Row, below
from deploylint.sources.code.texts import Text, given, members, texts

Calls = Iterable[tuple[Call, Row]]
ASKED = frozenset({"GET", "HEAD", ""})
DEPTH = 10
"""How many routers are put into one another at most."""


def served(program: Program, calls: Calls) -> Iterator[Text | Opening]:
    """Every path, and what leaves it open which others there are."""
    calls = list(calls)
    kinds = {row.called.rpartition(".")[0] for _, row in calls if row.route or row.includes}
    kinds |= {row.makes for _, row in calls if row.prefix}
    included = [(call, row) for call, row in calls if row.includes]
    for call, row in calls:
        if row.answers:
            yield from (Text(path, call.node) for path in row.answers)
        if row.route:
            yield from _route(program, call, row, included)
        elif row.below:
            yield Opening(call.node, "a handler is given what no route answers")
        elif row.includes:
            yield from _unclear(program, call, row, kinds)
    yield from _handed_on(program, kinds)


def _route(
    program: Program, call: Call, row: Row, included: list[tuple[Call, Row]]
) -> Iterator[Text | Opening]:
    written = given(call, row.route)
    if written is None or not _is_asked(program, call, row):
        return
    for path in texts(program, written):
        if path.text is None:
            yield Opening(path.node, "a path is not written out")
            continue
        text = _pattern(path.text) if row.pattern else path.text
        for prefix in _prefixes(program, call, included) if text is not None else ():
            whole = None if prefix is None else f"{prefix}{text}"
            if whole is None:
                yield Opening(path.node, "what stands before the path is not written out")
            elif row.below or (row.pattern and whole.endswith("/") and whole != "/"):
                yield Opening(path.node, f"a handler is given all below {whole}")
            else:
                yield from _plain(path, whole, is_tree=row.pattern)


def _plain(path: Text, whole: str, *, is_tree: bool) -> Iterator[Text | Opening]:
    """A path with its variables alike; one that takes all that follows leaves it open."""
    if whole == "/" and is_tree:
        yield Opening(path.node, "a handler is given all below /")
    if _REST.search(whole):
        yield Opening(path.node, f"a handler is given all below {_REST.split(whole)[0]}")
        return
    clean = re.sub(r"/+", "/", _VARIABLE.sub("{}", whole.replace("{$}", "")))
    yield path._replace(text=clean or "/")


_REST = re.compile(r"\{[^{}]*(?:\.\.\.|:path)\}|/\*")
_VARIABLE = re.compile(r"\{[^{}]+\}|(?<=/):[^/]+")


def _pattern(text: str) -> str | None:
    """The path of ``[METHOD ][HOST]/[PATH]``; None where it is not asked for with GET."""
    method, _, rest = text.rpartition(" ")
    if method.strip() not in ASKED or "/" not in rest:
        return None
    return rest[rest.index("/") :]


def _is_asked(program: Program, call: Call, row: Row) -> bool:
    """Whether a route may be asked for with GET; without any method it is."""
    written = given(call, (row.methods,))
    if written is None:
        return True
    listed = (text for one, _ in members(program, written) for text in texts(program, one))
    return any(one.text is None or one.text.upper() in ASKED for one in listed)


# --- prefixes -------------------------------------------------------------------------------------


def _prefixes(program: Program, call: Call, included: list[tuple[Call, Row]]) -> list[str | None]:
    """What may stand before the paths that are registered by a call; None where it is unknown."""
    if not isinstance(call.function, Attribute):
        return [""]
    found = [
        prefix
        for thing in program.things(call.function.of)
        for prefix in _before(program, thing, included, DEPTH)
    ]
    return list(dict.fromkeys(found)) or [""]


def _before(
    program: Program, thing: Thing, included: list[tuple[Call, Row]], depth: int
) -> list[str | None]:
    if not depth:
        return [None]
    made = thing.made
    if isinstance(made, Parameter):
        return [None if thing.kind in below() else ""]
    if not isinstance(made, Call):
        return [""]
    own: list[str | None] = [""]
    for row in program.rows(made):
        if row.prefix:
            own = _named(program, made, row)
            own = _joined(_above(program, made, included, depth), own)
    sites = [(c, r) for c, r in included if _includes(program, c, r, thing)]
    if not sites:
        is_lost = any(row.is_included for row in program.rows(made))
        return [None] if is_lost else own
    return [
        one
        for call, row in sites
        for one in _joined(
            _joined(_above(program, call, included, depth), _named(program, call, row)), own
        )
    ]


def _above(
    program: Program, call: Call, included: list[tuple[Call, Row]], depth: int
) -> list[str | None]:
    """What stands before the router that a call is a method of."""
    if not isinstance(call.function, Attribute):
        return [""]
    things = program.things(call.function.of)
    return [one for t in things for one in _before(program, t, included, depth - 1)] or [""]


def _includes(program: Program, call: Call, row: Row, thing: Thing) -> bool:
    given_one = given(call, row.includes)
    return given_one is not None and any(t.made is thing.made for t in program.things(given_one))


def _named(program: Program, call: Call, row: Row) -> list[str | None]:
    written = given(call, row.named)
    return [""] if written is None else [one.text for one in texts(program, written)]


def _joined(before: list[str | None], after: list[str | None]) -> list[str | None]:
    return [None if None in (a, b) else f"{a}{b}" for a in before for b in after]


# --- what else may register routes ----------------------------------------------------------------


def _unclear(program: Program, call: Call, row: Row, kinds: set[str]) -> Iterator[Opening]:
    """A router that is included and cannot be told."""
    written = given(call, row.includes)
    if written is None or not any(t.kind in kinds for t in program.things(written)):
        yield Opening(call.node, "what is included is not read")


def _handed_on(program: Program, kinds: set[str]) -> Iterator[Opening]:
    """Calls of other packages that are given a router, and may register more."""
    for call in program.code.calls:
        if program.rows(call) or program.is_own(call) or call.decorates is not None:
            continue
        for argument in (*call.arguments, *call.keywords.values()):
            if _is_router(program, argument, kinds):
                yield Opening(call.node, "a router is handed to what is not read")


def _is_router(program: Program, argument: Expression, kinds: set[str]) -> bool:
    return any(thing.kind in kinds for thing in program.things(argument))
