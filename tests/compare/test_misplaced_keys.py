"""Blocks that are indented one level too far in or out: each such change is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploylint.engine.result import exit_code
from tests.support.folders import FIXTURES
from tests.support.projects import report

STEP = 2
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  labels:
    app: api
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
  strategy:
    type: RollingUpdate
  template:
    metadata:
      labels:
        app: api
      annotations:
        checksum: a1
    spec:
      serviceAccountName: api
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
      containers:
        - name: api
          image: acme.example/api:1.2.0
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: info
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              cpu: 500m
              memory: 256Mi
          livenessProbe:
            httpGet:
              path: /health
              port: http
            periodSeconds: 10
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop:
                - ALL
      volumes:
        - name: tmp
          emptyDir: {}
---
apiVersion: v1
kind: Service
metadata:
  name: api
spec:
  type: ClusterIP
  selector:
    app: api
  ports:
    - name: http
      port: 8080
      targetPort: http
"""


def story(name: str) -> tuple[str, str]:
    deploy = FIXTURES / name / "deploy"
    files = ("deploy-python.yaml", "deploy-go.yaml")
    reference, peer = ((deploy / file).read_text(encoding="utf-8") for file in files)
    return reference, peer


PAIRS = {
    "in-house values": story("fraiday"),
    "values of helm create": story("fraiday-helm-create"),
    "manifests": (MANIFEST, MANIFEST.replace("api", "web").replace("webVersion", "apiVersion")),
}


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def block_end(lines: list[str], start: int) -> int:
    """The line after a block: its key or item, and all that is indented further."""
    is_item = lines[start].lstrip().startswith("- ")
    for number in range(start + 1, len(lines)):
        line, depth = lines[number], indent(lines[number]) - indent(lines[start])
        if line.strip() and not (
            depth > 0 or (not depth and not is_item and line.lstrip()[0] == "-")
        ):
            return number
    return len(lines)


def moved(text: str) -> Iterator[str]:
    """A file with each block moved one level in or out, where it is another file of YAML."""
    lines = text.splitlines()
    meaning = list(yaml.safe_load_all(text))
    for start, line in enumerate(lines):
        end = block_end(lines, start)
        for by in (-STEP, STEP) if line.strip() and not line.lstrip().startswith("#") else ():
            block = [" " * (indent(one) + by) + one.lstrip() for one in lines[start:end]]
            changed = "\n".join((*lines[:start], *block, *lines[end:])) + "\n"
            try:
                is_another = list(yaml.safe_load_all(changed)) != meaning
            except yaml.YAMLError:
                continue
            if is_another and indent(line) + by >= 0:
                yield changed


@pytest.mark.parametrize(("reference", "peer"), PAIRS.values(), ids=PAIRS)
def test_block_that_moves_one_level_fails_the_check(
    reference: str, peer: str, tmp_path: Path
) -> None:
    (tmp_path / "deploy-python.yaml").write_text(reference, encoding="utf-8")
    path, variants = tmp_path / "deploy-go.yaml", list(moved(peer))
    assert len(variants) > 40
    path.write_text(peer, encoding="utf-8")
    wanted = "python" if "image:\n" in reference else "api"
    assert exit_code(report(tmp_path, reference=wanted), "error") == 0
    for variant in variants:
        path.write_text(variant, encoding="utf-8")
        assert exit_code(report(tmp_path, reference=wanted), "error") != 0, variant
