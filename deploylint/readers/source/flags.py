"""The flags that a program reads, by the subcommand they belong to, and where they are read.

Go's flag package stops at the first word that is not a flag; flags behind it are not read, unless
the words in front of it are taken off before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal as OneOf

from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.readers.source.calls import call_rules
from deploylint.readers.source.ir import (
    Attribute,
    Call,
    Expression,
    Literal,
    Parameter,
    Slice,
)
from deploylint.readers.source.resolve import Match, Program, Resolved
from deploylint.readers.source.strings import (
    FactSet,
    Gap,
    Text,
    dashed_names,
    descriptions,
    flag_names,
    is_option,
    texts,
)

Reading = OneOf["anywhere", "unknown", "stops"]


class FlagSet(Record):
    """Flags that are read together.

    ``names``: the subcommands they belong to; none if they belong to the program.
    ``is_command``: no other subcommand reads them.
    ``above``: the subcommands below it read them too.
    ``flags``: their names.
    ``reads``: whether they are read behind a word that is not a flag.
    ``stop``: what parses them, if that is known.
    ``node``: the first call about them.
    """

    names: tuple[str, ...]
    is_command: bool
    above: bool
    flags: FactSet
    reads: Reading
    stop: Node | None
    node: Node


Owner = Expression | str
"""What flags belong to: an object, a decorated function, or by its name a package or type."""


def flag_sets(program: Program) -> Iterator[FlagSet]:
    """The sets of flags of a program."""
    owners = ((match, dict.fromkeys(_owners(program, match))) for match in program.matches)
    matches = items_by_key((owner, match) for match, each in owners for owner in each)
    return (_flag_set(program, owner, group) for owner, group in matches.items())


def accepted_sets(flag_sets: Iterable[FlagSet], mode: str) -> list[FlagSet]:
    """The sets that a command reads; ``mode`` is its first word that is not a flag.

    If no set belongs to that subcommand, each may be meant.
    """
    every = list(flag_sets)
    if not any(mode in flags.names for flags in every):
        return every
    return [flags for flags in every if mode in flags.names or flags.above or not flags.names]


def _owners(program: Program, match: Match) -> list[Owner]:
    call, row = match
    if row.of_function and (row.flag or row.is_command or row.options):
        return [call.decorates] if call.decorates is not None else []
    if row.flag or row.parses or row.above:
        objects = program.receivers(call.function)
        return [_owner(program, thing) for thing in objects] or [row.owner]
    return [call] if row.is_command else []


def _owner(program: Program, thing: Resolved) -> Owner:
    """The command of an object, if it has one, or else the expression that makes it."""
    made = thing.made
    if isinstance(made, Attribute):
        return thing.kind.rpartition(".")[0]
    if isinstance(made, Call) and any(row.same for row in program.rows(made)):
        owners = program.receivers(made.function)
        return _owner(program, owners[0]) if owners else made
    return made


def _flag_set(program: Program, owner: Owner, matches: list[Match]) -> FlagSet:
    commands = [match for match in matches if match.row.is_command]
    if not commands and isinstance(owner, Call):
        commands = [Match(owner, row) for row in program.rows(owner) if row.named]
    names = [name for match in commands for name in _command_names(program, match)]
    gaps = (Gap(name.node, "an unresolved subcommand") for name in names if not name.text)
    flags = (flag for match in matches for flag in _flags(program, match))
    parsers = [match for match in matches if match.row.parses]
    modes = {_reading(program, match) for match in parsers}
    reads: Reading = "anywhere"
    if any(map(_may_stop, matches)) and "anywhere" not in modes:
        reads = "stops" if modes == {"stops"} else "unknown"
    return FlagSet(
        names=tuple(dict.fromkeys(name.text for name in names if name.text)),
        is_command=any(match.row.is_command for match in matches),
        above=any(match.row.above and not match.row.flag for match in matches),
        flags=tuple(dict.fromkeys((*flags, *gaps))),
        reads=reads,
        stop=parsers[0].call.node if parsers else None,
        node=matches[0].call.node,
    )


def _command_names(program: Program, match: Match) -> Iterator[Text]:
    """The name of a command: the first word of an argument, or else its function's name."""
    call, row = match
    written = call.argument(row.named)
    for text in texts(program, written):
        yield text._replace(text=text.text and text.text.split(" ")[0])
    if written is None and row.is_command and call.decorates is not None:
        yield Text(call.decorates.name.replace("_", "-"), call.decorates.node)


def _flags(program: Program, match: Match) -> Iterator[Text | Gap]:
    if match.row.flag:
        for name in flag_names(program, match):
            yield Gap(match.call.node, "an unresolved flag") if name.text is None else name
    if match.row.options and match.call.decorates is not None:
        for parameter in match.call.decorates.parameters:
            yield from _option(program, parameter)


def _option(program: Program, parameter: Parameter) -> Iterator[Text]:
    """The flags of a parameter: those that its default names, or else its own name."""
    if not is_option(program, parameter):
        return
    described = (text for call in descriptions(parameter) for text in call.positional)
    literals = (str(text.value) for text in described if isinstance(text, Literal))
    names = [name for literal in literals for name in dashed_names(literal)]
    for name in names or [parameter.name.replace("_", "-")]:
        yield Text(name, parameter.node)


# --- where they are read --------------------------------------------------------------------------


def _may_stop(match: Match) -> bool:
    """Whether the package of a flag stops at the first word that is not one."""
    return any(row.parses for row in call_rules(f"{match.row.owner}.Parse"))


def _reading(program: Program, match: Match) -> Reading:
    """Whether a call parses what follows a word that is not a flag."""
    call, row = match
    assigned = (owner for owner, _ in program.code.fields.get("Args", ()))
    names = (name for owner in assigned for name in program.qualified_names(owner))
    if any(row.words for name in names for row in call_rules(f"{name}.Args")):
        return "unknown"  # the program changes its own words
    if row.parses == ("words",):
        return "stops"
    origins = program.origins(call.argument(row.parses))
    taken = {_words_taken_off(program, origin) for origin in origins}
    if any(number is not None and number > 0 for number in taken):
        return "anywhere"
    return "stops" if taken == {0} else "unknown"


def _words_taken_off(program: Program, origin: Expression) -> int | None:
    """The number of words that are taken off the program's own at least, if it is known."""
    if not isinstance(origin, Slice) or not isinstance(origin.start, Literal):
        return None
    start = origin.start.value if isinstance(origin.start.value, int) else 0
    names = program.qualified_names(origin.operand)
    first = next((row.words for name in names for row in call_rules(name) if row.words), 0)
    return start - first if first or start > 0 else None
