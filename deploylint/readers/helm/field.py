"""Reads the value of one key of a values file as one field, by the field's type."""

from __future__ import annotations

from collections.abc import Sequence

from deploylint.documents.nodes import Entry, Node, child, is_empty, leaves, plain, text_of
from deploylint.documents.scalars import leading_zero
from deploylint.model.secrets import redact, scalar_or_text
from deploylint.model.service import State, Value
from deploylint.model.templates import TEMPLATE, is_variable
from deploylint.model.types import (
    COMMAND,
    DURATION,
    FEWER_NAMES,
    NAMES,
    NUMBER,
    PORT,
    SECONDS,
    TREE,
    Plain,
    Type,
)


def field(kind: Type, node: Node) -> Value:
    """One field from one node: "disabled" if it is empty, "unknown" if it is not of the type."""
    text = node.content
    if isinstance(text, str):
        state, data, note = _read(text, node, kind.name in _COUNTS)
        if state == "known" and kind in (NAMES, FEWER_NAMES):
            parts = {str(redact("", text)): Entry(node, node)}
            return Value(state, [redact("", data)], node, "", parts, (node,))
        return Value(state, data, node, note, None, (node,))
    if not text:
        return Value("disabled", None, node, "", None, (node,))
    if kind in (NAMES, FEWER_NAMES):
        return _names(node)
    if kind is TREE or (kind is COMMAND and isinstance(text, list)):
        return _free(node)
    note = f"{'a list' if isinstance(text, list) else 'a mapping'}; expected {kind.name}"
    return Value("unknown", None, node, note, None, _all(node))


def _read(text: str, node: Node, is_count: bool) -> tuple[State, Plain, str]:
    """The state and the data of a text, and why it is unknown."""
    if is_empty(node):
        return "disabled", None, ""
    if is_variable(text):
        return "unknown", None, TEMPLATE
    return "known", _numeral(node) if is_count else scalar_or_text(node), ""


_COUNTS = frozenset((NUMBER.name, PORT.name, SECONDS.name, DURATION.name))
"""The types of a whole number; quotes around it are accepted."""


def _numeral(node: Node) -> Plain:
    """A scalar's value; a quoted number is that number, one with a leading zero is a text."""
    data = scalar_or_text(node)
    if type(data) in (int, float) and leading_zero(text_of(node)):
        return text_of(node)
    return int(data) if isinstance(data, str) and _is_numeral(data) else data


def _is_numeral(text: str) -> bool:
    """Whether a text means the same as a number: no sign, no leading zero, at most ten digits."""
    is_whole = text.isdecimal() and text.isascii() and len(text) <= MOST_DIGITS
    return is_whole and (text[0] != "0" or text == "0")


MOST_DIGITS = 10


def _all(node: Node) -> tuple[Node, ...]:
    return tuple(leaves(node))


def _free(node: Node) -> Value:
    every = _all(node)
    if any(isinstance(n.content, str) and is_variable(n.content) for n in every):
        return Value("unknown", None, node, TEMPLATE, None, every)
    return Value("known", redact("", plain(node)), node, "", None, every)


def _names(node: Node) -> Value:
    """A list of texts or of ``{name: text}``, like ``imagePullSecrets``."""
    items = node.content if isinstance(node.content, list) else [node]
    return names_in([child(item, "name") or item for item in items], node)


def names_in(named: Sequence[Node], node: Node) -> Value:
    """A value of type names from the nodes of its items; unknown if any is not a text."""
    parts = [(n.content, n) for n in named if isinstance(n.content, str)]
    if len(parts) < len(named):
        return Value("unknown", None, node, "not a list of names", None, _all(node))
    return names_of(parts, node)


def names_of(parts: list[tuple[str, Node]], node: Node) -> Value:
    """A known value of type names from its items; unknown if any is a template."""
    every = tuple(n for _, n in parts)
    if any(is_variable(name) for name, _ in parts):
        return Value("unknown", None, node, TEMPLATE, None, every)
    entries = {str(redact("", name)): Entry(part, part) for name, part in parts}
    return Value("known", list(entries), node, "", entries, every)
