"""The Python interface says what the command says."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import deploylint
from tests.support.command_line import run_command
from tests.support.folders import FIXTURES, STORY
from tools import TODAY


def test_check_finds_the_configuration_as_the_command_does() -> None:
    report = deploylint.check([str(STORY)], today=TODAY)
    assert [group.loaded.name for group in report.groups] == ["fraiday"]
    assert {finding.status for finding in report.findings} == {"allowed"}
    assert deploylint.exit_code(report, "error") == 0


def test_check_takes_options_and_a_configuration() -> None:
    options = deploylint.CheckOptions(allow=False)
    report = deploylint.check([STORY], options, config=deploylint.load_config(), today=TODAY)
    assert [group.loaded.name for group in report.groups] == ["deploy"]
    assert {finding.status for finding in report.findings} == {"violation"}
    assert deploylint.exit_code(report, "error") == 1
    assert deploylint.exit_code(report, None) == 0


def test_written_report_is_that_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    folder = FIXTURES / "half-applied-port" / "deploy"
    written = deploylint.write(deploylint.check([folder], today=TODAY), "json")
    run_command("check", str(folder), "--today", TODAY, "-f", "json")
    assert json.loads(written) == json.loads(capsys.readouterr().out)


def test_write_with_another_format_is_refused() -> None:
    with pytest.raises(KeyError, match="yaml"):
        deploylint.write(deploylint.check([STORY]), "yaml")


def test_errors_are_those_of_the_interface() -> None:
    with pytest.raises(deploylint.UsageError, match="nowhere"):
        deploylint.check(["nowhere"])
    with pytest.raises(AttributeError, match="no attribute 'lint'"):
        getattr(deploylint, "lint")  # noqa: B009


def test_package_imports_its_interface_when_asked() -> None:
    code = "import deploylint, sys; print('deploylint.engine' in sys.modules, deploylint.Report)"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)
    assert done.stdout.decode().startswith("False <class")
