"""Lines of a report for people: wrapped, never wider than the output, and painted.

A line is made of pieces of text with a style. ``wrapped`` makes text safe, so nothing that was read
from a file is ever live, as an escape or as markup. The only user of rich, which knows how wide a
character is, and colours. Only a coloured report imports more of it than that table: rich's console
and tables would cost a plain report on two files a quarter of its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.reports import Look
from deploylint.reports.text.escape import safe

STYLES = {
    "violation": "bold red",
    "warning": "bold yellow",
    "allowed": "green",
    "match": "green",
    "unknown": "magenta",
    "title": "bold",
    "place": "cyan",
    "faint": "dim",
}
"""What each style of a piece looks like, in rich's words."""

_STEP = 2
_TOKENS = regex(r"\s+|\S+")


class Piece(Record):
    """A text in one style; a name of ``STYLES``, or "" for none."""

    text: str
    style: str = ""


Line = tuple[Piece, ...]
"""One line of the output, without its line end."""

Said = str | Piece
"""What a caller may hand over: plain text or a styled one."""

EMPTY: Line = ()


def cells(text: str) -> int:
    """How many columns a text takes: a CJK character takes two, a combining one none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int) -> str:
    """A text filled up with spaces to a number of columns."""
    return text + " " * (width - cells(text))


def wrapped(said: Iterable[Said], look: Look, indent: int = 0, hang: int = _STEP) -> list[Line]:
    """Texts as lines no wider than the output, broken between words and, if need be, inside them.

    The first line begins at column ``indent``, the others ``hang`` columns further right. Nothing
    is left out but white space at a break.
    """
    rows: list[list[Piece]] = [[Piece(" " * indent)]]
    used = start = indent
    for token in _tokens(said, look):
        blank = token.text.isspace()
        if used + cells(token.text) > look.width and used > start:
            start = used = indent + hang
            rows.append([Piece(" " * used)])
        if blank and used == start and len(rows) > 1:
            continue
        for number, part in enumerate(
            _parts(token.text, look.width - used, look.width - indent - hang)
        ):
            if number:
                start = used = indent + hang
                rows.append([Piece(" " * used)])
            rows[-1].append(Piece(part, token.style))
            used += cells(part)
    return [trimmed(row) for row in rows]


def _tokens(said: Iterable[Said], look: Look) -> Iterator[Piece]:
    """Words and the white space between them. A word may be several pieces long."""
    for one in said:
        piece = Piece(one) if isinstance(one, str) else one
        for text in _TOKENS.findall(safe(piece.text, look)):
            yield Piece(text, piece.style)


def _parts(text: str, first: int, rest: int) -> Iterator[str]:
    """A word in parts that fit, the first into the rest of a line; broken after a / if it can."""
    while len(text) > 1 and cells(text) > first:
        end = _fitting(text, first)
        slash = text.rfind("/", 0, end) + 1
        end = slash if slash > end // 2 else end
        yield text[:end]
        text, first = text[end:], rest
    yield text


def _fitting(text: str, width: int) -> int:
    """How many characters of a text fit; at least one."""
    if text.isascii():
        return max(width, 1)
    end = 1
    while end < len(text) and cells(text[: end + 1]) <= width:
        end += 1
    return end


def trimmed(row: Iterable[Piece]) -> Line:
    """A line without what is empty, and without white space at its end."""
    pieces = [piece for piece in row if piece.text]
    while pieces and not pieces[-1].text.rstrip():
        pieces.pop()
    if pieces:
        pieces[-1] = pieces[-1]._replace(text=pieces[-1].text.rstrip())
    return tuple(pieces)


def painted(lines: Iterable[Line], look: Look) -> str:
    """The text of lines, with the colours of their styles where the output shows colours."""
    if look.colour:
        return _coloured(lines, look)
    return "".join("".join(piece.text for piece in line) + "\n" for line in lines)


def _coloured(lines: Iterable[Line], look: Look) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=StringIO(),
        force_terminal=True,
        color_system="standard",
        no_color=False,
        width=look.width,
        legacy_windows=False,
    )
    with console.capture() as capture:
        for line in lines:
            pieces = [(piece.text, STYLES.get(piece.style, "")) for piece in line]
            console.print(Text.assemble(*pieces), soft_wrap=True)
    return capture.get()
