"""Where the fields of a component are written, and which field a key is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

Paths = Mapping[str, tuple[str, ...]]


class Spellings:
    """The keys under which the fields of a component are written, the first spelling of each.

    ``make_paths`` gives them when they are first needed.
    ``field_at`` gives the field that a key spells, "" where it spells none or several.
    """

    def __init__(
        self, make_paths: Callable[[], Paths], field_at: Callable[[Sequence[str]], str]
    ) -> None:
        self._make_paths = make_paths
        self.field_at = field_at

    @cached_property
    def by_address(self) -> Paths:
        """The keys of each field."""
        return self._make_paths()

    def __reduce__(self) -> str:
        """What another process knows of them."""
        return "NO_SPELLINGS"


NO_SPELLINGS = Spellings(dict, lambda _: "")
"""For a component with unknown keys."""
