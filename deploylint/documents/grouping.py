"""Groups things by what they have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")


def items_by_key(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, list[Item]]:
    """The second things of some pairs by the first ones, both in their order."""
    groups: dict[Key, list[Item]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return groups
