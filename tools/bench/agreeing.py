"""Whether conftest with its Rego and deploylint do the same work: both count what differs."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.bench.cases import POLICY, Case, Setup, conftest, deploylint
from tools.bench.measuring import Failed, environment

MOST = 100
"""How many services are compared by both at most."""
_NUMBER = re.compile(r"\d+")


def agreement(case: Case, folder: Path, setup: Setup) -> tuple[int, int]:
    """How many values differ in a folder, allowed or not: as deploylint says, and as the Rego."""
    report = json.loads(_output([*deploylint(setup, *case.asked(folder)), "-f", "json"]))
    summary = report["summary"]
    return int(summary["violations"]) + int(summary["allowed"]), _counted(case, folder, setup)


def _counted(case: Case, folder: Path, setup: Setup) -> int:
    told = ["--policy", str(POLICY / "counted.rego"), "--namespace", "counted", "-o", "json"]
    words = conftest(setup.programs["conftest"], case, folder, *told)
    warnings = [each for one in json.loads(_output(words)) for each in one.get("warnings", ())]
    found = _NUMBER.search(warnings[0]["msg"]) if warnings else None
    return int(found[0]) if found else 0


def _output(words: Sequence[str]) -> str:
    """What a process prints. Raises Failed where it ends with a bug."""
    done = subprocess.run(words, env=environment(), capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise Failed(f"{' '.join(words)[:200]} ended with {done.returncode}: {done.stderr}")
    return done.stdout
