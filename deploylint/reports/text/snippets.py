"""The lines of a file around one place, with carets under it and every secret in it masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from deploylint.documents.nodes import Node, Span, span
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.model.finding import Location
from deploylint.model.secrets import is_secret, secret_nodes, secret_spans
from deploylint.reports import Look
from deploylint.reports.text.escape import safe
from deploylint.reports.text.layout import EMPTY, Line, Piece, cells, trimmed

BEFORE = 1
"""How many lines are shown above a place."""

MOST = 4
"""How many lines of a place are shown when it is longer, as a block of text is."""

MASK = "<redacted>"


class Columns(Record):
    """A part of a line: 0-based characters, the end exclusive."""

    start: int
    end: int


class Excerpts:
    """Excerpts from the documents of a run. What is secret in a file is looked up once."""

    def __init__(self, documents: Iterable[Document], merged: Sequence[Node], look: Look) -> None:
        """``merged`` are the trees of several files, where one may say of another's what it is."""
        self._documents = {document.file: document for document in documents}
        self._merged = merged
        self._secrets: dict[str, dict[int, list[Columns]]] = {}
        self._look = look

    def at(self, place: Location, style: str, gutter: int) -> list[Line]:
        """The lines of a place under a bar, numbers right-aligned in ``gutter`` columns."""
        document = self._documents.get(place.file)
        if document is None or place.line > len(document.source.lines):
            return []
        bar = Piece(" " * gutter + " | ", "faint")
        rows = [trimmed([bar])]
        for number in _shown_lines(place, document.source.lines):
            marked = _marked(place, number, document.source.lines[number - 1])
            text, carets = self._row(document, number, marked, self._look.width - gutter - 3)
            rows.append(trimmed([Piece(f"{number:>{gutter}} | ", "faint"), Piece(text)]))
            if carets:
                rows.append((bar, Piece(carets, style)))
        return [*rows, EMPTY]

    def _row(
        self, document: Document, number: int, marked: Columns | None, width: int
    ) -> tuple[str, str]:
        """One line and the carets below it, cut to a window around the marked part."""
        shown = self._characters(document, number)
        if marked is None:
            return _window(shown, 0, width)[0], ""
        before = cells("".join(shown[: marked.start]))
        length = max(cells("".join(shown[marked.start : marked.end])), 1)
        first = 0 if cells("".join(shown)) <= width else _first(shown, marked, width)
        text, skipped = _window(shown, first, width)
        start = before - skipped
        return text, " " * start + "^" * min(length, max(width - start, 1))

    def _characters(self, document: Document, number: int) -> list[str]:
        """A line's characters as they are shown; a masked part is written at its first one."""
        line = document.source.lines[number - 1]
        shown = [safe(character, self._look) for character in line]
        hidden = [False] * len(line)
        for part in self._hidden(document).get(number, []) + _in_text(line):
            hidden[part.start : part.end] = [True] * len(hidden[part.start : part.end])
        for index, secret in enumerate(hidden):
            if secret:
                shown[index] = "" if index and hidden[index - 1] else MASK
        return shown

    def _hidden(self, document: Document) -> dict[int, list[Columns]]:
        """What is masked in each line of a file, by 1-based line number."""
        found = self._secrets.get(document.file)
        if found is None:
            found = self._secrets[document.file] = _secret_columns(
                document, (*document.roots, *self._merged)
            )
        return found


def _secret_columns(document: Document, roots: Iterable[Node]) -> dict[int, list[Columns]]:
    columns: dict[int, list[Columns]] = defaultdict(list)
    lines = document.source.lines
    for root in roots:
        for node in secret_nodes(root):
            if node.source.file != document.file:
                continue
            for number in range((at := span(node)).line, at.end_line + 1):
                if number <= len(lines):
                    columns[number].append(_part(at, number, lines[number - 1]))
        if is_secret(root):
            for number, part in _lost(document, root):
                columns[number].append(part)
    return columns


def _lost(document: Document, root: Node) -> Iterator[tuple[int, Columns]]:
    """What stands behind the keys of a Secret that are written again below."""
    for lost, _ in document.source.duplicates:
        if root.start <= lost.start < root.end:
            line, column = document.source.position(lost.end)
            yield line + 1, Columns(column, len(document.source.line(line)))


def _in_text(line: str) -> list[Columns]:
    """Secrets in free text: a comment, a script, a list of arguments."""
    return [Columns(start, end) for start, end in secret_spans(line)]


def _part(at: Span, number: int, line: str) -> Columns:
    """What a span that may go over several lines takes of one of them, without its indentation."""
    start = at.column - 1 if number == at.line else len(line) - len(line.lstrip())
    return Columns(start, at.end_column - 1 if number == at.end_line else len(line))


def _shown_lines(place: Location, lines: Sequence[str]) -> range:
    first = max(place.line - BEFORE, 1)
    if not lines[first - 1].strip():
        first = place.line
    return range(first, min(place.end_line, place.line + MOST - 1, len(lines)) + 1)


def _marked(place: Location, number: int, line: str) -> Columns | None:
    if number < place.line:
        return None
    return _part(Span(place.line, place.column, place.end_line, place.end_column), number, line)


def _first(shown: Sequence[str], marked: Columns, width: int) -> int:
    """The first character of a window that shows where the marked part begins."""
    if cells("".join(shown[: marked.start])) < width * 2 // 3:
        return 0
    first = marked.start
    while first > 0 and cells("".join(shown[first - 1 : marked.start])) < width // 3:
        first -= 1
    return first


def _window(shown: Sequence[str], first: int, width: int) -> tuple[str, int]:
    """The characters from ``first`` on that fit, and how many columns were left out before them."""
    mark = "..."
    head = mark if first else ""
    text, rest = head + "".join(shown[first:]), ""
    if cells(text) > width:
        text, rest = head, mark
        for character in shown[first:]:
            if cells(text + character) > width - len(mark):
                break
            text += character
    return text + rest, cells("".join(shown[:first])) - len(head)
