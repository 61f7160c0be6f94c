"""What the value of an option comes to, by what the option means.

To add a meaning, write a function from the option's text to plain data, list it in ``FORMS``, and
name it in ``profiles/technologies.yaml``; a function raises ValueError with the reason for a text
that leaves the value open.
"""

import json
import re
from collections.abc import Callable

from deploylint.documents.nodes import Entry
from deploylint.documents.regex import regex
from deploylint.model.service import Value
from deploylint.readers.commands.arguments import OptionOccurrence, Words
from deploylint.readers.commands.launchers import Command
from deploylint.readers.commands.shell import shown
from deploylint.readers.commands.technologies import Technology

Form = Callable[[str, Technology], object]


def _text(text: str, technology: Technology) -> object:
    return text


def _names(text: str, technology: Technology) -> list[str]:
    if not technology.weights:
        return list(dict.fromkeys(text.split(",")))
    if text.lstrip().startswith("{"):
        pairs = _json_weights(text)
    else:
        signs = re.compile(rf"(.*?)(?:[{technology.weights}](-?\d{{1,9}}))?", re.DOTALL)
        matches = [signs.fullmatch(item.strip()) for item in text.split(",")]
        pairs = [(m[1], m[2] or "1") for m in matches if m is not None]
    names = list(dict.fromkeys(name for name, weight in pairs if name and int(weight) > 0))
    if not names:
        raise ValueError("no queue given")
    return names


def _json_weights(text: str) -> list[tuple[str, str]]:
    """Queues and priorities written as JSON (``{"critical": 6, "default": 3}``)."""
    try:
        weights = json.loads(text)
    except (ValueError, RecursionError):
        weights = None
    if not isinstance(weights, dict) or not all(type(w) is int for w in weights.values()):
        raise ValueError("not a map of queues to priorities")
    return [(name, str(weight)) for name, weight in weights.items()]


def _count(text: str, technology: Technology) -> object:
    try:
        number = int(text or "0")
    except ValueError:
        return text.strip().lower() if text.strip().lower() == _AUTO else text
    if number <= 0:
        raise ValueError("0 means the program's setting or the number of CPUs")
    return number


_AUTO = "auto"
"""As many as the pod's share of the CPUs allows (Celery, worker_concurrency)."""

_SCALE = regex(r"(\d{1,9})(?:,(\d{1,9}))?")


def _scale(text: str, technology: Technology) -> list[int]:
    found = _SCALE.fullmatch(text)
    if found is None:
        raise ValueError("not one or two numbers")
    return sorted((int(found[1]), int(found[2] or 0)))


FORMS: dict[str, Form] = {
    "queues": _names,
    "excluded-queues": _names,
    "concurrency": _count,
    "autoscale": _scale,
    "log-level": _text,
    "mode": _text,
    "application": _text,
}
"""How the value of an option is read, by what the option means."""


def resolved(meaning: str, command: Command, words: Words, *, is_named: bool) -> Value | None:
    """What all occurrences of an option come to, and the variable that stands for it."""
    technology = words.technology
    written = words.options.get(meaning, [])
    variables = technology.environment.get(meaning, ()) if is_named else ()
    if not written and not variables:
        return None
    given = [(name, command.variables[name]) for name in variables if name in command.variables]
    from_variables = [OptionOccurrence(w, w, f"from {n}") for n, w in given if w.text or w.note][:1]
    counted = written[-1:] or from_variables if technology.last_wins else written + from_variables
    values = [read_option(one, meaning, technology) for one in counted]
    if not values:
        return None
    if all((v.state, v.data) == (values[0].state, values[0].data) for v in values):
        return values[0]
    leaves = tuple(leaf for value in values for leaf in value.leaves)
    note = "it is given more than once, and the program chooses"
    return Value("unknown", None, values[-1].node, note, None, leaves)


def read_option(one: OptionOccurrence, meaning: str, technology: Technology) -> Value:
    """The value of one option; unknown with a note where it cannot be read."""
    word, value = one.word, one.value
    if value is None:
        return Value(
            "unknown", None, word.node, f"{shown('', word.text)} has no value", None, (word.node,)
        )
    leaves = (word.node,) if word.node is value.node else (word.node, value.node)
    if value.note:
        return Value("unknown", None, value.node, value.note, None, leaves)
    try:
        data = FORMS[meaning](value.text, technology)
    except ValueError as error:
        return Value("unknown", None, value.node, str(error), None, leaves)
    parts = None
    if isinstance(data, list) and FORMS[meaning] is _names:
        parts = dict.fromkeys(data, Entry(value.node, value.node))
    return Value("known", data, value.node, one.note, parts, leaves)
