"""Hosts of an Ingress that have a certificate and no rule, or the other way."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.model.finding import Location
from tests.support.projects import deployment, report, write

CASES = [
    # the hosts of the rules, those with a certificate, and whether the first of these is wrong
    ("[api.acme.dev]", "[api.acme.dev]", False),
    ("[api.acme.dev]", "[api.amce.dev]", True),
    ("[api.acme.dev]", "[web.acme.dev]", True),
    ("[api.acme.dev]", "['*.acme.dev']", False),
    ("['*.acme.dev']", "[api.acme.dev]", False),
    ("[acme.dev]", "[www.acme.dev, acme.dev]", False),
    ("[api.acme.dev]", "[acme.dev]", False),
    ("[api.acme.dev, web.acme.dev]", "[api.acme.dev]", False),
    ("['{{ .Values.host }}']", "[web.acme.dev]", False),
    ("[]", "[web.acme.dev]", False),
]


def rules_of(hosts: str) -> str:
    """Rules with some hosts, as in flow style."""
    names = [name.strip() for name in hosts.strip("[]").split(",") if name.strip()]
    return f"[{', '.join(f'{{host: {name}}}' for name in names)}]"


SLIPS = [
    # the hosts of the rules, those with a certificate, the slip among them, and what is meant
    (
        "[api.amce.dev, web.acme.dev]",
        "[api.acme.dev, web.acme.dev]",
        "api.amce.dev",
        "api.acme.dev",
    ),
    ("[api.acme.dev, api.amce.dev]", "[api.acme.dev]", "api.amce.dev", "api.acme.dev"),
    ("[api.example.dev, api.exmple.dev]", "[api.example.dev]", "api.exmple.dev", "api.example.dev"),
    ("[serach.acme.dev]", "[search.acme.dev]", "serach.acme.dev", "search.acme.dev"),
    (
        "[api.acme.dev, web.acme.dev]",
        "[api.amce.dev, web.acme.dev]",
        "api.amce.dev",
        "api.acme.dev",
    ),
    ("[api.amce.dev]", "['*.acme.dev']", "api.amce.dev", "api.acme.dev"),
    ("[web.acme.dev, api.amce.dev]", "['*.acme.dev']", "api.amce.dev", "api.acme.dev"),
    ("[api.acme.dev, apis.acme.dev]", "[api.acme.dev]", "", ""),
    ("[server.acme.dev, servers.acme.dev]", "[server.acme.dev]", "", ""),
    ("[orders1.acme.dev, orders2.acme.dev]", "[orders1.acme.dev]", "", ""),
    ("[api.acme.dev, app.acme.dev]", "[api.acme.dev]", "", ""),
    ("[east.acme.dev, west.acme.dev]", "[east.acme.dev]", "", ""),
    ("[orders.acme.dev, oders.acme.dev]", "['*.acme.dev']", "", ""),
    ("[api.acme.dev, api.acme.com]", "[api.acme.dev]", "", ""),
    ("[api.amce.dev, 'api.{{ .Values.domain }}']", "[api.acme.dev]", "", ""),
]


@pytest.mark.parametrize(("hosts", "certified", "slip", "meant"), SLIPS)
def test_host_of_a_rule_that_is_a_slip_of_a_certified_one_is_reported_there(
    hosts: str, certified: str, slip: str, meant: str, tmp_path: Path
) -> None:
    write(tmp_path, {"api.yaml": manifest(hosts, certified), "web.yaml": deployment("web")})
    assert slips_in(tmp_path) == ([(slip, meant)] if slip else [])


@pytest.mark.parametrize(("hosts", "certified", "slip", "meant"), SLIPS)
def test_host_in_values_that_is_a_slip_of_a_certified_one_is_reported_there(
    hosts: str, certified: str, slip: str, meant: str, tmp_path: Path
) -> None:
    ingress = f"ingress: {{hosts: {rules_of(hosts)}, tls: [{{hosts: {certified}}}]}}\n"
    image = 'image: {repository: acme/api, tag: "1.2.0"}\n'
    write(tmp_path, {"deploy-api.yaml": image + ingress, "deploy-web.yaml": image})
    assert slips_in(tmp_path) == ([(slip, meant)] if slip else [])


@pytest.mark.parametrize(
    ("host", "certified", "slip"),
    [
        ("reids.acme.dev", "redis.acme.dev", "reids.acme.dev"),
        ("redis.acme.dev", "reids.acme.dev", "reids.acme.dev"),
    ],
)
def test_host_with_the_name_of_a_workload_is_the_one_that_is_meant(
    host: str, certified: str, slip: str, tmp_path: Path
) -> None:
    text = manifest(f"[{host}]", f"[{certified}]")
    write(tmp_path, {"api.yaml": text, "redis.yaml": deployment("redis")})
    assert slips_in(tmp_path) == [(slip, "redis.acme.dev")]


@pytest.mark.parametrize(("hosts", "certified", "is_wrong"), CASES)
def test_host_of_an_ingress_with_a_certificate_has_a_rule(
    hosts: str, certified: str, is_wrong: bool, tmp_path: Path
) -> None:
    write(tmp_path, {"api.yaml": manifest(hosts, certified), "web.yaml": deployment("web")})
    assert wrong_hosts(tmp_path) == is_wrong


@pytest.mark.parametrize("name", ["", "main: "])
@pytest.mark.parametrize(("hosts", "certified", "is_wrong"), CASES)
def test_host_in_values_with_a_certificate_has_a_rule(
    hosts: str, certified: str, is_wrong: bool, name: str, tmp_path: Path
) -> None:
    settings = f"{{hosts: {rules_of(hosts)}, tls: [{{hosts: {certified}}}]}}"
    ingress = f"ingress: {{{name}{settings}}}\n" if name else f"ingress: {settings}\n"
    image = 'image: {repository: acme/api, tag: "1.2.0"}\n'
    write(tmp_path, {"deploy-api.yaml": image + ingress, "deploy-web.yaml": image})
    assert wrong_hosts(tmp_path) == is_wrong


def manifest(hosts: str, certified: str) -> str:
    """A Deployment with an Ingress of some hosts."""
    return f"""\
{deployment("api")}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: api}}
spec:
  defaultBackend: {{service: {{name: api, port: {{number: 80}}}}}}
  tls: [{{hosts: {certified}}}]
  rules: {rules_of(hosts)}
---
apiVersion: v1
kind: Service
metadata: {{name: api}}
spec: {{selector: {{app: api}}, ports: [{{port: 80}}]}}
"""


def wrong_hosts(folder: Path) -> bool:
    """Whether a host in some files is told to lack a rule or a certificate."""
    found = report(folder, rules=("misspelt-reference",)).findings
    assert all("the host" in one.message for one in found)
    return bool(found)


def slips_in(folder: Path) -> list[tuple[str, str]]:
    """The hosts of some files that are told, as they are written there, and what is meant."""
    found = report(folder, rules=("misspelt-reference",)).findings
    meant = (one.message.partition("did you mean '")[2].removesuffix("'?") for one in found)
    return [(host_at(folder, one.location), host) for one, host in zip(found, meant, strict=True)]


def host_at(folder: Path, at: Location) -> str:
    """The host that is written at a place."""
    line = (folder / at.file).read_text().splitlines()[at.line - 1]
    return line[at.column - 1 : at.end_column - 1]


COPIED = """\
image: {repository: acme/orders, tag: "1.2.0"}
fullnameOverride: orders
ingress:
  hosts: [{host: %s}]
  tls: [{secretName: orders-tls, hosts: [%s]}]
"""
OF_MANIFEST = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: orders}
spec:
  tls: [{secretName: orders-tls, hosts: [%s]}]
  rules: [{host: %s, http: {paths: [{backend: {service: {name: orders}}}]}}]
"""


@pytest.mark.parametrize(
    ("host", "certified", "line", "line_of_manifest"),
    [
        ("orders.acme.dev", "orders.acme.dev", 0, 0),
        ("billing.acme.dev", "orders.acme.dev", 4, 6),
        ("orders.acme.dev", "billing.acme.dev", 5, 5),
        ("orders.acme.dev", "orders.acme.com", 5, 5),
    ],
)
def test_host_with_the_name_of_another_than_what_is_beside_it_is_to_blame(
    host: str, certified: str, line: int, line_of_manifest: int, tmp_path: Path
) -> None:
    write(tmp_path, {"values/orders.yaml": COPIED % (host, certified)})
    ingress = OF_MANIFEST % (certified, host)
    write(tmp_path, {"objects/orders.yaml": f"{ingress}---\n{deployment('orders')}"})
    for folder, expected in (("values", line), ("objects", line_of_manifest)):
        found = report(tmp_path / folder, rules=("misspelt-reference",)).findings
        assert [each.location.line for each in found] == ([expected] if expected else [])
