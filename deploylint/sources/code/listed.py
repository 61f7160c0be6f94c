"""A set of facts, and what leaves it open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from deploylint.documents.nodes import Node
from deploylint.sources.code.texts import Text


class Opening(NamedTuple):
    """Why there may be more than was found, and where, if that is one place."""

    node: Node | None
    why: str


class Listed(NamedTuple):
    """What was found, and what leaves it open."""

    found: tuple[Text, ...] = ()
    openings: tuple[Opening, ...] = ()

    @staticmethod
    def of(some: Iterable[Text | Opening]) -> Listed:
        """Facts and openings told apart."""
        listed = list(some)
        return Listed(
            tuple(dict.fromkeys(one for one in listed if isinstance(one, Text))),
            tuple(dict.fromkeys(one for one in listed if isinstance(one, Opening))),
        )

    @property
    def is_there(self) -> bool:
        """Whether the code says anything of this kind."""
        return bool(self.found or self.openings)
