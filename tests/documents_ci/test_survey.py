"""The survey reads any folder: what it counts adds up, and nothing crashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.model.fields import ELEMENTS
from tests.support.folders import FIXTURES
from tools import survey


def test_survey_reads_every_file_or_names_the_reason() -> None:
    found = survey.survey([FIXTURES])
    assert found.crashes == []
    assert found.files == len(list(survey.files([FIXTURES])))
    assert found.read > len(list(FIXTURES.iterdir()))
    assert {counts.total() for counts in found.states.values()} == {found.services}


def test_survey_names_the_reason_of_unusual_files(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("image: acme/api\n")
    (tmp_path / "broken.yaml").write_text("a: [\n")
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "values.yaml").write_text("image: acme/api\n")
    found = survey.survey([tmp_path])
    assert (found.files, found.read, found.services) == (3, 1, 1)
    assert found.reasons == {"empty": 1}
    assert found.problems.total() == 1
    printed = "\n".join(survey.lines(found))
    assert "3 files: 1 read as 1 services" in printed
    assert "0 tracebacks" in printed
    assert all(element in printed for element in ELEMENTS)


def test_survey_without_a_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert survey.main([]) == 2
    assert survey.main(["no-such-folder"]) == 2
    assert 'make survey DIR="DIR ..."' in capsys.readouterr().err
