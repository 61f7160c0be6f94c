"""The progress of a run, on a terminal's standard error.

One line of plain text that is overwritten. It begins after a second; there is none in CI, or
where standard error is not a terminal.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import TextIO, TypeVar

from deploylint.model.progress import Progress

PATIENCE = 1.0
"""Seconds before anything is shown."""

PAUSE = 0.1
"""Seconds between two lines."""


Outcome = TypeVar("Outcome")


class ProgressLine(Progress):
    """The line of a run; ``end`` takes it away."""

    def __init__(
        self,
        stream: TextIO,
        environ: Mapping[str, str],
        clock: Callable[[], float],
    ) -> None:
        self._is_shown = not environ.get("CI") and stream.isatty()
        self._stream, self._clock = stream, clock
        self._next = clock() + PATIENCE
        self._width = 0

    def report(self, step: str, done: int, total: int) -> None:
        """Show a step, unless the run or the line is new."""
        if self._is_shown and (now := self._clock()) >= self._next:
            self._next = now + PAUSE
            self._write(f"{step} {done:,} of {total:,}")

    def end(self) -> None:
        """Leave nothing behind."""
        if self._width:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()

    def _write(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)


def run_watched(run: Callable[[Progress], Outcome]) -> Outcome:
    """Runs, with progress on standard error, and returns the outcome."""
    line = ProgressLine(sys.stderr, os.environ, time.monotonic)
    try:
        return run(line)
    finally:
        line.end()
