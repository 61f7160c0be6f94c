"""How far a run has come: shown to who waits at a terminal, and to nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import pytest

from deploylint.cli.progress import ProgressLine
from deploylint.config import load as config
from deploylint.engine import check
from deploylint.model.progress import Progress
from tests.support.projects import WEB, deployment, write
from tools import TODAY


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def ran(stream: StringIO, environ: Mapping[str, str], seconds: float) -> str:
    """What is written while ten steps take some seconds."""
    clock = Clock()
    line = ProgressLine(stream, environ, clock)
    for number in range(10):
        line.report("reading files:", number, 10)
        clock.now = seconds * (number + 1) / 10
    line.end()
    return stream.getvalue()


def test_progress_of_a_short_run_prints_nothing() -> None:
    assert ran(Terminal(), {}, 1.0) == ""


def test_progress_of_a_long_run_is_printed_and_erased() -> None:
    written = ran(Terminal(), {}, 2.0)
    lines = [f"\rreading files: {number} of 10" for number in range(5, 10)]
    assert written == "".join([*lines, "\r", " " * len("reading files: 9 of 10"), "\r"])


def test_progress_is_printed_at_a_limited_rate() -> None:
    clock, stream = Clock(), Terminal()
    line = ProgressLine(stream, {}, clock)
    clock.now = 5.0
    for number in range(1000):
        line.report("reading files:", number, 1000)
    assert stream.getvalue() == "\rreading files: 0 of 1,000"


@pytest.mark.parametrize(
    ("stream", "environ"),
    [(StringIO(), {}), (Terminal(), {"CI": "true"})],
    ids=["no terminal", "CI"],
)
def test_progress_without_a_terminal_prints_nothing(
    stream: StringIO, environ: Mapping[str, str]
) -> None:
    assert ran(stream, environ, 60.0) == ""


def test_progress_of_a_run_reports_every_step(tmp_path: Path) -> None:
    files = {f"deploy-web{n}.yaml": WEB.replace("acme/web", f"acme/web{n}") for n in range(5)}
    values, manifests = write(tmp_path / "values", files), tmp_path / "manifests"
    write(manifests, {f"web{n}.yaml": deployment(f"web{n}", "") for n in range(5)})
    assert steps_of(values) == ["reading files:", "reading services:", "comparing services:"]
    assert steps_of(manifests) == ["reading files:", "reading workloads:", "comparing services:"]


def steps_of(folder: Path) -> list[str]:
    """The steps of a check of five services, each of which is reported in order."""
    steps = dict[str, list[tuple[int, int]]]()

    class Kept(Progress):
        def report(self, step: str, done: int, total: int) -> None:
            steps.setdefault(step, []).append((done, total))

    check.check([folder], check.CheckOptions(), config.load(None), TODAY, Kept())
    for each in steps.values():
        assert each == [(done, 5) for done in range(5)]
    return list(steps)
