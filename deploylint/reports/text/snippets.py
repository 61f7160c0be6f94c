"""The lines of a file around one place, with carets under it and every secret in it masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Node, Problem, Span, span
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.finding import Location
from deploylint.model.secret_signs import holds_secrets, may_name_a_secret
from deploylint.model.secrets import is_secret, secret_nodes, secret_spans
from deploylint.reports import Look
from deploylint.reports.text.escape import safe
from deploylint.reports.text.layout import CUT, EMPTY, Line, Piece, cells, trim

BEFORE = 1
"""How many lines are shown above a place."""

MOST = 4
"""How many lines of a longer place are shown, as of a block of text."""

MASK = "<redacted>"


class Columns(Record):
    """A part of a line: 0-based characters, the end exclusive."""

    start: int
    end: int


class Excerpts:
    """Excerpts from the documents of a run. The secrets of a file are looked up once."""

    def __init__(self, documents: Iterable[Document], merged: Sequence[Node], look: Look) -> None:
        """``merged`` are trees of several files: a value may be secret by a key in another file."""
        self._documents = {document.file: document for document in documents}
        self._merged = merged
        self._secrets: dict[str, dict[int, list[Columns]]] = {}
        self._lines: dict[str, list[str]] = {}
        self._look = look

    def at(self, place: Location, style: str, gutter: int) -> list[Line]:
        """The lines of a place under a bar, numbers right-aligned in ``gutter`` columns."""
        rows = self.rows(place)
        if not rows:
            return []
        bar = trim([Piece(" " * gutter + " | ", "faint")])
        return [bar, *_numbered(rows, style, gutter, self._look), EMPTY]

    def line_of(self, place: Location, style: str, gutter: int) -> list[Line]:
        """The first line of a place alone, with its carets."""
        row = next((row for row in self.rows(place) if row[0] == place.line), None)
        return _numbered([row], style, gutter, self._look) if row else []

    def rows(self, place: Location) -> list[Row]:
        """The lines of a place; none where the text of its file is not known."""
        document = self._documents.get(place.file)
        if document is None:
            return []
        if place.file not in self._lines:
            self._lines[place.file] = document.source.lines
        lines, at = self._lines[place.file], Span(*place[2:])
        if place.line > len(lines):
            return []
        rows = list[Row]()
        for number in _shown_lines(place, lines):
            marked = _part(at, number, lines[number - 1]) if number >= place.line else None
            rows.append((number, self._characters(document, number, lines[number - 1]), marked))
        return rows

    def _characters(self, document: Document, number: int, line: str) -> list[str]:
        in_text = [Columns(*columns) for columns in secret_spans(line)]  # a comment, a script
        return _shown(line, [*self._hidden(document).get(number, []), *in_text], self._look)

    def _hidden(self, document: Document) -> dict[int, list[Columns]]:
        """The masked parts of each line of a file, by 1-based line number."""
        hidden = self._secrets.get(document.file)
        if hidden is None:
            roots = (*document.roots, *self._merged)
            hidden = self._secrets[document.file] = items_by_key(_secret_parts(document, roots))
        return hidden


def unread_line(problem: Problem, look: Look) -> list[Line]:
    """The line of a text that is not YAML, with a caret; none where the text is not known.

    Without a tree no value is surely harmless: all is masked behind the first word of a line that
    is about a secret, and below such a line.
    """
    if not problem.written:
        return []
    line = problem.written[-1]
    hidden = [Columns(*columns) for columns in secret_spans(line)]
    words = [word for text in problem.written for word in _NAME.findall(text)]
    if any(may_name_a_secret(word) or holds_secrets(word) for word in words):
        first = _FIRST_WORD.match(line)
        hidden.append(Columns(first.end() if first is not None else 0, len(line)))
    if ":" not in line:
        hidden += (Columns(*long.span()) for long in _LONG.finditer(line))
    row = problem.line, _shown(line, hidden, look), Columns(problem.column - 1, problem.column)
    return _numbered([row], "error", len(str(problem.line)), look)


_NAME = regex(r"[\w.-]+")
_FIRST_WORD = regex(r"\s*(?:- +)?[\w.-]{1,40}(?=[\s:]|$)")
_LONG = regex(r"[^\s]{16,}")
"""What may be a secret where no key is on the line, as a line of a key that was pasted."""


Row = tuple[int, Sequence[str], Columns | None]
"""The number of a line, its characters as they are shown, and the part that is marked."""


def _numbered(rows: Iterable[Row], style: str, gutter: int, look: Look) -> list[Line]:
    """Lines behind a bar, with their numbers, each with the carets below it."""
    bar = Piece(" " * gutter + " | ", "faint")
    lines = list[Line]()
    for number, shown, marked in rows:
        text, carets = _cut(shown, marked, look.width - gutter - 3)
        lines.append(trim([Piece(f"{number:>{gutter}} | ", "faint"), Piece(text)]))
        lines += [(bar, Piece(carets, style))] if carets else []
    return lines


def _shown(line: str, hidden: Iterable[Columns], look: Look) -> list[str]:
    """A line's characters as they are shown; a masked part is written at its first one."""
    shown = [safe(character, look) for character in line]
    is_hidden = [False] * len(line)
    for start, end in hidden:
        is_hidden[start:end] = [True] * len(is_hidden[start:end])
    for index in (index for index, masked in enumerate(is_hidden) if masked):
        shown[index] = "" if index and is_hidden[index - 1] else MASK
    return shown


def _secret_parts(document: Document, roots: Iterable[Node]) -> Iterator[tuple[int, Columns]]:
    """The masked parts of a file, each with the number of its line."""
    lines = document.source.lines
    for root in roots:
        for at in (span(node) for node in secret_nodes(root) if node.source.file == document.file):
            for number in range(at.line, min(at.end_line, len(lines)) + 1):
                yield number, _part(at, number, lines[number - 1])
        if is_secret(root):
            yield from _lost(document, root)


def _lost(document: Document, root: Node) -> Iterator[tuple[int, Columns]]:
    """The values of the keys of a Secret that are written again below."""
    for lost, _ in document.source.duplicates:
        if root.start <= lost.start < root.end:
            line, column = document.source.position(lost.end)
            yield line + 1, Columns(column, len(document.source.line(line)))


def _part(at: Span, number: int, line: str) -> Columns:
    """The part of a span of several lines on one of them, without its indentation."""
    start = at.column - 1 if number == at.line else len(line) - len(line.lstrip())
    return Columns(start, at.end_column - 1 if number == at.end_line else len(line))


def _shown_lines(place: Location, lines: Sequence[str]) -> range:
    first = max(place.line - BEFORE, 1)
    if not lines[first - 1].strip():
        first = place.line
    return range(first, min(place.end_line, place.line + MOST - 1, len(lines)) + 1)


def _cut(shown: Sequence[str], marked: Columns | None, width: int) -> tuple[str, str]:
    """A line and the carets below it, cut to a window around the marked part."""
    if marked is None:
        return _window(shown, 0, width)[0], ""
    before, text = shown[: marked.start], shown[marked.start : marked.end]
    first = 0
    if cells("".join(shown)) > width and cells("".join(before)) >= width * 2 // 3:
        first = marked.start
        while first and cells("".join(shown[first - 1 : marked.start])) < width // 3:
            first -= 1
    line, skipped = _window(shown, first, width)
    start = cells("".join(before)) - skipped
    length = max(cells("".join(text)), 1)
    return line, " " * start + "^" * min(length, max(width - start, 1))


def _window(shown: Sequence[str], first: int, width: int) -> tuple[str, int]:
    """The characters from ``first`` on that fit, and how many columns are left out before them."""
    head = CUT if first else ""
    skipped = cells("".join(shown[:first])) - len(head)
    text = head + "".join(shown[first:])
    if cells(text) <= width:
        return text, skipped
    text = head
    for character in shown[first:]:
        if cells(text + character) > width - len(CUT):
            break
        text += character
    return text + CUT, skipped
