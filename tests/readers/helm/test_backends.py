"""Ports that values send requests to, and that the Service of the same values does not have."""

from __future__ import annotations

import pytest

from deploylint.documents.reader import Document, read_text
from deploylint.readers.helm import profile
from deploylint.readers.helm.backends import missing_ports

ONE = "port: 80, targetPort: 8080"
LISTED = "ports: [{name: web, port: 80}, {name: grpc, port: 9090}]"
NAMED = "ports: {web: 80, grpc: {port: 9090}}"
PATH = "ingress: {hosts: [{host: a, paths: [{path: /, %s}]}]}"
ROUTE = "httpRoute: {rules: [{backendRefs: [{%s}]}]}"


def told(service: str, *keys: str) -> list[str]:
    """The messages of values with a Service and other keys."""
    text = "\n".join((f"fullnameOverride: shop\nservice: {{{service}}}", *keys))
    document = read_text(text, "values.yaml")
    assert isinstance(document, Document), document
    backends = profile.load("helm-create").backends
    return [fault.message for fault in missing_ports(document.roots[0], backends)]


@pytest.mark.parametrize(
    ("service", "keys", "message"),
    [
        (ONE, PATH % "port: 8080", "the Service has no port '8080'; it has 80"),
        (ONE, PATH % "port: 81", "the Service has no port '81'; it has 80"),
        (ONE, PATH % "backend: {service: {port: {number: 81}}}", "no port '81'"),
        (ONE, PATH % "backend: {service: {name: shop, port: {number: 81}}}", "no port '81'"),
        (ONE, PATH % "backend: {serviceName: shop, servicePort: 81}", "no port '81'"),
        (ONE, "ingress: {servicePort: 81}", "no port '81'"),
        (ONE, ROUTE % "name: shop, port: 8080", "no port '8080'"),
        (LISTED, PATH % "portName: http", "no port 'http'; it has grpc, web"),
        (LISTED, PATH % "port: 81", "no port '81'; it has 80, 9090"),
        (NAMED, PATH % "servicePort: http", "no port 'http'; it has grpc, web"),
        (NAMED, ROUTE % "port: 81", "no port '81'; it has 80, 9090"),
    ],
)
def test_port_that_the_service_does_not_have_is_reported(
    service: str, keys: str, message: str
) -> None:
    (found,) = told(service, keys)
    assert message in found


@pytest.mark.parametrize(
    ("service", "keys"),
    [
        (ONE, (PATH % "port: 80",)),
        (ONE, (PATH % "port: http",)),  # only the chart knows the name
        (ONE, (PATH % "port: '{{ .Values.service.port }}'",)),
        (ONE, (PATH % "port: 81", "admin: {port: 81}")),
        (ONE, (PATH % "backend: {service: {name: proxy, port: {number: 81}}}",)),
        ("type: ClusterIP", (PATH % "port: 81",)),
        ('port: "{{ .Values.port }}"', (PATH % "port: 81",)),
        (LISTED, (PATH % "port: web", ROUTE % "port: 9090")),
        (NAMED, (PATH % "portName: grpc",)),
        ("port: 80, extraPorts: [{name: admin, port: 81}]", (PATH % "port: 81",)),
    ],
)
def test_port_that_a_service_may_have_is_not_reported(service: str, keys: tuple[str, ...]) -> None:
    assert told(service, *keys) == []
