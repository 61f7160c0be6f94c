"""Speed and memory, as ratios of medians within one run: ``make bench`` writes docs/benchmarks.md.

Every command is a whole process. Rounds are interleaved, so that a busy machine slows all of them,
and one byte of every file changes between rounds, so that nothing can be kept. CPU is user and
system time of the process; wall is what a person waits for.
"""

from __future__ import annotations

import compileall
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAIR = ROOT / "fixtures" / "fraiday" / "deploy"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
ROUNDS = 15
FLEET_ROUNDS = 5
FLEET = 1000

_STREAM = """
import sys
from pathlib import Path
from _ruamel_yaml_clibz import CParser, StreamEndEvent
for path in sorted(Path(sys.argv[1]).glob("*.yaml")):
    event = CParser(path.read_text()).get_event
    while type(event()) is not StreamEndEvent:
        pass
"""


class Cost(NamedTuple):
    """What one process cost: seconds of CPU, seconds of waiting, peak memory in MiB."""

    cpu: float
    wall: float
    memory: float


def _run(command: list[str]) -> Cost:
    """Run a command with its output thrown away, and say what it cost."""
    begun = time.perf_counter()
    process = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
    _, _, used = os.wait4(process, 0)
    wall = time.perf_counter() - begun
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def _touch(folder: Path, number: int) -> None:
    """Change one byte of every file: the last character of a comment at its end."""
    for path in folder.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        head, mark, _ = text.partition("\n# round ")
        path.write_text(f"{head.rstrip()}\n# round {number % 10}\n", encoding="utf-8")
        assert mark or number == 0


def measure(
    commands: Mapping[str, list[str]], rounds: int, before: Callable[[int], None]
) -> dict[str, Cost]:
    """The medians of commands over interleaved rounds; ``before`` is called ahead of each round."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds):
        before(number)
        for name, command in commands.items():
            costs[name].append(_run(command))
    return {name: _median(each) for name, each in costs.items()}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(each) for each in zip(*costs, strict=True)))


def fleet(folder: Path, services: int) -> None:
    """Write the pair's reference and as many Go services, each with a name of its own."""
    folder.mkdir()
    shutil.copy(PAIR / "deploy-python.yaml", folder)
    text = (PAIR / "deploy-go.yaml").read_text(encoding="utf-8")
    for number in range(services - 1):
        named = text.replace("api-service", f"service-{number}")
        (folder / f"deploy-go-{number:05}.yaml").write_text(named, encoding="utf-8")


def _deploylint(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "deploylint", *arguments]


def _yamllint(folder: Path) -> list[str]:
    return [sys.executable, "-m", "yamllint", "-d", "relaxed", str(folder)]


def _small(folder: Path) -> dict[str, Cost]:
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "python -c 'import typer'": [sys.executable, "-c", "import typer"],
        "deploylint --version": _deploylint("--version"),
        "yamllint": _yamllint(folder),
        "deploylint check -f concise": _deploylint("check", str(folder), "-f", "concise"),
        "deploylint check": _deploylint("check", str(folder)),
        "deploylint check -f json": _deploylint("check", str(folder), "-f", "json"),
    }
    return measure(commands, ROUNDS, lambda number: _touch(folder, number))


def _large(folder: Path) -> dict[str, Cost]:
    commands = {
        "event stream": [sys.executable, "-c", _STREAM, str(folder)],
        "yamllint": _yamllint(folder),
        "deploylint check -f concise": _deploylint("check", str(folder), "-f", "concise"),
    }
    return measure(commands, FLEET_ROUNDS, lambda number: _touch(folder, number))


def _table(costs: Mapping[str, Cost], bases: Sequence[str]) -> list[str]:
    """Rows of a Markdown table: each command against each base."""
    head = "".join(f" CPU / {base} | wall / {base} |" for base in bases)
    lines = [f"| command | CPU ms | wall ms | memory MiB |{head}"]
    lines.append("|---" * (4 + 2 * len(bases)) + "|")
    for name, cost in costs.items():
        row = f"| `{name}` | {cost.cpu * 1000:.0f} | {cost.wall * 1000:.0f} | {cost.memory:.0f} |"
        for base in bases:
            row += f" {cost.cpu / costs[base].cpu:.2f} | {cost.wall / costs[base].wall:.2f} |"
        lines.append(row)
    return lines


def _scaling(folder: Path) -> list[str]:
    """How the cost of a fleet grows with its size, start-up taken off."""
    sizes = [FLEET // 4, FLEET // 2, FLEET]
    commands = {}
    for size in sizes:
        fleet(folder / f"{size}", size)
        commands[f"{size}"] = _deploylint("check", str(folder / f"{size}"), "-f", "concise")
    commands["0"] = _deploylint("--version")
    costs = measure(commands, FLEET_ROUNDS, lambda number: None)
    lines = ["| services | CPU ms per service | memory MiB |", "|---|---|---|"]
    for size in sizes:
        cost = costs[f"{size}"]
        each = (cost.cpu - costs["0"].cpu) / size * 1000
        lines.append(f"| {size} | {each:.2f} | {cost.memory:.0f} |")
    return lines


def _budgets(small: Mapping[str, Cost], large: Mapping[str, Cost], stream: float) -> list[str]:
    """Each budget, what was measured, and whether it is met."""
    concise, text = small["deploylint check -f concise"], small["deploylint check"]
    lint, many = small["yamllint"], large["deploylint check -f concise"]
    service = (many.cpu - small["deploylint --version"].cpu) / stream
    rows = [
        ("the pair in the hook's format, CPU against yamllint", 1.0, concise.cpu / lint.cpu),
        ("the pair in the hook's format, wall against yamllint", 1.0, concise.wall / lint.wall),
        ("the pair's full report, CPU against yamllint", 1.5, text.cpu / lint.cpu),
        ("the pair's full report, wall against yamllint", 1.5, text.wall / lint.wall),
        (f"{FLEET} services, CPU against the bare event stream", 2.0, service),
        (f"{FLEET} services, peak memory in MiB", 150.0, many.memory),
    ]
    lines = ["| budget | at most | measured | met |", "|---|---|---|---|"]
    for what, limit, value in rows:
        met = "yes" if value <= limit else f"no, by {value / limit:.2f} times"
        lines.append(f"| {what} | {limit:g} | {value:.2f} | {met} |")
    return lines


_INTRODUCTION = """# Benchmarks

Written by `make bench`; do not edit. Ratios of medians within one run, whole processes, rounds
interleaved, one byte of every file changed between rounds. Absolute times say little beyond the
machine they were taken on; the ratios are what to read.
"""

_OUTLOOK = """## What it would take

A clean run in the hook's format spends most of its time before it reads a file: the interpreter,
typer, ruamel.yaml and msgspec are imported whatever is checked, and typer is the largest of them
(`python -c 'import typer'` above). Without typer the same run would start sooner by about that
line less Python's own. What is left are deploylint's modules, the rule files, which are read anew
each time, and the two deployment files.

A fleet costs a multiple of the bare event stream because each of a service's values is read, typed,
compared, counted and accounted for in Python, while the stream is C. Twice the stream would take
the tree of nodes to be built in C as well. The memory is that tree: it stays until the whole set
has been compared, and giving a service's tree up once it is compared would take it down.
"""


def _about() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("ruamel.yaml", "typer", "yamllint"))
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {packages}."


def report() -> str:
    """Measure everything and give the document."""
    compileall.compile_dir(str(ROOT / "deploylint"), quiet=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(PAIR, folder / "pair")
        small = _small(folder / "pair")
        fleet(folder / "fleet", FLEET)
        large = _large(folder / "fleet")
        scaling = _scaling(folder)
    stream = large["event stream"].cpu - small["python -c pass"].cpu
    parts = [
        _INTRODUCTION,
        _about() + "\n",
        "## Budgets\n",
        *_budgets(small, large, stream),
        "\n## The pair\n",
        *_table(small, ["python -c pass", "yamllint"]),
        f"\n## {FLEET} services\n",
        *_table(large, ["event stream", "yamllint"]),
        "\n## Growth\n",
        *scaling,
        "",
        _OUTLOOK,
    ]
    return "\n".join(parts)


def main() -> None:
    """Write the document and print it."""
    text = report()
    DOCUMENT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
