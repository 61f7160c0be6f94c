"""A worker's command line: finds the command of the worker and reads its options.

``launchers`` goes through shells and wrappers, ``options`` sorts the words of one command,
``option_values`` reads the values of options. The meaning of each option is data
(``profiles/technologies.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Literal

from deploylint.documents.nodes import Entry, Node
from deploylint.documents.record import Record
from deploylint.documents.suggest import nearest
from deploylint.model.fault import Fault, unknown_key
from deploylint.model.service import CommandLine, Role, Value
from deploylint.readers.commands import launchers, shell
from deploylint.readers.commands.launchers import Command, Unclear
from deploylint.readers.commands.option_values import FORMS, read_option, resolve_option
from deploylint.readers.commands.options import WRONG_OPTION, Arguments, flag_entries
from deploylint.readers.commands.shell import Variables, Word, for_note
from deploylint.readers.commands.technologies import (
    Technology,
    mode_of,
    programs_with_subcommands,
    technology_named,
    technology_of,
)

IN_CODE = "no option in the command; the program's code decides"

_NONE: Mapping[str, Word] = {}


class WorkerCommand(Record):
    """The values of a worker's command.

    ``values``: by field of the element ``workers``.
    ``faults`` are options and subcommands that look like known ones.
    ``role``: the role that the command gives its component, "" for none.
    """

    values: dict[str, Value]
    faults: tuple[Fault, ...] = ()
    role: Role | Literal[""] = ""


def words(node: Node, variables: Variables = _NONE) -> list[Word]:
    """The words of a command, written as a list or as one text that is split like in a shell.

    A text of several commands is a script of a shell. Raises ValueError for a text with an open
    quote and for a list that holds anything but scalars.
    """
    content = node.content
    if isinstance(content, str):
        lines = list(shell.split_commands(content, node, variables))
        if len(lines) > 1:
            return [Word(text, node) for text in ("sh", "-c", content)]
        return lines[0] if lines else []
    if isinstance(content, list) and all(item.is_scalar for item in content):
        return [Word(str(item.content), item, is_raw=True) for item in content]
    raise ValueError("a command is a text or a list of texts")


def line_words(nodes: Iterable[Node], variables: Variables = _NONE) -> list[Word] | None:
    """The words of a command and its arguments; None if one of them is not a command.

    A mistake is reported where the worker's command is read.
    """
    try:
        return [word for node in nodes for word in words(node, variables)]
    except ValueError:
        return None


# --- which command -------------------------------------------------------------------------------


def read_worker(
    line: list[Word], hint: str, variables: Variables = _NONE, *, has_program: bool = True
) -> WorkerCommand:
    """Read a worker's command line.

    ``hint`` is its technology if the command does not show it, ``variables`` are the known ones of
    its container. Without ``has_program`` the line is the arguments of what the image starts,
    unless its first word is a program for sure.
    """
    if sum(len(word.text) for word in line) > shell.MAX_LENGTH:
        return _unclear(None, shell.TOO_LONG)
    if not has_program and line and _is_argument(line[0]):
        line = [Word("", line[0].node), *line]
    try:
        commands = launchers.find_commands(line, variables)
    except Unclear as unclear:
        return _unclear(unclear.node, unclear.note)
    if not commands and variables and hint:
        commands = [Command(None, None, (), variables)]
    every = [_read_command(command, hint) for command in commands]
    workers = [read for read in every if _is_worker(read)]
    if not every:
        return WorkerCommand({})
    for chosen in (every, workers):
        if len(chosen) == 1:
            return chosen[0]
    which = "none" if not workers else "several"
    return _unclear(line[0].node, f"a shell script with several commands, {which} of them a worker")


def _is_argument(word: Word) -> bool:
    """Whether a word alone cannot be a program: an option, or a subcommand."""
    return word.text.startswith("-") or ("/" not in word.text and bool(mode_of(word.text)))


def _is_worker(read: WorkerCommand) -> bool:
    """Whether one of several commands is a worker, by its technology, mode or queues."""
    mode, queues, technology = map(read.values.get, ("mode", "queues", "technology"))
    return read.role in ("", "worker") and (
        (technology is not None and technology.state == "known")
        or (mode is not None and mode.data == "worker")
        or (queues is not None and queues.state == "known")
    )


def _unclear(node: Node | None, note: str) -> WorkerCommand:
    fields = ("queues", "concurrency", "mode", "program", "technology")
    leaves = () if node is None else (node,)
    return WorkerCommand(dict.fromkeys(fields, Value("unknown", None, node, note, None, leaves)))


def subcommand_faults(line: CommandLine) -> Iterator[Fault]:
    """The options that a subcommand does not know, in the command line of no main component."""
    programs = programs_with_subcommands()
    words = line_words(line.nodes) if line.has_program else None
    if not words or not any(program in word.text for word in words for program in programs):
        return
    with suppress(Unclear):
        for command in launchers.find_commands(words, _NONE):
            name = command.program.text if command.program is not None else ""
            technology = technology_of(name)
            if technology is not None:
                yield from Arguments(command.words, technology).subcommand_faults()


# --- one command ---------------------------------------------------------------------------------


def _read_command(command: Command, hint: str) -> WorkerCommand:
    """Read one command; ``hint`` is its technology if the program does not show it."""
    program = command.program
    own = technology_of(program.text) if program is not None and not program.note else None
    hint = "" if program is not None and _is_other(program, hint) else hint
    technology = own or technology_named(hint) or technology_named("")
    assert technology is not None
    technology = technology.with_subcommand(command.words[0].text if command.words else "")
    arguments = Arguments(command.words, technology)
    values = _program(command)
    if own is not None and program is not None:
        values["technology"] = _known(own.name, program)
    elif program is not None and not hint:
        note = "the command does not tell it"
        values["technology"] = Value("unknown", None, None, note)
    mode = _mode(command, arguments, own)
    values |= {} if mode is None else {"mode": mode}
    subcommand = str(mode.data) if mode is not None else ""
    if subcommand in technology.several:
        unknown = Value("unknown", None, mode and mode.node, f"{subcommand} starts several workers")
        return WorkerCommand(values | {"queues": unknown, "concurrency": unknown})
    role: Role | Literal[""] = technology.roles.get(subcommand, "")
    if role not in ("", "worker"):
        return WorkerCommand(values, (), role)
    values |= _consumed(command, arguments, own, is_named=bool(own or hint))
    faults = arguments.faults()
    if own is not None and mode is not None and mode.node is not None:
        meant = "" if subcommand in own.roles else nearest(subcommand, own.roles)
        faults += [_unknown_subcommand(mode.node, subcommand, meant, own)] if meant else []
    return WorkerCommand(values, tuple(faults), role)


def _is_other(program: Word, hint: str) -> bool:
    """Whether a program is not one of those of a technology, nor a script of it."""
    technology = technology_named(hint) if hint else None
    is_script = program.text.endswith(".sh") or hint in program.text.lower()
    return technology is not None and bool(technology.programs) and not (program.note or is_script)


def _unknown_subcommand(node: Node, name: str, meant: str, own: Technology) -> Fault:
    if not own.refuses:
        return unknown_key(node, meant, "subcommand", name)
    message = f"unknown subcommand {name!r}: {own.refuses}; did you mean {meant!r}?"
    return Fault(WRONG_OPTION, node, message)


def _program(command: Command) -> dict[str, Value]:
    if command.program is not None:
        return {"program": _word(command.program)}
    if command.words:
        note = "the image decides what it starts"
        return {"program": Value("unknown", None, command.words[0].node, note)}
    return {}


def _known(data: str, word: Word, note: str = "") -> Value:
    return Value("known", data, word.node, note, None, (word.node,) if not note else ())


def _word(word: Word) -> Value:
    if word.note:
        return Value("unknown", None, word.node, word.note, None, (word.node,))
    return _known(word.text, word)


def _mode(command: Command, arguments: Arguments, own: Technology | None) -> Value | None:
    """The subcommand of the program, else a word of its name.

    ``worker`` alone is not counted: it is the rest of a command line without its program.
    """
    if own is not None and own.mode and command.program is not None:
        return _known(own.mode, command.program, _BY_NAME)
    if options := arguments.meaning("mode"):
        return read_option(options[-1], "mode", arguments.technology)
    if arguments.mode is not None:
        return _word(arguments.mode)
    for word in (command.script, command.program):
        if word is not None and (mode := mode_of(word.text)) and word.text != mode:
            return _known(mode, word, _BY_NAME)
    if command.program is not None and not command.words:
        return Value("unknown", None, command.program.node, IN_CODE)
    return None


_BY_NAME = "the program's name"


def _consumed(
    command: Command, arguments: Arguments, own: Technology | None, *, is_named: bool
) -> dict[str, Value]:
    """What a worker consumes, and how many tasks at once."""
    every = {m: resolve_option(m, command, arguments, is_named=is_named) for m in FORMS}
    values = {m: value for m, value in every.items() if value is not None and m != "mode"}
    excluded, scale = values.pop("excluded-queues", None), values.pop("autoscale", None)
    if excluded is not None and "queues" in values:
        values["queues"] = _without(values["queues"], excluded)
    elif excluded is not None:
        values["excluded-queues"] = excluded
    if scale is not None:
        values |= _scaled(scale)
    values |= _queue_words(arguments, own, command.program)
    if arguments.unread is None:
        values = _defaults(arguments.technology) | values
    notes = _missing_notes(arguments, excluded, is_code=not (own or arguments.options))
    for field, note in notes.items():
        values.setdefault(field, Value("unknown", None, None, note))
    if own is None:
        pairs = {"flags": arguments.options, "flags-behind-words": arguments.behind}
        return values | {
            field: Value("known" if parts else "absent", list(parts), None, "", parts)
            for field, options in pairs.items()
            for parts in (flag_entries(options),)
        }
    return values | _odd(arguments, values["queues"])


def _defaults(technology: Technology) -> dict[str, Value]:
    """What a worker does if its command does not say it."""
    return {
        meaning: Value("known", data, None, "its default", default=True)
        for meaning, data in technology.defaults.items()
        if meaning in technology.options.values()
    }


def _queue_words(
    arguments: Arguments, own: Technology | None, program: Word | None
) -> dict[str, Value]:
    """The queues that are words of a command without an option, else the one it takes then."""
    if own is None or not own.words:
        return {}
    first = [arguments.mode] if own.mode and arguments.mode is not None else []
    words = [*first, *arguments.strays]
    names, note = [word.text for word in words], ""
    is_default = not (words or arguments.unread or arguments.meaning("settings"))
    if is_default and (starts := program if own.mode else arguments.mode) is not None:
        words, names, note = [starts], [own.default_queue], "its default"
    parts = {name: Entry(w.node, w.node) for name, w in zip(names, words, strict=True)}
    nodes = tuple(word.node for word in words) if not note else ()
    node = words[0].node if words else None
    return {own.words: Value("known", names, node, note, parts, nodes)} if parts else {}


def _missing_notes(
    arguments: Arguments, excluded: Value | None, *, is_code: bool
) -> dict[str, str]:
    """Why fields without a word are unknown; a field that is not there is absent."""
    fields, unnamed = ("queues", "concurrency"), arguments.technology.unnamed
    if arguments.unread is not None:
        return dict.fromkeys(fields, f"{for_note('', arguments.unread.text)} may set it")
    notes = dict.fromkeys(fields, IN_CODE) if is_code else {"queues": unnamed}
    if excluded is not None:
        notes["queues"] = f"{unnamed}, without those excluded"
    return notes


def _without(queues: Value, excluded: Value) -> Value:
    """The queues named but for those excluded; unknown where either is."""
    if queues.state == "unknown":
        return queues
    if excluded.state == "unknown":
        note = f"excluded queues: {excluded.note}"
        return queues._replace(state="unknown", data=None, note=note, parts=None)
    dropped = excluded.parts or {}
    parts = {name: entry for name, entry in (queues.parts or {}).items() if name not in dropped}
    return queues._replace(data=list(parts), parts=parts, leaves=(*queues.leaves, *excluded.leaves))


def _scaled(scale: Value) -> dict[str, Value]:
    """The bounds of an autoscaled pool; at once it runs as many tasks as its upper one."""
    if not isinstance(scale.data, list):
        return {"concurrency": scale._replace(note=f"scaled: {scale.note}")}
    least, most = scale.data
    note = "= workers.autoscale.max"
    return {
        "autoscale.min": scale._replace(data=least),
        "autoscale.max": scale._replace(data=most),
        "concurrency": scale._replace(data=most, note=note, leaves=(), derived=True),
    }


def _odd(arguments: Arguments, queues: Value) -> dict[str, Value]:
    """Mistakes that the technology accepts silently, or refuses, by field."""
    uneven = [name for name in queues.parts or () if not name or any(map(str.isspace, name))]
    node = queues.node
    odd = {"uneven-queues": [(name, node) for name in uneven if node is not None]}
    return {
        field: _trap(pairs, arguments.technology.traps[field])
        for field, pairs in (arguments.odd() | odd).items()
        if pairs and field in arguments.technology.traps
    }


def _trap(pairs: list[tuple[str, Node]], note: str) -> Value:
    texts, nodes = zip(*pairs, strict=True)
    data = list(texts) if len(texts) > 1 else texts[0]
    return Value("known", data, nodes[0], note, None, nodes)
