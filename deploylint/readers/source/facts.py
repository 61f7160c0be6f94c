"""The facts that the code of a program states: its ports, queues, handlers and more.

A set of facts is *open* if it has a gap: whether there are more is unknown then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deploylint.documents.record import Record
from deploylint.readers.source.calls import CallRule, call_rules, unread_packages
from deploylint.readers.source.flags import FlagSet, flag_sets
from deploylint.readers.source.ir import Expression, Literal
from deploylint.readers.source.resolve import Program
from deploylint.readers.source.routes import look_alikes, served_paths
from deploylint.readers.source.strings import FactSet, Gap, Text, items, texts


class Facts(Record):
    """All facts of a program. A set of a kind that the code does not state is empty.

    ``flags``: the flags it reads, by subcommand.
    ``routes``: the paths it serves.
    ``ports``: the ports it listens on.
    ``queues``: the queues it consumes.
    ``sent``: the queues it puts tasks in.
    ``handlers``: what it handles.
    ``modules``: what can be imported of it.
    ``unread``: why it may read more flags.
    """

    flags: tuple[FlagSet, ...]
    routes: FactSet
    ports: FactSet
    queues: FactSet
    sent: FactSet
    handlers: FactSet
    modules: FactSet
    unread: FactSet


def find_facts(program: Program, lost: Sequence[Gap]) -> Facts:
    """The facts of a program; ``lost`` are its files that cannot be read."""
    imported = {kind: _unread_imports(program, kind) for kind in unread_packages()}

    def fact_set(facts: Iterable[Text | Gap], kind: str = "") -> FactSet:
        stated, unread = tuple(dict.fromkeys(facts)), imported.get(kind, [])
        return (*stated, *lost, *unread) if stated or unread else ()

    # A set of flags that is made elsewhere matters only where flags are read at all.
    rows = (row for _, row in program.matches)
    names = frozenset(row.name for row in rows for place in row.flag if isinstance(place, int))
    return Facts(
        flags=tuple(flag_sets(program)),
        routes=fact_set(served_paths(program), "routes"),
        ports=fact_set(_ports(program), "ports"),
        queues=fact_set(_queues(program, "queues"), "queues"),
        sent=tuple(dict.fromkeys(_queues(program, "sends"))),
        handlers=fact_set(_handlers(program)),
        modules=fact_set(_modules(program)),
        unread=(*lost, *imported["flags"], *look_alikes(program, names, 3, "a set of flags")),
    )


def _unread_imports(program: Program, kind: str) -> list[Gap]:
    return [
        Gap(None, f"package {package} is not read")
        for full in sorted(program.code.imported)
        for package in unread_packages()[kind]
        if full == package or full.startswith((f"{package}.", f"{package}/"))
    ]


def _facts_of(program: Program, written: Expression) -> Iterator[Text | Gap]:
    for text in texts(program, written):
        is_known = text.text is not None or text.flag or text.variable
        yield text if is_known else Gap(text.node, "an unresolved name")


# --- ports and queues -----------------------------------------------------------------------------


def _stated(program: Program, column: str) -> list[tuple[CallRule, Expression | Text]]:
    """Ports or queues: arguments of calls, their defaults, and settings (``conf.x = ...``)."""
    stated = list[tuple[CallRule, Expression | Text]]()
    for call, row in program.matches:
        written = call.argument(getattr(row, column))
        if written is not None:
            stated.append((row, written))
        elif getattr(row, column) and row.otherwise:
            stated.append((row, Text(str(row.otherwise), call.node, variable=row.or_variable)))
    settings = (
        (row, value)
        for name, assigned in program.code.fields.items()
        for owner, value in assigned
        for thing in program.objects(owner)
        for row in call_rules(f"{thing.kind}.update")
        if getattr(row, column) == (name,)
    )
    return [*stated, *settings]


def _ports(program: Program) -> Iterator[Text | Gap]:
    stated = _stated(program, "port")
    for _, written in stated:
        addresses = [written] if isinstance(written, Text) else texts(program, written)
        yield from map(_port, addresses)
    if stated and all(row.partial for row, _ in stated):
        yield Gap(None, "a server that is started from elsewhere")


def _port(address: Text) -> Text | Gap:
    """The port of an address; a default port of a protocol is not meant by an empty one."""
    port = (address.text or "").rpartition(":")[2]
    if port.isdecimal():
        return address._replace(text=port)
    if address.flag or address.variable:
        return address._replace(text=None)
    return Gap(address.node, "an unresolved port")


def _queues(program: Program, column: str) -> list[Text | Gap]:
    """The queues of a column; more are consumed elsewhere if they are only routed to."""
    stated = _stated(program, column)
    facts = [fact for row, written in stated for fact in _queue_names(program, row, written)]
    if column == "queues" and facts and all(row.partial for row, _ in stated):
        facts.append(Gap(None, "only queues with a route are named"))
    return facts


def _queue_names(
    program: Program, row: CallRule, written: Expression | Text
) -> Iterator[Text | Gap]:
    """The names of queues; in routes they are below what is routed."""
    if isinstance(written, Text):
        yield written
        return
    for key, route in items(program, written):
        names = [key] if route is None or not row.partial else _route_queues(program, route)
        for name in names:
            yield from _facts_of(program, name)


def _route_queues(program: Program, route: Expression) -> Iterator[Expression]:
    for key, queue in items(program, route):
        if isinstance(key, Literal) and key.value == "queue" and queue is not None:
            yield queue


# --- handlers and modules -------------------------------------------------------------------------


def _handlers(program: Program) -> Iterator[Text | Gap]:
    for call, row in program.matches:
        written, function = call.argument(row.handles), call.decorates
        if written is not None:
            yield from _facts_of(program, written)
        elif row.handles and function is not None:
            yield Text(f"{function.package}.{function.name}", function.node)


def _modules(program: Program) -> Iterator[Text]:
    """The modules of Python code, and the names in each, by all the names it is imported by."""
    code = program.code
    for alias, module in (*((name, name) for name in code.modules), *code.aliases.items()):
        if module in code.modules:
            scope = code.packages[module]
            names = (alias, *(f"{alias}.{name}" for name in (*scope.names, *scope.imports)))
            yield from (Text(name, code.modules[module]) for name in names)
