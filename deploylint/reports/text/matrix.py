"""The matrix of a group: elements down, services across, what came of each; it adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.documents.record import Record
from deploylint.engine.result import GroupReport
from deploylint.model.forms import ROW
from deploylint.reports import Look
from deploylint.reports.text.columns import ColumnGroup, clean_rows, folded, single, without_rows
from deploylint.reports.text.escape import safe
from deploylint.reports.text.layout import EMPTY, Line, Piece, cells, padded, trimmed, wrapped

FILE = "file"
"""The row of what was found about a file itself, outside every element."""

OTHERS = "others"
"""The row of all elements in which there is nothing but matches, where many services are folded."""

WIDEST = 24
"""A longer name of a service goes over several lines."""


class Sign(Record):
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
_NAMED = 5


class Column(Record):
    """Some services: their names over several lines, and the pieces of the cell in each row."""

    head: tuple[str, ...]
    cells: Mapping[str, Line]
    width: int


def matrix(group: GroupReport, look: Look) -> Iterator[Line]:
    """Services beside each other and a legend.

    What does not fit beside each other is folded, and then shown in as many tables below each other
    as the width needs.
    """
    rows = _rows(group)
    if not rows:
        return
    bundles = single(group, rows)
    labels = [label for label, _ in rows]
    tables = _columns(group, bundles, labels, look)
    if len(tables) > 1:
        yield from _matrix_of_many(group, bundles, labels, look)
        return
    yield from _drawn(tables, labels, look)


def _matrix_of_many(
    group: GroupReport, bundles: Sequence[ColumnGroup], labels: list[str], look: Look
) -> Iterator[Line]:
    """Who deviates, in a line, and the folded matrix; verbose with the names of who is in it."""
    bundles = folded(bundles, group.reference.name if group.reference else "")
    yield from wrapped(_deviating(bundles, look), look)
    clean = clean_rows(bundles, labels)
    if len(clean) > 1:
        bundles = without_rows(bundles, clean, OTHERS)
        labels = [*(one for one in labels if one not in clean), OTHERS]
    yield from _drawn(_columns(group, bundles, labels, look), labels, look)
    if look.verbosity > 0:
        for one in bundles:
            if len(one.services) > 1:
                yield from wrapped([f"{_counted(one)}: {', '.join(one.services)}"], look)
        if len(clean) > 1:
            yield from wrapped([f"{OTHERS}: {', '.join(clean)}"], look)


def _deviating(bundles: Iterable[ColumnGroup], look: Look) -> Iterator[str | Piece]:
    """How many services deviate, and the first of them by name."""
    total = sum(len(one.services) for one in bundles)
    names = [name for one in bundles if one.deviates for name in one.services]
    if not names:
        yield f"None of {total} services deviates"
        return
    yield f"{len(names)} of {total} services deviate{'s' * (len(names) == 1)}: "
    shown = names if look.verbosity > 0 else names[:_NAMED]
    yield Piece(", ".join(shown), "title")
    if len(names) > len(shown):
        yield f" and {len(names) - len(shown)} more"


def _drawn(tables: Iterable[list[Column]], labels: list[str], look: Look) -> Iterator[Line]:
    for chosen in tables:
        yield from _table(labels, max(map(len, labels)), chosen)
        yield EMPTY
    yield from wrapped(_legend(look), look, hang=len("legend: "))


def _rows(group: GroupReport) -> list[tuple[str, str]]:
    """The rows: what each is called, and the element it is about."""
    seen = {element for _, element in group.matrix_counts}
    elements = [(element, element) for element in ROW if element in seen]
    return [*elements, *([(FILE, "")] if "" in seen else [])]


def _columns(
    group: GroupReport, bundles: Sequence[ColumnGroup], labels: list[str], look: Look
) -> list[list[Column]]:
    """The columns of bundles, table by table."""
    columns = [_column(group, one, look) for one in bundles]
    return list(_tables(columns, look.width - max(map(len, labels))))


def _column(group: GroupReport, bundle: ColumnGroup, look: Look) -> Column:
    drawn = {row: _cell(count, look) for row, count in bundle.counts.items()}
    first, *others = bundle.services
    named = [_counted(bundle), "alike"] if others else [*_broken(safe(first, look))]
    if group.reference is not None and group.reference.name == first and not others:
        named.append("(reference)")
    widths = [cells(line) for line in named] + [_width(line) for line in drawn.values()]
    return Column(tuple(named), drawn, max(widths))


def _counted(bundle: ColumnGroup) -> str:
    return f"{len(bundle.services)} services"


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
