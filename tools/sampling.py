"""Samples of the cases of a campaign, the same in every run."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Case = TypeVar("Case")

TENTH = 10
SEED = "deploylint"


def sampled(cases: Sequence[Case], share: int, name: str = "") -> list[Case]:
    """All cases for a share of 1, else one in so many, chosen with a fixed seed, in their order.

    ``name`` makes the draw its own: two stories with as many cases do not lose the same ones.
    """
    count = -(-len(cases) // share)
    drawn = Random(f"{SEED} {name}").sample(range(len(cases)), count)
    return [cases[number] for number in sorted(drawn)]
