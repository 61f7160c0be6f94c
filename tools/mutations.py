"""Mutants of a file: each is one edit of its text at one value.

A number becomes one more, and seven times itself and three; a flag is flipped; of a text the last
and the first letter change; then the key or the item is left out. What the file then holds is
worked out on its data as well, so that an edit that does something else does not pass for a mutant.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from deploylint.documents.nodes import Node, Problem, plain, scalar
from deploylint.documents.reader import read_text

Keys = tuple[str, ...]
LEFT_OUT = "left out"


class Leaf(NamedTuple):
    """A value of a file: its key path, its node, and the start of its key or item."""

    keys: Keys
    node: Node
    start: int


class Mutant(NamedTuple):
    """One edit: the change, the value, and the text of the file after it."""

    leaf: Leaf
    change: str
    text: str


def leaves(node: Node, keys: Keys = (), start: int = -1) -> Iterator[Leaf]:
    """Every leaf below a node, in the order of the file."""
    if isinstance(node.content, dict) and node.content:
        for key, entry in node.content.items():
            yield from leaves(entry.value, (*keys, key), entry.key.start)
    elif isinstance(node.content, list) and node.content:
        for number, item in enumerate(node.content):
            yield from leaves(item, (*keys, f"[{number}]"), item.start)
    else:
        yield Leaf(keys, node, start)


def mutants(root: Node) -> Iterator[Mutant]:
    """Every mutant of a file."""
    text = root.source.text
    for leaf in leaves(root):
        for change, written in _changes(leaf.node, text[leaf.node.start : leaf.node.end]):
            edited = text[: leaf.node.start] + written + text[leaf.node.end :]
            yield _checked(root, Mutant(leaf, change, edited), written)
        yield _checked(root, Mutant(leaf, LEFT_OUT, _without(text, leaf)), None)


def _checked(root: Node, mutant: Mutant, written: str | None) -> Mutant:
    """The mutant, if its text has the intended value."""
    document = read_text(mutant.text, root.source.file)
    assert not isinstance(document, Problem), (mutant.leaf.keys, mutant.change, document)
    wanted = _changed(root, mutant.leaf.keys, written)
    assert _pruned(plain(document.roots[0])) == _pruned(wanted), (mutant.leaf.keys, mutant.change)
    return mutant


def _pruned(data: object) -> object:
    """Plain data with null for an emptied block."""
    if isinstance(data, dict):
        return {key: _pruned(value) for key, value in data.items()} or None
    return [_pruned(item) for item in data] or None if isinstance(data, list) else data


def _changes(node: Node, written: str) -> Iterator[tuple[str, str]]:
    if not isinstance(node.content, str):
        return
    data = scalar(node)
    if isinstance(data, bool):
        yield "flipped", str(not data).lower()
    elif isinstance(data, (int, float)):
        yield "+1", str(data + 1)
        yield "x7+3", str(data * 7 + 3)
    else:
        for name, at in _letters(written):
            yield name, written[:at] + _next(written[at]) + written[at + 1 :]


def _letters(written: str) -> Iterator[tuple[str, int]]:
    found = [match.start() for match in re.finditer(r"[A-Za-z0-9]", written)]
    if found:
        yield "last letter", found[-1]
    if len(found) > 1:
        yield "first letter", found[0]


def _next(letter: str) -> str:
    """Another letter of the same kind."""
    return {"z": "a", "Z": "A", "9": "0"}.get(letter) or chr(ord(letter) + 1)


def _without(text: str, leaf: Leaf) -> str:
    """The text without a key and its value, or without an item, and without the comma after it."""
    start, end = leaf.start, leaf.node.end
    before, after = text[:start], text[end:]
    if re.search(r"[\[{,]\s*$", before):
        if comma := re.match(r"\s*,\s*", after):
            return before + after[comma.end() :]
        return re.sub(r",\s*$", "", before) + after
    if leaf.keys[-1].startswith("["):
        before = re.sub(r"-[ ]*$", "", before)
    return before + after


def _changed(root: Node, keys: Keys, written: str | None) -> object:
    """The data of the file after the change, computed on data instead of text."""
    data = copy.deepcopy(plain(root))
    *above, last = (int(key[1:-1]) if key.startswith("[") else key for key in keys)
    holder = cast("Any", data)
    for key in above:
        holder = holder[key]
    if written is None:
        del holder[last]
    else:
        document = read_text(f"{written}\n", "value")
        assert not isinstance(document, Problem), document
        holder[last] = plain(document.roots[0])
    return data
