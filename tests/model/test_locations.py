"""Where a finding stands: the value, or where nobody wrote one the nearest key above it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.model.locations import dotted_path
from tests.support.findings import check_texts
from tests.support.projects import report, write

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'
WORKER = "workers: {a: {command: [celery, worker, -Q, mail]%s}}\n"

MISSING = [
    # the element, what the reference and the peer say, and the keys that are pointed at
    ("resources", "resources: {limits: {cpu: 1}}", "", [""]),
    (
        "resources",
        "resources: {limits: {cpu: 1}}",
        "resources: {requests: {cpu: 1}}",
        ["resources", "resources.requests.cpu"],
    ),
    (
        "resources.limits.cpu",
        "resources: {limits: {cpu: 1}}",
        "resources: {limits: {memory: 1}}",
        ["resources.limits"],
    ),
    (
        "liveness-probe",
        "livenessProbe: {httpGet: {path: /a, port: 1}}",
        "livenessProbe: {httpGet: {port: 1}}",
        ["livenessProbe.httpGet"],
    ),
    ("service.type", "service: {port: 80, type: A}", "service: {port: 80}", ["service"]),
    # another spelling: where it would be written in this file
    ("service.type", "service: {port: 80, type: A}", "service: {ports: [{port: 80}]}", ["service"]),
    ("environment", "env: {A: x, B: y}", "env: {A: x}", ["env"]),
    ("environment", "env: {A: x}", "env: {}", ["env"]),
    ("environment", "env: [{name: A, value: x}]", "env: [{name: B, value: x}]", ["env[0].name"]),
    (
        "route",
        "ingress: {enabled: true, hosts: [{host: a.dev}]}",
        "ingress: {enabled: true}",
        ["ingress"],
    ),
    ("resources", WORKER % ", resources: {limits: {cpu: 1}}", WORKER % "", ["workers.a"]),
    ("workers.concurrency", WORKER % ", concurrency: 2", WORKER % "", ["workers.a"]),
]


@pytest.mark.parametrize(("element", "reference", "peer", "keys"), MISSING)
def test_location_of_a_missing_value_is_the_nearest_existing_key(
    element: str, reference: str, peer: str, keys: list[str], folder: Path
) -> None:
    texts = f"{IMAGE}{reference}\n", f"{IMAGE}{peer}\n"
    found = check_texts(folder, *texts, rule=f"element: {element}, must: equal")
    assert [row.key for row in found] == keys


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b"), "a.b"),
        (("env", "[0]", "value"), "env[0].value"),
        (("[0]", "a"), "[0].a"),
        (("a", "b.c", "d"), 'a."b.c".d'),
        (("[a",), "[a"),
    ],
)
def test_location_writes_its_keys_as_one_path(keys: tuple[str, ...], written: str) -> None:
    assert dotted_path(keys) == written


@pytest.mark.parametrize("file", ["values.yaml", "values-prod.yaml"])
def test_value_that_layers_lack_is_missing_in_the_one_that_has_it_in_the_reference(
    file: str, tmp_path: Path
) -> None:
    secrets = "imagePullSecrets: [{name: registry}]\n"
    in_base = file == "values.yaml"
    files = {
        "x/api/values.yaml": f"{IMAGE}{secrets if in_base else ''}",
        "x/api/values-dev.yaml": "replicaCount: 2\n",
        "x/api/values-prod.yaml": f"replicaCount: 3\n{'' if in_base else secrets}",
        "x/web/values.yaml": IMAGE.replace("api", "web"),
        "x/web/values-dev.yaml": "replicaCount: 2\n",
        "x/web/values-prod.yaml": "replicaCount: 3\n",
    }
    write(tmp_path, files)
    found = report(tmp_path / "x", reference="api", rules=("image-pull-secrets",)).findings
    assert [one.location.file for one in found] == [str(tmp_path / "x/web" / file)]
