"""Speed and memory, as ratios of medians within one run: ``make bench`` writes docs/benchmarks.md.

Every command is a whole process. Rounds are interleaved, so that a busy machine slows all of them,
and one byte of every file changes between rounds, so that nothing can be kept. CPU is user and
system time of the process and of those it began, memory that of the largest; wall is what a person
waits for.
"""

from __future__ import annotations

import compileall
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAIR = ROOT / "fixtures" / "fraiday" / "deploy"
RENDERED = ROOT / "fixtures" / "rendered-chart" / "deploy"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
ROUNDS = 15
FLEET_ROUNDS = 5
FLEET = 1000
SIZES = (100, 1000, 10000)
SPREAD_SIZES = (100, 500, 2000)

_STREAM = """
import sys
from pathlib import Path
import yaml
for path in sorted(Path(sys.argv[1]).glob("*.yaml")):
    with path.open() as stream:
        for event in yaml.parse(stream, Loader=yaml.CLoader):
            pass
"""

_SENT = """
import gc, pickle, sys, time
from pathlib import Path
from deploylint.documents.reader import read
gc.disable()
paths = sorted(Path(sys.argv[1]).glob("*.yaml"))
clock = [time.process_time()]
read_ = [read(path, str(path), path.parent) for path in paths]
clock.append(time.process_time())
sent = pickle.dumps(read_, 5)
clock.append(time.process_time())
pickle.loads(sent)
clock.append(time.process_time())
print(*((b - a) / len(paths) * 1000 for a, b in zip(clock, clock[1:])))
"""


class Cost(NamedTuple):
    """What one command cost: seconds of CPU, seconds of waiting, peak memory in MiB."""

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


_ALONE = """
import os, runpy, sys
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
runpy.run_module("deploylint", run_name="__main__", alter_sys=True)
"""


def _held(process: int) -> float:
    """The MiB that a process and those it began hold together; what they share counts once."""
    try:
        begun = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0  # it has ended
    own = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return own / 1024 + sum(_held(int(one)) for one in begun)


def _most_held(command: list[str]) -> float:
    """The most MiB that the processes of a command hold together."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0.0
    while process.poll() is None:
        most = max(most, _held(process.pid))
        time.sleep(0.1)
    return most


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
    _many(folder, PAIR / "deploy-python.yaml", PAIR / "deploy-go.yaml", services)


def _rendered_fleet(folder: Path, services: int) -> None:
    """The same as manifests."""
    _many(folder, RENDERED / "ai-backend.yaml", RENDERED / "api-service.yaml", services)


def _many(folder: Path, reference: Path, peer: Path, services: int) -> None:
    folder.mkdir()
    shutil.copy(reference, folder)
    text = peer.read_text(encoding="utf-8")
    for number in range(services - 1):
        named = text.replace("api-service", f"service-{number}")
        (folder / f"{peer.stem}-{number:05}.yaml").write_text(named, encoding="utf-8")


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
    """How the cost of a fleet grows with its size, start-up taken off.

    Each fleet is checked with its reference, without one, where the majority speaks, and with it as
    manifests.
    """
    commands = {"0": _deploylint("--version")}
    for size in SIZES:
        named = f"{size}", f"{size} without a reference", f"{size} as manifests"
        fleet(folder / named[0], size)
        fleet(folder / named[1], size + 1)
        (folder / named[1] / "deploy-python.yaml").unlink()
        _rendered_fleet(folder / named[2], size)
        for name in named:
            asked = ["--reference", "ai-backend"] if name == named[2] else []
            commands[name] = _deploylint("check", str(folder / name), *asked, "-f", "concise")
    costs = measure(commands, 1, lambda number: None)
    lines = ["| services | CPU ms per service | against the first | memory MiB | KiB per service |"]
    lines.append("|---" * 5 + "|")
    base = costs.pop("0")
    first = dict[str, float]()
    for name, cost in costs.items():
        services, _, kind = name.partition(" ")
        each = (cost.cpu - base.cpu) / int(services) * 1000
        ratio = each / first.setdefault(kind, each)
        held = (cost.memory - base.memory) / int(services) * 1024
        lines.append(f"| {name} | {each:.2f} | {ratio:.2f} | {cost.memory:.0f} | {held:.0f} |")
    return lines


def _cores(folder: Path) -> list[str]:
    """What several cores come to: each fleet on one of them, and on all."""
    lines = [
        "| services | cores | CPU ms | wall ms | wall against one core | memory of all, MiB |",
        "|---" * 6 + "|",
    ]
    every = len(os.sched_getaffinity(0))
    for size in SPREAD_SIZES:
        path = folder / f"spread-{size}"
        fleet(path, size)
        asked = ["check", str(path), "-f", "concise"]
        commands = {"1": [sys.executable, "-c", _ALONE, *asked], f"{every}": _deploylint(*asked)}
        costs = measure(commands, FLEET_ROUNDS, lambda number: None)
        for cores, cost in costs.items():
            ratio = cost.wall / costs["1"].wall
            row = f"| {size} | {cores} | {cost.cpu * 1000:.0f} | {cost.wall * 1000:.0f} |"
            lines.append(f"{row} {ratio:.2f} | {_most_held(commands[cores]):.0f} |")
    return lines


def _sent(folder: Path) -> list[str]:
    """What reading in another process would come to: trees have to be sent, and built again."""
    code = [sys.executable, "-c", _SENT, str(folder)]
    read, send, build = map(
        float, subprocess.run(code, capture_output=True, check=True).stdout.split()
    )
    return [
        "| step | CPU ms per file | against reading it |",
        "|---|---|---|",
        f"| read a file | {read:.2f} | 1.00 |",
        f"| make its tree a message | {send:.2f} | {send / read:.2f} |",
        f"| build the tree from it | {build:.2f} | {build / read:.2f} |",
    ]


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
typer, PyYAML and msgspec are imported whatever is checked, and typer is the largest of them
(`python -c 'import typer'` above). Without typer the same run would start sooner by about that
line less Python's own. What is left are deploylint's modules, the rule files, which are read anew
each time, and the two deployment files.

A fleet costs a multiple of the bare event stream because each of a service's values is read, typed,
compared, counted and accounted for in Python, while the stream is C. Twice the stream would take
the tree of nodes to be built in C as well.

A set of up to 512 services is held as it is. Of a larger one all but a batch of 64 are put
away as compressed messages between being understood and being judged: what is known of all services
(their names, what they are built on, which profile they speak for) is known only after the last.
That is what keeps the memory small, and it is paid with time: making a message of a service costs
about what reading its file does, and building it again half of that. What is left of the growth are
the messages and texts (some 6 KiB for a service), what is listed of it, and its findings, of which
each allowed deviation is one.

Several cores are used from 65 services on: batches are judged in processes that are forked for it,
and those of more than 512 files are read and understood there too, as they are made messages
anyhow. Nothing is sent but those messages and what they come to. Of fewer files the trees would
have to be sent (the table above), so only the judging is spread, which is why they gain less. What
the first process does alone (finding files, adding up, reporting) is what more cores do not make
faster. Each process holds a batch, and what it has touched of the memory that it was forked with.

Manifests belong together across files. Of a large folder what tells an object apart is kept of each
file, the file is parsed once more when its workload is read, and workloads are messages until all
of them are known.
"""


def _about() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("PyYAML", "typer", "yamllint"))
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
        sent = _sent(folder / "fleet")
        cores = _cores(folder)
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
        "\n## More than one core\n",
        *cores,
        "",
        *sent,
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
