"""The text of docs/evidence/benchmarks.md, of what was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version

from tools.bench.cases import CASES, CONCISE, POLICY, TEXT, YAMLLINT
from tools.bench.figures import BASE, FIGURES, Costs, Figure
from tools.bench.growing import MOST, TIMES, Growth
from tools.bench.measuring import Cost
from tools.bench.profiling import Profile

INTRODUCTION = f"""# Benchmarks

Written by `make bench`; do not edit. Ratios of medians within one run, whole processes, rounds
interleaved, one byte of every file changed between rounds. Absolute times say little beyond the
machine they were taken on; the ratios are what to read.

The figures of {BASE} are those of the tool before its core was built anew. There the event stream
was that of ruamel's C parser, and the Rego compared less than the one below; here the stream is
`yaml.parse` of PyYAML's C parser, from `import yaml` to the last event. Peak memory is that of the
largest process, and never less than what the benchmark itself holds (some 40 MiB). A missed budget
keeps the work open; a missed aim is explained by a profile below.
"""


def about() -> str:
    """What it ran on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("pyyaml", "typer", "yamllint"))
    cores = len(os.sched_getaffinity(0))
    system = f"{cores} cores, {platform.system()} on {platform.machine()}"
    load = f"load {os.getloadavg()[2]:.1f} in the last quarter of an hour"
    return f"Python {platform.python_version()}, {system}, {load}; {packages}.\n"


def budgets(costs: Costs, chosen: Iterable[Figure] = FIGURES) -> Iterator[str]:
    """Each budget, what it was before and is now, and whether it is kept."""
    yield "## Budgets\n"
    yield f"| work | beside | {BASE} | today | budget | aim | |"
    yield "|---" * 7 + "|"
    for figure in chosen:
        value = figure.measured(costs)
        today = "" if value is None else f"{value:.0f}" if value > 99 else f"{value:.2f}"
        row = f"| {figure.work} | {figure.beside} | {figure.before} | {today} |"
        yield f"{row} {figure.budget:g} | {figure.aim:g} | {figure.verdict(value)} |"
    yield ""


def tables(costs: Costs, *, counts: bool = False) -> Iterator[str]:
    """What each command of each case cost, and how many times that deploylint takes."""
    if counts:
        yield "Instructions are counted: a million stands below for a millisecond of CPU.\n"
    for name, each in costs.items():
        yield f"## {CASES[name].title}\n"
        yield "| command | CPU ms | wall ms | peak MiB | CPU of the hook's run / this |"
        yield "|---|---|---|---|---|"
        for command, cost in each.items():
            yield _row(command, cost, each.get(CONCISE))
        yield ""


def _row(command: str, cost: Cost, hook: Cost | None) -> str:
    times = f"{hook.cpu / cost.cpu:.2f}" if hook else ""
    row = f"| `{command}` | {cost.cpu * 1000:.0f} | {cost.wall * 1000:.0f} |"
    return f"{row} {cost.memory:.0f} | {times} |"


def agreements(agreed: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    """How many values differ, as deploylint and the Rego say it."""
    for name, (own, others) in agreed.items():
        same = "agree" if own == others else f"**do not agree** (conftest: {others:,})"
        yield f"* {CASES[name].title}: {own:,} values differ; deploylint and conftest {same}."
    yield ""


def instructions(counts: Mapping[str, int]) -> Iterator[str]:
    """How many instructions the commands of the pair take."""
    yield "## Instructions\n"
    yield f"The pair, counted by valgrind. At {BASE} `{CONCISE}` took 784 million of them, 1.23"
    yield f"times yamllint's, and `{TEXT}` 805.\n"
    yield "| command | million instructions | of yamllint's |"
    yield "|---|---|---|"
    for command, count in counts.items():
        yield f"| `{command}` | {count / 1e6:.0f} | {count / counts[YAMLLINT]:.2f} |"
    yield ""


def growths(measured: Iterable[Growth]) -> Iterator[str]:
    """What one more of each thing costs among few, and among ten times as many."""
    yield "## Linear in everything\n"
    yield f"Instructions for each one, start-up taken off. Among {TIMES} times as many one may cost"
    yield f"{MOST} times as much.\n"
    yield "| of what | how many | thousand instructions each | ratio | linear |"
    yield "|---|---|---|---|---|"
    for growth in measured:
        few, many = (f"{each / 1000:,.0f}" for each in growth.each)
        sizes = f"{growth.sizes[0]:,}, {growth.sizes[1]:,}"
        verdict = "yes" if growth.ratio <= MOST else "**no**"
        yield f"| {growth.name} | {sizes} | {few}, {many} | {growth.ratio:.2f} | {verdict} |"
    yield ""


def profiles(measured: Mapping[str, Profile]) -> Iterator[str]:
    """Where the time goes in the cases whose figures miss their aim."""
    yield "## Where the time goes\n"
    yield "Of the cases that miss an aim, by a profile of 100 services at most. What is built in"
    yield "counts for the function that calls it. A profile makes what is called often look dearer"
    yield "than it is.\n"
    for name, profile in measured.items():
        yield f"### {CASES[name].title}\n"
        yield f"Importing modules, with all that they do then: {profile.importing:.0%}.\n"
        yield "| function | calls | share |"
        yield "|---|---|---|"
        for line in profile.lines:
            yield f"| `{line.function}` | {line.calls:,} | {line.share:.1%} |"
        yield ""


def policies() -> Iterator[str]:
    """The Rego that conftest is run with."""
    yield "## The Rego\n"
    yield "`compare.rego` is given with one of the others. What is asked for in the timed runs is"
    yield "`deny`; `counted.rego` is asked where the two are held against each other.\n"
    for name in ("compare", "values", "manifests", "counted"):
        text = (POLICY / f"{name}.rego").read_text(encoding="utf-8")
        yield f"### {name}.rego\n\n```rego\n{text}```\n"
