"""Instructions instead of seconds, where valgrind is: the same on a machine that is busy."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.bench.measuring import Command, Cost, Failed, environment

LONGEST = 1800.0
"""Seconds that one count may take: a program runs some forty times slower."""
_TOTAL = re.compile(r"I +refs: +([\d,]+)")


def can_count() -> bool:
    """Whether there is a valgrind."""
    return shutil.which("valgrind") is not None


def instructions(words: Sequence[str]) -> int:
    """How many instructions a process takes, with all that it forks.

    Raises Failed where it ends otherwise than by itself: valgrind does not know every instruction
    of every processor.
    """
    with tempfile.TemporaryDirectory() as folder:
        counting = ["valgrind", "--tool=cachegrind", "--cache-sim=no"]
        kept = ["--cachegrind-out-file=/dev/null", f"--log-file={folder}/%p"]
        done = subprocess.run(
            [*counting, *kept, *words],
            env=environment() | {"PYTHONHASHSEED": "0"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST,
        )
        logs = [path.read_text(encoding="utf-8") for path in Path(folder).iterdir()]
    totals = [int(found.replace(",", "")) for log in logs for found in _TOTAL.findall(log)]
    if done.returncode not in (0, 1) or not totals:
        raise Failed(f"valgrind {_ended(done.returncode)} at {_told(words)}")
    return sum(totals)


def counted(command: Command) -> Cost:
    """What a command costs where instructions stand for time: a thousand million for a second."""
    return Cost(sum(map(instructions, command)) / 1e9, 0.0, 0.0)


def _told(words: Sequence[str]) -> str:
    """A command without the places of this machine."""
    return " ".join([Path(words[0]).name, *(word for word in words[1:] if "/" not in word)])


def _ended(code: int) -> str:
    """How it ended: at a signal such as SIGILL, an instruction that valgrind does not know."""
    return f"ends with {code}" if code >= 0 else f"ends by {signal.Signals(-code).name}"
