"""What commands cost: seconds of CPU, seconds of waiting, memory."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

Command = Sequence[Sequence[str]]
"""The processes that are run one after the other; each is its program and arguments."""

TOUCHED = "\n# round "


class Cost(NamedTuple):
    """What one command cost: seconds of CPU, seconds of waiting, peak memory in MiB."""

    cpu: float
    wall: float
    memory: float


class Failed(Exception):
    """A command that ended otherwise than it should; the message says which, and how."""


def environment() -> dict[str, str]:
    """What measured processes are told.

    Bytecode is kept, as it is for everybody; the working folder is no place to import from, so that
    another interpreter measures the package that is installed for it.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {"PYTHONSAFEPATH": "1", "NO_COLOR": "1"}


def run(command: Command) -> Cost:
    """Run the processes of a command with their output thrown away, and add up what they cost.

    The memory is that of the largest process. Raises Failed where one ends with a bug or a signal.
    """
    costs = [_run(words) for words in command]
    memory = max(cost.memory for cost in costs)
    return Cost(sum(cost.cpu for cost in costs), sum(cost.wall for cost in costs), memory)


def _run(words: Sequence[str]) -> Cost:
    begun = time.perf_counter()
    process = os.posix_spawn(
        words[0],
        list(words),
        environment(),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - begun
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):  # 1 is that something was found
        raise Failed(f"{' '.join(words)[:200]} ended with {code}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def measure(
    commands: Mapping[str, Command],
    rounds: int,
    before: Callable[[int], None],
    cost_of: Callable[[Command], Cost] = run,
) -> dict[str, Cost]:
    """The medians of commands over interleaved rounds; ``before`` is called ahead of each round."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds):
        before(number)
        for name, command in commands.items():
            costs[name].append(cost_of(command))
    return {name: _median(each) for name, each in costs.items()}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(each) for each in zip(*costs, strict=True)))


def touch(folder: Path, number: int) -> None:
    """Change one byte of every file: the last character of a comment at its end."""
    for path in folder.glob("*.yaml"):
        head, _, _ = path.read_text(encoding="utf-8").partition(TOUCHED)
        path.write_text(f"{head.rstrip()}{TOUCHED}{number % 10}\n", encoding="utf-8")
