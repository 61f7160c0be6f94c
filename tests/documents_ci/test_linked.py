"""Every linked place of the stories changed alone, and edits that mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import linked
from tools.linked import Change

pytestmark = pytest.mark.slow


def test_linked_places_are_all_found_and_harmless_edits_are_silent() -> None:
    assert linked.wrong() == []


def test_linked_cases_cover_both_stories_and_every_kind_of_file() -> None:
    results = linked.results()
    assert {one.story for one in results} == {"values", "manifests"}
    assert {Path(one.file).suffix for one in results} == {".yaml", "", ".go", ".py"}
    assert len(linked.harmless()) >= 10


def test_linked_document_is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert linked.main(["--check"]) == 0, capsys.readouterr().err
    assert "0 elsewhere, 0 silent" in capsys.readouterr().out


def test_linked_check_with_a_stale_document_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(linked, "DOCUMENT", tmp_path / "linked-places.md")
    assert linked.main(["--check"]) == 1
    assert "stale: run make campaign-linked" in capsys.readouterr().err


def test_linked_change_is_made_once_below_a_text() -> None:
    change = Change("a port", "port: 1", "port: 2", below="b:")
    assert change.edited("a: {port: 1}\nb: {port: 1}\n") == ("a: {port: 1}\nb: {port: 2}\n", 2)


def test_linked_change_of_a_missing_text_is_refused() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        Change("a port", "port: 3", "port: 2").edited("a: {port: 1}\n")
