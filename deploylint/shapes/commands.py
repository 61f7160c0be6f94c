"""A worker's command line: what it runs, which queues it consumes and how many tasks at once.

Which option means what is data (``profiles/technologies.yaml``); this module only walks the words.
"""

import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from deploylint.documents.nodes import Entry, Node
from deploylint.model import Value
from deploylint.nearest import nearest
from deploylint.shapes.technologies import Technology, technologies

_SHELLS = frozenset({"sh", "bash", "ash", "/bin/sh", "/bin/bash"})


class Word(NamedTuple):
    """One word of a command line and the node it was read from."""

    text: str
    node: Node


class Reading(NamedTuple):
    """What a worker's command says: values by field of the element, and options near known ones."""

    values: Mapping[str, Value]
    near_misses: tuple[tuple[Node, str], ...] = ()


def words(node: Node) -> list[Word]:
    """The words of a command written as a list, or as one text split as a shell would.

    Raises ValueError for a text with an open quote and for a list that holds anything but scalars.
    """
    if isinstance(node.content, str):
        return [Word(text, node) for text in shlex.split(node.content)]
    if isinstance(node.content, list) and all(isinstance(n.content, str) for n in node.content):
        return [Word(str(item.content), item) for item in node.content]
    raise ValueError("a command is a text or a list of texts")


def read_worker(line: list[Word], hint: str) -> Reading:
    """Read a worker's command line; ``hint`` is its technology where the command does not say."""
    if not line:
        return Reading({})
    program = line[0]
    base = program.text.rpartition("/")[2]
    if base in _SHELLS:
        note = "a shell script"
        return Reading(
            {f: Value("unknown", None, program.node, note) for f in ("queues", "concurrency")}
        )
    said = next((t for t in technologies() if base in t.programs), None)
    technology = said or next((t for t in technologies() if t.name == hint), None)
    values = {"program": _known(program)}
    if said is not None:
        values["technology"] = Value("known", said.name, program.node, "", None, (program.node,))
    return _options(line[1:], technology, values)


def _options(line: list[Word], technology: Technology | None, values: dict[str, Value]) -> Reading:
    table = _spellings(technology)
    near: list[tuple[Node, str]] = []
    rest = iter(line)
    for word in rest:
        option, value = _split(word, table, rest)
        if not option:
            values.setdefault("mode", _known(word))
        elif option in table:
            _fill(values, table[option], word, value)
        elif known := nearest(option, table):
            near.append((word.node, known))
    values.setdefault("queues", Value("unknown", None, None, "the command names no queue"))
    return Reading(values, tuple(near))


def _spellings(technology: Technology | None) -> dict[str, str]:
    sources = technologies() if technology is None else (technology,)
    return {s: meaning for t in sources for meaning, ss in t.options.items() for s in ss}


def _split(word: Word, table: Mapping[str, str], rest: Iterator[Word]) -> tuple[str, Word | None]:
    """The option a word is and its value: after "=", attached (``-Qa``), or the next word."""
    text = word.text
    if not text.startswith("-") or text == "-":
        return "", None
    if (text.startswith("--") and "=" in text) or ("=" in text and text.partition("=")[0] in table):
        option, _, value = text.partition("=")
        return option, Word(value, word.node)
    if text in table:
        return text, next(rest, None)
    if text[:2] in table and not text.startswith("--"):
        return text[:2], Word(text[2:], word.node)
    return text, None


def _fill(values: dict[str, Value], meaning: str, word: Word, value: Word | None) -> None:
    if not meaning:
        return
    if value is None:
        values[meaning] = Value("unknown", None, word.node, f"{word.text} has no value")
        return
    leaves = (word.node,) if word.node is value.node else (word.node, value.node)
    if is_variable(value.text):
        values[meaning] = Value("unknown", None, value.node, "a variable", None, leaves)
    elif meaning == "queues":
        queues = value.text.split(",")
        parts = dict.fromkeys(queues, Entry(value.node, value.node))
        values[meaning] = Value("known", queues, value.node, "", parts, leaves)
    else:
        data = int(value.text) if value.text.isdecimal() else value.text
        values[meaning] = Value("known", data, value.node, "", None, leaves)


def _known(word: Word) -> Value:
    if is_variable(word.text):
        return Value("unknown", None, word.node, "a variable", None, (word.node,))
    return Value("known", word.text, word.node, "", None, (word.node,))


def is_variable(text: str) -> bool:
    """Whether a text is filled in elsewhere: a template or an environment variable."""
    return "{{" in text or "$(" in text or "${" in text
