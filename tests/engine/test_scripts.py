"""What a script of a repository applies is deployed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from deploylint.engine import scripts
from deploylint.engine.scripts import Scripts
from tests.support.projects import deployment, report, said, write

APPLIED = [
    ("deploy/run.sh", "kubectl apply -f web.yaml\n", True),
    ("deploy/run.sh", "kubectl create -f './web.yaml'\n", True),
    ("run.sh", "kubectl apply -f deploy/web.yaml\n", True),
    ("run.sh", "cd deploy && kubectl apply --filename=web.yaml\n", True),
    ("tools/run", '#!/bin/sh\nkubectl apply -f "$HERE/web.yaml"\n', True),
    ("tools/run", '#!/bin/sh\nkustomize edit add resource "${HERE}web.yaml"\n', True),
    ("tools/run", '#!/bin/sh\nkubectl apply -f "$(dirname "$0")/web.yaml"\n', True),
    ("Makefile", "up:\n\tkubectl apply -f deploy/web.yaml\n", True),
    (".github/workflows/up.yml", "run: kubectl apply -f deploy/web.yaml\n", True),
    ("skaffold.yaml", "kind: Config\ndeploy: {kubectl: {manifests: [deploy/web.yaml]}}\n", True),
    ("run.sh", "kubectl apply -f web.yaml\n", False),
    ("run.sh", "kubectl apply -f other/web.yaml\n", False),
    ("run.sh", "kubectl apply -f deploy/other-web.yaml\n", False),
    ("run.sh", "kubectl apply -f deploy/web.yaml.j2\n", False),
    ("run.sh", "kubectl apply -f deploy/$NAME.yaml\n", False),
    ("run.sh", "# kubectl apply -f deploy/web.yaml\n", False),
    ("run.sh", "yamllint deploy/web.yaml\n", False),
    ("notes", "kubectl apply -f deploy/web.yaml\n", False),
    ("notes.md", "kubectl apply -f deploy/web.yaml\n", False),
]


@pytest.mark.parametrize(("name", "text", "is_applied"), APPLIED)
def test_file_that_a_script_applies_is_not_unlisted(
    tmp_path: Path, name: str, text: str, is_applied: bool
) -> None:
    files = {f"deploy/{one}.yaml": deployment(one) for one in ("api", "web")}
    files["deploy/kustomization.yaml"] = "resources: [api.yaml]\n"
    write(tmp_path, {".git/HEAD": "", **files, name: text})
    found = said(report(tmp_path / "deploy", rules=("unlisted-file",)))
    assert found == ([] if is_applied else ["kustomization.yaml:1 unlisted-file"])


def test_variable_is_the_folder_of_the_script_where_the_file_is_there(tmp_path: Path) -> None:
    """The file of that name in another folder is not what it applies."""
    files = {f"{one}/web.yaml": "" for one in ("live", "trial")}
    write(tmp_path, {**files, "live/run.sh": "kubectl apply -f $HERE/web.yaml\n"})
    found = Scripts(tmp_path)
    assert found.deploy(tmp_path / "live/web.yaml")
    assert not found.deploy(tmp_path / "trial/web.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 199_000,
        "/" * 199_000,
        "$" * 199_000,
        "a.yaml/" * 28_000,
        "}" * 199_000,
        "a" * 99_000 + ".yaml",
    ],
)
def test_long_script_is_read_in_linear_time(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"run.sh": f"kubectl {text}\n"})
    start = time.process_time()
    assert not Scripts(tmp_path).deploy(tmp_path / "web.yaml")
    assert time.process_time() - start < 1


def test_scripts_are_read_up_to_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "_MOST", 1)
    files = {f"{one}.sh": f"kubectl apply -f {one}.yaml\n" for one in ("a", "b")}
    write(tmp_path, files)
    found = Scripts(tmp_path)
    assert [found.deploy(tmp_path / f"{one}.yaml") for one in ("a", "b")] == [True, False]
