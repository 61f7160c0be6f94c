"""What CONTRIBUTING.md says of adding something, done in a copy of the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (an? .*?) \| (.*) \|$", PAGE, re.MULTILINE)
IGNORED = shutil.ignore_patterns("__pycache__", "_data.bin")

SERVICE = "image: {repository: acme/api, tag: '1'}\npod: {hostNetwork: true}\n"
ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
      - {name: main, image: "acme.example/api:1.2.0"}
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout of the package and its rules, to be changed."""
    for name in ("deploylint", "rules"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=IGNORED)
    return tmp_path


def insert(path: Path, before: str, text: str) -> None:
    """Add a text before the first place of another one."""
    content = path.read_text(encoding="utf-8")
    assert before in content
    path.write_text(content.replace(before, text + before, 1), encoding="utf-8")


def run(copy: Path, *arguments: str) -> str:
    """What a command of the copy prints."""
    done = subprocess.run(
        [sys.executable, "-m", "deploylint", *arguments],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1, 3), done.stderr
    return done.stdout


@pytest.mark.parametrize(("what", "where"), ROWS, ids=[what for what, _ in ROWS])
def test_contributing_row_names_at_most_three_files_that_exist(what: str, where: str) -> None:
    files = re.findall(r"`([\w/.]+/[\w/.]*)`", where)
    assert 1 <= len(files) <= 3
    assert [name for name in files if not (ROOT / name).exists()] == []


def test_contributing_field_added_as_the_table_says_is_read(copy: Path) -> None:
    fields, profile = copy / "deploylint/model/fields.yaml", copy / "deploylint/profiles"
    insert(fields, "      service-account: name\n", "      on-host: flag\n")
    with (profile / "helm-create.yaml").open(encoding="utf-8") as file:
        assert "  pod:\n" in file.read()
    insert(
        profile / "helm-create.yaml",
        "  pod:\n",
        "  pod:\n  - at: [pod]\n    fields: {hostNetwork: on-host}\n",
    )
    text = (profile / "helm-create.yaml").read_text(encoding="utf-8")
    (profile / "helm-create.yaml").write_text(text.replace("on-host}\n  pod:\n", "on-host}\n"))
    (copy / "values.yaml").write_text(SERVICE, encoding="utf-8")
    assert "pod.on-host" in run(copy, "show", "values.yaml", "-f", "concise")


def test_contributing_format_added_as_the_table_says_is_written(copy: Path) -> None:
    reports = copy / "deploylint" / "reports"
    insert(reports / "__init__.py", '    "json": ', '    "count": "how many findings",\n')
    (reports / "count.py").write_text(
        "def write(report, look):\n    return f'{len(report.groups)} groups\\n'\n", encoding="utf-8"
    )
    deploy = ROOT / "fixtures" / "fraiday" / "deploy"
    assert run(copy, "check", str(deploy), "--format", "count") == "1 groups\n"


def test_contributing_workload_kind_added_as_the_table_says_is_a_service(copy: Path) -> None:
    objects = copy / "deploylint/profiles/objects.yaml"
    insert(objects, "  ReplicaSet: ", "  Rollout: {template: spec.template, selector: true}\n")
    (copy / "k8s").mkdir()
    (copy / "k8s" / "api.yaml").write_text(ROLLOUT, encoding="utf-8")
    report = json.loads(run(copy, "check", "k8s", "--format", "json"))
    assert [service["name"] for service in report["groups"][0]["services"]] == ["api"]
