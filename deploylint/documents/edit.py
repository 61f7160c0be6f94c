"""Edits of a YAML text that leave everything but what is added as it is, byte for byte.

What people wrote is theirs: their comments, their blank lines, the way they write a list. So a text
is never written anew from its data; something is put in at the place of a node. What comes of it is
read again and must be the old data and the new, else the edit is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from deploylint.documents.nodes import Entry, Node, Problem, plain, span
from deploylint.documents.reader import Document, read_text
from deploylint.documents.record import Record


class ListItem(Record):
    """An item of a list in both of YAML's styles.

    ``block`` are its lines, the first with its dash, at column 0; ``flow`` is all of it on one.
    """

    block: tuple[str, ...]
    flow: str


class Uneditable(Exception):
    """Something cannot be added without changing what else the text says; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Insertion(Record):
    at: int
    text: str


def appended(document: Document, key: str, items: Sequence[ListItem]) -> str:
    """The text of a document with items at the end of the list under a key of its mapping.

    The list is extended in the style it is written in; where the mapping has no such key, it is
    added at the end. Raises Uneditable where the text cannot hold them.
    """
    (root,) = document.roots
    text = root.source.text
    assert isinstance(root.content, dict)
    entry = root.content.get(key)
    insertion = _new_key(root, key, items) if entry is None else _extended(entry.value, items)
    edited = text[: insertion.at] + insertion.text + text[insertion.at :]
    if not _holds(edited, document, key, items):
        at = span(root if entry is None else entry.key)
        message = f"{key} cannot be extended as it is written here; write it as a list of its own"
        raise Uneditable(Problem(document.file, at.line, at.column, message))
    return edited


def _extended(node: Node, items: Sequence[ListItem]) -> _Insertion:
    """Items after the last one of a list; what is no list is found out by what comes of it."""
    text = node.source.text
    below = node.content if isinstance(node.content, list) else []
    if _is_flow(node):
        at = below[-1].end if below else text.find("[", node.start) + 1
        return _Insertion(at, _flow(items, first=not below) + _gap(text, at))
    lines = [line for item in items for line in item.block]
    return _lines(node, _line_after(node), lines, node.source.position(node.start)[1])


def _new_key(root: Node, key: str, items: Sequence[ListItem]) -> _Insertion:
    """A key with a list, after all others."""
    text = root.source.text
    if _is_flow(root):
        last = max((value.end for _, value in _entries(root)), default=text.find("{") + 1)
        before = ", " if root.content else ""
        return _Insertion(last, f"{before}{key}: [{_flow(items, first=True)}]" + _gap(text, last))
    column = root.source.position(root.start)[1]
    end = _line_after(root)
    rest = text[end:].splitlines()
    if all(not line.strip() or line.lstrip().startswith("#") for line in rest):
        end = len(text)
    return _lines(root, end, [f"{key}:", *(line for item in items for line in item.block)], column)


def _lines(node: Node, at: int, lines: Sequence[str], column: int) -> _Insertion:
    """Whole lines at the start of one, with the line ends that the text has."""
    text = node.source.text
    end = "\r\n" if "\r\n" in text else "\n"
    written = "".join(f"{' ' * column}{line}{end}" for line in lines)
    return _Insertion(at, written if not at or text[at - 1] in "\r\n" else end + written)


def _flow(items: Sequence[ListItem], *, first: bool) -> str:
    return ("" if first else ", ") + ", ".join(item.flow for item in items)


def _gap(text: str, at: int) -> str:
    """What keeps a comment a comment that would follow without a blank."""
    return " " if text[at : at + 1] == "#" else ""


def _is_flow(node: Node) -> bool:
    """Whether a collection is written in brackets."""
    return node.source.text[node.end - 1 : node.end] in ("]", "}") and not _is_block(node)


def _is_block(node: Node) -> bool:
    """Whether a collection begins where its first item or key does, or with its dash."""
    content = node.content
    starts = [key.start for key, _ in content.values()] if isinstance(content, dict) else []
    return node.start in starts or node.source.text[node.start] == "-"


def _entries(node: Node) -> list[Entry]:
    return list(node.content.values()) if isinstance(node.content, dict) else []


def _line_after(node: Node) -> int:
    """Where the line begins that follows the last one that a node is written on."""
    last = _last(node)
    source = node.source
    line, column = source.position(last.end)
    if last.style in ("|", ">") and column == 0:
        return last.end
    return source.line_start(line + 1)


def _last(node: Node) -> Node:
    """The last scalar or bracketed collection below a node, as the text goes."""
    while not isinstance(node.content, str) and node.content and not _is_flow(node):
        below = [part for entry in _entries(node) for part in entry]
        below += node.content if isinstance(node.content, list) else []
        node = max((one for one in below if node.start <= one.start), key=lambda one: one.end)
    return node


def _holds(text: str, document: Document, key: str, items: Sequence[ListItem]) -> bool:
    """Whether an edited text says what it said before, and the items."""
    edited = read_text(text, document.file)
    if isinstance(edited, Problem) or len(edited.roots) != 1:
        return False
    wanted, found = plain(document.roots[0]), plain(edited.roots[0])
    assert isinstance(wanted, dict)
    before = wanted.get(key, [])
    return isinstance(before, list) and found == wanted | {key: [*before, *map(_meant, items)]}


def _meant(item: ListItem) -> object:
    document = read_text(f"item: {item.flow}\n", "")
    assert not isinstance(document, Problem), document
    read = plain(document.roots[0])
    assert isinstance(read, dict)
    return read["item"]
