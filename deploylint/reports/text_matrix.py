"""The matrix of a group: elements down, services across, what came of each; it adds up."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from deploylint.elements import ELEMENTS
from deploylint.outcome import Group
from deploylint.reports import Look
from deploylint.reports.plain_text import safe
from deploylint.reports.text_lines import EMPTY, Line, Piece, cells, padded, trimmed, wrapped

FILE = "file"
"""The row of what was found about a file itself, outside every element."""

WIDEST = 24
"""A longer name of a service goes over several lines."""


class Sign(NamedTuple):
    """How one outcome is drawn, in ASCII where the output holds nothing else."""

    unicode: str
    ascii: str
    style: str
    means: str

    def drawn(self, look: Look) -> str:
        """The sign as the output can hold it."""
        return self.unicode if look.unicode else self.ascii


SIGNS = {
    "match": Sign("✓", "+", "match", "match"),
    "violation": Sign("✗", "x", "violation", "violation"),
    "warning": Sign("!", "!", "warning", "warning"),
    "allowed": Sign("≈", "~", "allowed", "allowed"),
    "unknown": Sign("?", "?", "unknown", "unknown"),
}
"""The outcomes that a cell counts, in the order in which it shows them."""

_NOWHERE = Sign("·", "-", "faint", "nothing to compare")
_GAP = 2


class Column(NamedTuple):
    """One service: its name over several lines, and the pieces of its cell in each row."""

    head: tuple[str, ...]
    cells: Mapping[str, Line]
    width: int


def matrix(group: Group, look: Look) -> Iterator[Line]:
    """As many tables below each other as the width needs, and a legend."""
    rows = _rows(group)
    if not rows:
        return
    columns = [_column(group, service.name, rows, look) for service in group.set.services]
    label = max(map(len, rows))
    for chosen in _tables(columns, look.width - label):
        yield from _table(rows, label, chosen)
        yield EMPTY
    yield from wrapped(_legend(look), look, hang=len("legend: "))


def _rows(group: Group) -> list[str]:
    seen = {element for _, element in group.cells}
    return [*(element for element in ELEMENTS if element in seen), *([FILE] if "" in seen else [])]


def _column(group: Group, service: str, rows: Sequence[str], look: Look) -> Column:
    counts = {row: group.cells.get((service, "" if row == FILE else row), {}) for row in rows}
    drawn = {row: _cell(count, look) for row, count in counts.items()}
    named = [*_broken(safe(service, look))]
    if group.reference is not None and group.reference.name == service:
        named.append("(reference)")
    widths = [cells(line) for line in named] + [_width(line) for line in drawn.values()]
    return Column(tuple(named), drawn, max(widths))


def _cell(counts: Mapping[str, int], look: Look) -> Line:
    pieces: list[Piece] = []
    for outcome, sign in SIGNS.items():
        if count := counts.get(outcome, 0):
            number = str(count) if count > 1 else ""
            pieces += [Piece(" " * bool(pieces)), Piece(sign.drawn(look) + number, sign.style)]
    return tuple(pieces) or (Piece(_NOWHERE.drawn(look), _NOWHERE.style),)


def _width(line: Line) -> int:
    return sum(cells(piece.text) for piece in line)


def _broken(name: str) -> Iterator[str]:
    """A name in lines that fit a column."""
    line = ""
    for character in name:
        if cells(line + character) > WIDEST:
            yield line
            line = ""
        line += character
    yield line


def _tables(columns: Sequence[Column], room: int) -> Iterator[list[Column]]:
    """Columns in groups that fit beside each other; at least one in each."""
    chosen, used = list[Column](), 0
    for column in columns:
        if chosen and used + _GAP + column.width > room:
            yield chosen
            chosen, used = [], 0
        chosen.append(column)
        used += _GAP + column.width
    if chosen:
        yield chosen


def _table(rows: Sequence[str], label: int, columns: Sequence[Column]) -> Iterator[Line]:
    height = max(len(column.head) for column in columns)
    for number in range(height):
        heads = [column.head[number] if number < len(column.head) else "" for column in columns]
        texts = [padded(head, column.width) for head, column in zip(heads, columns, strict=True)]
        head = (Piece(" " * _GAP + text, "title") for text in texts)
        yield trimmed([Piece(" " * label), *head])
    for row in rows:
        line = [Piece(row.ljust(label))]
        for column in columns:
            cell = column.cells[row]
            line += [Piece(" " * _GAP), *cell, Piece(" " * (column.width - _width(cell)))]
        yield trimmed(line)


def _legend(look: Look) -> Iterator[str | Piece]:
    yield "legend:"
    for sign in (*SIGNS.values(), _NOWHERE):
        yield " "
        yield Piece(sign.drawn(look), sign.style)
        yield " " + sign.means
