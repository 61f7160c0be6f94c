"""How far a long run has come: whoever works says it, whoever runs it decides whether to show it.

A step is told as what is done, how many are, and of how many. Nothing here prints.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Told = Callable[[str, int, int], None]
"""Takes what is being done, how many are done, and of how many."""

One = TypeVar("One")


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def over(items: Sequence[One], what: str, told: Told) -> Iterator[One]:
    """The items, each told before it is worked on."""
    for number, item in enumerate(items):
        told(what, number, len(items))
        yield item
