"""Edits of a YAML text that leave everything but what is added as it is, byte for byte.

What people wrote is theirs: their comments, their blank lines, the way they write a list. So a text
is never written anew from its data; something is put in at one place. The places where it may
belong are tried in turn: what comes of it is read again and must be the old data and the new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploylint.documents.nodes import Node, Problem, plain, span
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
    added at the end. A problem where the text cannot hold them.
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
    """Where something may be put at the end of a collection, and as which text; the best first."""
    source, text, content = node.source, node.source.text, node.content
    if not isinstance(content, str) and text[node.end - 1 : node.end] in ("]", "}"):
        is_mapping = isinstance(content, dict)
        below = [e.value for e in content.values()] if isinstance(content, dict) else content
        at = max(
            (value.end for value in below),
            default=text.find("{" if is_mapping else "[", node.start) + 1,
        )
        gap = " " if text[at : at + 1] == "#" else ""  # a comment has a blank before it
        yield at, (", " if content else "") + flow + gap
    end = "\r\n" if "\r\n" in text else "\n"
    _, column = source.position(node.start)
    block = "".join(f"{' ' * column}{line}{end}" for line in lines)
    last, _ = source.position(node.end)
    at_lines = [source.line_start(line) for line in range(span(node).end_line, last + 2)]
    for at in at_lines if node.path.parent else (len(text), *at_lines):
        yield at, block if not at or text[at - 1] in "\r\n" else end + block
