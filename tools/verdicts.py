"""Records the verdicts of deploylint on many inputs, and compares two such records.

``python -m tools.verdicts record [--deploylint PROGRAM] OUT [FOLDER...]`` checks every story, a
generated fleet and each FOLDER, and writes one JSON file. ``python -m tools.verdicts compare OLD
NEW`` names each verdict that only one of two records has, and ends with 1 where there is any. A
change of the program that is to change no verdict is held to that.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools import TODAY

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
SERVICES = 1000
EDITED = re.compile(r"(?<=[ :=\"])\d+(?=[\"\nm])")

Record = dict[str, list[str]]
"""Name of an input to its verdicts, each as one line of JSON."""


def main() -> int:
    """Runs one of the two commands; returns 1 if two records differ."""
    parser = argparse.ArgumentParser(prog="tools.verdicts", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("record")
    one.add_argument("out", type=Path)
    one.add_argument("--deploylint", type=Path, default=Path(sys.prefix) / "bin" / "deploylint")
    one.add_argument("--only", default="", help="a pattern of the names that are recorded")
    one.add_argument("folders", type=Path, nargs="*")
    two = commands.add_parser("compare")
    two.add_argument("old", type=Path)
    two.add_argument("new", type=Path)
    given = parser.parse_args()
    if given.command == "compare":
        return compare(*(json.loads(path.read_text()) for path in (given.old, given.new)))
    found = record(given.deploylint, given.folders, given.only)
    given.out.write_text(json.dumps(found, indent=0), encoding="utf-8")
    return 0


def record(program: Path, folders: Sequence[Path], only: str = "") -> Record:
    """The verdicts of a program on every story, the generated fleet and some folders."""
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(2) as pool:
        inputs = [(name, command) for name, command in _inputs(Path(work), folders)]
        inputs = [(name, command) for name, command in inputs if re.search(only, name)]
        results = pool.map(lambda each: _verdicts(program, each[1], work), inputs)
        return dict(zip((name for name, _ in inputs), results, strict=True))


def _inputs(work: Path, folders: Sequence[Path]) -> Iterator[tuple[str, list[str]]]:
    for story in sorted(path.parent for path in FIXTURES.glob("*/expect.yaml")):
        expected = YAML(typ="safe", pure=True).load((story / "expect.yaml").read_text())
        yield f"story {story.name}", [str(story / "deploy"), *expected.get("args", [])]
    yield "fleet", [str(_fleet(work / "fleet"))]
    for folder in folders:
        yield str(folder), [str(folder)]


def _fleet(folder: Path) -> Path:
    """Writes a reference and a thousand peers; every other peer has one in five numbers changed."""
    from tools.bench.inputs import values

    values(SERVICES)(folder)
    chance = random.Random(0)
    for path in sorted(folder.glob("deploy-go-*.yaml"))[::2]:
        text = EDITED.sub(lambda found: _edited(found, chance), path.read_text())
        path.write_text(text, encoding="utf-8")
    return folder


def _edited(found: re.Match[str], chance: random.Random) -> str:
    return str(int(found[0]) + chance.randrange(1, 9)) if chance.random() < 0.2 else found[0]


def _verdicts(program: Path, arguments: list[str], work: str) -> list[str]:
    today = [] if "--today" in arguments else ["--today", TODAY]
    command = [str(program), "check", "-f", "json", "--no-progress", *today, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [f"exit {ran.returncode}"]
    report = json.loads(ran.stdout) if ran.stdout.startswith("{") else {}
    summary = report.get("summary", {})
    lines += [f"{key} {summary[key]}" for key in sorted(summary)]
    lines += [f"error {one['file']}:{one['line']}" for one in report.get("errors", [])]
    lines += [_verdict(finding) for finding in report.get("findings", [])]
    if not report:
        lines.append(ran.stderr.replace(work, "WORK"))
    return sorted(line.replace(work, "WORK") for line in lines)


def _verdict(finding: dict[str, Any]) -> str:
    keys = ("rule", "service", "component", "path", "status", "severity", "expected", "actual")
    at = finding["location"]
    return json.dumps([*(finding[key] for key in keys), at["file"], at["line"]])


def compare(old: Record, new: Record) -> int:
    """Prints the verdicts that only one record has; returns 1 if there are any."""
    differing = 0
    for name in sorted(old.keys() | new.keys()):
        before, after = Counter(old.get(name, [])), Counter(new.get(name, []))
        lines = [f"  - {line}" for line in (before - after).elements()]
        lines += [f"  + {line}" for line in (after - before).elements()]
        differing += bool(lines)
        if lines:
            print(name, *lines[:20], *(["  ..."] if len(lines) > 20 else []), sep="\n")
    print(f"{differing} of {len(old.keys() | new.keys())} inputs differ")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
