"""A large group is checked in chunks: what is said of it does not depend on how."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploylint.engine import check
from deploylint.engine.chunks import parallel
from deploylint.engine.chunks import run as chunks
from deploylint.engine.group import GroupResult
from deploylint.model.errors import UsageError
from tests.support.command_line import run_command
from tests.support.fleets import SERVICE, WORKLOAD
from tests.support.projects import MOVED, PYTHON, WEB, write
from tests.support.stories import story, told
from tools import TODAY

Files = dict[str, str]


class Chunked:
    """Checks in chunks of a few files, and whether it could be done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.results: list[GroupResult | None] = []

    def use(self, size: int, count: int, method: str = "fork") -> None:
        """Use chunks of a size, on some cores, in processes that are begun by a method."""
        whole = chunks.check_in_chunks

        def spied(*arguments: Any) -> GroupResult | None:
            result = whole(*arguments)
            self.results.append(result)
            return result

        cores = set(range(count))
        self._monkeypatch.setattr(os, "sched_getaffinity", lambda _: cores, raising=False)
        self._monkeypatch.setattr(parallel, "start_method", lambda: method)
        self._monkeypatch.setattr(check, "LARGE", 0)
        self._monkeypatch.setattr(chunks, "SIZE", size)
        self._monkeypatch.setattr(chunks, "LARGEST", 2)
        self._monkeypatch.setattr(chunks, "SAMPLE", 2)
        self._monkeypatch.setattr(chunks, "check_in_chunks", spied)

    def undo(self) -> list[bool]:
        """Check groups whole again; gives of each group whether it was checked in chunks."""
        self._monkeypatch.undo()
        return [result is not None for result in self.results]


@pytest.fixture
def chunked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chunked]:
    one = Chunked(monkeypatch)
    yield one
    one.undo()


def out(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    asked = ["--today", TODAY, "--color", "never", "--no-progress", *arguments]
    try:
        code = run_command("check", str(folder), *asked)
    except UsageError as error:
        return 2, str(error)
    return code, capsys.readouterr().out


@pytest.fixture
def same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[bool]]:
    """Hold what a check prints in chunks against what it prints of the whole group."""

    def run(
        folder: Path, size: int, count: int, *arguments: str, method: str = "fork"
    ) -> list[bool]:
        whole = out(folder, capsys, *arguments)
        chunked = Chunked(monkeypatch)
        chunked.use(size, count, method)
        assert out(folder, capsys, *arguments) == whole
        return chunked.undo()

    return run


def fleet(size: int) -> Files:
    peers = {f"deploy-web{n}.yaml": WEB.replace("acme/web", f"acme/web{n}") for n in range(size)}
    return {"deploy-python.yaml": PYTHON, **peers}


COMMENT = "  # deploylint: allow[service-port: 8000 -> 8080] because it listens there"

FLEETS: dict[str, tuple[Files, bool]] = {
    "clean": (fleet(7), True),
    "moved": (fleet(5) | {"deploy-moved.yaml": MOVED + "odd: 1\n"}, True),
    "not read": (fleet(5) | {"deploy-x.yaml": "a: [\n", "none.yaml": "zzz: 1\n"}, True),
    "typo": (fleet(5) | {"deploy-x.yaml": WEB.replace("replicaCount", "replicaCoun")}, True),
    "comment": (
        fleet(5)
        | {
            "deploy-x.yaml": MOVED.replace("port: 8080", f"port: 8080{COMMENT}"),
            "deploy-z.yaml": WEB.replace("port: 8000", f"port: 8000{COMMENT}"),
        },
        True,
    ),
    "copied name": (fleet(6) | {"deploy-web5.yaml": WEB.replace("acme/web", "acme/api")}, True),
    "another profile at the end": (
        fleet(5) | {"deploy-zzz.yaml": "deployment: {image: {repository: acme/z}}\n"},
        True,
    ),
    "odd reference": (
        {name: text.replace("ClusterIP", "NodePort") for name, text in fleet(6).items()}
        | {"deploy-python.yaml": PYTHON},
        False,
    ),
    "overlay of another chunk": (fleet(5) | {"deploy-aaa.yaml": "replicaCount: 3\n"}, True),
    "manifest": (
        fleet(5) | {"x.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n"},
        False,
    ),
    "no reference": (
        {name: text for name, text in fleet(5).items() if name != "deploy-python.yaml"},
        False,
    ),
    "one name": (fleet(5) | {"values-web1.yaml": WEB}, False),
    "dockerfile": (fleet(5) | {"web1/Dockerfile": "FROM alpine\nUSER 0\nEXPOSE 9\n"}, True),
}


WAYS: list[Any] = [(name, size, 1, "fork") for name in FLEETS for size in (2, 3)]
WAYS += [("moved", 3, 2, "fork")]
WAYS += [
    pytest.param(name, size, count, "spawn", marks=pytest.mark.slow)
    for name in ("moved", "comment")
    for size, count in ((3, 2), (2, 3))
]
"""Each fleet in chunks of a size, on so many processes.

What a chunk comes to does not hang on who works it out, and a test process has threads, which is no
place to fork from often.
"""


@pytest.mark.parametrize(("name", "size", "count", "method"), WAYS)
def test_report_of_a_fleet_in_chunks_is_that_of_the_whole(
    name: str, size: int, count: int, method: str, folder: Path, same: Callable[..., list[bool]]
) -> None:
    files, is_chunked = FLEETS[name]
    write(folder / "deploy", files)
    for arguments in (["-f", "json"], ["-v"], ["-f", "concise", "--reference", "web3"]):
        taken = same(folder / "deploy", size, count, *arguments, method=method)
        if "--reference" not in arguments:
            assert taken == [is_chunked]


# --- manifests ----------------------------------------------------------------------------------

MANIFESTS = ("api", "billing", "catalogue", "delivery", "invoices", "mail", "orders")


def whole(name: str, workload: str = WORKLOAD, service: str = SERVICE) -> str:
    """A workload and its Service in one file."""
    return f"{workload}---\n{service}".format(name=name)


def manifests() -> Files:
    """Seven services, each in its file."""
    return {f"{name}.yaml": whole(name) for name in MANIFESTS}


def apart(workload: str, service: str) -> Files:
    """Five services of two files each; the files are called as two patterns say."""
    files = {workload.format(name=name): WORKLOAD.format(name=name) for name in MANIFESTS[:5]}
    return files | {service.format(name=name): SERVICE.format(name=name) for name in MANIFESTS[:5]}


def named(kind: str, name: str) -> str:
    """An object that pods name."""
    return f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n"


SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {name}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {target}
  minReplicas: 2
  maxReplicas: 4
"""

ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {name}
spec:
  rules:
  - backendRefs:
    - name: {target}
      port: 8080
"""

MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: every
spec:
  selector:
    matchLabels:
      team: shop
  endpoints:
  - port: http
"""

OTHER_PORT = WORKLOAD.replace("containerPort: 8080", "containerPort: 9090")
WRONG_KEY = WORKLOAD.replace("replicas: 2", "replicsa: 2")


def with_account(name: str, account: str) -> str:
    """A workload whose pods run with an account."""
    pods = "      imagePullSecrets:\n"
    text = WORKLOAD.replace(pods, f"      serviceAccountName: {account}\n{pods}")
    return text.format(name=name)


def worker_of(server: str, name: str) -> str:
    """A workload that runs the image of a server as a worker."""
    text = WORKLOAD.format(name=name).replace(
        f"registry.example/{name}", f"registry.example/{server}"
    )
    return text.replace(
        "          imagePullPolicy",
        '          command: [celery, "-A", app, worker]\n          imagePullPolicy',
    )


MANIFEST_FLEETS: dict[str, tuple[Files, bool]] = {
    "clean": (manifests(), True),
    "moved": (manifests() | {"mail.yaml": whole("mail", OTHER_PORT)}, True),
    "a wrong key": (manifests() | {"mail.yaml": whole("mail", WRONG_KEY)}, True),
    "not read": (manifests() | {"x.yaml": "a: [\n", "y.yaml": "a: 1\n"}, False),
    "not YAML": (manifests() | {"x.yaml": "a: [\n"}, True),
    "neighbours": (apart("{name}-deployment.yaml", "{name}-service.yaml"), True),
    "by kind": (apart("deployment-{name}.yaml", "service-{name}.yaml"), False),
    "two services in a file": (
        manifests() | {"mail.yaml": f"{whole('mail')}---\n{whole('post')}"},
        True,
    ),
    "a workload twice": (manifests() | {"z.yaml": whole("api")}, False),
    "a name in two namespaces": (
        manifests()
        | {
            "z.yaml": whole(
                "api", WORKLOAD.replace("name: {name}\nspec", "name: {name}\n  namespace: b\nspec")
            )
        },
        False,
    ),
    "a scaler in the next file": (
        manifests() | {"delivery-x.yaml": SCALER.format(name="delivery", target="delivery")},
        True,
    ),
    "a scaler of nothing": (
        manifests() | {"x.yaml": SCALER.format(name="x", target="deliverz")},
        False,
    ),
    "a route to nothing": (
        manifests() | {"x.yaml": ROUTE.format(name="x", target="ordres")},
        False,
    ),
    "a route to all": (manifests() | {"zz.yaml": ROUTE.format(name="zz", target="api")}, False),
    "a monitor of all": (
        {
            f"{name}.yaml": whole(
                name,
                service=SERVICE.replace(
                    "name: {name}\nspec", "name: {name}\n  labels:\n    team: shop\nspec"
                ),
            )
            for name in MANIFESTS
        }
        | {"zz.yaml": MONITOR},
        False,
    ),
    "a policy of all": (
        manifests()
        | {
            "zz.yaml": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
            "metadata: {name: all}\nspec: {podSelector: {}, ingress: [{ports: [{port: 80}]}]}\n"
        },
        False,
    ),
    "secrets elsewhere": (manifests() | {"x.yaml": named("ServiceAccount", "mail")}, True),
    "a secret that no pod uses": (manifests() | {"x.yaml": named("Secret", "registry-pul")}, False),
    "an account of another file": (
        manifests()
        | {
            "api.yaml": f"{with_account('api', 'shop')}---\n{SERVICE.format(name='api')}",
            "zz.yaml": named("ServiceAccount", "shop"),
        },
        False,
    ),
    "a worker in the next file": (
        manifests() | {"mail-worker.yaml": worker_of("mail", "mail-worker")},
        True,
    ),
    "a worker far away": (manifests() | {"zz.yaml": worker_of("api", "zz")}, False),
    "objects first": (manifests() | {"aaa.yaml": named("ConfigMap", "x") + "dta: {}\n"}, True),
    "objects last": (manifests() | {"zz.yaml": named("ConfigMap", "x") + "dta: {}\n"}, False),
    "objects of a service": (
        manifests()
        | {"mail.yaml": whole("mail") + "---\n" + named("ConfigMap", "x") + "dta: {}\n"},
        True,
    ),
    "values beside": (
        manifests() | {"zz.yaml": "image: {repository: acme/api, tag: '1.0'}\n"},
        False,
    ),
}

MANIFEST_WAYS: list[Any] = [(name, size, 1, "fork") for name in MANIFEST_FLEETS for size in (2, 3)]
MANIFEST_WAYS += [
    ("moved", 2, 2, "fork"),
    pytest.param("neighbours", 3, 2, "spawn", marks=pytest.mark.slow),
    pytest.param("a wrong key", 2, 2, "spawn", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("name", "size", "count", "method"), MANIFEST_WAYS)
def test_report_of_manifests_in_chunks_is_that_of_the_whole(
    name: str, size: int, count: int, method: str, folder: Path, same: Callable[..., list[bool]]
) -> None:
    files, is_chunked = MANIFEST_FLEETS[name]
    write(folder / "deploy", files)
    for arguments in (["-f", "json"], ["-v"]):
        asked = [*arguments, "--reference", "billing"]
        assert same(folder / "deploy", size, count, *asked, method=method) == [is_chunked]


# --- groups, stories, cores -----------------------------------------------------------------------

GROUP = """\
version: 1
groups:
  web:
    reference: api
    services:
    - {name: api, files: [deploy-python.yaml]}
SERVICES
allow:
- {id: a, service: moved, rule: service-port, from: 8000, to: 8080, because: it listens there}
- {id: b, service: web1, rule: service-port, from: 8000, to: 8080, because: nobody does}
- {id: c, service: "web*", rule: service, from: ClusterIP, to: NodePort, because: unused}
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize(("size", "count"), [(2, 1), (3, 2)])
def test_report_of_a_configured_group_in_chunks_is_that_of_the_whole(
    size: int, count: int, method: str, folder: Path, same: Callable[..., list[bool]]
) -> None:
    files = fleet(5) | {"deploy-moved.yaml": MOVED}
    names = [path.removeprefix("deploy-").removesuffix(".yaml") for path in files]
    entries = [f"    - {{name: {name}, files: [deploy-{name}.yaml]}}" for name in names[1:]]
    write(folder, files | {".deploylint.yaml": GROUP.replace("SERVICES", "\n".join(entries))})
    for arguments in (["-f", "json"], ["-v"], ["--no-allow"]):
        assert same(folder, size, count, *arguments, method=method) == [True]
    assert same(folder / "deploy-web1.yaml", size, count, method=method) == [True]


@story
def test_report_of_a_story_in_chunks_is_that_of_the_whole(
    folder: Path, capsys: pytest.CaptureFixture[str], chunked: Chunked
) -> None:
    whole = told(folder, "json", capsys)
    chunked.use(1, 1)
    assert told(folder, "json", capsys) == whole


def test_large_group_with_dockerfiles_is_checked_on_two_cores(folder: Path) -> None:
    """Their parser is a library in Go: a process that is forked after its call waits for ever."""
    files = {name.replace("web", "web0"): text for name, text in fleet(check.LARGE).items()}
    names = ["python", *(f"web0{number}" for number in range(check.LARGE))]
    files |= {f"{name}/Dockerfile": "FROM alpine\nUSER 7\n" for name in names}
    write(folder / "deploy", files)
    command = [sys.executable, "-m", "deploylint", "check", "deploy", "-f", "concise"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert f"{check.LARGE + 1} services" in done.stdout
