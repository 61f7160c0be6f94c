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

_IMPORTING = ("<frozen importlib._bootstrap>", "_find_and_load")


class Line(NamedTuple):
    """A function, how often it is called, and its own share of the time."""

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
    found = stats.get_stats_profile()
    total = found.total_tt
    functions = [
        Line(_named(each.file_name, name), _calls(each.ncalls), each.tottime / total)
        for name, each in found.func_profiles.items()
    ]
    importing = found.func_profiles.get(_IMPORTING[1])
    functions.sort(key=lambda line: -line.share)
    return Profile(importing.cumtime / total if importing else 0.0, functions[:LINES])


def _calls(told: str) -> int:
    """Of calls that are told as all/primitive, all."""
    return int(told.partition("/")[0])


def _named(file: str, function: str) -> str:
    """The last two parts of a file's name, and the function in it."""
    place = "/".join(Path(file).parts[-2:])
    return function if file == "~" else f"{place}:{function}"
