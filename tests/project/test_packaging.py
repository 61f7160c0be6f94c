"""What users get: the package's data, its command, and what its description promises."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from deploylint import __version__
from tests.support.folders import ROOT
from tools import skips

DESCRIPTION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = DESCRIPTION["project"]


NOT_COPIED = shutil.ignore_patterns(
    ".*_cache", ".git", ".venv", "__pycache__", "_data.bin*", "tests"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    code = "import sys, hatchling.build as build; build.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_wheel_contains_all_data(wheel: zipfile.ZipFile) -> None:
    held = set(wheel.namelist())
    wanted = {f"deploylint/rules/{path.name}" for path in (ROOT / "rules").glob("*.yaml")}
    wanted |= {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "deploylint").rglob("*")
        if path.suffix in (".py", ".yaml") or path.name == "py.typed"
    }
    assert wanted | {"deploylint/_data.bin"} <= held
    assert any(name.endswith("licenses/LICENSE") for name in held)


def test_wheel_is_the_same_from_every_build(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Whatever was asked for before in the checkout, and in whatever order sets are."""
    shutil.copytree(ROOT, tmp_path / "clean", ignore=NOT_COPIED)
    code = "import hatchling.build as build; build.build_wheel('.')"
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", code]
    subprocess.run(command, cwd=tmp_path / "clean", check=True, env=environment)
    other = zipfile.ZipFile(next((tmp_path / "clean").glob("*.whl")))
    assert other.read("deploylint/_data.bin") == wheel.read("deploylint/_data.bin")


def test_wheel_contains_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert tops == {"deploylint", f"deploylint-{__version__}.dist-info"}
    assert not [name for name in wheel.namelist() if name.endswith(".pyc")]


def test_source_archive_contains_the_package_and_its_build_files(tmp_path: Path) -> None:
    code = "import sys, hatchling.build as build; build.build_sdist(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", code, tmp_path], cwd=ROOT, check=True, capture_output=True
    )
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}
    files = {".gitignore", "LICENSE", "PKG-INFO", "README.md", "hatch_build.py", "pyproject.toml"}
    assert tops == {"deploylint", "rules", *files}


def test_unpacked_wheel_runs_with_its_own_rules(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    code = "import deploylint.config.rules as p; print(p.FOLDER); print(len(p.shipped_rules().ids))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    folder, count = done.stdout.splitlines()
    assert folder == str(tmp_path / "site" / "deploylint" / "rules")
    assert int(count) > 20


def test_command_is_installed() -> None:
    command = Path(sys.executable).with_name("deploylint")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"deploylint {__version__}\n"


def test_python_versions_are_those_of_the_metadata() -> None:
    assert PROJECT["requires-python"] == ">=3.11"
    classifiers = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))
    assert classifiers == ["3.11", "3.12", "3.13", "3.14"]


def test_licence_is_that_of_the_repository() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0" in text


def test_dependency_has_a_version_bound() -> None:
    assert [line for line in PROJECT["dependencies"] if "<" not in line or ">=" not in line] == []


# --- skips ---------------------------------------------------------------------------------------

RUN = """<testsuites><testsuite>
<testcase classname="tests.test_a" name="one"/>
<testcase classname="tests.test_a" name="two">
<skipped type="pytest.skip" message="go is not installed"/></testcase>
<testcase classname="tests.test_a" name="three">
<skipped type="pytest.xfail" message="known"/></testcase>
<testcase classname="tests.test_a" name="four">
<skipped type="pytest.skip" message="tired"/></testcase>
</testsuite></testsuites>"""


def test_skip_for_a_listed_reason_is_only_listed() -> None:
    found = skips.skips(RUN)
    assert found == [
        skips.Skip("tests.test_a::two", "go is not installed"),
        skips.Skip("tests.test_a::four", "tired"),
    ]
    assert skips.unlisted(found, ["go is not *", "tired"]) == []


def test_skip_for_another_reason_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, reasons = tmp_path / "run.xml", tmp_path / "reasons.txt"
    run.write_text(RUN)
    reasons.write_text("# agreed\n\ngo is not installed\n")
    assert skips.main(str(reasons), str(run)) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == "2 skipped"
    assert printed.err.startswith("tests.test_a::four: the reason is not listed")
    reasons.write_text("go is not installed\ntired\n")
    assert skips.main(str(reasons), str(run), str(run)) == 0
