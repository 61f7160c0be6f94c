"""YAML inside a text of a YAML file, where every place is the real one of the outer file.

A block of text is parsed as it is written, with its indentation: YAML lets a root be indented, so
with the number of lines above it every place in it is the outer file's. Where the
text is not line for line the file's (folded, in quotes), everything in it has the text's location.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable

from deploylint.documents.comments import is_bare
from deploylint.documents.nodes import (
    START,
    STYLE,
    STYLES,
    WIDTH,
    Node,
    NodeTable,
    Problem,
    Source,
    split_lines,
)
from deploylint.documents.reader import Document, read_text
from deploylint.documents.regex import regex

_MARKER = regex(r"(---|\.\.\.)(\s|$)|%")
"""Marks that have a meaning only at the beginning of a line, not in an indented text."""
_START = regex(r"---\s*(#.*)?$")
_FILLED_IN = regex(r"\{\{.*?\}\}")


def read_embedded(
    node: Node, *, filled_in: bool = False, fill: Callable[[str], str] | None = None
) -> Document | Problem:
    """Read the text of a scalar as YAML; a problem has its location in the outer file.

    ``filled_in`` is whether the text's ``{{...}}`` are filled in before it is read as YAML: they
    are variables then, and no mistake. ``fill`` fills in those of one scalar that are known.
    """
    source = node.source
    written = _as_written(node)
    if written is None:
        return _in_one_place(node, filled_in, fill)
    line, _ = source.position(node.start)
    document = read_text(_variables(written) if filled_in else written, source.file, line + 1)
    return _filled(document, written, fill)


def _filled(
    document: Document | Problem, written: str, fill: Callable[[str], str] | None
) -> Document | Problem:
    """A document with what fills in its variables, in their places."""
    if isinstance(document, Problem) or fill is None:
        return document
    roots = (_with_filled_texts(root.table, written, fill) for root in document.roots)
    return document._replace(roots=tuple(roots))


def _with_filled_texts(table: NodeTable, written: str, fill: Callable[[str], str]) -> Node:
    texts = list(table.texts)
    for row, text in enumerate(texts):
        if isinstance(text, str) and "$(" in text:
            start, end, style = table.numbers[row * WIDTH + START : row * WIDTH + STYLE + 1]
            quotes = len(STYLES[style]) if STYLES[style] in ("'", '"') else 0
            texts[row] = _variables(fill(written[start + quotes : end - quotes]))
    return table.changed(texts=tuple(texts)).node(0)


def _variables(text: str) -> str:
    """A text with a variable of the same length for each placeholder, quoted or not."""
    return _FILLED_IN.sub(lambda match: f"$({'x' * (len(match[0]) - 3)})", text)


def _as_written(node: Node) -> str | None:
    """The lines of a block as they are written; None where they mean another text than it has."""
    source = node.source
    line, _ = source.position(node.start)
    if node.style not in ("|", ">") or line + 1 >= source.line_count:
        return None
    written = source.text[source.line_start(line + 1) : node.end]
    lines, meant = split_lines(written), split_lines(str(node.content))
    indent = next((len(a) - len(b) for a, b in zip(lines, meant, strict=False) if b.strip()), 0)
    if _bare(line[indent:] for line in lines) != _bare(meant):
        return None
    marked = [number for number, text in enumerate(meant) if _MARKER.match(text)]
    if not marked:
        return written
    first = marked[0]
    if len(marked) > 1 or not _START.match(meant[first]) or not all(map(is_bare, meant[:first])):
        return None
    start = source.line_start(line + 1 + first) - source.line_start(line + 1) + indent
    return written[:start] + "   " + written[start + len("---") :]


def _bare(lines: Iterable[str]) -> list[str]:
    """Lines without what is only space, and none of those that end the text."""
    bare = [line if line.strip() else "" for line in lines]
    while bare and not bare[-1]:
        bare.pop()
    return bare


def _in_one_place(
    node: Node, filled_in: bool, fill: Callable[[str], str] | None
) -> Document | Problem:
    """The YAML in a text, where every row has the location of the whole text."""
    text, outer = str(node.content), node.source
    document = read_text(_variables(text) if filled_in else text, outer.file)
    document = _filled(document, text, fill)
    if isinstance(document, Problem):
        return outer.problem(node.start, f"{document.message} (line {document.line} of this text)")
    here = outer.copy()
    here.meant = document.source.meant
    here.duplicates = [
        (_moved(here, lost, node), _moved(here, wins, node))
        for lost, wins in document.source.duplicates
    ]
    return Document(outer.file, here, tuple(_moved(here, root, node) for root in document.roots))


def _moved(source: Source, inner: Node, place: Node) -> Node:
    """A node with all below it in the place of another one."""
    old = inner.table
    numbers = array("I", old.numbers)
    for row in range(0, len(numbers), WIDTH):
        numbers[row : row + STYLE] = array("I", (place.start, place.end) * 2)
    table = old.changed(numbers=numbers, source=source)
    return table.node(inner.row) if inner.row >= 0 else table.key(~inner.row)
