"""The paths that a program serves for GET, as a probe asks for them.

A router's routes are below its own prefix, those of the group it is made from, and those where
it is included. A variable part of a path is written ``{}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import cache

from deploylint.documents.nodes import Node
from deploylint.documents.regex import regex
from deploylint.readers.source.calls import CallRule, prefixed_types
from deploylint.readers.source.ir import Attribute, Call, Expression, Literal, Parameter
from deploylint.readers.source.resolve import Match, Program, Resolved, limit_values
from deploylint.readers.source.strings import Gap, Text, items, texts

_METHODS = frozenset({"GET", "HEAD", ""})
_REGISTERING = frozenset({"GET", "Get", "get", "HandleFunc", "Handle", "route"})
"""The methods of routers that register a path, in every known package."""
DEPTH = 10
"""The routers inside one another that are followed."""

_REST = regex(r"\{[^{}]*(?:\.\.\.|:path)\}|/\*")
_VARIABLE = regex(r"\{[^{}]+\}|(?<=/):[^/]+")


def served_paths(program: Program) -> Iterator[Text | Gap]:
    """Every path, and what leaves open whether there are more."""
    rows = [row for _, row in program.matches]
    routers = {row.owner for row in rows if row.route or row.includes}
    routers |= {row.kind for row in rows if row.prefix}
    prefixes = _Prefixes(program)
    for match in program.matches:
        call, row = match
        yield from (Text(path, call.node) for path in row.answers)
        if row.route:
            yield from _route(program, match, prefixes)
        elif row.below:
            yield Gap(call.node, "a handler for all other paths")
        elif row.includes and not _is_one_of(program, call.argument(row.includes), routers):
            yield Gap(call.node, "a router of a package that is not read")
    yield from _handed_on(program, routers)
    names = {row.name for row in rows if row.route}
    yield from look_alikes(program, names | _REGISTERING, 2, "a router")


def _route(program: Program, match: Match, prefixes: _Prefixes) -> Iterator[Text | Gap]:
    call, row = match
    if row.methods and not _allows_get(program, call.argument(row.methods)):
        return
    for path in texts(program, call.argument(row.route)):
        if path.text is None:
            yield Gap(path.node, "an unresolved path")
            continue
        text = _pattern_path(path.text) if row.pattern else path.text
        for prefix, node in prefixes.before(call) if text is not None else ():
            if prefix is None:
                yield Gap(path.node, "an unresolved prefix of the path")
            else:
                yield from _paths(path._replace(prefix=node), f"{prefix}{text}", row)


def _paths(path: Text, whole: str, row: CallRule) -> Iterator[Text | Gap]:
    """A path with its variables as ``{}``; a gap for all paths below it, where they are served."""
    is_tree = row.pattern and whole.endswith("/")
    is_open = row.below or _REST.search(whole) is not None
    if is_open or is_tree:
        yield Gap(path.node, f"a handler for all paths below {_REST.split(whole)[0]}")
    if not is_open and (not is_tree or whole == "/"):
        clean = re.sub(r"/+", "/", _VARIABLE.sub("{}", whole.replace("{$}", "")))
        yield path._replace(text=clean or "/")


def _pattern_path(text: str) -> str | None:
    """The path of ``[METHOD ][HOST]/[PATH]``; None if it is not served for GET."""
    method, _, rest = text.rpartition(" ")
    if method.strip() not in _METHODS or "/" not in rest:
        return None
    return rest[rest.index("/") :]


def _allows_get(program: Program, methods: Expression | None) -> bool:
    """Whether GET is among the methods of a route; without any it is."""
    names = [text.text for m, _ in items(program, methods) for text in texts(program, m)]
    return methods is None or any(name is None or name.upper() in _METHODS for name in names)


# --- prefixes -------------------------------------------------------------------------------------

Prefix = tuple[str | None, Node | None]
"""The text before a path, None if it is unknown, and the location of its last part."""

_NONE: Prefix = ("", None)
_UNKNOWN: Prefix = (None, None)


class _Prefixes:
    """The prefixes of routers."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._inclusions = [match for match in program.matches if match.row.includes]
        self._of_router = cache(self._find)

    def before(self, call: Call, depth: int = DEPTH) -> list[Prefix]:
        """The prefixes of the router that a call is a method of."""
        routers = self._program.receivers(call.function)
        prefixes = (prefix for router in routers for prefix in self._of_router(router, depth - 1))
        return limit_values(prefixes, _UNKNOWN) or [_NONE]

    def _find(self, router: Resolved, depth: int) -> list[Prefix]:
        made = router.made
        if not depth or (isinstance(made, Parameter) and router.kind in prefixed_types()):
            return [_UNKNOWN]
        if not isinstance(made, Call):
            return [_NONE]
        rows = self._program.rows(made)
        groups = [Match(made, row) for row in rows if row.prefix]
        own = self._below(groups, [_NONE], depth) or [_NONE]
        sites = [
            site
            for site in self._inclusions
            for included in self._program.objects(site.call.argument(site.row.includes))
            if included.made is made
        ]
        if not sites and any(row.is_included for row in rows):
            return [_UNKNOWN]
        return self._below(sites, own, depth) or own

    def _below(self, sites: list[Match], after: list[Prefix], depth: int) -> list[Prefix]:
        """Prefixes with what is before them at the calls that make or include a router."""
        above = (_joined(self.before(call, depth), self._named(call, row)) for call, row in sites)
        prefixes = (prefix for before in above for prefix in _joined(before, after))
        return limit_values(prefixes, _UNKNOWN)

    def _named(self, call: Call, row: CallRule) -> list[Prefix]:
        written = call.argument(row.named)
        if written is None:
            return [_NONE]
        return [(text.text, text.node) for text in texts(self._program, written)]


def _joined(before: list[Prefix], after: list[Prefix]) -> list[Prefix]:
    joined = (
        _UNKNOWN if first is None or last is None else (first + last, last_node or first_node)
        for first, first_node in before
        for last, last_node in after
    )
    return limit_values(joined, _UNKNOWN)


# --- what else may register routes ----------------------------------------------------------------


def look_alikes(program: Program, names: Set[str], least: int, what: str) -> Iterator[Gap]:
    """Calls like those of the table, of an object with a type that is not in it.

    They decorate a function or have at least so many arguments, and one of the first is a literal.
    """
    for call in program.code.calls:
        function, given = call.function, call.positional
        if not isinstance(function, Attribute) or function.name not in names or program.rows(call):
            continue
        is_full = call.decorates is not None or len(given) >= least
        has_literal = any(isinstance(argument, Literal) for argument in given[:2])
        is_foreign = is_full and has_literal and program.is_foreign(function.owner)
        if is_foreign and not program.functions(call):
            yield Gap(call.node, f"perhaps a call of {what} that is not read")


def _handed_on(program: Program, routers: set[str]) -> Iterator[Gap]:
    """Calls of other packages with a router, which may register more routes."""
    for call in program.code.calls:
        if program.rows(call) or program.is_own(call) or call.decorates is not None:
            continue
        if any(_is_one_of(program, value, routers) for value in call.arguments.values()):
            yield Gap(call.node, "a router that is passed to a package that is not read")


def _is_one_of(program: Program, written: Expression | None, kinds: set[str]) -> bool:
    return any(thing.kind in kinds for thing in program.objects(written))
