"""YAML inside a text of a YAML file, where every place is the real one of the outer file.

A block of text is parsed as it is written, with its indentation: YAML lets a root be indented, so
with the number of lines above it every place in it is the outer file's. Where the
text is not line for line the file's (folded, in quotes), all of it stands where the text does.
"""

from __future__ import annotations

from collections.abc import Iterable

from deploylint.documents.nodes import Entry, Node, Problem, split_lines, text_node
from deploylint.documents.reader import Document, read_text
from deploylint.documents.regex import regex

_MARKER = regex(r"(---|\.\.\.)(\s|$)|%")
"""What means something at the beginning of a line only: an indented text would not say it."""
_START = regex(r"---\s*(#.*)?$")
_FILLED_IN = regex(r"\{\{.*?\}\}")


def embedded(node: Node, *, filled_in: bool = False) -> Document | Problem:
    """Read the text of a scalar as YAML; a problem stands where it stands in the outer file.

    ``filled_in`` is whether somebody fills in the text's ``{{...}}`` before it is read as YAML:
    they are variables then, and no mistake.
    """
    source = node.source
    written = _as_written(node)
    if written is None:
        return _in_one_place(node, filled_in)
    line, _ = source.position(node.start)
    return read_text(_variables(written) if filled_in else written, source.file, line + 1)


def _variables(text: str) -> str:
    """A text with a variable of the same length for each placeholder, quoted or not."""
    return _FILLED_IN.sub(lambda found: f"$({'x' * (len(found[0]) - 3)})", text)


def _as_written(node: Node) -> str | None:
    """The lines of a block as they stand in the file; None where they do not say what it says."""
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
    if len(marked) > 1 or not _START.match(meant[first]) or any(map(_says, meant[:first])):
        return None
    start = source.line_start(line + 1 + first) - source.line_start(line + 1) + indent
    return written[:start] + "   " + written[start + len("---") :]


def _bare(lines: Iterable[str]) -> list[str]:
    """Lines without what is only space, and none of those that end the text."""
    bare = [line if line.strip() else "" for line in lines]
    while bare and not bare[-1]:
        bare.pop()
    return bare


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _in_one_place(node: Node, filled_in: bool) -> Document | Problem:
    text, outer = str(node.content), node.source
    document = read_text(_variables(text) if filled_in else text, outer.file)
    if isinstance(document, Problem):
        line, column = outer.position(node.start)
        message = f"{document.message} (line {document.line} of this text)"
        return Problem(outer.file, line + 1, column + 1, message)
    here = outer.copy()
    here.meant = document.source.meant
    place = text_node(here, "", node.start, node.end)
    moved: dict[int, Node] = {}
    roots = tuple(_moved(root, place, moved) for root in document.roots)
    here.duplicates = [
        (_moved(lost, place, moved), _moved(wins, place, moved))
        for lost, wins in document.source.duplicates
    ]
    return Document(outer.file, here, roots)


def _moved(inner: Node, place: Node, moved: dict[int, Node]) -> Node:
    """A node that stands in the place of the whole text; each is moved once."""
    known = moved.get(id(inner))
    if known is not None:
        return known
    content = inner.content
    if isinstance(content, dict):
        content = {
            name: Entry(_moved(entry.key, place, moved), _moved(entry.value, place, moved))
            for name, entry in content.items()
        }
    elif isinstance(content, list):
        content = [_moved(item, place, moved) for item in content]
    result = moved[id(inner)] = place.made(content, inner.style)._replace(tag=inner.tag)
    return result
