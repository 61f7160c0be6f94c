"""The flags that a program reads, by the subcommand they belong to, and where they are read.

Go's flag package stops at the first word that is no flag; what stands behind it is then not read,
unless the words in front of it are taken off before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal as OneOf

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.readers.source.calls import CallRule, rows
from deploylint.readers.source.open_set import Gap
from deploylint.readers.source.resolve import Program, Resolved
from deploylint.readers.source.strings import Text, flag_names, given, is_option, said_of, texts
from deploylint.readers.source.syntax import Attribute, Call, Expression, Literal, Parameter, Slice

Reading = OneOf["anywhere", "unknown", "stops"]


class FlagSet(Record):
    """Flags that are read together.

    ``names`` are the subcommands that they belong to, none where they belong to the program; with
    ``is_command`` no other one reads them, but for the commands below it where it is ``above``.
    ``reads`` is whether they are read behind a word that is no flag, ``stop`` what parses them.
    """

    names: tuple[str, ...]
    is_command: bool
    above: bool
    flags: tuple[Text, ...]
    openings: tuple[Gap, ...]
    reads: Reading
    stop: Node | None
    node: Node


class _Gathered:
    """A set as it is put together."""

    def __init__(self, thing: Resolved | None, node: Node) -> None:
        self.thing = thing
        self.node = node
        self.found: list[Text | Gap] = []
        self.names: list[Text] = []
        self.is_command = self.above = False
        self.reads: list[tuple[Reading, Node]] = []
        self.may_stop = False


def sets(program: Program, calls: Iterable[tuple[Call, CallRule]]) -> Iterator[FlagSet]:
    """The sets of flags of a program."""
    gathered = dict[object, _Gathered]()
    for call, row in calls:
        for key, thing in _owners(program, call, row):
            one = gathered.setdefault(key, _Gathered(thing, call.node))
            _add(program, call, row, one)
    for one in gathered.values():
        yield _finished(program, one)


def _owners(
    program: Program, call: Call, row: CallRule
) -> Iterator[tuple[object, Resolved | None]]:
    """The sets that a call is about."""
    if row.of_function and (row.flag is not None or row.is_command or row.options):
        if call.decorates is not None:
            yield id(call.decorates), None
    elif row.flag is not None or row.parses is not None or row.above:
        of = call.function.of if isinstance(call.function, Attribute) else None
        things = program.things(of) if of is not None else []
        for thing in things:
            yield _key(program, thing), thing
        if not things:
            yield row.called.rpartition(".")[0], None
    elif row.is_command:
        yield id(call), Resolved(row.called, call)


def _key(program: Program, thing: Resolved) -> object:
    """What the flags of an object are kept under: its command's, where it is one's."""
    made = thing.made
    if isinstance(made, Attribute):
        return thing.kind.rpartition(".")[0]
    if isinstance(made, Call) and isinstance(made.function, Attribute):
        is_same = any(row.same for row in program.rows(made))
        for owner in program.things(made.function.of) if is_same else ():
            return _key(program, owner)
    return id(made)


def _add(program: Program, call: Call, row: CallRule, one: _Gathered) -> None:
    if row.flag is not None:
        names = list(flag_names(program, call, row))
        opening = Gap(call.node, "a flag's name is not written out")
        one.found += (opening if name.text is None else name for name in names)
        one.may_stop = one.may_stop or _may_stop(call, row)
    if row.parses is not None:
        one.reads.append((_reading(program, call, row), call.node))
        one.may_stop = row.stops
    if row.options and call.decorates is not None:
        for parameter in call.decorates.parameters:
            one.found += _option(program, parameter)
    if row.is_command:
        one.is_command = True
        one.names += _names(program, call, row)
    one.above = one.above or (row.above and row.flag is None)


def _may_stop(call: Call, row: CallRule) -> bool:
    """Whether the package of a flag parses so that it stops: a row about its parsing says so."""
    of = row.called.rpartition(".")[0]
    return any(one.stops for one in rows(f"{of}.Parse"))


def _names(program: Program, call: Call, row: CallRule) -> Iterator[Text]:
    """What a command is called: the first word of what names it, else as its function is."""
    written = given(call, row.named)
    if written is not None:
        for text in texts(program, written):
            yield text._replace(text=text.text and text.text.split(" ")[0])
    elif row.word and call.decorates is not None:
        yield Text(call.decorates.name.replace("_", "-"), call.decorates.node)


def _option(program: Program, parameter: Parameter) -> Iterator[Text | Gap]:
    """A flag that a parameter makes: named where its default says so, else as it is called."""
    if not is_option(program, parameter):
        return
    stated = [
        name
        for call in said_of(parameter)
        for argument in call.arguments
        if isinstance(argument, Literal) and str(argument.value).startswith("-")
        for name in str(argument.value).split("/")
    ]
    for name in stated or [parameter.name.replace("_", "-")]:
        yield Text(name.lstrip("-"), parameter.node)


def _finished(program: Program, one: _Gathered) -> FlagSet:
    names = list(one.names)
    made = one.thing.made if one.thing is not None else None
    if isinstance(made, Call) and not names:
        for row in program.rows(made):
            names += _names(program, made, row) if row.named else ()
    openings = [found for found in one.found if isinstance(found, Gap)]
    openings += (Gap(n.node, "a command's name is not written out") for n in names if not n.text)
    modes = {mode for mode, _ in one.reads}
    reads: Reading = "anywhere"
    if one.may_stop and "anywhere" not in modes:
        reads = "stops" if modes == {"stops"} else "unknown"
    return FlagSet(
        names=tuple(dict.fromkeys(name.text for name in names if name.text)),
        is_command=one.is_command,
        above=one.above,
        flags=tuple(dict.fromkeys(found for found in one.found if isinstance(found, Text))),
        openings=tuple(openings),
        reads=reads,
        stop=one.reads[0][1] if one.reads else None,
        node=one.node,
    )


def _reading(program: Program, call: Call, row: CallRule) -> Reading:
    """Whether a call parses what stands behind a word that is no flag."""
    if any(owner_is_words(program, owner) for owner, _ in program.code.fields.get("Args", ())):
        return "unknown"
    if row.parses == "words":
        return "stops"
    written = given(call, (row.parses,))
    origins = program.origins(written) if written is not None else ()
    taken = [_taken_off(program, one) for one in origins]
    if any(number is not None and number > 0 for number in taken):
        return "anywhere"
    return "stops" if taken and set(taken) == {0} else "unknown"


def owner_is_words(program: Program, owner: Expression) -> bool:
    """Whether a field that is assigned is the program's own words: they are changed then."""
    return any(row.words for name in program.named(owner) for row in rows(f"{name}.Args"))


def _taken_off(program: Program, one: Expression) -> int | None:
    """How many words are taken off the program's own at least; None where that is not known."""
    if not isinstance(one, Slice) or not isinstance(one.start, Literal):
        return None
    start = one.start.value if isinstance(one.start.value, int) else 0
    first = next((r.words for n in program.named(one.of) for r in rows(n) if r.words), None)
    if first is not None:
        return start - first
    return start if start > 0 else None


def accepted(every: Iterable[FlagSet], mode: str) -> list[FlagSet]:
    """The sets whose flags a command reads, ``mode`` being its first word that is no flag.

    Where no set is called so, any may be meant.
    """
    every = list(every)
    if not any(mode in one.names for one in every):
        return every
    return [one for one in every if mode in one.names or one.above or not one.names]
