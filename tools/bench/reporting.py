"""All of it measured, one part after the other, and put into the document."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tools.bench import document, growing
from tools.bench.agreeing import MOST, agreement
from tools.bench.asking import Asked
from tools.bench.cases import CASES, CONCISE, PASS, START, TEXT, YAMLLINT, Setup, commands
from tools.bench.counting import can_count, counted, instructions
from tools.bench.figures import FIGURES, Costs
from tools.bench.inputs import PAIR
from tools.bench.measuring import Cost, Failed, environment, measure, run, touch
from tools.bench.profiling import Profile, profiled

COUNTED = (PASS, START, YAMLLINT, CONCISE, TEXT)
"""The commands of the pair whose instructions are counted."""

_COMPILE = """
import compileall, pathlib, sys
import deploylint
compileall.compile_dir(pathlib.Path(deploylint.__file__).parent, quiet=1)
"""
_COMPILE_OWN_DATA = ("-m", "deploylint", "check", "-f", "concise", str(PAIR))
"""A first run in a checkout compiles what ships with the program."""


class Found(NamedTuple):
    """Lines of the document, and whether the two that are compared do the same work."""

    lines: list[str]
    agrees: bool


def report(wanted: Asked, setup: Setup, missing: Sequence[str]) -> Found:
    """Measure what is wanted and give the document."""
    _tell("bytecode")
    subprocess.run([setup.python, "-c", _COMPILE], env=environment(), check=True)
    first = [setup.python, *_COMPILE_OWN_DATA]
    subprocess.run(first, env=environment(), check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        agreed = _agreements(wanted, folder / "agreement", setup)
        costs = _costs(wanted, folder, setup)
        lines = [document.INTRODUCTION, document.about(), *(f"{line}\n" for line in missing)]
        figures = FIGURES if wanted.is_whole else wanted.figures
        lines += document.budgets(costs, figures) if figures else ()
        lines += document.agreements(agreed) if agreed else ()
        lines += document.tables(costs, counts=wanted.counts)
        lines += _instructions(wanted, folder, setup)
        lines += _linear(wanted, folder / "linear", setup)
        lines += _profiles(wanted, costs, folder / "profiles", setup)
    lines += document.policies() if "rego" in wanted.parts or wanted.is_whole else ()
    return Found(lines, all(own == other for own, other in agreed.values()))


def _costs(wanted: Asked, folder: Path, setup: Setup) -> Costs:
    costs: dict[str, dict[str, Cost]] = {}
    for case in CASES.values():
        needed = wanted.needs(case.name)
        if needed:
            _tell(case.title)
            files = folder / case.name
            case.write(files)
            every = commands(case, files, setup)
            chosen = {name: each for name, each in every.items() if name in needed}
            rounds = wanted.rounds or case.rounds
            cost_of = counted if wanted.counts else run
            costs[case.name] = measure(chosen, rounds, partial(touch, files), cost_of)
    return costs


def _agreements(wanted: Asked, folder: Path, setup: Setup) -> dict[str, tuple[int, int]]:
    """Of every case that conftest is measured with, up to so many services."""
    agreed: dict[str, tuple[int, int]] = {}
    if "agreement" in wanted.parts and "conftest" in setup.programs:
        _tell("agreement")
        for case in CASES.values():
            if case.services <= 1000:
                case.write(folder / case.name, MOST)
                agreed[case.name] = agreement(case, folder / case.name, setup)
    return agreed


def _instructions(wanted: Asked, folder: Path, setup: Setup) -> Iterator[str]:
    if "instructions" in wanted.parts:
        case, files = CASES["pair"], folder / "counted"
        case.write(files)
        every = commands(case, files, setup)
        yield from _counted(
            "Instructions of the pair",
            lambda: document.instructions(
                {
                    name: instructions(every[name][0])
                    for name in (PASS, START, YAMLLINT, CONCISE, TEXT)
                }
            ),
        )


def _linear(wanted: Asked, folder: Path, setup: Setup) -> Iterator[str]:
    if "linear" in wanted.parts:
        yield from _counted(
            "What one more costs", lambda: document.growths(growing.growths(folder, setup))
        )


def _counted(what: str, lines: Callable[[], Iterator[str]]) -> Iterator[str]:
    """What a count comes to, or why there is none."""
    _tell(what)
    if not can_count():
        yield f"{what}: not counted, as valgrind is not here.\n"
        return
    try:
        yield from [*lines()]
    except Failed as failed:
        yield f"{what}: not counted, as {failed}.\n"


def _profiles(wanted: Asked, costs: Costs, folder: Path, setup: Setup) -> Iterator[str]:
    names = [*_missing_their_aim(wanted, costs)] if "profile" in wanted.parts else []
    found: dict[str, Profile] = {}
    for name in dict.fromkeys(names):
        _tell(f"profile of {name}")
        (folder / name).mkdir(parents=True)
        found[name] = profiled(CASES[name], folder / name, setup)
    if found:
        yield from document.profiles(found)


def _missing_their_aim(wanted: Asked, costs: Costs) -> Iterator[str]:
    """The cases of figures that miss their aim; what 10,000 do is seen of 1,000 as well.

    Where no figure is asked for, all cases.
    """
    for figure in wanted.figures or FIGURES:
        value = figure.measured(costs)
        if not wanted.figures or (value is not None and value > figure.aim):
            yield figure.needs[0][0].replace("10000", "1000")


def _tell(what: str) -> None:
    print(f"{what} ...", file=sys.stderr, flush=True)
