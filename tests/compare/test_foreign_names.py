"""The name of another service where all others have their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import report, said, write

VALUES = """\
image: {repository: acme/NAME, tag: "1.2.0"}
fullnameOverride: NAME
nameOverride: ""
serviceAccount: {create: true, name: NAME}
ingress: {tls: [{secretName: NAME-tls, hosts: [NAME.acme.example]}]}
envFrom: [{secretRef: {name: NAME-env}}]
env:
- {name: OTEL_SERVICE_NAME, value: NAME}
- {name: QUEUE, value: jobs}
owner: ""
"""
NAMES = ("billing", "orders", "stock")


def fleet(text: str, *others: str, **edits: str) -> dict[str, str]:
    """Files of services by their names; of ``orders`` some lines are others."""
    files = {f"{name}.yaml": text.replace("NAME", name) for name in (*NAMES, *others)}
    return files | {"orders.yaml": files["orders.yaml"].replace(edits["old"], edits["new"])}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("fullnameOverride: orders", "fullnameOverride: billing", 2),
        ("fullnameOverride: orders", "fullnameOverride: shop", 0),  # of no other service
        ('nameOverride: ""', "nameOverride: billing", 3),
        ('nameOverride: ""', "nameOverride: orders", 0),
        ("name: orders}", "name: billing}", 4),
        ("name: orders}", "name: shared}", 0),
        ("orders-tls", "billing-tls", 5),
        ("orders-tls", "wildcard-tls", 0),
        ("orders.acme.example", "orders.acme.exmaple", 5),
        ("orders.acme.example", "orders.acme.dev", 0),
        ("orders.acme.example", "orders.acme.examples", 0),  # a word of its own
        ("orders-env", "billing-env", 6),
        ("orders-env", "order-env", 6),
        ("value: orders", "value: stock", 8),
        ("value: jobs", "value: billing", 0),  # it names none of its own
        ('owner: ""', "owner: billing", 0),  # no chart writes a name for an empty one
        ("orders-tls", "orders2-tls", 0),  # a number of its own
    ],
)
def test_name_of_another_service_in_values_is_reported(
    old: str, new: str, line: int, tmp_path: Path
) -> None:
    write(tmp_path, fleet(VALUES, old=old, new=new))
    found = said(report(tmp_path, rules=("odd-key", "wrong-value")))
    assert found == ([f"orders.yaml:{line} odd-key"] if line else [])


def test_name_of_a_service_that_it_is_called_after_is_shared(tmp_path: Path) -> None:
    files = fleet(VALUES, old="", new="")
    files["orders-jobs.yaml"] = files["orders.yaml"].replace("acme/orders", "acme/orders-jobs")
    write(tmp_path, files)
    assert said(report(tmp_path, rules=("odd-key",))) == []


def test_slip_of_its_own_name_that_it_has_several_times_is_no_slip(tmp_path: Path) -> None:
    files = fleet(VALUES, old="orders-", new="order-")  # in a Secret and in a certificate
    write(tmp_path, files)
    assert said(report(tmp_path, rules=("odd-key",))) == []


MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, labels: {app: NAME}}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      serviceAccountName: NAME
      containers:
      - name: NAME
        image: acme/NAME:1.2.0
        env:
        - name: TOKEN
          valueFrom: {secretKeyRef: {name: NAME-env, key: NAME-token}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: NAME}
"""


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("serviceAccountName: orders", "serviceAccountName: billing", [9]),
        ("- name: orders", "- name: billing", [11]),
        ("name: orders-env", "name: billing-env", [15]),
        ("name: orders-env", "name: shop-env", []),
        ("key: orders-token", "key: billing-token", []),  # in a Secret that may be shared
        ("name: orders, labels: {app: orders}", "name: orders, labels: {app: stock}", [3]),
    ],
)
def test_name_of_another_service_in_a_manifest_is_reported(
    old: str, new: str, lines: list[int], tmp_path: Path
) -> None:
    write(tmp_path, fleet(MANIFEST, old=old, new=new))
    found = said(report(tmp_path, rules=("odd-key", "misspelt-reference")))
    assert found == [f"orders.yaml:{line} odd-key" for line in lines]


def test_name_that_two_services_share_shows_nothing(tmp_path: Path) -> None:
    files = fleet(VALUES, old="orders-env", new="billing-env")
    files["stock.yaml"] = files["stock.yaml"].replace("stock-env", "billing-env")
    write(tmp_path, files)
    assert said(report(tmp_path, rules=("odd-key",))) == []


def test_name_of_the_reference_in_another_service_is_reported(tmp_path: Path) -> None:
    write(tmp_path, fleet(VALUES, old="orders-tls", new="billing-tls"))
    found = said(report(tmp_path, reference="billing", rules=("odd-key",)))
    assert found == ["orders.yaml:5 odd-key"]


@pytest.mark.parametrize(
    "line",
    [
        "env: {AUTHORIZATION: NAME-hunter2}",
        "env: [{name: SESSION_COOKIE, value: NAME-hunter2}]",
        "env: {WEBHOOK_URL: 'https://hooks.example/NAME/hunter2'}",
        "env: {CONNECTION: 'curl -u NAME:hunter2 db'}",
        "secretEnv: {ANY: NAME-hunter2}",
        "stringData: {any: {deeper: NAME-hunter2}}",
        "args: [--cookie=NAME-hunter2]",
    ],
)
def test_value_that_may_be_secret_is_in_no_message(line: str, tmp_path: Path) -> None:
    text = f"image: {{repository: acme/NAME, tag: '1'}}\n{line}\n"
    kept = line.replace("NAME", "orders")
    write(tmp_path, fleet(text, "users", "carts", old=kept, new=kept.replace("orders", "billing")))
    found = report(tmp_path, rules=("odd-key", "unknown-key")).findings
    assert [each.message for each in found if "hunter2" in each.message] == []
