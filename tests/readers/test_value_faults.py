"""Values that are not of their type, contradict each other, or are left to the chart."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.model.fields import ACCEPTED, ADDRESSES
from deploylint.readers.value_faults import CONTRADICTIONS
from tests.support.projects import report

IMAGE = 'image: {repository: acme/api, tag: "1.2.0"}\n'


def found(folder: Path, *texts: str) -> list[tuple[str, int]]:
    """The built-in checks about values that report something in some values files, with lines."""
    for number, text in enumerate(texts):
        (folder / f"deploy-{number}.yaml").write_text(IMAGE + text, encoding="utf-8")
    findings = report(folder, rules=("wrong-value", "contradiction")).findings
    return sorted((one.rule, one.location.line) for one in findings)


def test_tables_name_fields_alone() -> None:
    named = {path for one in CONTRADICTIONS for path in (one.field, one.other)}
    assert named | set(ACCEPTED) <= set(ADDRESSES)


@pytest.mark.parametrize(
    "text",
    [
        "replicaCount: -1",
        "replicaCount: 1.5",
        "resources: {requests: {cpu: 200mm}}",
        "resources: {requests: {memory: 1 Gi}}",
        "resources: {requests: {memory: 512}}",
        "service: {port: 80800}",
        "service: {port: 0}",
        "service: {port: 08080}",
        "service: {port: 0443}",
        "service: {port: 80a}",
        "service: {port: 80, targetPort: 8O80}",
        "livenessProbe: {httpGet: {path: /, port: 808o}}",
        "service: {port: 80, targetPort: '08080'}",
        "service: {ports: [{port: 80}, {port: 81, targetPort: 0443}]}",
        "containerPorts: {http: 8080, metrics: 09090}",
        "metrics: {listenPort: 0443}",
        "replicaCount: 010",
        "livenessProbe: {httpGet: {path: /, port: http, scheme: TCP}}",
        "livenessProbe: {httpGet: {path: /, port: http}, periodSeconds: 10s}",
        "livenessProbe: {httpGet: {path: /, port: http}, successThreshold: 2}",
        "securityContext: {runAsNonRoot: 'yes'}",
        "securityContext: {runAsUser: nobody}",
        "securityContext: {capabilities: {add: [NET_RAW, NET_BIND]}}",
        "autoscaling: {enabled: true, targetCPUUtilizationPercentage: 80%}",
        "autoscaling: {enabled: true, minReplicas: 2, maxReplicas: 0}",
        "resources: {requests: {memory: 128Mi}, limits: {memory: 256m}}",
        "terminationGracePeriodSeconds: 1m",
        "serviceMonitor: {enabled: true, interval: 30 s}",
        "serviceMonitor: {enabled: true, interval: 30}",
        "serviceMonitor: {enabled: true, interval: '30'}",
        "serviceMonitor: {enabled: true, interval: 0.5m}",
        "serviceMonitor: {enabled: true, interval: 30s, scrapeTimeout: 10}",
        "metrics: {podMonitor: {enabled: true, interval: 30}}",
        "serviceMonitor: {enabled: true, endpoints: [{port: http, interval: 30}]}",
    ],
)
def test_value_that_its_type_refuses_is_a_fault_in_both_services(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, text, text) == [("wrong-value", 2)] * 2


@pytest.mark.parametrize(
    "text",
    [
        "resources: {requests: {cpu: 2}, limits: {cpu: 1500m}}",
        "autoscaling: {enabled: true, minReplicas: 4, maxReplicas: 3}",
        "serviceMonitor: {enabled: true, interval: 30s, scrapeTimeout: 1m}",
        "podDisruptionBudget: {enabled: true, minAvailable: 1, maxUnavailable: 1}",
        "pdb: {create: true, maxUnavailable: 25%, minAvailable: 1}",
        "keda: {enabled: true, minReplicas: 6, maxReplicas: 4}",
        "hpa: {enabled: true, min: 6, max: 4}",
        "keda: {enabled: true}\nautoscaling: {enabled: true, maxReplicas: 4}",
        "keda: {enabled: true, maxReplicaCount: 4}\nhpa: {enabled: true}",
        "securityContext: {privileged: true, allowPrivilegeEscalation: false}",
    ],
)
def test_values_that_contradict_each_other_are_a_fault_in_both_services(
    text: str, tmp_path: Path
) -> None:
    assert found(tmp_path, text, text) == [("contradiction", 2)] * 2


@pytest.mark.parametrize(
    "text",
    [
        "resources: {requests: {cpu: '{{ .Values.cpu }}'}, limits: {cpu: 1}}",
        "autoscaling: {enabled: true, minReplicas: 3, maxReplicas: 3}",
        "ingress: {enabled: true, tls: acme-tls}",
        "livenessProbe: {httpGet: {path: /, port: http, scheme: https}}",
        "replicaCount: '2'",
        "securityContext: {runAsUser: 0}",
        "service: {port: 01}",
        "configMap: {defaultMode: 0644}",
        "contact: {support: 0443, zip: '01067'}",
        "serviceMonitor: {enabled: true, interval: 1m30s}",
        "workers: {a: {command: [celery, worker, -c, auto]}}",
        "podDisruptionBudget: {enabled: false, minAvailable: 1, maxUnavailable: 1}",
        "pdb: {create: true, minAvailable: 0, maxUnavailable: 1}",
        "podDisruptionBudget: {minAvailable: 1, maxUnavailable: ''}",
        "keda: {enabled: false}\nautoscaling: {enabled: true, maxReplicas: 4}",
        "keda: {maxReplicas: 4}\nautoscaling: {enabled: true, maxReplicas: 4}",
    ],
)
def test_values_that_hold_together_are_no_fault(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, text) == []


def test_wrong_value_of_the_root_is_reported_once(tmp_path: Path) -> None:
    worker = "workers: {a: {command: [celery, worker, -Q, mail]}}"
    text = f"resources: {{limits: {{memory: 256Mix}}}}\n{worker}\n"
    assert found(tmp_path, text) == [("wrong-value", 2)]


def test_key_that_ends_like_a_field_leaves_it_to_the_chart(tmp_path: Path) -> None:
    probe = "livenessProbe: {httpPath: /%s, httpPort: 8000}\n"
    for name, path in (("python", "health"), ("web", "ping")):
        text = f"{IMAGE}{probe % path}"
        (tmp_path / f"deploy-{name}.yaml").write_text(text, encoding="utf-8")
    findings = report(tmp_path, reference="python", rules=("probes",)).findings
    assert {(one.status, one.address) for one in findings} == {
        ("unknown", "liveness-probe.path"),
    }


def test_port_that_others_ask_for_by_its_name_is_wrong_at_its_own_place(tmp_path: Path) -> None:
    probe = "livenessProbe: {httpGet: {path: /, port: http}}"
    assert found(tmp_path, f"{probe}\ncontainerPort: 80800\n") == [("wrong-value", 3)]


@pytest.mark.parametrize(
    ("tag", "stands_for_one"),
    [
        ("do-not-use", True),
        ("DO_NOT_USE", True),
        ("set-me", True),
        ("TBD", True),
        ("todo", True),
        ("replace-me", True),
        ("replaceme", True),
        ("change_me", True),
        ("changeme", True),
        ("replace-with-tag", True),
        ("set-by-ci", True),
        ("overridden-by-pipeline", True),
        ("to-be-set", True),
        ("dummy", True),
        ("stable", False),
        ("release", False),
        ("production", False),
        ("replacement", False),
        ("settings", False),
        ("changed", False),
    ],
)
def test_tag_that_a_pipeline_replaces_stands_for_a_version(
    tag: str, stands_for_one: bool, folder: Path
) -> None:
    (folder / "deploy-a.yaml").write_text(IMAGE.replace("1.2.0", tag), encoding="utf-8")
    findings = report(folder, rules=("unversioned-tag",)).findings
    assert [one.rule for one in findings] == ["unversioned-tag"] * (not stands_for_one)
