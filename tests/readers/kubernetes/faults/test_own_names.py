"""Labels and containers that are called like their object but for a slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import report, write

TEXT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, labels: {{{label}: {own}}}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers: [{{name: {container}, image: "acme.example/shop:1.2.0"}}]
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, labels: {{app: {of_service}}}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
"""

DEPLOYMENT, CONTAINER, SERVICE = 3, 9, 13

CASES = [
    # the own name, what is in place of it, and whether that is a slip
    ("redis", "redis", False),
    ("redis", "rediss", True),
    ("redis", "reddis", True),
    ("orders-worker", "orders-woker", True),
    ("inventory", "inventary", True),
    ("inventory", "inventories", False),
    ("worker", "workers", False),
    ("workers", "worker", False),
    ("schedule", "scheduler", False),
    ("store", "stored", False),
    ("grafana", "grafana2", False),
    ("orders-api", "ordersapi", False),
    ("shop", "shp", False),
    ("north", "south", False),
    ("redis", "cache", False),
]


@pytest.mark.parametrize("place", [DEPLOYMENT, CONTAINER, SERVICE])
@pytest.mark.parametrize(("name", "other", "is_slip"), CASES)
def test_slip_of_an_own_name_is_reported_where_other_places_have_the_name(
    name: str, other: str, is_slip: bool, place: int, tmp_path: Path
) -> None:
    own, container, of_service = (
        other if place == each else name for each in (DEPLOYMENT, CONTAINER, SERVICE)
    )
    text = TEXT.format(name=name, label="app", own=own, container=container, of_service=of_service)
    assert lines(tmp_path, text) == ([place] if is_slip else [])


@pytest.mark.parametrize(
    ("label", "own", "container", "of_service", "count"),
    [
        ("app", "rediss", "rediss", "redis", 0),
        ("app", "rediss", "main", "rediss", 0),
        ("app.kubernetes.io/name", "rediss", "redis", "redis", 1),
        ("team", "rediss", "redis", "redis", 0),
    ],
)
def test_name_that_several_places_have_is_another_name(
    label: str, own: str, container: str, of_service: str, count: int, tmp_path: Path
) -> None:
    names = {"own": own, "container": container, "of_service": of_service}
    text = TEXT.format(name="redis", label=label, **names)
    assert len(lines(tmp_path, text)) == count


def lines(folder: Path, text: str) -> list[int]:
    found = report(write(folder, {"a.yaml": text}), rules=("misspelt-reference",)).findings
    assert all("one of them is a slip" in one.message for one in found)
    return [one.location.line for one in found]
