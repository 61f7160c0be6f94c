"""Change the modules that decide findings, and see whether the tests of each catch it.

python -m tools.mutants_engine            ten mutants of each module, written to docs/evidence
python -m tools.mutants_engine MODULE ... only these, nothing is written
python -m tools.mutants_engine --each 40  more of each

Each mutant is run against the test file of its module alone. The modules, and the mutants that no
test can catch, are rows of ``mutants_engine.yaml``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, zip_longest
from pathlib import Path
from random import Random
from time import monotonic
from typing import Literal, NamedTuple

import msgspec

from deploylint.documents.nodes import Problem, plain
from deploylint.documents.reader import read_file
from tools.ast_mutants import AstMutant, ast_mutants
from tools.mutated import VARIABLE

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).with_name("mutants_engine.yaml")
DOCUMENT = ROOT / "docs" / "evidence" / "mutants-engine.md"
EACH = 10
LEAST = 0.95
"""The share of all mutants that has to be caught."""
LONGEST = 20
"""How many times as long as without a mutant tests may take: one that never ends is caught too."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A module and the test files that have to notice a change of it, without their endings."""

    module: str
    tests: tuple[str, ...]


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant that means the same as its module, and why."""

    module: str
    line: str
    after: str
    because: str


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of ``mutants_engine.yaml``."""

    modules: tuple[Row, ...]
    equivalent: tuple[Equivalent, ...]


Outcome = Literal["caught", "equivalent", "survived"]


class Result(NamedTuple):
    """What came of a mutant; ``because`` is why it is equivalent."""

    module: str
    line: str
    mutant: AstMutant
    outcome: Outcome
    because: str = ""


def table() -> Table:
    """The modules and the equivalent mutants."""
    document = read_file(TABLE, TABLE.name, TABLE.parent)
    assert not isinstance(document, Problem), document
    return msgspec.convert(plain(document.roots[0]), Table)


def drawn(module: str, text: str, count: int) -> list[AstMutant]:
    """Some mutants of a module, the same in every run, as many of each kind as there are."""
    mutants = ast_mutants(text)
    Random(f"deploylint {module}").shuffle(mutants)
    kinds: dict[str, list[AstMutant]] = {}
    for mutant in mutants:
        kinds.setdefault(mutant.kind, []).append(mutant)
    in_turn = chain.from_iterable(zip_longest(*(kinds[kind] for kind in sorted(kinds))))
    return [mutant for mutant in in_turn if mutant is not None][:count]


def passes(row: Row, source: str | None, seconds: float | None = None) -> bool:
    """Whether the tests of a module pass in some time, with a text in its place or as it is."""
    tests = [f"tests/{name}.py" for name in row.tests]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    environment = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        if source is not None:
            path = Path(folder) / "mutant.py"
            path.write_text(source, encoding="utf-8")
            name = f"deploylint.{row.module.replace('/', '.')}"
            environment[VARIABLE] = f"{name}:{path}"
            command += ["-p", "tools.mutated"]
        try:
            done = subprocess.run(
                [*command, *tests], cwd=ROOT, env=environment, capture_output=True, timeout=seconds
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def tried(row: Row, count: int, equivalent: Iterable[Equivalent]) -> Iterator[Result]:
    """The mutants of a module, each with the result of the module's own tests."""
    text = (ROOT / "deploylint" / f"{row.module}.py").read_text(encoding="utf-8")
    lines = ["", *text.splitlines()]
    known = {(one.line, one.after): one.because for one in equivalent if one.module == row.module}
    began = monotonic()
    if not passes(row, None):
        raise SystemExit(f"{row.module}: its tests fail without any mutant")
    longest = LONGEST * (monotonic() - began)
    mutants = drawn(row.module, text, count)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        survivals = pool.map(lambda mutant: passes(row, mutant.source, longest), mutants)
    for mutant, survived in zip(mutants, survivals, strict=True):
        line = lines[mutant.line].strip()
        because = known.get((line, mutant.after), "")
        outcome: Outcome = "caught"
        if survived:
            outcome = "equivalent" if because else "survived"
        yield Result(row.module, line, mutant, outcome, because)


_HEAD = """\
# Mutants of the modules that decide findings

Ten mutants of each module, chosen with a fixed seed. Each changes one comparison, boolean,
constant, arithmetic operator or value of a `return`, and the module's own test file must fail.
Written by `make mutants-engine`.
"""


def render(results: Sequence[Result]) -> str:
    """The text of ``docs/evidence/mutants-engine.md``."""
    modules = dict.fromkeys(result.module for result in results)
    lines = [
        _HEAD,
        f"**{counted(results)}.**",
        "",
        "| module | mutants | caught |",
        "|---|---|---|",
    ]
    for module in modules:
        mine = [result for result in results if result.module == module]
        caught = sum(result.outcome == "caught" for result in mine)
        lines.append(f"| `{module}` | {len(mine)} | {caught} |")
    lines += [
        "",
        "## Not caught",
        "",
        "| module | line | becomes | because |",
        "|---|---|---|---|",
    ]
    for result in results:
        if result.outcome != "caught":
            cells = (result.module, result.line, result.mutant.after)
            quoted = " | ".join(f"`{cell.replace('|', chr(92) + '|')}`" for cell in cells)
            lines.append(f"| {quoted} | {result.because or 'NOT EXPLAINED'} |")
    return "\n".join(lines) + "\n"


def counted(results: Sequence[Result]) -> str:
    """How many mutants were caught, and how many mean the same as their module."""
    outcomes = [result.outcome for result in results]
    caught, same = outcomes.count("caught"), outcomes.count("equivalent")
    return f"{caught} of {len(results)} mutants caught, {same} of the others mean the same"


def main(arguments: Sequence[str]) -> int:
    """Try the mutants, print the survivors; 1 where one is unexplained or too many survive."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants_engine")
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--each", type=int, default=EACH)
    asked = parser.parse_args(arguments)
    known = table()
    rows = [row for row in known.modules if not asked.modules or row.module in asked.modules]
    results: list[Result] = []
    for row in rows:
        found = list(tried(row, asked.each, known.equivalent))
        print(f"{row.module}: {counted(found)}", flush=True)
        for result in found:
            if result.outcome == "survived":
                print(f"  {result.mutant.line}: {result.line}  ->  {result.mutant.after}")
        results += found
    print(counted(results))
    if not asked.modules and asked.each == EACH:
        DOCUMENT.write_text(render(results), encoding="utf-8")
    caught = sum(result.outcome == "caught" for result in results)
    explained = all(result.outcome != "survived" for result in results)
    return int(not explained or caught < LEAST * len(results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
