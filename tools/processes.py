"""Processes on loopback: started, awaited with a timeout, and always ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

LOOPBACK = "127.0.0.1"
WAIT = 60.0
"""Seconds until an answer or a finished task."""
GRACE = 10.0
"""Seconds until a process must exit."""
STEP = 0.1
TAIL = 15
"""The number of last lines of a log in a message."""


class Failed(Exception):
    """A process did not start, or exited; the message names it and ends with its log."""


class Process(NamedTuple):
    """A process, its name, and the file of its output."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def is_running(self) -> bool:
        """Whether it is running."""
        return self.popen.poll() is None

    def tail(self) -> str:
        """The last lines of its output, indented."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(f"  {line}" for line in text.splitlines()[-TAIL:])


class Processes:
    """All processes of a run. Leaving the context ends them, the last one first."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._ending = ExitStack()
        self.started: list[Process] = []

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self.started:
            _signal(process, signal.SIGTERM)
        self._ending.close()

    def start(
        self, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> Process:
        """Starts a command in a folder, as the leader of a process group.

        Raises Failed where there is no such program.
        """
        log = self._logs / f"{name}.log"
        process = Process(name, _popen(command, folder, environment, log), log)
        self.started.append(process)
        self._ending.callback(_end, process)
        return process

    def ended(self) -> list[Process]:
        """The processes that have exited."""
        return [process for process in self.started if not process.is_running]


def _popen(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        try:
            return subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise Failed(f"{' '.join(command)} does not start: {error.strerror}") from None


def _signal(process: Process, number: signal.Signals) -> None:
    """Signals a process and its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.popen.pid, number)


def _end(process: Process) -> None:
    """Waits for a process to exit, then kills the rest of its group."""
    with suppress(subprocess.TimeoutExpired):
        process.popen.wait(GRACE)
    _signal(process, signal.SIGKILL)
    process.popen.wait()


def free_ports(count: int) -> list[int]:
    """Different free ports."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [int(one.getsockname()[1]) for one in sockets]


def wait(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether a condition becomes true within a number of seconds."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(STEP)
    return True


def start_redis(running: Processes, folder: Path) -> int:
    """Starts a Redis without storage; returns its port. Raises Failed if it does not answer."""
    (port,) = free_ports(1)
    options = ["--bind", LOOPBACK, "--port", str(port), "--save", "", "--appendonly", "no"]
    redis = running.start("redis", ["redis-server", *options], folder, os.environ)
    if not wait(lambda: not redis.is_running or _pong(port), WAIT) or not redis.is_running:
        raise Failed(f"redis-server does not answer:\n{redis.tail()}")
    return port


def _pong(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except OSError:
        return False
