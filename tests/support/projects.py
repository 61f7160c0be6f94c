"""Small projects for the tests: a folder of deployments and its configuration, written and run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import typer

from deploylint.cli.common import configuration
from deploylint.config.discovery import Ambiguous
from deploylint.engine import check
from deploylint.engine.result import Report
from deploylint.model.errors import Misread, NothingToCheck, UsageError
from deploylint.model.finding import Finding
from tests.support.command_line import run_command
from tools import TODAY

PYTHON = """\
image: {repository: acme/api, tag: "1.2.0"}
service:
  type: ClusterIP
  port: 8000
replicaCount: 2
resources: {limits: {cpu: 200m, memory: 256Mi}}
securityContext: {runAsNonRoot: true}
"""
"""A reference that keeps all shipped rules; another service is the same text with a change."""

WEB = PYTHON.replace("acme/api", "acme/web")
MOVED = WEB.replace("8000", "8080")
"""A service on another port: one violation, of service-port, in line 4."""

ALLOW = """\
allow:
- id: web-port
  service: web
  rule: service-port
  from: 8000
  to: 8080
  because: It listens there.
"""


def deployment(name: str, more: str = "") -> str:
    """A Deployment of one container, its last lines: ``more`` of it may follow."""
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - name: main
        image: acme.example/{name}:1.2.0
{more}"""


def write(folder: Path, files: dict[str, str]) -> Path:
    """Some files below a folder, by their relative paths."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def project(folder: Path, configuration: str = "", **services: str) -> Path:
    """A reference and other services in ``deploy/``, by default one that moved, and what is said
    of them in ``.deploylint.yaml``."""
    peers = {
        f"deploy/deploy-{name}.yaml": text for name, text in (services or {"web": MOVED}).items()
    }
    files = {"deploy/deploy-python.yaml": PYTHON} | peers
    if configuration:
        files[".deploylint.yaml"] = f"version: 1\n{configuration}"
    return write(folder, files)


class Ran(NamedTuple):
    """The exit code of a command, and the message where it could not be done."""

    code: int
    message: str = ""


def ran(*arguments: str) -> Ran:
    """Run a command line in this process; what it prints is left to ``capsys``."""
    try:
        return Ran(run_command(*arguments))
    except Misread as error:
        at = error.problem
        return Ran(2, f"{at.file}:{at.line}:{at.column}: {at.message}")
    except (UsageError, Ambiguous) as error:
        return Ran(2, str(error))
    except typer.TyperException as error:
        return Ran(2, error.format_message())
    except NothingToCheck as error:
        return Ran(3, str(error))


def report(*paths: Path | str, today: str = TODAY, **options: Any) -> Report:
    """The report about some paths, with the configuration that is found."""
    asked = [Path(path) for path in paths]
    return check.check(
        asked, check.CheckOptions(**options), configuration(asked, None, False), today
    )


def said(found: Report | Sequence[Finding], status: str = "violation") -> list[str]:
    """The findings of one status as ``file:line rule``, by the file's name."""
    findings = found.findings if isinstance(found, Report) else found
    return [
        f"{Path(f.location.file).name}:{f.location.line} {f.rule}"
        for f in findings
        if f.status == status
    ]


def states(found: Report) -> dict[str, str]:
    """The state of each of the project's own allowances."""
    return {
        one.allowance.id: one.state for one in found.allowances if one.allowance.origin != "shipped"
    }


def messages(found: Report, rule: str) -> list[str]:
    """What is said by one rule, whatever its status."""
    return [f.message for f in found.findings if f.rule == rule]
