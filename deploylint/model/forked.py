"""Processes that make outcomes for this one.

They are forked, so that each has all that its work is about, and only outcomes are sent. What one
leaves unmade, because it was killed or its work raised, is made here: it raises again where it can
be told. A message is read only from a process that was forked here.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TypeVar

_FORK = get_context("fork")

Outcome = TypeVar("Outcome")
Work = Callable[[int], Outcome]


def forked(work: Work[Outcome], numbers: Sequence[int], processes: int) -> Iterator[Outcome]:
    """What work makes of numbers, in their order, made by some processes."""
    crew = list[BaseProcess]()
    open_ends = list[Connection]()
    try:
        with suppress(OSError), _without_interrupts():  # what may not be begun is done here
            for first in range(processes):
                crew.append(_begun(work, numbers[first::processes], open_ends))
        made: Iterator[tuple[int, Outcome]] = _received(open_ends)
        ready = dict[int, Outcome]()
        for number in numbers:
            while number not in ready and (one := next(made, None)) is not None:
                ready[one[0]] = one[1]
            yield ready.pop(number) if number in ready else work(number)
    finally:
        for process in crew:
            process.terminate()
            process.join()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C waits: a process that is not told yet to pass it over would complain of it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begun(work: Work[Outcome], numbers: Sequence[int], open_ends: list[Connection]) -> BaseProcess:
    """A process that makes the outcomes of some numbers; the end it is heard at is added."""
    here, there = _FORK.Pipe(duplex=False)
    open_ends.append(here)
    with there:
        process = _FORK.Process(target=_make, args=(work, numbers, there, open_ends), daemon=True)
        process.start()
    return process


def _make(
    work: Work[Outcome],
    numbers: Sequence[int],
    there: Connection,
    open_ends: Sequence[Connection],
) -> None:
    """What a process does. It ends when nobody listens any more, and complains of nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the process that began this one
    for end in open_ends:
        end.close()
    try:
        for number in numbers:
            there.send((number, work(number)))
    except Exception:  # what raised here raises again where it can be told
        return


def _received(open_ends: Sequence[Connection]) -> Iterator[tuple[int, Outcome]]:
    """What the processes send, as it comes, until all are done."""
    left = list(open_ends)
    while left:
        some = wait(left)
        for end in [one for one in left if one in some]:
            try:
                made: tuple[int, Outcome] = end.recv()
            except (EOFError, OSError):
                left.remove(end)
            else:
                yield made
