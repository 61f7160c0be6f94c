"""Routes that lead to the Service of another one: what is left of a copy, and what is meant so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import deployment, report, write

SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
"""
INGRESS = """\
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}}}
spec:
  rules:
  - host: {name}.acme.example
    http: {{paths: [{{path: /, pathType: Prefix, backend: {backend}}}]}}
"""
HTTP_ROUTE = """\
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: {name}}}
spec: {{rules: [{{backendRefs: [{backend}]}}]}}
"""
BACKENDS = {
    INGRESS: "{{service: {{name: {to}, port: {{number: 80}}}}}}",
    HTTP_ROUTE: "{{name: {to}, port: 80}}",
}


def strays(folder: Path, led: dict[str, str], route: str = INGRESS) -> list[str]:
    """The messages about routes, where each of some names leads to another one."""
    files = {}
    for name, to in led.items():
        text = deployment(name) + SERVICE.format(name=name) if name != "gate" else ""
        if to:
            text += route.format(name=name, backend=BACKENDS[route].format(to=to))
        files[f"k8s/{name}.yaml"] = text.removeprefix("---\n")
    write(folder, files)
    found = (one for one in report("k8s").findings if one.rule == "odd-key")
    return [f"{one.location.file}: {one.message}" for one in found if " leads to " in one.message]


STRAYED = (
    "k8s/mail.yaml: {kind} mail leads to Service web, which has its own; "
    "nothing leads to Service mail"
)


@pytest.mark.parametrize(("route", "kind"), [(INGRESS, "Ingress"), (HTTP_ROUTE, "HTTPRoute")])
def test_route_to_the_service_of_another_one_is_reported(
    folder: Path, route: str, kind: str
) -> None:
    led = {"api": "api", "web": "web", "mail": "web"}
    assert strays(folder, led, route) == [STRAYED.format(kind=kind)]


@pytest.mark.parametrize(
    "led",
    [
        {"api": "api", "web": "web", "mail": "mail"},
        {"api": "api", "web": "web", "mail": ""},
        # one more route of a Service: nothing is called like it
        {"api": "api", "web": "web", "gate": "web"},
        # the other one has no route of its own: a proxy before it
        {"api": "api", "web": "web", "proxy": "", "mail": "proxy"},
        # too few others to know what is usual
        {"web": "web", "mail": "web"},
        # each leads to the other
        {"api": "api", "web": "mail", "mail": "web"},
    ],
)
def test_route_that_may_be_meant_is_not_reported(folder: Path, led: dict[str, str]) -> None:
    assert strays(folder, led) == []
