"""The matrix of a group: elements down, services across, the outcomes of each; it adds up.

What does not fit beside each other is folded: services with the same counts make one column, rows
with nothing but matches make one row. Counts are added up, so the sum stays what the summary says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.documents.record import Record
from deploylint.engine.result import GroupReport
from deploylint.model.forms import ROW
from deploylint.reports import Look
from deploylint.reports.text.escape import safe
from deploylint.reports.text.layout import EMPTY, Line, Piece, Text, cells, trimmed, wrapped

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
_NAMED = 5


Counts = Mapping[str, int]
"""How often each outcome is found."""


class ColumnGroup(Record):
    """Services with the same counts.

    ``counts`` is by row, added up over all services.
    """

    services: tuple[str, ...]
    counts: Mapping[str, Counts]

    @property
    def deviates(self) -> bool:
        """Whether anything is wrong with these services."""
        return any(count.get("violation") or count.get("warning") for count in self.counts.values())

    @property
    def title(self) -> str:
        """How many services there are."""
        return f"{len(self.services)} services"


class Column(Record):
    """A column as it is drawn: the lines of its head, its cells, and how wide it is."""

    head: tuple[Line, ...]
    cells: tuple[Line, ...]
    width: int


def matrix(group: GroupReport, look: Look) -> Iterator[Line]:
    """Services beside each other and a legend; as many tables as the width needs."""
    rows = _rows(group)
    if not rows:
        return
    groups = [
        ColumnGroup(
            (service.name,),
            {row: group.matrix_counts.get((service.name, key), {}) for row, key in rows.items()},
        )
        for service in group.loaded.services
    ]
    reference = group.reference.name if group.reference else ""
    tables = _tables(groups, list(rows), reference, look)
    if len(tables) > 1:
        yield from _folded_matrix(groups, list(rows), reference, look)
    else:
        yield from _drawn(tables, list(rows), look)


def _rows(group: GroupReport) -> dict[str, str]:
    """The element of each row, by the row's label."""
    seen = {element for _, element in group.matrix_counts}
    return {name: name for name in ROW if name in seen} | ({FILE: ""} if "" in seen else {})


def _folded_matrix(
    groups: Iterable[ColumnGroup], rows: list[str], reference: str, look: Look
) -> Iterator[Line]:
    """Who deviates, in a line, and the folded matrix; verbose with the names of who is in it."""
    groups = _folded(groups, reference)
    yield from wrapped(_deviating(groups, look), look)
    clean = [row for row in rows if all(set(column.counts[row]) <= {"match"} for column in groups)]
    if len(clean) > 1:
        rows = [*(row for row in rows if row not in clean), OTHERS]
        groups = [_with_others(column, clean) for column in groups]
    yield from _drawn(_tables(groups, rows, reference, look), rows, look)
    if look.verbosity > 0:
        for column in groups:
            if len(column.services) > 1:
                yield from wrapped([f"{column.title}: {', '.join(column.services)}"], look)
        if len(clean) > 1:
            yield from wrapped([f"{OTHERS}: {', '.join(clean)}"], look)


def _folded(groups: Iterable[ColumnGroup], reference: str) -> list[ColumnGroup]:
    """One column for equal counts: those that deviate, the reference, the largest first."""
    alike: dict[object, list[ColumnGroup]] = {}
    for column in groups:
        key = frozenset((row, frozenset(count.items())) for row, count in column.counts.items())
        alike.setdefault((reference in column.services, key), []).append(column)
    return sorted(
        map(_joined, alike.values()),
        key=lambda one: (not one.deviates, reference not in one.services, -len(one.services)),
    )


def _joined(alike: Sequence[ColumnGroup]) -> ColumnGroup:
    first = alike[0].counts
    return ColumnGroup(
        tuple(name for column in alike for name in column.services),
        {row: {k: n * len(alike) for k, n in count.items()} for row, count in first.items()},
    )


def _with_others(column: ColumnGroup, clean: Sequence[str]) -> ColumnGroup:
    """A column with the sum of the clean rows as one row more."""
    total = sum(column.counts[row].get("match", 0) for row in clean)
    return column._replace(counts={**column.counts, OTHERS: {"match": total}})


def _deviating(groups: Iterable[ColumnGroup], look: Look) -> Iterator[Text]:
    """How many services deviate, and the first of them by name."""
    total = sum(len(column.services) for column in groups)
    names = [name for column in groups if column.deviates for name in column.services]
    if not names:
        yield f"None of {total} services deviates"
        return
    yield f"{len(names)} of {total} services deviate{'s' * (len(names) == 1)}: "
    shown = names if look.verbosity > 0 else names[:_NAMED]
    yield Piece(", ".join(shown), "title")
    if len(names) > len(shown):
        yield f" and {len(names) - len(shown)} more"


def _tables(
    groups: Iterable[ColumnGroup], rows: Sequence[str], reference: str, look: Look
) -> list[list[Column]]:
    """The columns, in groups that fit beside each other; at least one in each."""
    room = look.width - max(map(len, rows))
    tables, used = list[list[Column]](), 0
    for column in (_column(one, rows, reference, look) for one in groups):
        if not tables or used + _GAP + column.width > room:
            tables.append([])
            used = 0
        tables[-1].append(column)
        used += _GAP + column.width
    return tables


def _column(column: ColumnGroup, rows: Iterable[str], reference: str, look: Look) -> Column:
    first, *others = column.services
    names = [column.title, "alike"] if others else [*_broken(safe(first, look))]
    if first == reference and not others:
        names.append("(reference)")
    head = tuple((Piece(name, "title"),) for name in names)
    drawn = tuple(_cell(column.counts[row], look) for row in rows)
    return Column(head, drawn, max(map(_width, (*head, *drawn))))


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
    yield from wrapped(_legend(look), look, hang=len("legend: "))


def _table(rows: Sequence[str], columns: Sequence[Column]) -> Iterator[Line]:
    height = max(len(column.head) for column in columns)
    texts = [
        [*column.head, *[EMPTY] * (height - len(column.head)), *column.cells] for column in columns
    ]
    width = max(map(len, rows))
    for label, *row in zip([""] * height + list(rows), *texts, strict=True):
        pieces = [Piece(label.ljust(width))]
        for column, cell in zip(columns, row, strict=True):
            pieces += [Piece(" " * _GAP), *cell, Piece(" " * (column.width - _width(cell)))]
        yield trimmed(pieces)


def _legend(look: Look) -> Iterator[Text]:
    yield "legend:"
    for outcome in (*SIGNS, ""):
        yield " "
        yield Piece(_sign(outcome, look), outcome or "faint")
        yield f" {outcome or 'nothing to compare'}"
