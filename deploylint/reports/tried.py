"""What came of the examples of rule files: each that fails, and how many held."""

from collections.abc import Iterator, Sequence

from deploylint.examples import Tried
from deploylint.reports import Look
from deploylint.reports.text_lines import Line, Piece, painted, wrapped


def write(results: Sequence[Tried], look: Look) -> str:
    """A line for each example that does not hold, and the count."""
    return painted(_lines(results, look), look)


def _lines(results: Sequence[Tried], look: Look) -> Iterator[Line]:
    for one in (result for result in results if not result.holds):
        text = f" {one.rule.id}: example {one.number} is to give {one.wanted}; it gives {one.gives}"
        yield from wrapped([Piece(one.rule.place, "place"), text], look)
    failed = sum(not result.holds for result in results)
    rules = len({result.rule.id for result in results})
    text = f"{rules} rules, {len(results)} examples: {len(results) - failed} hold, {failed} do not"
    yield from wrapped([text], look)
