r"""Values given by their keys, ``image.tag`` and ``1.2``, as ``helm --set`` takes them.

Follows Helm's ``pkg/strvals`` and what Argo CD passes to it: keys are separated by dots, ``[0]`` is
an item of a list, a backslash escapes the next character; a whole number, true, false and null are
read as such, ``{a,b}`` is a list, and everything else a text, also ``1.10`` and ``yes``.
"""

from __future__ import annotations

import re

from deploylint.documents.nodes import Entry, Node
from deploylint.documents.regex import regex

MAX_NESTED = 30
"""How deep a key may go (``MaxNestedNameLevel`` in Helm)."""

MAX_GAP = 16
"""How many items of a list a key may leave unset; Helm itself allows 65536."""

Step = str | int

_STEP = regex(r"(\.)?((?:[^\\.\[\],=]|\\.)+)|\[([0-9]{1,5})\]", re.DOTALL)
_ESCAPED = regex(r"\\(.)", re.DOTALL)
_ITEM = regex(r"((?:[^\\,]|\\.)*)(,)", re.DOTALL)
_WORDS = ("true", "false", "null")
_WHOLE = regex(r"0|[1-9][0-9]{0,18}|[-+][0-9]{1,19}")
_INT64 = 2**63


def parse_key(name: str) -> tuple[Step, ...]:
    """The keys of a name, items of lists as numbers.

    Raises ValueError for what Helm refuses or no deployment needs.
    """
    keys: list[Step] = []
    at = 0
    while matched := _STEP.match(name, at):
        dot, key, number = matched.groups()
        if bool(dot) != bool(keys and key):
            break
        keys.append(int(number) if key is None else _plain(key))
        at = matched.end()
    if not keys or at < len(name) or isinstance(keys[0], int):
        raise ValueError(f"invalid key {name!r} for helm --set")
    if len(keys) > MAX_NESTED:
        raise ValueError(f"a key has {len(keys)} levels; at most {MAX_NESTED}")
    return tuple(keys)


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def parse_value(node: Node, *, as_text: bool = False) -> Node:
    """The value that ``--set``, or ``--set-string``, makes of a scalar, at its location."""
    text = str(node.content)
    if text.startswith("{") and text.endswith("}") and len(text) > 1 and "{{" not in text:
        items = [_scalar(node, part, as_text) for part in _parts(text[1:-1])]
        return node.made(items, "")
    if text == "[]" and not as_text:
        return node.made([], "")
    return _scalar(node, text, as_text)


def _parts(text: str) -> list[str]:
    """The items of a list, separated by commas without a backslash."""
    return [part for part, _ in _ITEM.findall(text + ",")]


def _scalar(node: Node, text: str, as_text: bool) -> Node:
    plain = _plain(text)
    if as_text:
        return node.made(plain, '"')
    if plain.lower() in _WORDS:
        return node.made(plain.lower(), "")
    is_whole = _WHOLE.fullmatch(plain) is not None and -_INT64 <= int(plain) < _INT64
    return node.made(str(int(plain)), "") if is_whole else node.made(plain, '"')


def with_value(root: Node | None, path: tuple[Step, ...], key: Node, value: Node) -> Node:
    """A tree with a value set in it; ``key`` is the location of keys that are not there yet.

    Raises ValueError where a list would have to be much longer.
    """
    if not path:
        return value
    step, rest = path[0], path[1:]
    content = None if root is None else root.content
    if isinstance(step, int):
        items = list(content) if isinstance(content, list) else []
        if step > len(items) + MAX_GAP:
            raise ValueError(f"item {step} of a list that has {len(items)}")
        under = items[step] if step < len(items) else None
        items += [key.made("null", "")] * (step + 1 - len(items))
        items[step] = with_value(under, rest, key, value)
        return _in_place_of(root, key, items)
    entries = dict(content) if isinstance(content, dict) else {}
    entry = entries.get(step)
    below = with_value(None if entry is None else entry.value, rest, key, value)
    entries[step] = Entry(key if entry is None or not rest else entry.key, below)
    return _in_place_of(root, key, entries)


def _in_place_of(root: Node | None, key: Node, content: dict[str, Entry] | list[Node]) -> Node:
    """A collection in the place of one of its kind, else of the key that makes it."""
    is_same = root is not None and isinstance(root.content, type(content))
    return root.made(content) if root is not None and is_same else key.made(content, "")
