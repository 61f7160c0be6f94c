"""Lines of a report for people: wrapped, never wider than the output, and coloured.

A line is made of pieces of text with a style. ``wrap`` makes text safe, so text from a file is
never an escape or markup. The only user of rich, which knows how wide a character is; of it only
that table is imported, and only for text beyond ASCII: its console would cost a plain report on two
files a quarter of its time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile

from deploylint.documents.nodes import Problem
from deploylint.documents.paths import path_from_here
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.finding import Location
from deploylint.reports import Look
from deploylint.reports.text.escape import at, safe

STYLES = {
    "violation": "1;31",
    "warning": "1;33",
    "allowed": "32",
    "match": "32",
    "unknown": "35",
    "title": "1",
    "place": "36",
    "faint": "2",
}
"""The SGR parameters of each style of a piece (ECMA-48, 8.3.117)."""

CUT = "..."
"""The mark of what is cut."""

_STEP = 2
_TOKENS = regex(r"\s+|\S+")


class Piece(Record):
    """A text in one style, a name of ``STYLES`` or "" for none; ``file`` is what it links to."""

    text: str
    style: str = ""
    file: str = ""


Line = tuple[Piece, ...]
"""One line of the output, without its line end."""

TextPart = str | Piece
"""What a caller hands over: plain text or a styled one."""

EMPTY: Line = ()


def cells(text: str) -> int:
    """How many columns a text takes: a CJK character takes two, a combining one none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def pad(text: str, width: int) -> str:
    """A text filled up with spaces to a number of columns."""
    return text + " " * (width - cells(text))


def wrap(texts: Iterable[TextPart], look: Look, indent: int = 0, hang: int = _STEP) -> list[Line]:
    """Texts as lines no wider than the output, broken between words and, if need be, inside them.

    The first line begins at column ``indent``, the others ``hang`` columns further right. Only
    white space at a break is left out.
    """
    rows = [[Piece(" " * indent)]]
    room, is_empty = look.width - indent, True
    for word, style, file in _words(texts, look):
        while word and not (is_empty and len(rows) > 1 and word.isspace()):
            fits = cells(word) <= room
            if fits or is_empty:
                part = word if fits else _part(word, room)
                rows[-1].append(Piece(part, style, file))
                word, room, is_empty = word[len(part) :], room - cells(part), False
            else:
                rows.append([Piece(" " * (indent + hang))])
                room, is_empty = look.width - indent - hang, True
    return [trim(row) for row in rows]


def _words(texts: Iterable[TextPart], look: Look) -> Iterator[Piece]:
    """Words and the white space between them. A word may be several pieces long."""
    for text in texts:
        piece = Piece(text) if isinstance(text, str) else text
        for word in _TOKENS.findall(safe(piece.text, look)):
            yield piece._replace(text=word)


def _part(word: str, room: int) -> str:
    """The start of a word that fits, at least one character; broken after a / if it can."""
    end = max(room, 1)
    if not word.isascii():
        end = sum(1 for _ in takewhile(lambda n: cells(word[:n]) <= room, range(1, len(word)))) or 1
    slash = word.rfind("/", 0, end) + 1
    return word[: slash if slash > end // 2 else end]


def label_lines(
    label: str, text: TextPart, look: Look, indent: int = 2, hang: int | None = None
) -> list[Line]:
    """A text after its label; its other lines begin where its first one does."""
    return wrap([Piece(label, "faint"), text], look, indent, len(label) if hang is None else hang)


def with_most_names(
    names: int, lines_with: Callable[[int], list[Line]], most: int, look: Look
) -> list[Line]:
    """The lines with as many of some names as ``most`` lines have room for.

    ``lines_with`` makes them with a number of names; more names never take fewer lines.
    """
    candidates = range(min(names, look.width * most) + 1)  # each takes a column and more
    too_many = bisect_right(candidates, most, lo=1, key=lambda shown: len(lines_with(shown)))
    return lines_with(too_many - 1)


def at_most(lines: list[Line], most: int, look: Look) -> list[Line]:
    """The first ones of some lines, with a mark at the end where others are left out."""
    if len(lines) <= most:
        return lines
    *first, last = lines[:most] or [EMPTY]
    row, room = [], look.width - len(CUT)
    for piece in last:
        room -= cells(piece.text)
        if room < 0:
            break
        row.append(piece)
    style = row[-1].style if row else ""
    return [*first, (*trim(row), Piece(CUT, style))][:most]


def fit(texts: Sequence[list[Line]], room: int, look: Look) -> list[list[Line]]:
    """As much of each text as some lines have room for.

    Each has a line before any has a second one; an earlier one has more before a later one.
    """
    fitted = list[list[Line]]()
    for number, lines in enumerate(texts, 1):
        later = sum(map(bool, texts[number:]))
        fitted.append(at_most(lines, max(room - later, min(room, 1), 0), look))
        room -= len(fitted[-1])
    return fitted


def place_piece(place: Location | Problem | str) -> Piece:
    """A place in its style, and where it is known with a link to its file."""
    if isinstance(place, str):
        return Piece(place, "place")
    return Piece(at(place), "place", path_from_here(place.file))


def at_place(place: Location | Problem | str, text: str, look: Look, indent: int = 2) -> list[Line]:
    """A place, and a text about it."""
    return wrap([place_piece(place), text], look, indent)


def section(title: str, lines: Iterable[Line]) -> Iterator[Line]:
    """Lines under a title and before an empty line; nothing where there are none."""
    rows = list(lines)
    if rows:
        yield from ((Piece(title, "title"),), *rows, EMPTY)


def trim(row: Iterable[Piece]) -> Line:
    """A line without what is empty, and without white space at its end."""
    pieces = [piece for piece in row if piece.text]
    while pieces and not pieces[-1].text.rstrip():
        pieces.pop()
    if pieces:
        pieces[-1] = pieces[-1]._replace(text=pieces[-1].text.rstrip())
    return tuple(pieces)


def render(lines: Iterable[Line], look: Look) -> str:
    """The text of lines, with the colours of their styles where the output shows colours."""
    shown = _coloured if look.colour else _plain
    if look.links:
        return "".join("".join(map(_linked, line)) + "\n" for line in lines)
    return "".join("".join(map(shown, line)) + "\n" for line in lines)


def _plain(piece: Piece) -> str:
    return piece.text


def _coloured(piece: Piece) -> str:
    code = STYLES.get(piece.style)
    return f"\x1b[{code}m{piece.text}\x1b[0m" if code else piece.text


def _linked(piece: Piece) -> str:
    """A coloured piece; of a file's place as a link to it (OSC 8)."""
    text = _coloured(piece)
    if not piece.file:
        return text
    from deploylint.reports.text.links import url_of  # only for a terminal that has links

    return f"\x1b]8;;{url_of(piece.file)}\x1b\\{text}\x1b]8;;\x1b\\"
