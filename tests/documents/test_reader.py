"""Every odd file comes to what ``docs/evidence/reading.md`` says of it, beside other files."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from deploylint.config import load as config
from deploylint.documents.nodes import Problem
from deploylint.documents.reader import Document, read_file, read_text
from deploylint.engine import check, result
from deploylint.engine.check import CheckOptions as Options
from deploylint.engine.discovery import Skipped
from deploylint.engine.result import Report
from tools import TODAY, reading
from tools.reading import CASES, Case, service

ODD = "deploy/deploy-odd.yaml"
MEMORY = 1024**3
SECONDS = 30
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good reference and a good peer."""
    made = tmp_path / "deploy"
    made.mkdir()
    (made / "deploy-api.yaml").write_text(service("api"))
    (made / "deploy-web.yaml").write_text(service("web"))
    monkeypatch.chdir(tmp_path)
    return made


def checked(folder: Path) -> Report:
    return check.check([folder], Options(reference="deploy-api.yaml"), config.load(), TODAY)


def names(report: Report) -> set[str]:
    return {one.name for group in report.groups for one in group.loaded.services}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.bounded else [])
        for case in CASES
    ],
)
def test_reader_gives_the_documented_result_of_a_file(case: Case, folder: Path) -> None:
    if IS_ROOT and case.says.endswith("Permission denied"):
        pytest.skip("root may read everything")
    case.write(folder / "deploy-odd.yaml")
    report = checked(folder)
    found = {
        "refused": [f"{p.line}:{p.column} {p.message}" for p in report.problems],
        "skipped": [f" {s.reason}" for s in report.skipped],
        "found": [
            f"{f.location.line}:{f.location.column} {f.severity}[{f.rule}] {f.message}"
            for f in report.findings
            if f.status == "violation"  # a file that says so little leaves its runtime unknown
        ],
    }
    wanted = {outcome: list[str]() for outcome in found}
    if case.outcome != "read":
        wanted[case.outcome] = [f"{case.at} {case.says}"]
    assert found == wanted
    assert result.exit_code(report, "error") == case.code
    assert names(report) == {"api", "web"} | (
        {"odd"} if case.outcome in ("read", "found") else set()
    )


@pytest.mark.slow
@pytest.mark.parametrize("case", [c for c in CASES if c.bounded], ids=lambda case: case.name)
def test_reader_bounds_memory_and_time(case: Case, folder: Path) -> None:
    case.write(folder / "deploy-odd.yaml")

    def confine() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "deploylint",
            "check",
            "deploy",
            "--reference",
            "deploy-api.yaml",
            "--format",
            "concise",
        ],
        preexec_fn=confine,
        capture_output=True,
        text=True,
        timeout=2 * SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == case.code, done.stderr
    if case.outcome == "refused":
        assert f"{ODD}:{case.at}: " in done.stdout + done.stderr


def test_reader_document_is_fresh() -> None:
    assert reading.main(["--check"]) == 0


def test_reader_refuses_a_folder_link_out_of_the_root(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "a.yaml").write_text("a: 1\n")
    (root / "link").symlink_to(outside)
    refused = read_file(root / "link" / "a.yaml", "root/link/a.yaml", root)
    assert isinstance(refused, Problem)
    assert refused.message.startswith("is a link to a file outside root/")


def test_reader_refuses_dots_out_of_the_root(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "a.yaml").write_text("a: 1\n")
    assert isinstance(
        read_file(tmp_path / "root" / ".." / "a.yaml", "a", tmp_path / "root"), Problem
    )


def test_reader_follows_a_root_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.yaml").write_text("a: 1\n")
    (tmp_path / "root").symlink_to("real")
    assert isinstance(read_file(tmp_path / "root" / "a.yaml", "a", tmp_path / "root"), Document)


def test_reader_reads_a_file_named_outside_the_root(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "a.yaml").write_text("a: 1\n")
    assert isinstance(read_file(tmp_path / "a.yaml", "a", tmp_path / "root"), Document)


def test_reader_opens_a_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n")
    opened, real = list[str](), os.open

    def counting(name: str, flags: int) -> int:
        opened.append(name)
        return real(name, flags)

    monkeypatch.setattr(os, "open", counting)
    assert isinstance(read_file(path, "a", tmp_path), Document)
    assert opened == [os.path.realpath(path)]


def test_reader_reads_a_text_like_a_file() -> None:
    assert isinstance(read_text("a: 1\n", "a"), Document)
    message = "not YAML: did not find expected node content while parsing a flow node"
    assert read_text("a: [\n", "a") == Problem("a", 1, 5, message, ("a: [",))


def test_reader_names_a_skipped_file(folder: Path) -> None:
    (folder / "deploy-odd.yaml").write_text("")
    assert checked(folder).skipped == (Skipped(ODD, "empty"),)
