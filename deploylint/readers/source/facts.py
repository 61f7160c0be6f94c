"""What a program does, as far as its code says it: where it listens, what it consumes and handles.

A set of facts is *open* where more may be in it than was found: what is not in it is then unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.readers.source import flags as commands
from deploylint.readers.source import routes, syntax
from deploylint.readers.source.calls import CallRule, rows, unread
from deploylint.readers.source.flags import FlagSet
from deploylint.readers.source.open_set import Gap, OpenSet, look_alikes
from deploylint.readers.source.resolve import Program
from deploylint.readers.source.strings import Text, given, members, texts
from deploylint.readers.source.syntax import Call, Expression


class Facts(Record):
    """All that was read of a program. A set of which nothing speaks is empty and not open."""

    flags: tuple[FlagSet, ...]
    routes: OpenSet
    ports: OpenSet
    queues: OpenSet
    sent: OpenSet
    handlers: OpenSet
    modules: OpenSet
    unread: OpenSet

    def accepted(self, mode: str) -> list[FlagSet]:
        """The flags of the command whose first word that is no flag is ``mode``."""
        return commands.accepted(self.flags, mode)


def facts(program: Program, lost: Iterable[Gap]) -> Facts:
    """What a program does; ``lost`` are files of it that could not be read."""
    calls = [(call, row) for call in program.code.calls for row in program.rows(call)]
    lost = list(lost)
    imported = {kind: list(_unread(program, kind)) for kind in unread()}
    return Facts(
        flags=tuple(commands.sets(program, calls)),
        routes=_with(OpenSet.of(routes.served(program, calls)), lost, imported["routes"]),
        ports=_with(OpenSet.of(_ports(program, calls)), lost, imported["ports"]),
        queues=_with(OpenSet.of(_queues(program, calls)), lost, imported["queues"]),
        sent=OpenSet.of(_sent(program, calls)),
        handlers=_with(OpenSet.of(_handlers(program, calls)), lost, []),
        modules=_with(OpenSet.of(_modules(program)), lost, []),
        unread=OpenSet((), (*lost, *imported["flags"], *_flag_like(program, calls))),
    )


def _flag_like(program: Program, calls: Iterable[tuple[Call, CallRule]]) -> list[Gap]:
    """Flags of a set that is made elsewhere, where flags are read at all."""
    names = {row.called.rpartition(".")[2] for _, row in calls if isinstance(row.flag, int)}
    return list(look_alikes(program, names, 3, "of a set of flags that is not read"))


def _with(found: OpenSet, lost: list[Gap], imported: list[Gap]) -> OpenSet:
    """A set with what else leaves it open; a lost file leaves only open what is there."""
    if not found.is_there and not imported:
        return found
    return found._replace(openings=(*found.openings, *lost, *imported))


def _unread(program: Program, kind: str) -> Iterator[Gap]:
    for full in sorted(program.code.imported):
        names = (one for one in unread()[kind] if _is_below(full, one))
        yield from (Gap(None, f"{name} is not read") for name in names)


def _is_below(full: str, package: str) -> bool:
    return full == package or full.startswith((f"{package}.", f"{package}/"))


# --- ports ----------------------------------------------------------------------------------------


def _ports(program: Program, calls: Iterable[tuple[Call, CallRule]]) -> Iterator[Text | Gap]:
    is_whole, any_found = False, False
    for call, row in calls:
        if not row.port:
            continue
        where = given(call, row.port)
        if where is None and row.otherwise is None:
            continue
        any_found, is_whole = True, is_whole or not row.beside
        if where is None:
            yield Text(str(row.otherwise), call.node, variable=row.or_variable)
        else:
            yield from (_port(text) for text in texts(program, where))
    if any_found and not is_whole:
        yield Gap(None, "the server is started from elsewhere")


def _port(said: Text) -> Text | Gap:
    """The port of an address; "" is that of the protocol, which nobody means."""
    port = (said.text or "").rpartition(":")[2]
    if port.isdecimal():
        return said._replace(text=port)
    if said.flag or said.variable:
        return said._replace(text=None)
    return Gap(said.node, "the port is not written out")


# --- queues and handlers --------------------------------------------------------------------------


def _queues(program: Program, calls: Iterable[tuple[Call, CallRule]]) -> Iterator[Text | Gap]:
    found, is_whole = list[Text | Gap](), False
    for row, written, node in _queue_lists(program, calls, "queues"):
        is_whole = is_whole or not row.lone
        if written is None:
            found.append(Text(str(row.otherwise), node))
        elif row.lone:
            found += _routed(program, written)
        else:
            found += (one for key, _ in members(program, written) for one in _text(program, key))
    if found and not is_whole:
        found.append(Gap(None, "only queues that something is routed to are named"))
    yield from found


def _sent(program: Program, calls: Iterable[tuple[Call, CallRule]]) -> Iterator[Text | Gap]:
    """The queues that tasks are known to be put in, or declared for that; there may be others."""
    for row, written, _ in _queue_lists(program, calls, "sends"):
        if written is not None and row.lone:
            yield from _routed(program, written)
        elif written is not None:
            for key, _ in members(program, written):
                yield from _text(program, key)


def _queue_lists(
    program: Program, calls: Iterable[tuple[Call, CallRule]], column: Literal["queues", "sends"]
) -> Iterator[tuple[CallRule, Expression | None, Node]]:
    """Where queues are named: in calls, and in settings that are assigned (``conf.x = ...``)."""
    for call, row in calls:
        where = getattr(row, column)
        if where is not None:
            written = given(call, (where,))
            if written is not None or row.otherwise is not None:
                yield row, written, call.node
    for name, given_to in program.code.fields.items():
        for owner, value in given_to:
            for thing in program.things(owner):
                for row in rows(f"{thing.kind}.update"):
                    if getattr(row, column) == name:
                        yield row, value, value.node


def _routed(program: Program, written: Expression) -> Iterator[Text | Gap]:
    """A name, or routes: under what is routed stands a mapping with the queue."""
    for key, value in members(program, written):
        if value is None:
            yield from _text(program, key)
            continue
        for inner, queue in members(program, value):
            if isinstance(inner, syntax.Literal) and inner.value == "queue" and queue is not None:
                yield from _text(program, queue)


def _text(program: Program, written: Expression) -> Iterator[Text | Gap]:
    for one in texts(program, written):
        known = one.text is not None or one.flag or one.variable
        yield one if known else Gap(one.node, "a name is not written out")


def _modules(program: Program) -> Iterator[Text]:
    """The modules of Python code, and the names in each, by all the names it is imported by."""
    code = program.code
    for alias, module in (*((name, name) for name in code.modules), *code.aliases.items()):
        if module in code.modules:
            yield Text(alias, code.modules[module])
            scope = code.packages[module]
            for name in dict.fromkeys((*scope.names, *scope.imports)):
                yield Text(f"{alias}.{name}", code.modules[module])


def _handlers(program: Program, calls: Iterable[tuple[Call, CallRule]]) -> Iterator[Text | Gap]:
    for call, row in calls:
        if row.handles is None:
            continue
        written = given(call, (row.handles,))
        if written is not None:
            yield from _text(program, written)
        elif call.decorates is not None:
            yield Text(call.decorates.full, call.decorates.node)
