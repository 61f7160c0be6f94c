"""How far a long run has come: whoever works says it, whoever runs it decides whether to show it.

A step is told as what is done, how many are, and of how many. Nothing here prints.
"""

from collections.abc import Callable

Told = Callable[[str, int, int], None]
"""Takes what is being done, how many are done, and of how many."""


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""
