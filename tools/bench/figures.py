"""The budgets: what is measured beside what, what it was before, and what it may come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tools.bench.cases import (
    CASES,
    CONCISE,
    CONFTEST,
    HOOK,
    ONE_CORE,
    START,
    STREAM,
    TEXT,
    TWO_CORES,
    YAMLLINT,
)
from tools.bench.measuring import Cost

BASE = "3428beb"
"""The commit whose figures stand beside those of today."""

Costs = Mapping[str, Mapping[str, Cost]]
"""By case and command."""


class Figure(NamedTuple):
    """One budget: a number made of the costs of some commands, each of a case."""

    name: str
    work: str
    beside: str
    before: str
    budget: float
    aim: float
    needs: tuple[tuple[str, str], ...]
    come_to: Callable[..., float]

    def measured(self, costs: Costs) -> float | None:
        """What it comes to, or None where something that it needs was not run."""
        found = [costs.get(case, {}).get(command) for case, command in self.needs]
        return None if None in found else self.come_to(*found)

    @property
    def is_of_cpu(self) -> bool:
        """Whether it is about CPU alone, which instructions can stand for."""
        return self.come_to in (_cpu, _growth)

    def verdict(self, measured: float | None) -> str:
        """Whether a measured figure is within its aim, within its budget or neither."""
        if measured is None:
            return "not measured"
        if measured <= self.aim:
            return "within aim"
        return "within budget" if measured <= self.budget else "**missed**"


def _cpu(command: Cost, beside: Cost) -> float:
    return command.cpu / beside.cpu


def _wall(command: Cost, beside: Cost) -> float:
    return command.wall / beside.wall


def _memory(command: Cost) -> float:
    return command.memory


def _growth(many: Cost, few: Cost, start: Cost) -> float:
    """CPU for each service against that of a tenth of the services, start-up taken off."""
    return (many.cpu - start.cpu) / 10 / (few.cpu - start.cpu)


def _ratio(
    name: str, work: str, commands: tuple[str, str], case: str, goals: tuple[str, float, float]
) -> Figure:
    """CPU of one command against that of another over the same bytes."""
    needs = tuple((case, command) for command in commands)
    return Figure(name, work, BESIDE[commands[1]], *goals, needs, _cpu)


def _peak(spelling: str, goals: tuple[str, float, float]) -> Figure:
    case = f"{spelling}-10000"
    needs = ((case, CONCISE),)
    return Figure(f"{case}-memory", CASES[case].title, "peak MiB", *goals, needs, _memory)


def _grown(spelling: str, before: str) -> Figure:
    many, few = (f"{spelling}-{services}" for services in (10000, 1000))
    needs = ((many, CONCISE), (few, CONCISE), ("pair", START))
    work = f"growth of {spelling}, 10,000 services, CPU per service"
    goals = before, 1.15, 1.1
    return Figure(f"growth-{spelling}", work, "of 1,000", *goals, needs, _growth)


BESIDE = {
    YAMLLINT: "yamllint",
    CONFTEST: "`conftest --combine`, equal Rego",
    STREAM: "`yaml.parse`, PyYAML's C parser",
    CONCISE: "`deploylint check -f concise`",
}

_LINT, _SAID = (CONCISE, YAMLLINT), (TEXT, YAMLLINT)
_REGO, _EVENTS = (CONCISE, CONFTEST), (CONCISE, STREAM)
_EDITED = (HOOK, CONCISE)
_SPREAD = (("values-10000", TWO_CORES), ("values-10000", ONE_CORE))

FIGURES = (
    _ratio("pair-concise", "the pair, `-f concise`, clean", _LINT, "pair", ("1.47", 0.6, 0.45)),
    _ratio("pair-text", "the pair, text report", _SAID, "pair", ("1.5 to 1.8", 0.9, 0.7)),
    _ratio("pair-conftest", "the pair", _REGO, "pair", ("2.9 to 5.6", 2, 1.5)),
    *(
        _ratio(f"{case}-{beside}", CASES[case].title, commands, case, goals)
        for case, beside, commands, goals in (
            ("manifests-12", "conftest", _REGO, ("3.1", 1.2, 0.9)),
            ("values-1000", "stream", _EVENTS, ("24 to 27", 4, 2.5)),
            ("values-1000", "conftest", _REGO, ("7.2", 1.1, 0.7)),
            ("own-1000", "stream", _EVENTS, ("41", 8, 5)),
            ("manifests-1000", "stream", _EVENTS, ("24 to 29", 3.5, 2)),
            ("manifests-1000", "conftest", _REGO, ("3.7", 0.5, 0.3)),
        )
    ),
    _ratio("hook-pair", "the hook, one edited file of the pair", _EDITED, "pair", ("", 1.2, 1)),
    _ratio(
        "hook-1000",
        "the hook, one edited file of 1,000 services",
        _EDITED,
        "values-1000",
        ("", 1.2, 1),
    ),
    _peak("values", ("318", 160, 120)),
    _peak("manifests", ("1,059", 120, 80)),
    _grown("values", "1.0 to 1.2"),
    _grown("manifests", "1.0 to 1.2"),
    Figure(
        "processes",
        "two processes, 10,000 services, wall",
        "one",
        "0.53",
        0.6,
        0.55,
        _SPREAD,
        _wall,
    ),
)
