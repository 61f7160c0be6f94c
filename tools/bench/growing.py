"""Whether each thing that there can be many of costs the same however many there are.

Instructions are counted for one, for some and for ten times as many; what one of them costs may be
a fifth more in the large input than in the small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tools.bench import inputs
from tools.bench.cases import Setup, on_cores
from tools.bench.counting import instructions

MOST = 1.2
"""How much more one may cost among ten times as many."""
TIMES = 10


class Grown(NamedTuple):
    """Something that there can be many of: how many at first, and what writes so many."""

    name: str
    first: int
    write: Callable[[Path, int], list[str]]
    """Writes a folder, and gives the arguments of its check."""


class Growth(NamedTuple):
    """What one more costs, in instructions, among some and among ten times as many."""

    name: str
    sizes: tuple[int, int]
    each: tuple[float, float]

    @property
    def ratio(self) -> float:
        """1 is linear."""
        return self.each[1] / self.each[0]


_SERVICE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - name: {name}
        image: acme.example/{name}:1.2.0
        ports: [{{name: http, containerPort: 8080}}]
        securityContext: {{runAsNonRoot: true}}
        resources:
          requests: {{cpu: 100m, memory: 128Mi}}
          limits: {{cpu: 500m, memory: 256Mi}}
        livenessProbe:
          httpGet: {{path: /health, port: http}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec:
  selector: {{app: {name}}}
  ports: [{{name: http, port: 8080, targetPort: http}}]
"""

_BARE = """\
image: {{repository: acme.example/{name}, tag: "1.2.0"}}
service: {{port: 8080}}
resources:
  requests: {{cpu: 100m, memory: 128Mi}}
  limits: {{cpu: 500m, memory: 256Mi}}
"""

_WORKER = """\
  worker{number}:
    cmd: [{start}, {option}queue_{number}, --concurrency=2]
    resources:
      requests: {{cpu: 50m, memory: 64Mi}}
      limits: {{cpu: 200m, memory: 256Mi}}
"""

_CODED = """\
version: 1
groups:
  code:
    reference: none
    services:
    - {name: api, files: api.yaml, code: code}
"""

_GO = """\
package main

import (
	"net/http"

	"github.com/hibiken/asynq"
)

const part0 = "q"
{parts}
const chain = {chain}

func main() {{
	http.HandleFunc("/"+part{last}, nil)
	asynq.NewServer(redis, asynq.Config{{Queues: map[string]int{{chain: 1, "mail": 1}}}})
	http.ListenAndServe(":8080", nil)
}}
"""

_PYTHON = """\
from celery import Celery
from fastapi import FastAPI

app = FastAPI()
celery = Celery("app")
part0 = "q"
{parts}
chain = {chain}
celery.conf.task_routes = {{"tasks.a": {{"queue": chain}}, "tasks.b": {{"queue": "mail"}}}}


@app.get("/" + part{last})
def root():
    return None
"""


def _services(folder: Path, count: int) -> list[str]:
    names = ["api", *(f"service-{number}" for number in range(count))]
    _put(folder / "all.yaml", "---\n".join(_SERVICE.format(name=name) for name in names))
    return ["check", str(folder), "--reference", "api"]


def _workers(folder: Path, count: int) -> list[str]:
    ways = (
        ("python", "celeryWorkers", "celery, -A, app.tasks, worker", "-Q, "),
        ("go", "asynqWorkers", "./go, worker", "--queue="),
    )
    for name, group, start, option in ways:
        workers = (
            _WORKER.format(number=number, start=start, option=option) for number in range(count)
        )
        _put(folder / f"deploy-{name}.yaml", _BARE.format(name=name) + f"{group}:\n", *workers)
    return ["check", str(folder)]


def _lines(folder: Path, count: int) -> list[str]:
    variables = [
        f"# what {number} is for\n- name: VARIABLE_{number}\n  value: value {number}\n"
        for number in range(count)
    ]
    for name in ("python", "go"):
        _put(folder / f"deploy-{name}.yaml", _BARE.format(name=name), "env:\n", *variables)
    return ["check", str(folder)]


def _files(folder: Path, count: int) -> list[str]:
    inputs.values(count + 1)(folder)
    return ["check", str(folder)]


def _go_strings(folder: Path, count: int) -> list[str]:
    lines = (f'const part{n} = part{n - 1} + "{n % 10}"' for n in range(1, count + 1))
    return _strings(folder, "main.go", _GO, "\n".join(lines), count)


def _python_strings(folder: Path, count: int) -> list[str]:
    lines = (f'part{n} = part{n - 1} + "{n % 10}"' for n in range(1, count + 1))
    return _strings(folder, "main.py", _PYTHON, "\n".join(lines), count)


def _strings(folder: Path, file: str, model: str, parts: str, count: int) -> list[str]:
    """A source file with a text that is put together step by step, and one in a single line."""
    chain = " + ".join(['"q"'] * (count + 1))
    _put(folder / "code" / file, model.format(parts=parts, chain=chain, last=count))
    worker = _WORKER.format(number=0, start="./api, worker", option="--queue=")
    _put(folder / "api.yaml", _BARE.format(name="api"), "asynqWorkers:\n", worker)
    _put(folder / ".deploylint.yaml", _CODED)
    return ["check", str(folder / "api.yaml")]


def _put(path: Path, *parts: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(parts), encoding="utf-8")


ALL = (
    Grown("services in one file", 10, _services),
    Grown("workers in one file", 20, _workers),
    Grown("steps of a text in Go source", 20, _go_strings),
    Grown("steps of a text in Python source", 20, _python_strings),
    Grown("variables in a file, three lines each", 100, _lines),
    Grown("files in a folder", 10, _files),
)


def growths(folder: Path, setup: Setup) -> Iterator[Growth]:
    """Count each of them. Raises Failed where a count ends otherwise than by itself."""
    for grown in ALL:
        yield _growth(grown, folder / grown.name.replace(" ", "-"), setup)


def _growth(grown: Grown, folder: Path, setup: Setup) -> Growth:
    sizes = grown.first, grown.first * TIMES
    start = _count(grown, folder / "1", 1, setup)
    few, many = (
        (_count(grown, folder / str(size), size, setup) - start) / (size - 1) for size in sizes
    )
    return Growth(grown.name, sizes, (few, many))


def _count(grown: Grown, folder: Path, size: int, setup: Setup) -> int:
    """On one core: what is forked is counted too, but not when, and by how many."""
    return instructions(on_cores(setup, 1, *grown.write(folder, size), "-f", "concise"))
