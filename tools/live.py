"""Runs the story's services: every command of its deployment files and images.

python -m tools.live   (make live)

Both sides are built, started on loopback against a Redis of their own, given a task for each queue
and asked for every endpoint. Then the twin whose binary drops its flags has to refuse its commands.
What is built and the logs stay in ``.live``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from types import FrameType
from typing import NamedTuple, NoReturn

from tools.building import FIXTURES, LIVE, VENV, build_go, install_python, missing
from tools.deployed import Command, Deployed, deployed
from tools.processes import (
    LOOPBACK,
    WAIT,
    Failed,
    Process,
    Processes,
    free_ports,
    start_redis,
    wait,
)

STORY, TWIN = FIXTURES / "fraiday", FIXTURES / "fraiday-flags"
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Operand(NamedTuple):
    """One of the story's services.

    ``folder`` is where its commands run. ``bound`` are the words that bind the image's command to
    loopback where it names an address itself: the last one wins. ``worker_paths`` are what its
    workers answer on a port of their own, which no deployment file names.
    """

    name: str
    folder: Path
    database: int
    bound: tuple[str, ...]
    worker_paths: tuple[str, ...]

    @property
    def file(self) -> str:
        """The name of its deployment file."""
        return f"deploy-{self.name}.yaml"

    @property
    def source(self) -> Path:
        """The folder that its image is built from."""
        return STORY / self.name


GO = Operand("go", LIVE / "go", 0, (), ("/health", "/metrics"))
PYTHON = Operand("python", STORY / "python", 1, ("--host", LOOPBACK, "--port", "{port}"), ())
SIDES = (GO, PYTHON)
TASK = {"conversation": "c-1", "name": "opened", "id": "d-1"}
"""The payload of a task, for all queues."""


class Endpoint(NamedTuple):
    """A path of a running process."""

    process: Process
    port: int
    path: str


class Outcome(NamedTuple):
    """The result of the story: (done, sent) tasks for each side, and each problem in a sentence."""

    commands: int
    tasks: Mapping[str, tuple[int, int]]
    answered: int
    asked: int
    problems: tuple[str, ...]


class Refusal(NamedTuple):
    """A command of the twin, its exit code (None while it runs), and its output."""

    command: Command
    code: int | None
    said: str

    @property
    def is_right(self) -> bool:
        """Whether it exited and printed that the queue is empty."""
        return self.code is not None and self.code > 0 and "--queue is empty" in self.said


def summary(outcome: Outcome) -> str:
    """The summary in one line."""
    tasks = " ".join(f"{done} of {all_} ({side})" for side, (done, all_) in outcome.tasks.items())
    return (
        f"commands run {outcome.commands}, tasks processed {tasks}, "
        f"endpoints answered {outcome.answered} of {outcome.asked}"
    )


def refused(refusals: Sequence[Refusal]) -> str:
    """The line about the twin: the number of refused commands, and the first message."""
    first = refusals[0]
    right = sum(one.is_right for one in refusals)
    return (
        f"{TWIN.name}: commands refused {right} of {len(refusals)}; "
        f"{' '.join(first.command)} exits {first.code}: {first.said}"
    )


def _environment(redis: int, side: Operand, port: int) -> dict[str, str]:
    """The environment of a process of a side: one port for everything that it opens."""
    return {
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(LIVE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "REDIS_URL": f"redis://{LOOPBACK}:{redis}/{side.database}",
        "HOST": LOOPBACK,
        "PORT": str(port),
        "METRICS_PORT": str(port),
    }


def _start(running: Processes, side: Operand, what: Deployed, redis: int) -> Iterator[Endpoint]:
    """Starts all commands of a side; returns its endpoints, the server's first."""
    ports = free_ports(1 + len(what.workers))
    bound = tuple(word.format(port=ports[0]) for word in side.bound)
    commands = [("server", what.server + bound, what.paths)]
    commands += [
        (f"worker-{number}", line, side.worker_paths)
        for number, line in enumerate(what.workers, start=1)
    ]
    for (name, line, paths), port in zip(commands, ports, strict=True):
        environment = _environment(redis, side, port)
        process = running.start(f"{side.name}-{name}", line, side.folder, environment)
        yield from (Endpoint(process, port, path) for path in paths)


def _ask(port: int, path: str, payload: object = None) -> str | None:
    """The answer to a GET, or to a POST of a payload; None for an error."""
    data = None if payload is None else json.dumps(payload).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://{LOOPBACK}:{port}{path}", data, headers)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=5) as answer:
            return str(answer.read(), "utf-8")
    except (OSError, HTTPException):
        return None


def _answers(endpoint: Endpoint) -> bool:
    process, port, path = endpoint
    wait(lambda: not process.is_running or _ask(port, path) is not None, WAIT)
    return process.is_running and _ask(port, path) is not None


def _is_processed(port: int, queue: str) -> bool:
    """Sends a task to a queue, and waits until the service reports it as done."""
    path = f"/api/v1/tasks/{queue}"
    queued = _ask(port, path, TASK)
    if queued is None:
        return False
    task = f"{path}/{json.loads(queued)['id']}"
    return wait(lambda: json.loads(_ask(port, task) or "{}").get("done") is True, WAIT)


def _story(running: Processes, redis: int) -> Outcome:
    """Starts the story's services, requests every endpoint, and sends a task to each queue."""
    what = {side: deployed(STORY / "deploy" / side.file, side.source) for side in SIDES}
    endpoints = {side: list(_start(running, side, what[side], redis)) for side in SIDES}
    problems, tasks = [], {}
    silent = [one for each in endpoints.values() for one in each if not _answers(one)]
    problems += [f"{one.process.name} does not answer {one.path}" for one in silent]
    for side in SIDES:
        queues, port = what[side].queues, endpoints[side][0].port
        lost = [queue for queue in queues if not _is_processed(port, queue)]
        problems += [f"{side.name}: the task given to {queue} was not processed" for queue in lost]
        tasks[side.name] = len(queues) - len(lost), len(queues)
    ended = running.ended()
    problems += [f"{process.name} has ended:\n{process.tail()}" for process in ended]
    asked = sum(map(len, endpoints.values()))
    commands = sum(1 + len(one.workers) for one in what.values()) - len(ended)
    return Outcome(commands, tasks, asked - len(silent), asked, tuple(problems))


def _twin(running: Processes, redis: int) -> list[Refusal]:
    """Starts the commands of the twin's deployment file; each must exit."""
    lines = deployed(TWIN / "deploy" / GO.file, TWIN / "go").workers
    (port,) = free_ports(1)
    environment = _environment(redis, GO, port)
    started = [
        running.start(f"twin-worker-{number}", line, LIVE / TWIN.name, environment)
        for number, line in enumerate(lines, start=1)
    ]
    wait(lambda: not any(process.is_running for process in started), WAIT)
    return [
        Refusal(line, process.popen.poll(), process.tail().strip())
        for line, process in zip(lines, started, strict=True)
    ]


def live() -> tuple[Outcome, list[Refusal]]:
    """Builds and runs everything. Raises Failed if that is impossible."""
    build_go(STORY / "go", LIVE / "go")
    build_go(TWIN / "go", LIVE / TWIN.name)
    install_python(PYTHON.source)
    with Processes(LIVE / "logs") as running:
        redis = start_redis(running, LIVE)
        return _story(running, redis), _twin(running, redis)


def _stop(number: int, _: FrameType | None) -> NoReturn:
    """Exits, and lets the started processes end without interruption."""
    for one in STOPS:
        signal.signal(one, signal.SIG_IGN)
    sys.exit(128 + number)


def main() -> int:
    """Prints the result; returns 1 if any command did not run as expected."""
    for one in STOPS:
        signal.signal(one, _stop)
    lacking = missing()
    if lacking:
        print("\n".join(lacking), file=sys.stderr)
        return 1
    try:
        outcome, refusals = live()
    except (Failed, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(summary(outcome))
    print(refused(refusals))
    if outcome.problems:
        print("\n".join(outcome.problems), file=sys.stderr)
    return int(bool(outcome.problems) or not all(one.is_right for one in refusals))


if __name__ == "__main__":
    sys.exit(main())
