"""The value of an option, by the meaning of the option.

To add a meaning, write a function from the option's text to plain data, list it in ``FORMS``, and
name it in ``profiles/technologies.yaml``; a function raises ValueError with the reason for a text
with an unknown value.
"""

from collections.abc import Callable

from deploylint.documents.nodes import Entry
from deploylint.documents.regex import regex
from deploylint.model.service import Value
from deploylint.model.types import AUTO
from deploylint.readers.commands.launchers import Command
from deploylint.readers.commands.options import EACH, ONE_EACH, Arguments, Option
from deploylint.readers.commands.shell import for_note
from deploylint.readers.commands.technologies import Technology

Form = Callable[[str, Technology], object]


def _text(text: str, technology: Technology) -> object:
    return text


def _names(text: str, technology: Technology) -> list[str]:
    if technology.repeated == EACH:
        return [text.partition(technology.weights)[0]]
    if not technology.weights:
        return list(dict.fromkeys(text.split(ONE_EACH if technology.many else ",")))
    if text.lstrip().startswith("{"):
        pairs = _json_weights(text)
    else:
        pairs = [_weighted(item, technology.weights) for item in _ITEMS.split(text)]
    names = list(dict.fromkeys(name for name, weight in pairs if name and int(weight) > 0))
    if not names:
        raise ValueError("no queue given")
    return names


_ITEMS = regex(r"\s*,\s*")
"""Between the queues of a list; a space around all of them is part of a name."""


def _weighted(item: str, signs: str) -> tuple[str, str]:
    """A queue and its priority, which may follow one of some signs (``critical=6``); else 1."""
    at = max(map(item.rfind, signs))
    weight = item[at + 1 :]
    digits = weight.removeprefix("-")
    if at < 0 or not digits.isdecimal() or len(digits) > MOST_DIGITS:
        return item, "1"
    return item[:at], weight


MOST_DIGITS = 9


def _json_weights(text: str) -> list[tuple[str, str]]:
    """Queues and priorities written as JSON (``{"critical": 6, "default": 3}``)."""
    from json import loads

    try:
        weights = loads(text)
    except (ValueError, RecursionError):
        weights = None
    if not isinstance(weights, dict) or not all(type(w) is int for w in weights.values()):
        raise ValueError("not a map of queues to priorities")
    return [(name, str(weight)) for name, weight in weights.items()]


def _count(text: str, technology: Technology) -> object:
    try:
        number = int(text or "0")
    except ValueError:
        return text.strip().lower() if text.strip().lower() == AUTO else text
    if number <= 0:
        raise ValueError("0 means the program's setting or the number of CPUs")
    return number


_SCALE = regex(r"(\d{1,9})(?:,(\d{1,9}))?")


def _scale(text: str, technology: Technology) -> list[int]:
    match = _SCALE.fullmatch(text)
    if match is None:
        raise ValueError("not one or two numbers")
    return sorted((int(match[1]), int(match[2] or 0)))


FORMS: dict[str, Form] = {
    "queues": _names,
    "excluded-queues": _names,
    "concurrency": _count,
    "processes": _count,
    "autoscale": _scale,
    "pool": _text,
    "prefetch": _count,
    "log-level": _text,
    "mode": _text,
    "application": _text,
}
"""How the value of an option is read, by what the option means."""


def resolve_option(
    meaning: str, command: Command, arguments: Arguments, *, is_named: bool
) -> Value | None:
    """The value of all options of one meaning, or of the variable in their place."""
    technology = arguments.technology
    written = arguments.meaning(meaning)
    names = technology.environment.get(meaning, ()) if is_named else ()
    if not written and not names:
        return None
    words = [(name, command.variables[name]) for name in names if name in command.variables]
    given = [Option("", w, w, note=f"from {name}") for name, w in words if w.text or w.note][:1]
    is_together = technology.repeated == EACH and meaning == "queues"
    is_last = bool(technology.repeated) and not is_together
    counted = written[-1:] or given if is_last else written + given
    values = [read_option(option, meaning, technology) for option in counted]
    if not values:
        return None
    if is_together and all(value.state == "known" for value in values):
        parts = {name: entry for value in values for name, entry in (value.parts or {}).items()}
        leaves = tuple(leaf for value in values for leaf in value.leaves)
        return values[0]._replace(data=list(parts), parts=parts, leaves=leaves)
    if all((v.state, v.data) == (values[0].state, values[0].data) for v in values):
        return values[0]
    leaves = tuple(leaf for value in values for leaf in value.leaves)
    note = "it is given more than once, and the program chooses"
    return Value("unknown", None, values[-1].node, note, None, leaves)


def read_option(option: Option, meaning: str, technology: Technology) -> Value:
    """The value of one option; unknown with a note where it cannot be read."""
    word = option.word
    value = option.value or word._replace(note=f"{for_note('', word.text)} has no value")
    leaves = (word.node,) if word.node is value.node else (word.node, value.node)
    data, note, parts = None, value.note, None
    try:
        data = None if note else FORMS[meaning](value.text, technology)
    except ValueError as error:
        note = str(error)
    if note:
        return Value("unknown", None, value.node, note, None, leaves)
    if isinstance(data, list) and FORMS[meaning] is _names:
        parts = dict.fromkeys(data, Entry(value.node, value.node))
    return Value("known", data, value.node, option.note, parts, leaves)
