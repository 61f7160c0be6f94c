"""The progress of a long run: the steps report it, the caller decides what is shown."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Progress:
    """Takes reports of how far a run has come; this one shows nothing."""

    def report(self, step: str, done: int, total: int) -> None:
        """Report a step of the run, how many items it has done, and of how many."""

    def track(self, step: str, items: Sequence[Item]) -> Iterator[Item]:
        """Some items, each reported when it is taken."""
        for done, item in enumerate(items):
            self.report(step, done, len(items))
            yield item


SILENT = Progress()
"""For a run without a display."""
