"""Keys of a service: whose they are, which field they spell, and which no element owns."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.config import load as config
from deploylint.documents.key_query import parse_query
from deploylint.engine import check
from deploylint.model.keys import fields_by_key, name_in_key, other_keys
from deploylint.model.service import Service
from tests.support.values import service
from tools import TODAY

VALUES = """
image: {repository: acme/api, tag: "1"}
mesh: {enabled: true, mode: strict}
worker: {loose: true}
workers:
  mail:
    resources: {limits: {memory: 1Gi, cpu: 1}}
    sidecar: proxy
workerResources: {limits: {memory: 2Gi}}
"""


def keys(one: Service, path: str) -> list[tuple[str, str, str, object]]:
    return [
        (one.components[key.number].key, key.path, key.field, key.value.data)
        for key in fields_by_key(one, parse_query(path))
    ]


@pytest.mark.parametrize(
    ("path", "component", "field", "data"),
    [
        ("image.tag", "server", "image.tag", "1"),
        ("mesh.enabled", "server", "", True),
        ("workers.mail.resources.limits.memory", "worker:mail", "resources.limits.memory", "1Gi"),
        ("workers.mail.sidecar", "worker:mail", "", "proxy"),
        ("workers.mail.absent", "worker:mail", "", None),
        ("workers.other.sidecar", "server", "", None),
        ("resources.limits.memory", "server", "resources.limits.memory", None),
        ("resources", "server", "", None),
    ],
)
def test_key_of_values_belongs_to_the_component_it_is_written_in(
    path: str, component: str, field: str, data: object
) -> None:
    assert keys(service(VALUES), path) == [(component, f"key:{path}", field, data)]


def test_key_that_begins_with_a_kind_leads_nowhere_in_values() -> None:
    assert keys(service(VALUES), "Service/spec.type") == []


MANIFESTS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, annotations: {acme.io/owner: team}}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      hostNetwork: true
      containers:
      - name: api
        image: acme/api:1
        stdin: true
        resources: {limits: {memory: 1Gi}}
      - {name: proxy, image: acme/proxy:1, tty: true}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {selector: {app: api}, type: NodePort, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: api}
data: {MODE: fast}
---
apiVersion: v1
kind: Secret
metadata: {name: api}
stringData: {plain: hunter2}
"""
MANIFESTS = MANIFESTS.replace(
    "image: acme/api:1\n",
    "image: acme/api:1\n        envFrom: [{configMapRef: {name: api}}, {secretRef: {name: api}}]\n",
)


@pytest.fixture
def api(tmp_path: Path) -> Service:
    (tmp_path / "all.yaml").write_text(MANIFESTS, encoding="utf-8")
    report = check.check([tmp_path], check.CheckOptions(), config.load(), TODAY)
    return report.groups[0].loaded.services[0]


POD = "spec.template.spec"


@pytest.mark.parametrize(
    ("path", "component", "field", "data"),
    [
        (f"{POD}.hostNetwork", "server", "", True),
        (f"{POD}.hostPID", "server", "", None),
        ('metadata.annotations."acme.io/owner"', "server", "", "team"),
        (f"{POD}.containers[name=api].stdin", "server", "", True),
        (
            f"{POD}.containers[name=api].resources.limits.memory",
            "server",
            "resources.limits.memory",
            "1Gi",
        ),
        (f"{POD}.containers[name=proxy].tty", "sidecar:proxy", "", True),
        (
            f"{POD}.containers[name=proxy].resources.limits.memory",
            "sidecar:proxy",
            "resources.limits.memory",
            None,
        ),
        ("Service/spec.type", "server", "service.type", "NodePort"),
        ("Service/metadata.name", "server", "service.name", "api"),
        ("Service/metadata.labels", "server", "", None),
        ("ConfigMap/data.MODE", "server", "", "fast"),
        ("Deployment/spec.template.spec.hostNetwork", "server", "", True),
    ],
)
def test_key_of_manifests_belongs_to_the_container_it_is_written_in(
    path: str, component: str, field: str, data: object, api: Service
) -> None:
    assert keys(api, path) == [(component, f"key:{path}", field, data)]


@pytest.mark.parametrize("path", ["Ingress/spec.rules", "StatefulSet/spec.replicas"])
def test_key_of_a_kind_that_is_not_there_leads_nowhere(path: str, api: Service) -> None:
    assert keys(api, path) == []


@pytest.mark.parametrize("path", ["Secret/stringData.plain", "Secret/stringData"])
def test_values_of_a_secret_are_there_and_not_read(path: str, api: Service) -> None:
    (found,) = fields_by_key(api, parse_query(path))
    assert (found.value.state, found.value.data) == ("known", "<redacted>")


def test_other_keys_are_those_without_any_field_each_whole() -> None:
    found = [(one.path, one.size) for one in other_keys(service(VALUES))]
    assert ("key:mesh", 2) in found
    assert ("key:workers.mail.sidecar", 1) in found
    assert not any("resources" in path or "image" in path for path, _ in found)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("key:mesh.token", "token"),
        ('key:annotations."acme.io/token"', "acme.io/token"),
        ("key:env[name=DB_PASSWORD].value", "DB_PASSWORD"),
        ("key:env[name=DB_PASSWORD]", "env"),
        ("key:tokens[0]", "tokens"),
    ],
)
def test_value_at_a_key_is_called_by_its_last_name(path: str, name: str) -> None:
    assert name_in_key(path) == name
