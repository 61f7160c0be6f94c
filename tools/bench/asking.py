"""What is asked for: all budgets and all parts of the document, or some of them by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tools.bench.cases import DYFF, JSON, PASS, START, YAMLLINT
from tools.bench.figures import FIGURES, Figure
from tools.bench.measuring import Failed

PARTS = ("agreement", "instructions", "linear", "profile", "rego")
"""What can be asked for beside the figures."""
BESIDES = {"pair": (PASS, START, JSON, DYFF), "manifests-12": (YAMLLINT, DYFF)}
"""Commands that no figure needs, and that are shown for comparison."""


class Asked(NamedTuple):
    """What is measured: figures, other parts, and whether a whole document is made of it.

    A whole document names every budget, measured or not. With ``counts`` instructions are counted,
    which every round would say again.
    """

    figures: Sequence[Figure]
    parts: Sequence[str]
    rounds: int | None
    is_whole: bool
    counts: bool

    def needs(self, case: str) -> set[str]:
        """The commands of a case that the figures need, and those shown beside them."""
        needed = {command for each in self.figures for name, command in each.needs if name == case}
        return needed | set(BESIDES.get(case, ())) if needed and self.is_whole else needed


def asked(
    names: Sequence[str], rounds: int | None = None, *, whole: bool = False, counts: bool = False
) -> Asked:
    """The figures and parts whose names hold one of these; without any, all of them.

    Raises Failed where a name is that of nothing.
    """
    known = [*(figure.name for figure in FIGURES), *PARTS]
    for name in names:
        if not any(name in each for each in known):
            raise Failed(f"nothing is called {name}; there are: {', '.join(known)}")

    def is_asked(each: str) -> bool:
        return not names or any(name in each for name in names)

    figures = [each for each in FIGURES if is_asked(each.name) and (each.is_of_cpu or not counts)]
    parts = [part for part in PARTS if is_asked(part)]
    return Asked(figures, parts, 1 if counts else rounds, whole or not names, counts)
