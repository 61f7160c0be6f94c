"""The results of the examples of rule files: each that fails, and how many pass."""

from collections.abc import Iterator, Sequence

from deploylint.engine.examples import ExampleResult
from deploylint.reports import Look
from deploylint.reports.text.layout import Line, at_place, render, wrap
from deploylint.reports.text.summary import count


def write(results: Sequence[ExampleResult], look: Look) -> str:
    """A line for each example that does not hold, and the count."""
    return render(_lines(results, look), look)


def _lines(results: Sequence[ExampleResult], look: Look) -> Iterator[Line]:
    failed = [result for result in results if not result.holds]
    for rule, number, wanted, gives in failed:
        text = f" {rule.id}: example {number}: expected {wanted}, got {gives}"
        yield from at_place(rule.place, text, look, indent=0)
    rules = len({result.rule.id for result in results})
    tried = f"{count(rules, 'rule')}, {count(len(results), 'example')}"
    yield from wrap([f"{tried}: {len(results) - len(failed)} passed, {len(failed)} failed"], look)
