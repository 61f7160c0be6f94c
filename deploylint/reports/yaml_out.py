"""Plain data as YAML that reads back the same: lines to paste, and examples."""

from __future__ import annotations

import json
from collections.abc import Iterator

from deploylint.documents.regex import regex
from deploylint.documents.scalars import resolve
from deploylint.model.types import Plain
from deploylint.reports import Look
from deploylint.reports.text.escape import safe
from deploylint.reports.text.layout import cells

ROOM = 20
"""The least columns a text is given, however deep it lies: below that it is broken no further."""

_PLAIN = regex(r"[A-Za-z0-9_./+][A-Za-z0-9_./+@=-]*(?: [A-Za-z0-9_./+@=-]+)*")
_ESCAPES = {"\\": "\\\\", '"': '\\"'}


def scalar(data: Plain, look: Look) -> str:
    """A scalar as YAML on one line, quoted only where it would read as something else."""
    if isinstance(data, str):
        if _PLAIN.fullmatch(data) and resolve(data) == data:
            return data
        return f'"{"".join(_units(data, look))}"'
    return json.dumps(data)


def _units(text: str, look: Look) -> Iterator[str]:
    """A text's characters as a double-quoted scalar writes them.

    What is escaped for a terminal (``\\x1b``, ``\\u202e``) is escaped for YAML in the same way.
    """
    return (_ESCAPES.get(character) or safe(character, look) for character in text)


def entry(key: str, data: Plain, look: Look, indent: int) -> list[str]:
    """``key: data`` as lines that begin at column ``indent`` and are no wider than the output."""
    head = " " * indent + f"{scalar(key, look)}:"
    if isinstance(data, (list, dict)) and data:
        line = f"{head} {flow(data, look)}"
        return [line] if cells(line) <= look.width else [head, *block(data, look, indent)]
    if isinstance(data, (list, dict)):
        return [f"{head} {flow(data, look)}"]
    return _fitted(f"{head} ", data, look, indent + 2)


def block(data: Plain, look: Look, indent: int) -> list[str]:
    """Data in block style: a list's dashes at column ``indent``, a mapping's keys right of it."""
    if isinstance(data, dict):
        return [line for key, value in data.items() for line in entry(key, value, look, indent + 2)]
    if isinstance(data, list):
        return [line for item in data for line in _item(item, look, indent)]
    return _fitted(" " * indent, data, look, indent + 2)


def _item(item: Plain, look: Look, indent: int) -> list[str]:
    if isinstance(item, (dict, list)) and item:
        first, *rest = block(item, look, indent + 2 * isinstance(item, list))
        return [" " * indent + "- " + first.lstrip(), *rest]
    return _fitted(" " * indent + "- ", item, look, indent + 2)


def flow(data: Plain, look: Look) -> str:
    """Data on one line, collections in brackets."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{scalar(k, look)}: {flow(v, look)}" for k, v in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(flow(item, look) for item in data) + "]"
    return scalar(data, look)


def _fitted(head: str, data: Plain, look: Look, indent: int) -> list[str]:
    """A scalar after its key; a long text in double quotes with its lines joined by backslashes."""
    line = head + scalar(data, look)
    if cells(line) <= look.width or not isinstance(data, str):
        return [line]
    rows, row = list[str](), head + '"'
    for unit in _units(data, look):
        if cells(row + unit) > max(look.width - 1, indent + ROOM):
            rows.append(row + "\\")
            row = " " * indent
            unit = "\\ " if unit == " " else unit  # a bare blank at the start of a row is not read
        row += unit
    return [*rows, row + '"']
