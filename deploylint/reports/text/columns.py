"""What the matrix of many services is folded into: services whose columns are the same make one.

Rows in which everything matches everywhere make one too. Counts are added up, so that the sum of
the matrix stays what the summary says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from deploylint.documents.record import Record
from deploylint.engine.result import GroupReport

Counts = Mapping[str, int]
"""How often each outcome is in a cell."""


class ColumnGroup(Record):
    """Some services whose columns are the same, and what all of them come to in each row."""

    services: tuple[str, ...]
    counts: Mapping[str, Counts]

    @property
    def deviates(self) -> bool:
        """Whether anything is wrong with these services."""
        return any(
            cell.get(bad) for cell in self.counts.values() for bad in ("violation", "warning")
        )


def single(group: GroupReport, rows: Iterable[tuple[str, str]]) -> list[ColumnGroup]:
    """A bundle for each service of a group; rows are (label, element)."""
    listed = list(rows)
    return [
        ColumnGroup(
            (s.name,), {label: group.matrix_counts.get((s.name, key), {}) for label, key in listed}
        )
        for s in group.set.services
    ]


def folded(bundles: Iterable[ColumnGroup], reference: str) -> list[ColumnGroup]:
    """Bundles with the same counts as one: those that deviate, the reference, the largest first."""
    alike: dict[object, list[ColumnGroup]] = {}
    for one in bundles:
        alone = reference in one.services
        key = frozenset((row, frozenset(cell.items())) for row, cell in one.counts.items())
        alike.setdefault((alone, key), []).append(one)
    found = [_together(some) for some in alike.values()]
    return sorted(
        found, key=lambda one: (not one.deviates, reference not in one.services, -len(one.services))
    )


def _together(alike: Sequence[ColumnGroup]) -> ColumnGroup:
    first = alike[0].counts
    return ColumnGroup(
        tuple(name for one in alike for name in one.services),
        {row: {what: n * len(alike) for what, n in cell.items()} for row, cell in first.items()},
    )


def clean_rows(bundles: Sequence[ColumnGroup], rows: Iterable[str]) -> list[str]:
    """The rows in which nothing but matches was found."""
    return [row for row in rows if all(set(one.counts[row]) <= {"match"} for one in bundles)]


def without_rows(
    bundles: Iterable[ColumnGroup], rows: Sequence[str], label: str
) -> list[ColumnGroup]:
    """Bundles with some rows added up to one, the last."""
    return [_with_sum(one, rows, label) for one in bundles]


def _with_sum(one: ColumnGroup, rows: Sequence[str], label: str) -> ColumnGroup:
    total: Counter[str] = Counter()
    for row in rows:
        total.update(one.counts[row])
    kept = {row: cell for row, cell in one.counts.items() if row not in rows}
    return one._replace(counts=kept | {label: total})
