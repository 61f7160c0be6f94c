"""What Helm makes of values files that lie over each other.

    python make_layers.py cases            writes helm-values/generated.jsonl
    python make_layers.py helm [FOLDER]    asks the helm on PATH, writes helm-values/helm-N.jsonl

``helm-values/cases.yaml`` holds the cases that people wrote: new traps go there. The generated ones
are made with a fixed seed. ``FOLDER`` is where the answers are written instead.
"""

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ruamel.yaml import YAML

HERE = Path(__file__).parent / "helm-values"
GENERATED = 60
SEED = 20


class Case(NamedTuple):
    """Values files, the lowest first, and the chart's own values, or None where it has none."""

    about: str
    files: tuple[str, ...]
    chart: str | None


def cases() -> Iterator[Case]:
    """All cases: those of people, then the generated ones."""
    written = YAML(typ="safe", pure=True).load(HERE / "cases.yaml")
    made = map(json.loads, (HERE / "generated.jsonl").read_text(encoding="utf-8").splitlines())
    for one in (*written, *made):
        yield Case(one["about"], tuple(one["files"]), one.get("chart"))


# --- generated cases -----------------------------------------------------------------------------

KEYS = ("a", "b", "c", "d")
"""Few, so that files often speak of the same key."""


def generated() -> Iterator[dict[str, Any]]:
    """Cases of one to four files, two thirds of them over a chart's own values."""
    dice = random.Random(SEED)
    for number in range(1, GENERATED + 1):
        case: dict[str, Any] = {"about": f"generated {number}"}
        if number % 3:
            case["chart"] = text(mapping(dice, 3))
        case["files"] = [text(mapping(dice, 3)) for _ in range(dice.randint(1, 4))]
        yield case


def mapping(dice: random.Random, depth: int) -> dict[str, Any]:
    """Some of the keys with values of any kind."""
    return {key: value(dice, depth - 1) for key in KEYS if dice.random() < 0.7}


def value(dice: random.Random, depth: int) -> Any:
    """A null, a scalar, a list, an empty map, and most often a map."""
    kind = dice.choice(["null", "scalar", "list", "empty", *["map"] * (4 if depth else 0)])
    if kind == "map":
        return mapping(dice, depth)
    if kind == "list":
        return [value(dice, max(depth - 1, 0)) for _ in range(dice.randint(0, 2))]
    return {"null": None, "scalar": dice.choice([0, 1, "", "x", True, 1.5]), "empty": {}}[kind]


def text(data: dict[str, Any]) -> str:
    """JSON over several lines, which is YAML too."""
    return json.dumps(data, indent=1) + "\n"


# --- Helm ----------------------------------------------------------------------------------------


def version() -> str:
    """The version of the helm on PATH, as in ``v3.22``."""
    command = ["helm", "version", "--template", "{{.Version}}"]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def answers() -> Iterator[dict[str, Any]]:
    """Helm's version, then what each case comes to and what Helm warns of."""
    yield {"helm": version()}
    with TemporaryDirectory() as folder:
        chart = Path(copytree(HERE / "chart", Path(folder, "chart")))
        for case in cases():
            yield {"about": case.about, **answer(case, chart)}


def answer(case: Case, chart: Path) -> dict[str, Any]:
    """What Helm makes of one case."""
    (chart / "values.yaml").unlink(missing_ok=True)
    if case.chart is not None:
        (chart / "values.yaml").write_text(case.chart, encoding="utf-8", newline="\n")
    command = ["helm", "template", "release", str(chart)]
    for number, content in enumerate(case.files):
        path = chart.with_name(f"{number}.yaml")
        path.write_text(content, encoding="utf-8", newline="\n")
        command += ["--values", str(path)]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8")
    if ran.returncode:
        raise SystemExit(f"{case.about}: {ran.stderr}")
    printed = next(line for line in ran.stdout.splitlines() if line.startswith("{"))
    warnings = sorted(set(re.findall(r'warning: [^"\n]*', ran.stderr)))
    return {"values": json.loads(printed), "warnings": warnings}


def write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """One JSON object a line, keys in order."""
    lines = [json.dumps(row, sort_keys=True, ensure_ascii=False) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def main(what: str, folder: str = str(HERE)) -> None:
    """Write one of the two."""
    if what == "cases":
        write(Path(folder, "generated.jsonl"), generated())
    else:
        major = version().lstrip("v").partition(".")[0]
        write(Path(folder, f"helm-{major}.jsonl"), answers())


if __name__ == "__main__":
    main(*sys.argv[1:])
