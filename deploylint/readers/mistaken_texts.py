"""Texts that YAML makes of a slip: of items indented too far, or of a word with swapped letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploylint.documents.nodes import Node
from deploylint.documents.regex import regex
from deploylint.documents.source import Source
from deploylint.model.fault import Fault


def with_mistaken_texts(faults: Iterable[Fault], roots: Iterable[Node]) -> Iterator[Fault]:
    """Some faults, and the texts that YAML makes of a slip where none of them is."""
    known = set[tuple[Source, int]]()
    for fault in faults:
        known.add((fault.node.source, fault.node.start))
        yield fault
    for fault in (fault for root in roots for fault in mistaken_texts(root)):
        places = ((fault.node.source, at.start) for at in (fault.node, fault.node.key))
        if known.isdisjoint(places):
            yield fault


def mistaken_texts(root: Node) -> Iterator[Fault]:
    """What YAML makes a text of by a slip.

    So are the items of a list that are indented further than the one before, and a word of YAML
    with two letters swapped.
    """
    table, texts = root.table, root.table.texts[root.row : root.end_row]
    rows = [(n, t) for n, t in enumerate(texts, root.row) if t and (" - " in t or t in _SWAPPED)]
    for row, text in rows:
        item = table.node(row)
        if text in _SWAPPED:
            message = f"{text!r} is a text; did you mean {_SWAPPED[text]}?"
            yield Fault("wrong-type", item, message)
        elif item.path.is_item:
            written = item.source.text[item.start : item.end]
            if not item.style and _SWALLOWED.search(written):
                message = "the item below is text of this one; indent it like this one"
                yield Fault("swallowed-item", item, message)


_SWAPPED = {
    f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}": word
    for word in ("true", "false", "null")
    for at in range(len(word) - 1)
    if word[at] != word[at + 1]
}
_SWALLOWED = regex(r"\n[ \t]*- ")
