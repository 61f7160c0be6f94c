"""The lines of a file that a report shows."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from deploylint.documents import source
from deploylint.model.finding import Location
from deploylint.reports import Look
from deploylint.reports.text.snippets import Excerpts
from tests.support.values import document


def test_excerpts_of_one_file_split_its_text_once(monkeypatch: pytest.MonkeyPatch) -> None:
    split = Mock(wraps=source.split_lines)
    monkeypatch.setattr(source, "split_lines", split)
    read = document("".join(f"key{number}: 1\n" for number in range(9)))
    excerpts = Excerpts([read], [], Look())
    for line in range(1, 10):
        assert excerpts.at(Location("deploy-go.yaml", "", line, 1, line, 5), "", 2)
    assert split.call_count <= 2  # for the lines themselves, and for the secrets in them
