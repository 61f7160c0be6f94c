"""What is asked for: all budgets and all parts of the document, or some of them by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tools.bench.cases import DYFF, JSON, PASS, START, YAMLLINT
from tools.bench.figures import FIGURES, Figure
from tools.bench.measuring import Failed

PARTS = ("agreement", "instructions", "linear", "profile")
"""What can be asked for beside the figures."""
BESIDES = {"pair": (PASS, START, JSON, DYFF), "manifests-12": (YAMLLINT, DYFF)}
"""Commands that no figure needs, and that are shown for comparison."""


class Asked(NamedTuple):
    """What is measured: figures, other parts, how many rounds, and whether that is all of it."""

    figures: Sequence[Figure]
    parts: Sequence[str]
    rounds: int | None
    is_all: bool

    def needs(self, case: str) -> set[str]:
        """The commands of a case that the figures need, and those shown beside them."""
        needed = {command for each in self.figures for name, command in each.needs if name == case}
        return needed | set(BESIDES.get(case, ())) if needed and self.is_all else needed


def asked(names: Sequence[str], rounds: int | None) -> Asked:
    """The figures and parts whose names hold one of these; without any, all of them.

    Raises Failed where a name is that of nothing.
    """
    known = [*(figure.name for figure in FIGURES), *PARTS]
    for name in names:
        if not any(name in each for each in known):
            raise Failed(f"nothing is called {name}; there are: {', '.join(known)}")

    def is_asked(each: str) -> bool:
        return not names or any(name in each for name in names)

    figures = [figure for figure in FIGURES if is_asked(figure.name)]
    return Asked(figures, [part for part in PARTS if is_asked(part)], rounds, not names)
