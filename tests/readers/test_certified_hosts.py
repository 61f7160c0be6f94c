"""Hosts of an Ingress that have a certificate and no rule, in manifests and in values."""

from __future__ import annotations

from pathlib import Path

import pytest

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


@pytest.mark.parametrize(("hosts", "certified", "is_wrong"), CASES)
def test_host_of_an_ingress_with_a_certificate_has_a_rule(
    hosts: str, certified: str, is_wrong: bool, tmp_path: Path
) -> None:
    ingress = f"""\
---
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
    write(tmp_path, {"api.yaml": deployment("api") + ingress, "web.yaml": deployment("web")})
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


def wrong_hosts(folder: Path) -> bool:
    """Whether a host in some files is told to have no rule."""
    found = report(folder, rules=("misspelt-reference",)).findings
    assert all("no rule has the host" in one.message for one in found)
    return bool(found)
