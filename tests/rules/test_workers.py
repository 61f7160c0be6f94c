"""What the rules about workers say: queues lost or consumed twice, and how much is done."""

from pathlib import Path

import pytest

from tests.support.projects import PYTHON, deployment, messages, project, report, said, write

MAIL = (
    "  {name}: {{replicaCount: {pods}, command: [celery, worker, -Q, {queues}, -c, '{tasks}']}}\n"
)


def values(*workers: tuple[str, str], pods: object = 1, tasks: object = 2) -> str:
    """A service with workers, each a name and its queues."""
    lines = (MAIL.format(name=name, queues=q, pods=pods, tasks=tasks) for name, q in workers)
    return PYTHON + "workers:\n" + "".join(lines)


def fleet(folder: Path, python: str, web: str, configuration: str = "") -> Path:
    """A reference with workers and a service that is compared with it."""
    return project(folder, configuration, python=python, web=web)


ONE = values(("a", "mail"))
CAPACITY = "rules: {worker-capacity: warning, workers: skip, replicas: skip, autoscaling: skip}\n"


def test_queue_without_a_consumer_is_reported_by_its_name(tmp_path: Path) -> None:
    found = report(fleet(tmp_path, values(("a", "mail"), ("b", "sms")), ONE))
    assert messages(found, "worker-queues") == ["workers.queues lacks sms, which the reference has"]


def test_queue_with_two_consumers_is_reported_at_the_second_worker(tmp_path: Path) -> None:
    twice = values(("a", "mail"), ("b", "sms"), ("c", "'sms,mail'"))
    found = report(fleet(tmp_path, values(("a", "mail"), ("b", "sms")), twice))
    assert said(found) == ["deploy-web.yaml:11 worker-shared-queue"]
    assert messages(found, "worker-shared-queue") == [
        "workers.shared-queues must be absent; "
        "it is mail (mail consumed by a, c; sms consumed by b, c)"
    ]


def test_capacity_split_into_other_pods_and_tasks_passes(tmp_path: Path) -> None:
    split = values(("a", "mail"), pods=2, tasks=8)
    folder = fleet(tmp_path, values(("a", "mail"), pods=8, tasks=2), split, CAPACITY)
    assert said(report(folder)) == []


def test_capacity_that_is_too_high_names_its_factors(tmp_path: Path) -> None:
    scaled = values(("a", "mail")).replace(
        "replicaCount: 1,", "autoscaling: {enabled: true, minReplicas: 1, maxReplicas: 9},"
    )
    found = report(fleet(tmp_path, ONE, scaled, CAPACITY))
    assert messages(found, "worker-capacity") == [
        "workers.capacity is 18 (pods: at most 9, tasks at once in each: 2); the reference has "
        "2 (pods: 1, tasks at once in each: 2) (allowed: within 4 times)"
    ]


def test_capacity_limit_of_a_project_applies(tmp_path: Path) -> None:
    bound = "rules: {worker-capacity: {severity: error, must: {be: {at-most: 8}}}}\n"
    many = values(("a", "mail"), pods=3, tasks=4)
    assert (
        messages(report(fleet(tmp_path, many, many, bound)), "worker-capacity")
        == ["workers.capacity must be at most 8; it is 12 (pods: 3, tasks at once in each: 4)"] * 2
    )


def test_capacity_without_a_number_of_pods_is_unknown(tmp_path: Path) -> None:
    bound = "rules: {worker-capacity: {severity: error, must: {be: {at-most: 8}}}}\n"
    silent = ONE.replace("replicaCount: 1, ", "")
    found = report(fleet(tmp_path, silent, silent, bound))
    assert said(found, "unknown") == [
        "deploy-python.yaml:9 worker-capacity",
        "deploy-web.yaml:9 worker-capacity",
    ]
    assert said(found) == []


def consumer(name: str, tasks: int) -> str:
    return deployment(name, f'        command: [celery, worker, -Q, mail, -c, "{tasks}"]\n')


def test_capacity_of_manifests_without_replicas_counts_one_pod(tmp_path: Path) -> None:
    files = {f"{n}.yaml": consumer(n, t) for n, t in (("a", 2), ("b", 9))}
    configuration = {".deploylint.yaml": f"version: 1\nreference: a.yaml\n{CAPACITY}"}
    found = report(write(tmp_path, files | configuration))
    assert messages(found, "worker-capacity") == [
        "workers.capacity is 9 (pods: 1, tasks at once in each: 9); the reference has "
        "2 (pods: 1, tasks at once in each: 2) (allowed: within 4 times)"
    ]


def test_queue_of_a_worker_without_pods_is_reported_at_the_number(tmp_path: Path) -> None:
    idle = values(("a", "'mail,sms'"), pods=0) + MAIL.format(
        name="b", queues="sms", pods=1, tasks=2
    )
    skip = "rules: {replicas: skip, worker-shared-queue: skip}\n"
    found = report(fleet(tmp_path, idle, idle, skip))
    assert messages(found, "worker-idle-queue")[-1] == (
        "workers.idle-queues must be absent; it is mail (its workers have 0 replicas)"
    )


def probed(worker: str, command: str = "celery, -A, app, worker, -Q, mail") -> str:
    """A service whose worker has a probe."""
    return f"{PYTHON}workers:\n  a:\n    command: [{command}]\n    {worker}\n"


PROBE = "livenessProbe: {httpGet: {path: /health, port: %s}}"
PROBES = {
    "a port": (PROBE % 8000, "violation"),
    "a command": ("livenessProbe: {exec: {command: [celery, inspect, ping]}}", "match"),
    "no probe": ("resources: {}", "match"),
    "one that is off": ("livenessProbe: {enabled: false, httpGet: {port: 8000}}", "match"),
    "a declared port": (f"containerPort: 8000\n    {PROBE % 8000}", "match"),
    "a port for metrics": (f"podMonitor: {{port: 8000}}\n    {PROBE % 8000}", "match"),
    "beside another port": (f"containerPort: 9000\n    {PROBE % 8000}", "unknown"),
    "a name": (PROBE % "health", "unknown"),
    "what a chart makes a probe of": ("probes: {path: /health}", "unknown"),
    "a template": (PROBE % "'{{ .Values.port }}'", "unknown"),
}


@pytest.mark.parametrize("what", PROBES)
def test_probe_port_of_a_worker_must_be_open(what: str, tmp_path: Path) -> None:
    worker, gives = PROBES[what]
    found = report(fleet(tmp_path, probed(worker), probed(worker)))
    for status in ("violation", "unknown"):
        told = [one for one in said(found, status) if "worker-probe-port" in one]
        assert len(told) == 2 * (status == gives)


PROGRAMS = ["./web, worker, --queue=mail", "airflow, celery, worker, -q, mail", "./start-worker.sh"]


@pytest.mark.parametrize("command", PROGRAMS)
def test_probe_port_of_another_program_is_unknown_without_its_code(
    command: str, tmp_path: Path
) -> None:
    text = probed(PROBE % 8000, command)
    found = report(fleet(tmp_path, text, text))
    assert len([one for one in said(found, "unknown") if "worker-probe-port" in one]) == 2


def test_probe_port_of_a_celery_worker_without_that_port_is_reported(tmp_path: Path) -> None:
    probe = "        livenessProbe: {httpGet: {path: /, port: 8000}}\n"
    ports = "        ports: [{containerPort: 8000}]\n"
    one, other = (consumer(name, 2) for name in ("a", "b"))
    files = {"a.yaml": one + probe + ports, "b.yaml": other + probe}
    configuration = {".deploylint.yaml": "version: 1\nreference: a.yaml\n"}
    found = report(write(tmp_path, files | configuration))
    assert [one for one in said(found) if "probe-port" in one] == ["b.yaml:13 worker-probe-port"]
