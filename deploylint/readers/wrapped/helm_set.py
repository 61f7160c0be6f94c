r"""Values given by their keys, ``image.tag`` and ``1.2``, as ``helm --set`` takes them.

Follows Helm's ``pkg/strvals`` and what Argo CD hands to it: keys are parted by dots, ``[0]`` is an
item of a list, a backslash takes the meaning from what follows it; a whole number, true, false and
null are that, ``{a,b}`` is a list, and everything else a text, ``1.10`` and ``yes`` among it.
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
_WHOLE = regex(r"0|[-+]?[0-9]{1,19}")
_INT64 = 2**63


def steps(name: str) -> tuple[Step, ...]:
    """The keys of a name, items of lists as numbers.

    Raises ValueError for what Helm does not take or what no deployment needs.
    """
    found: list[Step] = []
    at = 0
    while matched := _STEP.match(name, at):
        dot, key, number = matched.groups()
        if bool(dot) != bool(found and key):
            break
        found.append(int(number) if key is None else _plain(key))
        at = matched.end()
    if not found or at < len(name) or isinstance(found[0], int):
        raise ValueError(f"invalid key {name!r} for helm --set")
    if len(found) > MAX_NESTED:
        raise ValueError(f"a key has {len(found)} levels; at most {MAX_NESTED}")
    return tuple(found)


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def typed(node: Node, *, as_text: bool = False) -> Node:
    """What ``--set``, or ``--set-string``, makes of a scalar; it stands where that does."""
    text = str(node.content)
    if text.startswith("{") and text.endswith("}") and len(text) > 1 and "{{" not in text:
        items = [_scalar(node, part, as_text) for part in _parts(text[1:-1])]
        return node.made(items, "")
    if text == "[]" and not as_text:
        return node.made([], "")
    return _scalar(node, text, as_text)


def _parts(text: str) -> list[str]:
    """The items of a list, parted by commas that no backslash stands before."""
    return [part for part, _ in _ITEM.findall(text + ",")]


def _scalar(node: Node, text: str, as_text: bool) -> Node:
    plain = _plain(text)
    content, style = plain, '"'
    if not as_text:
        if plain.lower() in _WORDS:
            content, style = plain.lower(), ""
        elif _is_whole(plain):
            content, style = str(int(plain)), ""
    return node.made(content, style)


def _is_whole(text: str) -> bool:
    """Whether Helm makes a number of a text: no leading zero, and it fits in 64 bits."""
    if _WHOLE.fullmatch(text) is None or (text[0] == "0" and text != "0"):
        return False
    return -_INT64 <= int(text) < _INT64


def laid(root: Node | None, path: tuple[Step, ...], key: Node, value: Node) -> Node:
    """A tree with a value set in it; ``key`` stands for the keys that are not there yet.

    Raises ValueError where a list would have to be much longer.
    """
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return _item(root, step, rest, key, value)
    is_map = root is not None and isinstance(root.content, dict)
    base = root if root is not None and is_map else _empty(key, value)
    content = dict(base.content) if isinstance(base.content, dict) else {}
    under = content.get(step)
    below = laid(None if under is None else under.value, rest, key, value)
    content[step] = Entry(key if under is None or not rest else under.key, below)
    return base.made(content)


def _item(root: Node | None, number: int, path: tuple[Step, ...], key: Node, value: Node) -> Node:
    base = root if root is not None and isinstance(root.content, list) else _empty(key, value)
    items = list(base.content) if isinstance(base.content, list) else []
    if number > len(items) + MAX_GAP:
        raise ValueError(f"item {number} of a list that has {len(items)}")
    unset = key.made("null", "")
    items += [unset] * (number + 1 - len(items))
    under = items[number]
    items[number] = laid(None if under is unset else under, path, key, value)
    return base.made(items)


def _empty(key: Node, value: Node) -> Node:
    return key.made({}, "")
