"""Kubernetes manifests: what the API makes of them, what belongs together, and what is a set."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deploylint.config import load as config
from deploylint.engine import check
from deploylint.engine.discovery import STDIN
from deploylint.engine.result import Report
from deploylint.model.errors import Misread, UsageError
from deploylint.model.service import Service, Value
from tests.support.command_line import run_command
from tests.support.folders import FIXTURES
from tests.support.projects import report
from tools import TODAY

STORY = FIXTURES / "rendered-chart"
PAIR = FIXTURES / "fraiday" / "deploy"

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  {spec}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      {pod}
      containers:
      - name: {name}
        image: {image}
        {container}
---
"""


def deployment(
    name: str = "api", container: str = "", pod: str = "", spec: str = "", image: str = "acme/a:1"
) -> str:
    return DEPLOYMENT.format(name=name, container=container, pod=pod, spec=spec, image=image)


SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {selector: {app: api}, ports: [{name: web, port: 80, targetPort: http}]}
---
"""


def checked(folder: Path, reference: str = "") -> Report:
    return check.check([folder], check.CheckOptions(reference=reference), config.load(), TODAY)


def services(folder: Path, text: str) -> dict[str, Service]:
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    return {one.name: one for group in checked(folder).groups for one in group.loaded.services}


def value(folder: Path, text: str, address: str) -> Value:
    return services(folder, text)["api"].main.value(address)


# --- normal forms --------------------------------------------------------------------------------

SAME = [
    (
        "resources.limits.cpu",
        "resources: {limits: {cpu: '1'}}",
        "resources: {limits: {cpu: 1000m}}",
    ),
    (
        "resources.limits.memory",
        "resources: {limits: {memory: 0.5Gi}}",
        "resources: {limits: {memory: 512Mi}}",
    ),
    ("liveness-probe.period", "livenessProbe: {tcpSocket: {port: 1}}",
     "livenessProbe: {tcpSocket: {port: 1}, periodSeconds: 10}"),
    ("security-context.present", "securityContext: {}", "securityContext: null"),
    ("security-context.present", "securityContext:", "tty: true"),
    ("environment.variables", "env: []", "env: null"),
    (
        "security-context.drop-capabilities",
        "securityContext: {capabilities: {drop: [all]}}",
        "securityContext: {capabilities: {drop: [ALL]}}",
    ),
    (
        "liveness-probe.port",
        "{ports: [{name: http, containerPort: 8080}], livenessProbe: {tcpSocket: {port: http}}}",
        "{ports: [{name: http, containerPort: 8080}], livenessProbe: {tcpSocket: {port: 8080}}}",
    ),
    (
        "environment.variables",
        "env: [{name: A, value: x}, {name: B, value: y}]",
        "env: [{name: B, value: y}, {name: A, value: x}]",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("address", "one", "other"), SAME)
def test_object_written_in_two_ways_is_the_same(
    address: str, one: str, other: str, tmp_path: Path
) -> None:
    from deploylint.model.fields import ADDRESSES

    found = [value(tmp_path, deployment(container=_lines(text)), address) for text in (one, other)]
    assert len({found[0].state, found[1].state}) == 1
    if found[0].state == "known":
        forms = {ADDRESSES[address].normalise(each.data) for each in found}
        assert len(forms) == 1


def _lines(container: str) -> str:
    """A flow mapping as lines of a container."""
    if not container.startswith("{"):
        return container
    ports, probe = container.strip("{}").split("}], ")
    return f"{ports}}}]\n        {probe}" + "}" * (probe.count("{") - probe.count("}"))


def test_service_account_has_two_keys(tmp_path: Path) -> None:
    for key in ("serviceAccount", "serviceAccountName"):
        assert value(tmp_path, deployment(pod=f"{key}: x"), "pod.service-account").data == "x"


DEFAULTS = {
    "replicas.count": 1,
    "pod.service-account": "default",
    "pod.grace-period": 30,
    "pod.restart-policy": "Always",
    "pod.strategy": "RollingUpdate",
    "service.type": "ClusterIP",
    "liveness-probe.timeout": 1,
    "liveness-probe.scheme": "HTTP",
    "image.registry": "docker.io",
    "image.pull-policy": "IfNotPresent",
}


@pytest.mark.parametrize("address", DEFAULTS)
def test_default_of_the_api_is_filled_in(address: str, tmp_path: Path) -> None:
    text = deployment(container="livenessProbe: {httpGet: {port: 1}}") + SERVICE
    found = value(tmp_path, text, address)
    assert (found.state, found.data) == ("known", DEFAULTS[address])
    assert "default" in found.note


def test_message_names_the_default(tmp_path: Path) -> None:
    text = deployment("api", pod="terminationGracePeriodSeconds: 60") + deployment("web")
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8")
    said = [f.message for f in checked(tmp_path, "api").findings if f.rule == "pod"]
    assert said == ["pod.grace-period is absent (the default is 30); the reference has 60"]


IMAGES = {
    "nginx": ("docker.io", "nginx", "latest", None),
    "acme/api:1.2": ("docker.io", "acme/api", "1.2", None),
    "ghcr.io/acme/api:1.2": ("ghcr.io", "acme/api", "1.2", None),
    "localhost:5000/api@sha256:0f": ("localhost:5000", "api", "sha256:0f", "sha256:0f"),
}


@pytest.mark.parametrize("image", IMAGES)
def test_image_has_four_parts(image: str, tmp_path: Path) -> None:
    main = services(tmp_path, deployment(image=image))["api"].main
    parts = ("registry", "repository", "tag", "digest")
    assert tuple(main.value(f"image.{part}").data for part in parts) == IMAGES[image]


def test_bare_image_beside_a_kustomization_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("images: []\n", encoding="utf-8")
    main = services(tmp_path, deployment(image="api"))["api"].main
    assert {main.value(f"image.{part}").state for part in ("registry", "tag")} == {"unknown"}


def test_port_by_name_leads_to_the_container(tmp_path: Path) -> None:
    text = deployment(container="ports: [{name: http, containerPort: 8080}]") + SERVICE
    main = services(tmp_path, text)["api"].main
    assert (main.value("service.port").data, main.value("service.target-port").data) == (80, 8080)


# --- containers, roles and workers ---------------------------------------------------------------


def test_containers_beside_the_main_one_are_components_of_their_own(tmp_path: Path) -> None:
    text = deployment(
        container="tty: true\n      - {name: proxy, image: 'envoy:1'}",
        pod="initContainers: [{name: wait, image: 'busybox:1'}]",
    )
    one = services(tmp_path, text)["api"]
    assert [c.key for c in one.components] == ["client", "sidecar:proxy", "init:wait"]
    assert one.main.value("image.repository").data == "acme/a"


@pytest.mark.parametrize("key", ["containers", "initContainers"])
def test_worker_beside_the_main_container_has_options_of_its_program(
    key: str, tmp_path: Path
) -> None:
    one = "{name: mail, image: 'acme/a:1', command: [celery, -A, app, worker, -P, prefrk]}"
    text = (
        deployment(container=f"tty: true\n      - {one}")
        if key == "containers"
        else deployment(pod=f"{key}: [{one}]")
    )
    faults = services(tmp_path, text)["api"].faults
    assert [fault.message for fault in faults if fault.check == "wrong-option"] == [
        "unknown value 'prefrk' of -P; did you mean 'prefork'?"
    ]


def test_main_container_is_the_one_that_the_service_leads_to_first(tmp_path: Path) -> None:
    ports = "[{port: 8080, targetPort: 8080}, {name: metrics, port: 9443, targetPort: metrics}]"
    service = SERVICE.replace("[{name: web, port: 80, targetPort: http}]", ports)
    proxy = "{name: proxy, image: 'acme/proxy:1', ports: [{name: metrics, containerPort: 9443}]}"
    server = "{name: server, image: 'acme/api:1', livenessProbe: {tcpSocket: {port: 8080}}}"
    for containers in (f"[{proxy}, {server}]", f"[{server}, {proxy}]"):
        text = (
            deployment().partition("      containers:")[0]
            + f"      containers: {containers}\n---\n"
        )
        main = services(tmp_path, text + service)["api"].main
        assert main.value("image.repository").data == "acme/api"


PROXY = "{name: NAME, image: 'IMAGE', livenessProbe: {httpGet: {path: /up, port: 9801}}}"


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("database", "gcr.io/cloudsql-docker/gce-proxy:1.33"),
        ("database", "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2"),
        ("istio-proxy", "auto"),
        ("cloudsql-proxy", "acme/proxy:1"),
    ],
)
def test_main_container_is_not_the_proxy_beside_it_that_alone_is_probed(
    name: str, image: str, tmp_path: Path
) -> None:
    proxy = PROXY.replace("NAME", name).replace("IMAGE", image)
    other = "{name: exporter, image: 'acme/exporter:1'}"
    head = deployment().partition("      containers:")[0]
    for containers in (f"[{proxy}, SERVER]", f"[SERVER, {proxy}]", f"[SERVER, {other}, {proxy}]"):
        server = containers.replace("SERVER", "{name: server, image: 'acme/api:1'}")
        one = services(tmp_path, f"{head}      containers: {server}\n")["api"]
        assert one.main.value("image.repository").data == "acme/api"


def test_main_container_of_proxies_alone_is_the_first_that_is_probed(tmp_path: Path) -> None:
    proxy = PROXY.replace("NAME", "b").replace("IMAGE", "acme/cloud-sql-proxy:1")
    head = deployment().partition("      containers:")[0]
    both = f"[{{name: a, image: 'x/cloud-sql-proxy:1'}}, {proxy}]"
    one = services(tmp_path, f"{head}      containers: {both}\n")["api"]
    assert one.main.value("image.repository").data == "acme/cloud-sql-proxy"


ROLES = {
    "server": deployment(container="ports: [{containerPort: 80}]"),
    "client": deployment(),
    "worker": deployment(container="command: [celery, -A, app, worker, -Q, mail]"),
    "scheduler": deployment(container="command: [celery, -A, app, beat]"),
    "store": deployment(image="redis:7"),
    "job": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: api}\n"
    "spec: {template: {spec: {containers: [{name: x, image: y}]}}}\n",
}


@pytest.mark.parametrize("program", ["dramatiq, app.tasks", "rqworker, mail", "sidekiq"])
def test_program_that_is_nothing_but_a_worker_makes_one(program: str, tmp_path: Path) -> None:
    one = services(tmp_path, deployment(container=f"command: [{program}]"))["api"]
    assert one.main.role == "worker"


def test_store_by_its_image_opens_no_port_of_http(tmp_path: Path) -> None:
    ports = "ports: [{name: http, containerPort: 8080}]"
    one = services(tmp_path, deployment(image="acme/mysql:1", container=ports))["api"]
    assert one.main.role == "server"


@pytest.mark.parametrize("role", ROLES)
def test_role_follows_its_evidence(role: str, tmp_path: Path) -> None:
    one = services(tmp_path, ROLES[role])["api"]
    assert one.main.role == role
    assert f"role {role}: " in one.notes[0]


@pytest.mark.parametrize(
    "container", ["command: {a: b}", "command: ' '", "command: [python]\n        args: {a: b}"]
)
def test_role_needs_no_valid_command(container: str, tmp_path: Path) -> None:
    text = deployment(container=container)
    assert services(tmp_path, text)["api"].main.role == "client"


CELERY = "command: [celery, -A, app, worker, -Q, $(QUEUE), -c, '4']"
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {QUEUE: mail}
---
"""
VARIABLES = {
    "literal": ("env: [{name: QUEUE, value: mail}]", ""),
    "key": (
        "env: [{name: QUEUE, valueFrom: {configMapKeyRef: {name: settings, key: QUEUE}}}]",
        CONFIG_MAP,
    ),
    "whole map": ("envFrom: [{configMapRef: {name: settings}}]", CONFIG_MAP),
}


@pytest.mark.parametrize("way", VARIABLES)
def test_variable_in_a_command_is_resolved(way: str, tmp_path: Path) -> None:
    env, beside = VARIABLES[way]
    main = services(tmp_path, deployment(container=f"{CELERY}\n        {env}") + beside)["api"].main
    assert (main.role, main.value("workers.queues").data) == ("worker", ["mail"])


def test_variable_from_outside_the_group_is_unknown(tmp_path: Path) -> None:
    env = "envFrom: [{configMapRef: {name: settings}}]"
    main = services(tmp_path, deployment(container=f"{CELERY}\n        {env}"))["api"].main
    assert main.value("workers.queues").state == "unknown"


def test_arguments_without_a_command_leave_the_program_to_the_image(tmp_path: Path) -> None:
    text = deployment("api-asynq", container="args: [worker, --queue=mail, --concurrency=2]")
    main = services(tmp_path, text)["api-asynq"].main
    assert main.role == "worker"
    assert main.value("workers.program").state != "known"
    assert (main.value("workers.queues").data, main.value("workers.concurrency").data) == (
        ["mail"],
        2,
    )


def test_services_of_two_shapes_are_not_compared_key_by_key(tmp_path: Path) -> None:
    from deploylint.model.rule import builtin_rule
    from deploylint.policy import builtin_checks

    (one,) = services(tmp_path, deployment()).values()
    values = one._replace(name="values", shape="values")
    own = {builtin_checks.STRUCTURE: builtin_rule(builtin_checks.STRUCTURE, "warning", "")}
    assert list(builtin_checks.in_structure(one, [values], own, whole=True)) == []


# --- what belongs together -----------------------------------------------------------------------


def test_selector_may_mean_two_workloads(tmp_path: Path) -> None:
    canary = deployment("api-canary").replace("{app: api-canary}", "{app: api}")
    found = services(tmp_path, deployment() + canary + SERVICE)
    assert {one.main.value("service.port").data for one in found.values()} == {80}


def test_object_that_no_workload_owns_is_named(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(deployment("web") + SERVICE, encoding="utf-8")
    reasons = [one.reason for one in checked(tmp_path).skipped]
    assert reasons == ["line 16: Service api selects no pods of this group"]


def test_workload_twice_names_both_places(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(deployment(), encoding="utf-8")
    found = checked(tmp_path)
    assert [one.name for group in found.groups for one in group.loaded.services] == ["api"]
    first, second = found.problems
    for problem, name, other in ((first, "one", "two"), (second, "two", "one")):
        assert problem.file.endswith(f"{name}.yaml")
        assert "Deployment api is defined twice (also " in problem.message
        assert f"{other}.yaml:1); keep one" in problem.message


def test_workloads_of_one_name_in_two_kinds_are_two_services(tmp_path: Path) -> None:
    assert set(services(tmp_path, deployment() + ROLES["job"])) == {"deployment/api", "job/api"}


def test_secrets_are_in_no_excerpt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = deployment(pod="volumes: [{name: a, secret: {secretName: s}}]") + deployment("web")
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
    secret += "stringData:\n  user: hunter2\n  user: x\n"
    (tmp_path / "all.yaml").write_text(text + secret, encoding="utf-8")
    run_command("check", str(tmp_path), "--reference", "api", "--no-config")
    said = capsys.readouterr().out
    assert "duplicate-key" in said
    assert "hunter2" not in said


# --- what a configuration states ---

WORKER = deployment("mailer", "command: [celery, -A, app, worker, -Q, mail]", image="acme/m:1")
GROUP = "version: 1\ngroups:\n  all:\n    reference: none\n    services:\n"


def configured(folder: Path, listed: str, files: dict[str, str]) -> dict[str, Service]:
    put(folder, {".git/HEAD": "", ".deploylint.yaml": GROUP + listed, **files})
    found = check.check([], check.CheckOptions(), config.load(folder / ".deploylint.yaml"), TODAY)
    return {one.name: one for group in found.groups for one in group.loaded.services}


def test_file_of_many_workloads_may_have_configured_ones(tmp_path: Path) -> None:
    listed = "    - {files: a.yaml}\n    - {files: a.yaml, name: web, role: gateway}\n"
    text = deployment("api") + deployment("web") + deployment("admin")
    found = configured(tmp_path, listed, {"a.yaml": text})
    roles = {name: one.main.role for name, one in found.items()}
    assert roles == {"api": "client", "web": "gateway", "admin": "client"}


def test_file_of_many_workloads_gives_only_configured_ones(tmp_path: Path) -> None:
    listed = "    - {files: a.yaml, name: web}\n    - {files: a.yaml, name: api}\n"
    text = deployment("api") + deployment("web") + deployment("admin")
    assert set(configured(tmp_path, listed, {"a.yaml": text})) == {"api", "web"}


def test_workers_in_the_files_of_a_service_belong_to_it(tmp_path: Path) -> None:
    listed = "    - {files: [a.yaml, b.yaml], name: api}\n"
    server = deployment("api", "ports: [{containerPort: 80}]")
    found = configured(tmp_path, listed, {"a.yaml": server, "b.yaml": WORKER})
    assert [one.role for one in found["api"].components] == ["server", "worker"]


def test_single_workload_may_have_another_configured_name(tmp_path: Path) -> None:
    listed = "    - {files: a.yaml, name: shop}\n"
    assert set(configured(tmp_path, listed, {"a.yaml": deployment("api")})) == {"shop"}


def test_configured_name_without_a_workload_is_refused(tmp_path: Path) -> None:
    listed = "    - {files: a.yaml, name: wbe}\n"
    text = deployment("api") + deployment("web")
    with pytest.raises(
        Misread, match=r"no workload 'wbe' in its files; did you mean 'web'"
    ) as caught:
        configured(tmp_path, listed, {"a.yaml": text})
    assert caught.value.problem.line == 6


# --- folders and the standard input --------------------------------------------------------------


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def sets(report: Report) -> dict[str, list[str]]:
    return {group.loaded.name: [s.name for s in group.loaded.services] for group in report.groups}


def test_folder_of_variants_is_a_group_each(tmp_path: Path) -> None:
    both = deployment("api") + deployment("web")
    put(tmp_path, {"k8s/one/all.yaml": both, "k8s/two/all.yaml": both})
    found = sets(checked(tmp_path / "k8s"))
    assert found == {"k8s/one": ["api", "web"], "k8s/two": ["api", "web"]}


def test_folder_of_environments_is_one_group_in_each(tmp_path: Path) -> None:
    both = deployment("api") + deployment("web")
    put(tmp_path, {"k8s/dev/all.yaml": both, "k8s/prod/all.yaml": both})
    report = checked(tmp_path / "k8s")
    groups = [(group.loaded.name, group.loaded.environment) for group in report.groups]
    assert groups == [("k8s", "dev"), ("k8s", "prod")]
    assert sets(report) == {"k8s": ["api", "web"]}


def test_folder_for_each_service_is_one_group(tmp_path: Path) -> None:
    put(tmp_path, {"k8s/a/x.yaml": deployment("a"), "k8s/b/x.yaml": deployment("b")})
    assert sets(checked(tmp_path / "k8s")) == {"k8s": ["a", "b"]}


def test_skipped_folder_is_named(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            ".github/a.yaml": deployment(),
            "node_modules/a.yaml": deployment(),
            "chart/Chart.yaml": "name: x\n",
            "chart/templates/a.yaml": "{{ x }}\n",
            "k8s/all.yaml": deployment("api") + deployment("web"),
        },
    )
    report = checked(tmp_path)
    said = {Path(one.file).name: one.reason for one in report.skipped}
    assert said[".github"] == "a dot folder"
    assert said["node_modules"] == "third-party packages"
    assert "helm template NAME" in said["templates"]
    assert list(sets(report).values()) == [["api", "web"]]


def piped(monkeypatch: pytest.MonkeyPatch, text: str, reference: str) -> Report:
    stdin = SimpleNamespace(buffer=io.BytesIO(text.encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    return check.check([STDIN], check.CheckOptions(reference=reference), config.load(), TODAY)


def test_standard_input_is_compared_with_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values lead, what helm renders follows: what values have no key for is unknown."""
    text = (STORY / "deploy" / "api-service.yaml").read_text(encoding="utf-8")
    report = piped(monkeypatch, text, str(PAIR / "deploy-python.yaml"))
    assert report.groups[0].loaded.shape == "mixed"
    assert report.problems == ()
    assert {f.status for f in report.findings} == {"allowed", "unknown"}
    assert {f.location.file for f in report.findings} == {"<stdin>"}
    assert all("rendered from fraiday-service/templates/" in f.message for f in report.findings)
    assert {f.rule for f in report.findings if f.status == "unknown"} == {"pod"}


def test_reason_of_a_file_of_many_objects_names_three(tmp_path: Path) -> None:
    roles = "".join(
        f"---\n{{apiVersion: v1, kind: Role, metadata: {{name: r{n}}}}}\n" for n in range(200)
    )
    put(tmp_path, {"a.yaml": deployment(), "roles.yaml": roles})
    (skip,) = checked(tmp_path).skipped
    assert skip.reason == (
        "line 2: Role r0 not part of a workload; line 4: Role r1 not part of a workload; "
        "line 6: Role r2 not part of a workload; 197 more objects"
    )
    assert skip.kind == "objects not part of a workload"


def test_max_unknown_fails_for_more_unknown_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hardened = (
        "securityContext: {runAsNonRoot: true}\n        resources: {limits: {cpu: 1, memory: 1Mi}}"
    )
    put(tmp_path, {"a.yaml": deployment("api", hardened) + deployment("web", hardened)})
    command = ["check", str(tmp_path), "--reference", "api", "--no-config", "--max-unknown"]
    codes = [run_command(*command, bound) for bound in ("9", "0")]
    assert codes == [0, 1]
    capsys.readouterr()


def test_standard_input_services_have_their_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = deployment() + deployment("web")
    with pytest.raises(UsageError, match="no such service in <stdin>; choose from api, web"):
        piped(monkeypatch, text, "nosuch")
    with pytest.raises(UsageError, match="choose from api"):
        piped(monkeypatch, deployment(), "nosuch")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no deployment to compare (<stdin>: empty)"),
        (
            deployment(),
            "only one service given, nothing to compare it with; set its reference: "
            "deploylint check --reference FILE -",
        ),
    ],
)
def test_standard_input_without_deployments_is_reported(
    text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (problem,) = piped(monkeypatch, text, "").problems
    assert (problem.file, problem.message) == ("<stdin>", message)


def test_chart_is_reported_as_unrendered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chart = {"chart/Chart.yaml": "name: x\n", "chart/templates/a.yaml": "{{ x }}\n"}
    put(tmp_path, {**chart, "chart/values.yaml": "image: {repository: acme/a, tag: '1'}\n"})
    for folder in (".", "chart"):
        run_command("check", folder, "--no-config")
        said = " ".join(capsys.readouterr().out.split())
        assert "helm template NAME chart | deploylint check -" in said, folder


def test_standard_input_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    report = piped(monkeypatch, " " * 5_000_000, "")
    assert "at most" in report.problems[0].message


# --- what helm renders ---------------------------------------------------------------------------


def told(report: Report) -> set[str]:
    sides = ("rule", "component", "status", "expected", "actual")
    return {json.dumps([getattr(f, side) for side in sides]) for f in report.findings}


def test_rendered_manifests_have_the_findings_of_their_values() -> None:
    assert told(checked(STORY / "deploy", "ai-backend")) == told(checked(PAIR, "python"))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "values"), [("ai-backend", "python"), ("api-service", "go")])
def test_rendered_chart_is_fresh(name: str, values: str) -> None:
    if shutil.which("helm") is None:
        pytest.skip("helm is not installed")
    written = (STORY / "deploy" / f"{name}.yaml").read_text(encoding="utf-8")
    chart, file = str(STORY / "chart"), str(PAIR / f"deploy-{values}.yaml")
    command = ["helm", "template", name, chart, "--values", file]
    made = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert _objects(made) == _objects(written.partition("\n")[2])


def _objects(text: str) -> Any:
    """What a rendered text means: versions of helm order and space it differently."""
    from ruamel.yaml import YAML

    def each() -> Iterator[str]:
        for one in YAML(typ="safe", pure=True).load_all(text):
            if one is not None:
                yield json.dumps(one, sort_keys=True)

    return sorted(each())


ODD = [
    deployment(container="env: [{name: PASSWORD, value: [a]}]"),
    deployment() + SERVICE.replace("{name: api}", "{name: api, labels: [a]}"),
    deployment() + SERVICE + "kind: ServiceMonitor\napiVersion: x/v1\n"
    "metadata: {name: api}\nspec: {selector: {matchLabels: {app: api}}}\n",
    deployment().replace("labels: {app: api}", ""),
]


@pytest.mark.parametrize("text", ODD)
def test_manifests_with_values_of_another_kind_are_read_or_refused(
    text: str, tmp_path: Path
) -> None:
    assert set(services(tmp_path, text)) == {"api"}


SLIPS = [
    ("spec:", "sepc:", 4, "sepc is not a field of Deployment; did you mean 'spec'?"),
    ("spec:\n", "", 4, "is not a field of metadata"),
    ("  template:", "  tempalte:", 6, "tempalte is not a field of spec; did you mean 'template'?"),
    ("containers:", "container:", 8, "container is not a field of"),
]


@pytest.mark.parametrize(("written", "slip", "line", "words"), SLIPS)
def test_workload_with_a_slip_in_its_spec_is_no_patch_and_a_problem_at_its_line(
    tmp_path: Path, written: str, slip: str, line: int, words: str
) -> None:
    text = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, labels: {app: api}}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: "acme.example/api:1.2.0"}]}
"""
    text = text.replace("metadata: {name: api, labels: {app: api}}", "metadata:\n  name: api")
    (tmp_path / "api.yaml").write_text(text.replace(written, slip, 1), encoding="utf-8")
    (problem,) = (each for each in report(tmp_path).problems if "api.yaml" in each.file)
    assert problem.line == line + 1
    assert "Deployment api has no containers" in problem.message
    assert words in problem.message


def test_workload_with_an_empty_spec_is_a_problem_and_one_without_a_patch(tmp_path: Path) -> None:
    head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\n"
    (tmp_path / "api.yaml").write_text(head % "api" + "spec:\n", encoding="utf-8")
    (tmp_path / "web.yaml").write_text(head % "web", encoding="utf-8")
    messages = [problem.message for problem in report(tmp_path).problems]
    assert [each for each in messages if "spec has no value" in each] == [
        "Deployment api has no containers; spec has no value"
    ]
    assert not any("Deployment web" in each for each in messages)
