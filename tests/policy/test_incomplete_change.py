"""A deviation that was carried out in all linked places but one is found there, and named."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from deploylint.config import load as config
from deploylint.engine import check
from deploylint.model.finding import Finding
from tools import TODAY

COHERENT = """\
image: {repository: acme/api, tag: "1"}
securityContext: {runAsNonRoot: true}
resources: {limits: {cpu: 1, memory: 1Gi}}
containerPort: PORT
service:
  port: PORT
  targetPort: PORT
livenessProbe:
  httpGet: {path: /health, port: PORT}
readinessProbe:
  httpGet: {path: /health, port: PORT}
startupProbe:
  httpGet: {path: /health, port: PORT}
serviceMonitor:
  enabled: true
  port: PORT
env:
- name: PORT
  value: "PORT"
"""
CONFIGURATION = """\
version: 1
allow:
- {id: go-port, service: web, rule: service-port, from: 8000, to: 8080, because: It listens there.}
- id: go-port-variable
  service: web
  rule: environment
  element: environment.variables.PORT
  from: 8000
  to: 8080
  because: It is told so.
"""
NAME = "name: PORT"
LINES = [
    number
    for number, line in enumerate(COHERENT.splitlines(), 1)
    if "PORT" in line and NAME not in line
]


def written(port: int, *reverted: int) -> str:
    """The service at a port, some of its lines still at the reference's 8000."""
    lines = COHERENT.splitlines(keepends=True)
    for number in LINES:
        now = 8000 if number in reverted else port
        lines[number - 1] = lines[number - 1].replace("PORT", str(now))
    return "".join(lines)


def violations(folder: Path, *reverted: int) -> list[Finding]:
    (folder / "deploy").mkdir(exist_ok=True)
    (folder / "deploy" / "deploy-python.yaml").write_text(written(8000))
    (folder / "deploy" / "deploy-web.yaml").write_text(written(8080, *reverted))
    (folder / ".deploylint.yaml").write_text(CONFIGURATION)
    loaded = config.load(folder / ".deploylint.yaml")
    report = check.check([folder / "deploy"], check.CheckOptions(), loaded, TODAY)
    assert not report.problems
    return [f for f in report.findings if f.status == "violation" and f.severity == "error"]


def test_incomplete_change_cases_cover_every_linked_location() -> None:
    assert len(LINES) == 8


def test_complete_change_of_a_service_is_allowed(tmp_path: Path) -> None:
    assert violations(tmp_path) == []


@pytest.mark.parametrize("line", LINES)
def test_incomplete_change_is_reported_at_the_forgotten_location(line: int, tmp_path: Path) -> None:
    (found,) = violations(tmp_path, line)
    assert (found.rule, found.location.line) == ("ports", line)
    assert "the change accepted by go-port (8000 -> 8080) is incomplete here" in found.message
    assert found.near is not None
    assert found.near.id == "go-port"


@pytest.mark.parametrize("lines", list(combinations(LINES, 2)))
def test_incomplete_change_of_two_locations_is_reported_at_both(
    lines: tuple[int, int], tmp_path: Path
) -> None:
    found = violations(tmp_path, *lines)
    assert sorted(f.location.line for f in found if f.rule == "ports") == sorted(lines)
    assert all("go-port" in f.message for f in found)


@pytest.mark.parametrize("line", LINES)
def test_incomplete_change_to_another_number_is_not_reported(line: int, tmp_path: Path) -> None:
    violations(tmp_path)
    text = written(8080).splitlines(keepends=True)
    text[line - 1] = text[line - 1].replace("8080", "9090")
    (tmp_path / "deploy" / "deploy-web.yaml").write_text("".join(text))
    loaded = config.load(tmp_path / ".deploylint.yaml")
    report = check.check([tmp_path / "deploy"], check.CheckOptions(), loaded, TODAY)
    messages = [f.message for f in report.findings if f.status == "violation"]
    assert messages
    assert not any("half carried out" in message for message in messages)
