"""Where the time of a check goes, for the figures that miss their aim."""

from __future__ import annotations

import pstats
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tools.bench.cases import Case, Setup
from tools.bench.measuring import Failed, environment

LINES = 12
MOST = 100
"""How many services are profiled at most: the shares are those of more."""

_PROFILED = """
import cProfile, os, runpy, sys
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os._exit = sys.exit  # what ends without a word leaves no profile
kept = sys.argv.pop(1)
profile = cProfile.Profile()
try:
    profile.runcall(runpy.run_module, "deploylint", run_name="__main__", alter_sys=True)
finally:
    profile.dump_stats(kept)
"""

_IMPORTING = "_find_and_load"
BUILT_IN = "~"
"""What pstats has for the file of a function that is written in C."""

_Key = tuple[str, int, str]
"""A function: its file, line and name."""
_Callers = dict[_Key, tuple[int, int, float, float]]
_Entries = dict[_Key, tuple[int, int, float, float, _Callers]]
"""What pstats keeps of a function: calls that are not recursive, calls, own time, whole time."""


class Line(NamedTuple):
    """A function, how often it is called, and its share of the time."""

    function: str
    calls: int
    share: float


class Profile(NamedTuple):
    """The share of importing, and the functions that take the most themselves."""

    importing: float
    lines: Sequence[Line]


def profiled(case: Case, folder: Path, setup: Setup) -> Profile:
    """Profile a check of a case with so many of its services at most, on one core."""
    files, kept = folder / "files", folder / "profile"
    case.write(files, MOST)
    words = [setup.python, "-c", _PROFILED, str(kept), *case.asked(files), "-f", "concise"]
    subprocess.run(words, env=environment(), capture_output=True)
    if not kept.is_file():
        raise Failed(f"no profile is written by {' '.join(words)[:120]}")
    return _profile(pstats.Stats(str(kept)))


def _profile(stats: pstats.Stats) -> Profile:
    entries: _Entries = vars(stats)["stats"]
    times = {key: own for key, (_, _, own, _, _) in entries.items()}
    for key, (*_, callers) in entries.items():
        if key[0] == BUILT_IN:
            for caller, (_, _, own, _) in callers.items():
                times[caller] += own
                times[key] -= own
    total = sum(times.values())
    functions = [
        Line(_named(key), calls, times[key] / total) for key, (_, calls, *_) in entries.items()
    ]
    functions.sort(key=lambda line: -line.share)
    return Profile(_importing(entries) / total, functions[:LINES])


def _importing(entries: _Entries) -> float:
    """The seconds between the begin and the end of all imports that no import began."""
    return max(
        (whole for key, (*_, whole, _) in entries.items() if key[2] == _IMPORTING), default=0
    )


def _named(key: _Key) -> str:
    """The last two parts of a file's name, and the function in it."""
    file, _, function = key
    return f"{'/'.join(Path(file).parts[-2:])}:{function}"
