"""Work spread over the cores of a machine: of n processes each makes every n-th outcome.

Where a process cannot be forked safely (Windows, macOS), or there is one core only, or one thing
only to do, everything is made here. How many cores there are is for the system to say: ``taskset``
gives fewer.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

MOST = 8
"""How many processes at most: each holds a batch, and one has to take in what all of them make."""

Outcome = TypeVar("Outcome")


def cores() -> int:
    """How many processes may work at a time."""
    return min(MOST, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else 1


def spread(work: Callable[[int], Outcome], numbers: Sequence[int]) -> Iterator[Outcome]:
    """What work makes of numbers, in their order, as ``map`` gives it.

    An outcome may be made twice, and none may follow from another.
    """
    processes = min(cores(), len(numbers))
    if processes < 2:
        return map(work, numbers)
    from deploylint.model.forked import forked

    return forked(work, numbers, processes)
