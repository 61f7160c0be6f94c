"""What is measured: folders of files, and the commands that are run over each."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tools.bench import inputs
from tools.bench.measuring import Command

POLICY = Path(__file__).parent / "policy"

PASS = "python -c pass"
START = "deploylint --version"
CONCISE = "deploylint check -f concise"
HOOK = "the hook, one edited file"
TEXT = "deploylint check"
JSON = "deploylint check -f json"
ONE_CORE = "deploylint check -f concise, on one core"
TWO_CORES = "deploylint check -f concise, on two cores"
STREAM = "yaml.parse of PyYAML's C parser"
YAMLLINT = "yamllint"
CONFTEST = "conftest test --combine"
DYFF = "dyff between, a process for each peer"

_STREAM = """
import sys
from pathlib import Path
import yaml
for path in sorted(Path(sys.argv[1]).glob("*.yaml")):
    with path.open(encoding="utf-8") as file:
        for _ in yaml.parse(file, Loader=yaml.CLoader):
            pass
"""

_ON_CORES = """
import os, runpy
os.sched_setaffinity(0, {cores})
runpy.run_module("deploylint", run_name="__main__", alter_sys=True)
"""


class Case(NamedTuple):
    """A folder of so many services, spelled in one way."""

    name: str
    title: str
    services: int
    rounds: int
    fill: Callable[[int], Callable[[Path], None]]

    @property
    def policy(self) -> str:
        """Which Rego tells what its files say."""
        return "manifests" if self.fill is inputs.manifests else "values"

    @property
    def reference(self) -> str:
        """The file that the others follow."""
        is_values = self.policy == "values"
        return inputs.VALUES_REFERENCE if is_values else inputs.MANIFESTS_REFERENCE

    def write(self, folder: Path, most: int | None = None) -> None:
        """Write its files into a new folder, of so many services at most."""
        self.fill(min(self.services, most or self.services))(folder)

    def peers(self, folder: Path) -> list[Path]:
        """The files of the other services."""
        return sorted(path for path in folder.glob("*.yaml") if path.name != self.reference)

    def asked(self, folder: Path) -> list[str]:
        """The arguments of a check of the folder: the default reference is not named."""
        named = Path(self.reference).stem
        told = ["--reference", named] if self.policy == "manifests" else []
        return ["check", str(folder), *told]


class Setup(NamedTuple):
    """What is on this machine: the Python whose deploylint is measured, and other programs."""

    python: str
    programs: dict[str, Path]


def _pair(_services: int) -> Callable[[Path], None]:
    return inputs.pair


def _own(services: int) -> Callable[[Path], None]:
    return inputs.values(services, inputs.own)


_OWN_TITLE = "1,000 services, values, every value of each its own, 40 violations each"

_CASES = (
    ("pair", "The pair", 2, 15, _pair),
    ("manifests-12", "12 manifests", 12, 7, inputs.manifests),
    ("values-1000", "1,000 services, values", 1000, 3, inputs.values),
    ("own-1000", _OWN_TITLE, 1000, 3, _own),
    ("manifests-1000", "1,000 services, manifests", 1000, 3, inputs.manifests),
    ("values-10000", "10,000 services, values", 10000, 1, inputs.values),
    ("manifests-10000", "10,000 services, manifests", 10000, 1, inputs.manifests),
)


CASES = {row[0]: Case(*row) for row in _CASES}


def deploylint(setup: Setup, *arguments: str) -> list[str]:
    """A run of the deploylint that is measured."""
    return [setup.python, "-m", "deploylint", *arguments]


def conftest(program: Path, case: Case, folder: Path, *more: str) -> list[str]:
    """A run of conftest with the Rego of a case."""
    policies = [str(POLICY / f"{name}.rego") for name in ("compare", case.policy)]
    told = [word for path in policies for word in ("--policy", path)]
    return [str(program), "test", "--combine", *told, *more, str(folder)]


def commands(case: Case, folder: Path, setup: Setup) -> dict[str, Command]:
    """Every command that can be run over the folder of a case on this machine."""
    asked, edited = case.asked(folder), next(iter(case.peers(folder)), folder)
    return {
        PASS: [[sys.executable, "-c", "pass"]],
        START: [deploylint(setup, "--version")],
        YAMLLINT: [[sys.executable, "-m", "yamllint", "-d", "relaxed", str(folder)]],
        STREAM: [[sys.executable, "-c", _STREAM, str(folder)]],
        CONCISE: [deploylint(setup, *asked, "-f", "concise")],
        HOOK: [deploylint(setup, *asked, "-f", "concise", "--", str(edited))],
        TEXT: [deploylint(setup, *asked)],
        JSON: [deploylint(setup, *asked, "-f", "json")],
        ONE_CORE: [on_cores(setup, 1, *asked, "-f", "concise")],
        TWO_CORES: [on_cores(setup, 2, *asked, "-f", "concise")],
        **dict(_of_go(case, folder, setup)),
    }


def on_cores(setup: Setup, count: int, *arguments: str) -> list[str]:
    """A run that may use so many cores."""
    cores = set(sorted(os.sched_getaffinity(0))[:count])
    return [setup.python, "-c", _ON_CORES.format(cores=cores), *arguments]


def _of_go(case: Case, folder: Path, setup: Setup) -> Iterator[tuple[str, Command]]:
    if "conftest" in setup.programs:
        yield CONFTEST, [conftest(setup.programs["conftest"], case, folder)]
    if "dyff" in setup.programs:
        reference, program = str(folder / case.reference), str(setup.programs["dyff"])
        yield DYFF, [[program, "between", reference, str(peer)] for peer in case.peers(folder)]
