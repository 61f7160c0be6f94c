"""Work is spread over processes, and comes back whole and in order whatever becomes of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice

import pytest

from deploylint.engine.chunks import parallel
from deploylint.engine.chunks.parallel import MOST, cores, map_chunks

NUMBERS = range(20)
HERE = os.getpid()

Cores = Callable[[int], None]


@pytest.fixture
def with_cores(monkeypatch: pytest.MonkeyPatch) -> Cores:
    """Say how many cores there are."""

    def say(count: int) -> None:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(count)), raising=False)

    return say


@pytest.fixture(params=["fork", "spawn"])
def method(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How processes are begun."""
    monkeypatch.setattr(parallel, "start_method", lambda: request.param)
    return str(request.param)


def owned(number: int) -> tuple[int, int]:
    time.sleep(0.01)
    return number, os.getpid()


class Dies:
    """Work that kills the process that was begun for it."""

    def __init__(self) -> None:
        self.here = os.getpid()

    def __call__(self, number: int) -> tuple[int, int]:
        if number == 5 and os.getpid() != self.here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number, os.getpid()


class Raises:
    """Work that raises at one number, whichever process does it."""

    def __call__(self, number: int) -> int:
        if number == 7:
            raise ValueError(f"no {number}")
        return number


class Interrupted:
    """Work that is interrupted where it is not in the first process."""

    def __init__(self) -> None:
        self.here = os.getpid()

    def __call__(self, number: int) -> int:
        if os.getpid() != self.here:
            os.kill(os.getpid(), signal.SIGINT)
        return os.getpid()


def long_text(number: int) -> str:
    return "x" * 1_000_000


@pytest.mark.parametrize("count", [1, 2, 3])
def test_map_chunks_keeps_the_order(count: int, with_cores: Cores, method: str) -> None:
    with_cores(count)
    outcomes = list(map_chunks(owned, NUMBERS))
    assert [number for number, _ in outcomes] == list(NUMBERS)
    processes = {process for _, process in outcomes}
    assert len(processes) <= count
    assert (os.getpid() in processes) == (count == 1)
    assert multiprocessing.active_children() == []


def test_map_chunks_of_one_chunk_begins_no_process(with_cores: Cores) -> None:
    with_cores(4)
    assert list(map_chunks(owned, [5])) == [(5, os.getpid())]
    assert list(map_chunks(owned, [])) == []


def test_cores_are_at_most_as_many_as_are_of_use(with_cores: Cores) -> None:
    with_cores(MOST + 1)
    assert cores() == MOST


def test_cores_without_affinity_are_those_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert cores() == 3
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1


def test_map_chunks_does_the_work_of_a_killed_process_here(
    with_cores: Cores, method: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with_cores(2)
    outcomes = list(map_chunks(Dies(), NUMBERS))
    assert [number for number, _ in outcomes] == list(NUMBERS)
    assert outcomes[5][1] == os.getpid()
    assert multiprocessing.active_children() == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("error", [BlockingIOError, FileNotFoundError, PermissionError])
def test_map_chunks_does_all_work_here_without_processes(
    error: type[OSError], with_cores: Cores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> int:
        raise error("no more processes")

    with_cores(3)
    monkeypatch.setattr(parallel, "start_method", lambda: "fork")
    monkeypatch.setattr(os, "fork", refused)
    assert [process for _, process in map_chunks(owned, NUMBERS)] == [os.getpid()] * len(NUMBERS)


@pytest.mark.parametrize("error", [ImportError, NotImplementedError, OSError])
def test_map_chunks_does_all_work_here_without_semaphores(
    error: type[Exception], with_cores: Cores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise error("no sem_open")

    with_cores(3)
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", refused)
    assert [process for _, process in map_chunks(owned, NUMBERS)] == [os.getpid()] * len(NUMBERS)


def test_map_chunks_raises_the_error_of_its_work(
    with_cores: Cores, method: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with_cores(2)
    outcomes = map_chunks(Raises(), NUMBERS)
    assert list(islice(outcomes, 7)) == list(NUMBERS[:7])
    with pytest.raises(ValueError, match="no 7"):
        next(outcomes)
    assert multiprocessing.active_children() == []
    assert capfd.readouterr() == ("", "")


def test_map_chunks_ends_its_processes_if_closed_early(with_cores: Cores) -> None:
    with_cores(3)
    outcomes = map_chunks(long_text, range(100))
    next(outcomes)
    assert multiprocessing.active_children()
    del outcomes
    assert multiprocessing.active_children() == []


def test_interrupt_is_handled_by_the_first_process(
    with_cores: Cores, method: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with_cores(2)
    assert os.getpid() not in set(map_chunks(Interrupted(), NUMBERS))
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="processes are spawned elsewhere")
def test_process_with_other_threads_is_not_forked() -> None:
    code = (
        "from deploylint.engine.chunks.parallel import start_method; print(start_method()); "
        "import dockerfile; dockerfile.parse_string('FROM alpine'); print(start_method())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["fork", "spawn"]


SLOW = r"""
import os, sys, time
from deploylint.engine.chunks import parallel
os.sched_getaffinity = lambda _: {0, 1}
def slow(number):
    os.write(1, b"begun\n")
    time.sleep(60)
try:
    list(parallel.map_chunks(slow, range(4)))
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are spawned elsewhere")
def test_interrupt_of_all_processes_prints_nothing() -> None:
    """As a terminal does: Ctrl-C goes to every process of the group."""
    with subprocess.Popen(
        [sys.executable, "-c", SLOW],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        os.killpg(process.pid, signal.SIGINT)
        _, error = process.communicate(timeout=30)
        assert (process.returncode, error) == (130, "")
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
