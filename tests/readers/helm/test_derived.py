"""What follows from other values of a component."""

from __future__ import annotations

import pytest

from tests.support.values import component, read, value

PORTS = [
    ('[{name: PORT, value: "8080"}]', 8080),
    ("[{name: PORT, value: 8080}]", 8080),
    ("{PORT: 8080}", 8080),
    ("{LOG_LEVEL: info}", "<absent>"),
    ("{PORT: '{{ .Values.port }}'}", "<absent>"),
    ("{PORT: 'tcp://10.0.0.1:80'}", "<unknown>"),
    ("{PORT: http}", "<unknown>"),
    ("{PORT: true}", "<unknown>"),
    ("[{name: PORT, valueFrom: {configMapKeyRef: {name: ports, key: api}}}]", "<absent>"),
]


@pytest.mark.parametrize(("env", "port"), PORTS)
def test_port_variable_gives_the_port(env: str, port: object) -> None:
    assert read(f"env: {env}\n", "environment.port") == port


def test_port_variable_accounts_for_its_value() -> None:
    main = component("env: {PORT: 8080}\n")
    port, variables = main.value("environment.port"), main.value("environment.variables")
    assert (port.note, port.leaves) == ("variable PORT", ())
    assert any(port.node is leaf for leaf in variables.leaves)


def test_port_variable_that_a_worker_inherits_is_not_compared() -> None:
    text = "env: {PORT: 8080}\nworkers: {mail: {command: [celery, worker]}}\n"
    assert value(text, "environment.port", "worker:mail").inherited


@pytest.mark.parametrize(
    ("name", "is_other"),
    [("metrics", True), ("https", True), ("http", False), ("htpp", False), ("9090", False)],
)
def test_port_that_is_asked_for_by_another_name_is_another_port(name: str, is_other: bool) -> None:
    text = f"service: {{port: 80}}\nserviceMonitor: {{enabled: true, port: '{name}'}}\n"
    assert value(text, "monitoring.port").derived is is_other


@pytest.mark.parametrize(("delay", "port"), [(7200, "<unknown>"), (600, 80)])
def test_liveness_probe_of_later_than_an_hour_ends_a_run(delay: int, port: object) -> None:
    probe = f"livenessProbe: {{tcpSocket: {{port: 80}}, initialDelaySeconds: {delay}}}\n"
    assert read(probe, "liveness-probe.port") == port
    assert read(probe, "liveness-probe.initial-delay") == delay
    timeout = "<unknown>" if port == "<unknown>" else "<absent>"
    assert read(probe, "liveness-probe.timeout") == timeout
