"""Adds to a YAML text and leaves everything else as it is, byte for byte.

Comments, blank lines and the style of lists stay as people wrote them. So a text is never written
anew from its data; a text is inserted at one position. The possible positions are tried in turn:
the result is read again and must have the old data and the new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploylint.documents.nodes import Node, Problem, entries_of, items_of, plain, span
from deploylint.documents.reader import Document, read_text
from deploylint.documents.record import Record


class ListItem(Record):
    """An item of a list in both of YAML's styles.

    ``block`` are its lines, the first with its dash, at column 0; ``flow`` is all of it on one.
    """

    block: tuple[str, ...]
    flow: str


def append_items(document: Document, key: str, items: Sequence[ListItem]) -> str | Problem:
    """The text of a document with items at the end of the list under a key of its mapping.

    The list is extended in the style it is written in; where the mapping has no such key, it is
    added at the end. Returns a problem if that is not possible.
    """
    (root,) = document.roots
    assert isinstance(root.content, dict)
    entry, text = root.content.get(key), root.source.text
    node = root if entry is None else entry.value
    flow, lines = ", ".join(item.flow for item in items), [x for item in items for x in item.block]
    if entry is None:
        flow, lines = f"{key}: [{flow}]", [f"{key}:", *lines]
    wanted = _extended(plain(root), key, items)
    for at, added in _insertions(node, flow, lines):
        edited = text[:at] + added + text[at:]
        if _data(edited) == [wanted]:
            return edited
    at = root.start if entry is None else entry.key.start
    message = f"{key} cannot be extended as it is written here; write it as a list of its own"
    return root.source.problem(at, message)


def _extended(data: object, key: str, items: Sequence[ListItem]) -> object:
    """The data of a mapping with items at the end of one of its lists; None where it is no list."""
    assert isinstance(data, dict)
    before = data.get(key, [])
    new = [_data(item.flow)[0] for item in items]
    return data | {key: [*before, *new]} if isinstance(before, list) else None


def _data(text: str) -> list[object]:
    """The documents of a text as plain data; none where it cannot be read."""
    document = read_text(text, "")
    return [] if isinstance(document, Problem) else [plain(root) for root in document.roots]


def _insertions(node: Node, flow: str, lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The positions to add something to a collection, each with its text; the best first."""
    source, text, content = node.source, node.source.text, node.content
    if not node.is_scalar and text[node.end - 1 : node.end] in ("]", "}"):
        below = items_of(node) or [entry.value for entry in entries_of(node).values()]
        opening = text.find("{" if node.is_mapping else "[", node.start)
        at = max((value.end for value in below), default=opening + 1)
        gap = " " if text[at : at + 1] == "#" else ""  # a comment has a blank before it
        yield at, (", " if content else "") + flow + gap
    end = "\r\n" if "\r\n" in text else "\n"
    _, column = source.position(node.start)
    block = "".join(f"{' ' * column}{line}{end}" for line in lines)
    last, _ = source.position(node.end)
    at_lines = [source.line_start(line) for line in range(span(node).end_line, last + 2)]
    for at in at_lines if node.path.parent else (len(text), *at_lines):
        yield at, block if not at or text[at - 1] in "\r\n" else end + block
