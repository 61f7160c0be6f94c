"""What came of the examples of rule files: each that fails, and how many held."""

from collections.abc import Iterator, Sequence

from deploylint.engine.examples import ExampleResult
from deploylint.reports import Look
from deploylint.reports.text.layout import Line, Piece, painted, wrapped


def write(results: Sequence[ExampleResult], look: Look) -> str:
    """A line for each example that does not hold, and the count."""
    return painted(_lines(results, look), look)


def _lines(results: Sequence[ExampleResult], look: Look) -> Iterator[Line]:
    for one in (result for result in results if not result.holds):
        text = f" {one.rule.id}: example {one.number}: expected {one.wanted}, got {one.gives}"
        yield from wrapped([Piece(one.rule.place, "place"), text], look)
    failed = sum(not result.holds for result in results)
    rules = len({result.rule.id for result in results})
    tried = f"{_count(rules, 'rule')}, {_count(len(results), 'example')}"
    yield from wrapped([f"{tried}: {len(results) - failed} passed, {failed} failed"], look)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
