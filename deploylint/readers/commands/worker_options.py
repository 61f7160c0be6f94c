"""One worker's command as fields: which queues it consumes, and how many tasks at once."""

from __future__ import annotations

import re
from typing import Literal

from deploylint.documents.nodes import Entry, Node
from deploylint.documents.record import Record
from deploylint.documents.suggest import nearest
from deploylint.model.service import Role, Value
from deploylint.readers.commands.arguments import Words
from deploylint.readers.commands.launchers import Command, base
from deploylint.readers.commands.option_values import FORMS, read_option, resolved
from deploylint.readers.commands.shell import Word, shown
from deploylint.readers.commands.technologies import Technology, mode_of, of_any_binary, of_program


class Reading(Record):
    """What a worker's command says: values by field of the element, and options near known ones.

    ``role`` is what the command makes of its component, "" where it does not say.
    """

    values: dict[str, Value]
    near_misses: tuple[tuple[Node, str], ...] = ()
    role: Role | Literal[""] = ""


IN_CODE = "no option in the command; the program's code decides"


def read(command: Command, hint: str) -> Reading:
    """Read one command; ``hint`` is its technology where the program does not say."""
    program = command.program
    speaks = of_program(base(program)) if program is not None and not program.note else None
    technology = speaks or of_any_binary(hint) or of_any_binary("")
    assert technology is not None
    words = Words(command, technology)
    values = _program(command)
    if speaks is not None and program is not None:
        values["technology"] = Value("known", speaks.name, program.node, "", None, (program.node,))
    mode = _mode(command, words, speaks)
    values |= {} if mode is None else {"mode": mode}
    says = str(mode.data) if mode is not None else ""
    if says in technology.several:
        return Reading(values | _unknown(f"{says} starts several workers", mode))
    role: Role | Literal[""] = technology.roles.get(says, "")
    if role not in ("", "worker"):
        return Reading(values, (), role)
    values |= _consumed(command, words, is_named=bool(speaks or hint), speaks=speaks is not None)
    return Reading(values, (*words.near, *_near_mode(mode, speaks)), role)


def _program(command: Command) -> dict[str, Value]:
    if command.program is not None:
        return {"program": _word(command.program)}
    if command.words:
        note = "the image decides what it starts"
        return {"program": Value("unknown", None, command.words[0].node, note)}
    return {}


def _near_mode(mode: Value | None, speaks: Technology | None) -> list[tuple[Node, str]]:
    """A misspelt subcommand."""
    if speaks is None or mode is None or mode.node is None:
        return []
    meant = "" if mode.data in speaks.roles else nearest(str(mode.data), speaks.roles)
    return [(mode.node, meant)] if meant else []


def _unknown(note: str, mode: Value | None) -> dict[str, Value]:
    node = mode.node if mode is not None else None
    return {field: Value("unknown", None, node, note) for field in ("queues", "concurrency")}


def _word(word: Word) -> Value:
    if word.note:
        return Value("unknown", None, word.node, word.note, None, (word.node,))
    return Value("known", word.text, word.node, "", None, (word.node,))


def _mode(command: Command, words: Words, speaks: Technology | None) -> Value | None:
    """What the program is told to do, else what its name says.

    A program that is called just ``worker`` says nothing: that is what is left when the program
    is lost.
    """
    if speaks is not None and speaks.mode and command.program is not None:
        return Value("known", speaks.mode, command.program.node, "the program's name")
    if flags := words.options.get("mode"):
        return read_option(flags[-1], "mode", words.technology)
    if words.mode is not None:
        return _word(words.mode)
    for one in (command.script, command.program):
        if one is not None and (says := mode_of(one.text)) and one.text != says:
            return Value("known", says, one.node, "the program's name")
    if command.program is not None and not command.words:
        return Value("unknown", None, command.program.node, IN_CODE)
    return None


def _consumed(command: Command, words: Words, *, is_named: bool, speaks: bool) -> dict[str, Value]:
    technology = words.technology
    found = {m: resolved(m, command, words, is_named=is_named) for m in FORMS if m != "mode"}
    values = {m: value for m, value in found.items() if value is not None}
    excluded, scale = values.pop("excluded-queues", None), values.pop("autoscale", None)
    if excluded is not None and "queues" in values:
        values["queues"] = _without(values["queues"], excluded)
    if scale is not None:
        values |= _scaled(scale)
    for field in ("queues", "concurrency"):
        note = _missing_note(field, words, excluded, is_code=not (speaks or words.has_options))
        if field not in values and note:
            values[field] = Value("unknown", None, None, note)
    if not speaks:
        values |= {
            "flags": _flags(words.flags()),
            "flags-behind-words": _flags(words.flags(behind=True)),
        }
    return values | (_odd(words, values) if speaks and technology.traps else {})


def _flags(found: list[tuple[str, Entry]]) -> Value:
    """The flags of a program of the service's own."""
    parts = dict(found)
    return Value("known" if parts else "absent", list(parts), None, "", parts)


def _missing_note(field: str, words: Words, excluded: Value | None, *, is_code: bool) -> str:
    """Why what no word says is unknown; "" where it is absent."""
    if words.unread is not None:
        return f"{shown('', words.unread.text)} may set it"
    if field == "queues" and excluded is not None:
        return f"{words.technology.unnamed}, without those excluded"
    if is_code:
        return IN_CODE
    return words.technology.unnamed if field == "queues" else ""


# --- what follows from several --------------------------------------------------------------------


def _without(queues: Value, excluded: Value) -> Value:
    """The queues named but for those excluded; unknown where either is."""
    if "unknown" in (queues.state, excluded.state):
        return (
            queues
            if queues.state == "unknown"
            else queues._replace(
                state="unknown", data=None, note=f"excluded queues: {excluded.note}", parts=None
            )
        )
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


def _odd(words: Words, values: dict[str, Value]) -> dict[str, Value]:
    """What the technology lets pass silently, or refuses, by the field that holds it."""
    queues = values["queues"]
    uneven = [name for name in queues.parts or () if not name or re.search(r"\s", name)]
    odd = dict(words.odd)
    if uneven and queues.node is not None:
        odd["uneven-queues"] = [(name, queues.node) for name in uneven]
    return {
        field: _trap(found, words.technology.traps[field])
        for field, found in odd.items()
        if field in words.technology.traps
    }


def _trap(found: list[tuple[str, Node]], note: str) -> Value:
    nodes = [node for _, node in found]
    texts = [text for text, _ in found]
    return Value("known", texts if len(texts) > 1 else texts[0], nodes[0], note, None, tuple(nodes))
