"""The matrix of a group: elements down, services across, the outcomes of each; it adds up.

Services with the same counts make one column where not all fit beside each other, and rows with
nothing but matches make one row. Counts are added up, so the sum stays that of the summary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.documents.grouping import items_by_key
from deploylint.documents.record import Record
from deploylint.engine.result import GroupReport, MatrixCounts
from deploylint.model.forms import ROW
from deploylint.reports import Look
from deploylint.reports.text.escape import safe
from deploylint.reports.text.layout import (
    EMPTY,
    Line,
    Piece,
    TextPart,
    cells,
    trim,
    wrap,
)

FILE = "file"
"""The row of findings about a file itself, outside every element."""

OTHERS = "others"
"""The row of all elements with nothing but matches, where many services are folded."""

WIDEST = 24
"""A longer name of a service takes several lines."""

SIGNS = {"match": "✓+", "violation": "✗x", "warning": "!!", "allowed": "≈~", "unknown": "??"}
"""The outcomes that a cell counts, in order: how each is drawn in Unicode and in ASCII."""

_NOTHING = "·-"
_GAP = 2

Counts = Mapping[str, int]
"""The number of each outcome."""


class ColumnGroup(Record):
    """Services in one column; ``counts`` are by row, added up over all services."""

    services: tuple[str, ...]
    counts: Mapping[str, Counts]
    is_reference: bool

    @property
    def deviates(self) -> bool:
        """Whether anything is wrong with these services."""
        return any(count.get("violation") or count.get("warning") for count in self.counts.values())

    @property
    def title(self) -> str:
        """How many services there are."""
        return f"{len(self.services)} services"


class Column(Record):
    """A column as it is drawn: the lines of its head and its cells."""

    head: tuple[Line, ...]
    cells: tuple[Line, ...]

    @property
    def width(self) -> int:
        """The width of its widest line."""
        return max(map(_width, (*self.head, *self.cells)))


def matrix(group: GroupReport, counts: MatrixCounts, look: Look) -> Iterator[Line]:
    """Services beside each other and a legend; as many tables as the width needs."""
    elements = {element for _, element in counts}
    rows = {name: name for name in ROW if name in elements}
    rows |= {FILE: ""} if "" in elements else {}
    if not rows:
        return
    reference = group.reference.name if group.reference else ""
    columns = [
        ColumnGroup(
            (service.name,),
            {row: counts.get((service.name, key), {}) for row, key in rows.items()},
            service.name == reference,
        )
        for service in group.loaded.services
    ]
    tables = _tables(columns, list(rows), look)
    if len(tables) > 1:
        yield from _folded_matrix(columns, list(rows), look)
    else:
        yield from _drawn(tables, list(rows), look)


def _folded_matrix(columns: Iterable[ColumnGroup], rows: list[str], look: Look) -> Iterator[Line]:
    """The services that deviate, in words, and the folded matrix."""
    columns = _folded(columns)
    names = items_by_key((column.deviates, name) for column in columns for name in column.services)
    deviating, others = names.get(True, []), names.get(False, [])
    title = f"{len(deviating)} of {len(deviating) + len(others)} services deviate"
    yield from _named(title + "s" * (len(deviating) == 1), deviating, look)
    clean = [row for row in rows if all(set(column.counts[row]) <= {"match"} for column in columns)]
    if len(clean) > 1:
        rows = [*(row for row in rows if row not in clean), OTHERS]
        columns = [_with_others(column, clean) for column in columns]
    yield from _drawn(_tables(columns, rows, look), rows, look)
    for column in columns:
        if len(column.services) > 1:
            yield from _named(column.title, column.services, look)
    if len(clean) > 1:
        yield from _named(OTHERS, clean, look)


def _named(title: str, names: Sequence[str], look: Look) -> list[Line]:
    """A title and names; nothing without any."""
    return wrap([f"{title}: {', '.join(names)}"], look) if names else []


def _added_up(columns: Sequence[ColumnGroup]) -> ColumnGroup:
    """One column with the sums of several."""
    counts = {row: Counter[str]() for row in columns[0].counts}
    for column in columns:
        for row, count in column.counts.items():
            counts[row].update(count)
    services = tuple(name for column in columns for name in column.services)
    return ColumnGroup(services, counts, all(column.is_reference for column in columns))


def _folded(columns: Iterable[ColumnGroup]) -> list[ColumnGroup]:
    """One column for equal counts: those that deviate, the reference, the largest first."""
    alike: dict[object, list[ColumnGroup]] = {}
    for column in columns:
        key = frozenset((row, frozenset(count.items())) for row, count in column.counts.items())
        alike.setdefault((column.is_reference, key), []).append(column)
    return sorted(
        map(_added_up, alike.values()),
        key=lambda column: (not column.deviates, not column.is_reference, -len(column.services)),
    )


def _with_others(column: ColumnGroup, clean: Sequence[str]) -> ColumnGroup:
    """A column with the sum of the clean rows as one row more."""
    total = sum(column.counts[row].get("match", 0) for row in clean)
    return column._replace(counts={**column.counts, OTHERS: {"match": total}})


def _tables(columns: Iterable[ColumnGroup], rows: Sequence[str], look: Look) -> list[list[Column]]:
    """The columns, in groups that fit beside each other; at least one in each."""
    room = look.width - max(map(len, rows))
    tables, used = list[list[Column]](), 0
    for column in (_column(column, rows, look) for column in columns):
        if not tables or used + _GAP + column.width > room:
            tables.append([])
            used = 0
        tables[-1].append(column)
        used += _GAP + column.width
    return tables


def _column(column: ColumnGroup, rows: Iterable[str], look: Look) -> Column:
    first, *others = column.services
    names = [column.title] if others else [*_broken(safe(first, look))]
    if column.is_reference:
        names.append("(reference)")
    head = tuple((Piece(name, "title"),) for name in names)
    return Column(head, tuple(_cell(column.counts[row], look) for row in rows))


def _broken(name: str) -> Iterator[str]:
    """A name in lines that fit a column."""
    line = ""
    for character in name:
        if cells(line + character) > WIDEST:
            yield line
            line = ""
        line += character
    yield line


def _cell(counts: Counts, look: Look) -> Line:
    pieces: list[Piece] = []
    for outcome in SIGNS:
        if count := counts.get(outcome, 0):
            number = str(count) if count > 1 else ""
            pieces += [Piece(" " * bool(pieces)), Piece(_sign(outcome, look) + number, outcome)]
    return tuple(pieces) or (Piece(_sign("", look), "faint"),)


def _sign(outcome: str, look: Look) -> str:
    return SIGNS.get(outcome, _NOTHING)[0 if look.unicode else 1]


def _width(line: Line) -> int:
    return sum(cells(piece.text) for piece in line)


def _drawn(tables: Iterable[list[Column]], rows: list[str], look: Look) -> Iterator[Line]:
    for columns in tables:
        yield from _table(rows, columns)
        yield EMPTY
    yield from wrap(_legend(look), look, hang=len("legend: "))


def _table(rows: Sequence[str], columns: Sequence[Column]) -> Iterator[Line]:
    height = max(len(column.head) for column in columns)
    width = max(map(len, rows))
    lines = [
        [*column.head, *[EMPTY] * (height - len(column.head)), *column.cells] for column in columns
    ]
    for label, *row in zip([""] * height + list(rows), *lines, strict=True):
        pieces = [Piece(label.ljust(width))]
        for column, cell in zip(columns, row, strict=True):
            pieces += [Piece(" " * _GAP), *cell, Piece(" " * (column.width - _width(cell)))]
        yield trim(pieces)


def _legend(look: Look) -> Iterator[TextPart]:
    yield "legend:"
    for outcome in (*SIGNS, ""):
        yield " "
        yield Piece(_sign(outcome, look), outcome or "faint")
        yield f" {outcome or 'nothing to compare'}"
