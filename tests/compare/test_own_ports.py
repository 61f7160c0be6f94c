"""Ports of a service's own: what a policy lets in, and what probes ask for beside the Service."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import deployment, report, said, write

VALUES = """\
image: {{repository: acme.example/{name}, tag: "1.2.0"}}
service: {{port: {port}}}
networkPolicy: {{enabled: true, ingress: [{{ports: [{{port: {policy}}}]}}]}}
"""


def policies(folder: Path, own: int, policy: int | str, other: int | str = 8000) -> list[str]:
    reference = VALUES.format(name="api", port=8000, policy=other)
    peer = VALUES.format(name="web", port=own, policy=policy)
    write(folder, {"deploy-api.yaml": reference, "deploy-web.yaml": peer})
    return [f.message for f in report(folder, rules=("network-policy",), reference="api").findings]


def test_policy_that_moves_with_its_service_is_the_same(tmp_path: Path) -> None:
    assert policies(tmp_path, 8080, 8080) == []


def test_policy_that_stays_behind_is_reported_the_port_of_its_service(tmp_path: Path) -> None:
    (message,) = policies(tmp_path, 8080, 8000)
    assert message.endswith(
        "port is 8000; the reference has 8080 (what service.target-port is here)"
    )


def test_policy_with_the_port_of_the_container_is_right_where_the_service_is_wrong(
    tmp_path: Path,
) -> None:
    listed = VALUES.replace("{{port: {port}}}", "{{port: 80, targetPort: {port}}}")
    listed += "containerPort: 8000\n"
    peer = listed.format(name="web", port=8080, policy=8000)
    reference = listed.format(name="api", port=8000, policy=8000)
    write(tmp_path, {"deploy-api.yaml": reference, "deploy-web.yaml": peer})
    rules = ("network-policy", "ports")
    found = report(tmp_path, rules=rules, reference="api").findings
    assert [finding.rule for finding in found] == ["ports"]


def test_policy_about_another_port_is_compared_as_written(tmp_path: Path) -> None:
    other = "8000}, {port: 9090"
    assert policies(tmp_path, 8080, "8080}, {port: 9090", other) == []
    assert [
        message.partition("port")[2]
        for message in policies(tmp_path, 8080, "8080}, {port: 9091", other)
    ] == ["s.1.port is 9091; the reference has 9090"]


def test_policy_names_the_default_protocol_or_not(tmp_path: Path) -> None:
    assert policies(tmp_path, 8080, "8080, protocol: TCP") == []
    (message,) = policies(tmp_path, 8080, "8080, protocol: UDP")
    assert message.endswith("protocol is UDP; the reference does not set it")


PROBED = """\
image: {{repository: acme.example/api, tag: "1.2.0"}}
service: {{port: 8080}}
livenessProbe: {{httpGet: {{path: /health, port: 8081}}}}
{more}
"""
OPENED = [
    ("args: [serve, --health-port=8081]", 0),
    ("args: [serve, --health-address, ':8081']", 0),
    ("command: serve --health-port 8081", 0),
    ("env: [{name: HEALTH_PORT, value: '8081'}]", 0),
    ("env: {HEALTH_ADDRESS: '0.0.0.0:8081'}", 0),
    ("extraArgs: [--health-address=:8081]", 0),
    ("extraPorts: [{name: admin, containerPort: 8081}]", 0),
    ("ports: [{name: http, containerPort: 8080}, {name: admin, containerPort: 8081}]", 0),
    ("containerPorts: {http: 8080, admin: 8081}", 0),
    ("webServerPort: 8081", 0),
    ("admin_port: '8081'", 0),
    ("webServerPort: 8082", 1),
    ("report: 8081", 1),
    ("healthPort: 8081", 0),
    ("health: {port: 8081}", 0),
    ("management: {server: {port: 8081}}", 0),
    ("configMap: {data: {HEALTH_ADDRESS: ':8081'}}", 0),
    ("config: {extensions: {health_check: {endpoint: '0.0.0.0:8081'}}}", 0),
    ("files: {app.yaml: 'management:\n\n  server: {port: 8081}'}", 0),
    ("healthPort: 8082", 1),
    ("upstream: {port: 8081}", 1),
    ("readinessProbe: {httpGet: {path: /health, port: 8081}}", 1),
    ("extraPorts: [{name: admin, containerPort: 8082}]", 1),
    ("args: [serve, --port=8081]", 1),
    ("args: [serve, --limit=18081]", 1),
    ("env: [{name: HEALTH_PORT, value: '8082'}]", 1),
]


@pytest.mark.parametrize(("more", "count"), OPENED)
def test_probe_may_ask_for_a_port_that_an_option_or_variable_opens(
    more: str, count: int, tmp_path: Path
) -> None:
    write(tmp_path, {"deploy-api.yaml": PROBED.format(more=more)})
    assert len(report(tmp_path, rules=("ports",)).findings) == count


LISTED = """\
image: {{repository: acme.example/api, tag: "1.2.0"}}
ports:
  otlp: {{containerPort: 4317}}
  metrics: {{containerPort: 8888}}
podAnnotations: {{prometheus.io/scrape: "true", prometheus.io/port: "{scraped}"}}
livenessProbe: {{httpGet: {{path: /, port: 13133}}}}
config: {{health_check: {{endpoint: "{listens}"}}}}
"""


@pytest.mark.parametrize(
    ("scraped", "listens", "blamed"),
    [
        (8888, ":13133", []),
        (8889, ":13133", ["server/monitoring.port"]),
        (8888, ":13134", ["server/liveness-probe.port"]),
    ],
)
def test_ports_of_values_without_a_service_are_those_that_are_listed_and_opened(
    scraped: int, listens: str, blamed: list[str], tmp_path: Path
) -> None:
    text = LISTED.format(scraped=scraped, listens=listens)
    write(tmp_path, {"deploy-api.yaml": text})
    found = report(tmp_path, rules=("ports",)).findings
    assert [each.path for each in found] == blamed


ATTACHED = """\
        ports: [{{name: http, containerPort: 8080}}]
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, labels: {{app: {name}}}}}
spec:
  selector: {{app: {name}}}
  ports: [{{name: http, port: 80, targetPort: {target}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}}}
spec:
  podSelector: {{matchLabels: {{app: {name}}}}}
  ingress: [{{ports: [{{port: 8080}}]}}]
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  endpoints: [{{port: http}}]
"""


def test_wrong_name_of_the_target_port_is_found_there_alone(tmp_path: Path) -> None:
    texts = {
        f"{name}.yaml": deployment(name, ATTACHED.format(name=name, target=target))
        for name, target in (("api", "http"), ("web", "htp"))
    }
    write(tmp_path, texts)
    found = report(tmp_path, rules=("ports", "missing-port", "network-policy"), reference="api")
    assert said(found) == ["web.yaml:19 missing-port"]


WRONG_THERE = [
    (
        "image",
        "image: {repository: acme.example/api, tag: 1.2.0, pullPolicy: %s}",
        "Alwayss",
        "Always",
    ),
    ("security-context", "podSecurityContext: {runAsNonRoot: true, runAsUser: %s}", "0", "1000"),
    (
        "network-policy",
        "service: {port: 8080}\nnetworkPolicy: {enabled: true, ingress: [{ports: [{port: %s}]}]}",
        "8000",
        "8080",
    ),
]


@pytest.mark.parametrize(("rule", "values", "wrong", "right"), WRONG_THERE)
def test_value_of_the_reference_that_is_wrong_by_itself_blames_no_other_service(
    rule: str, values: str, wrong: str, right: str, tmp_path: Path
) -> None:
    write(
        tmp_path,
        {"deploy-api.yaml": f"{values % wrong}\n", "deploy-web.yaml": f"{values % right}\n"},
    )
    (finding,) = report(tmp_path, rules=(rule,), reference="api").findings
    assert finding.status == "unknown"
    assert finding.message.endswith("is unknown in the reference: its own value is wrong")
