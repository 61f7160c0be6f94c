"""Every leaf of the clean stories changed alone: found at its line, or silent for a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.documents.nodes import Problem, plain
from deploylint.documents.reader import read_text
from deploylint.model.locations import dotted_path
from tools import mutants
from tools.mutations import LEFT_OUT
from tools.mutations import mutants as mutants_of

MAX_NOT_COMPARED = 0.1


@pytest.mark.slow
def test_clean_stories_are_the_pair_in_every_spelling_and_more() -> None:
    names = {folder.parent.name for folder in mutants.clean_stories()}
    assert {"fraiday", "fraiday-helm-create", "fraiday-nested", "fraiday-bitnami"} <= names


@pytest.mark.slow
@pytest.mark.campaign
def test_mutants_of_clean_stories_are_found_at_the_line_or_silent_for_a_reason(share: int) -> None:
    assert mutants.wrong(share) == []


@pytest.mark.slow
@pytest.mark.campaign
def test_mutants_found_elsewhere_are_only_removed_keys(share: int) -> None:
    changes = {
        result.change
        for story in mutants.stories(share)
        for result in story.results
        if result.outcome == "elsewhere"
    }
    assert changes == {LEFT_OUT}


@pytest.mark.slow
@pytest.mark.campaign
def test_peers_of_clean_stories_have_at_most_a_tenth_that_is_not_compared(share: int) -> None:
    for story in mutants.stories(share):
        assert story.not_compared <= story.leaves * MAX_NOT_COMPARED, story.name


def test_mutants_check_with_a_stale_document_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(mutants, "DOCUMENT", tmp_path / "mutants.md")
    monkeypatch.setattr(mutants, "clean_stories", list)
    assert mutants.main(["--check"]) == 1
    assert "stale: run make campaign-mutants" in capsys.readouterr().err


TEXT = """\
a: 1
b: [a, 'yz', {c: true}]
d:
  - e: hi
    f: null
"""

MUTANTS = [
    ("a", "+1", {"a": 2}),
    ("a", "x7+3", {"a": 10}),
    ("b[0]", "last letter", {"b": ["b", "yz", {"c": True}]}),
    ("b[1]", "first letter", {"b": ["a", "zz", {"c": True}]}),
    ("b[1]", LEFT_OUT, {"b": ["a", {"c": True}]}),
    ("b[2].c", "flipped", {"b": ["a", "yz", {"c": False}]}),
    ("b[2].c", LEFT_OUT, {"b": ["a", "yz", {}]}),
    ("d[0].e", "last letter", {"d": [{"e": "hj", "f": None}]}),
    ("d[0].e", LEFT_OUT, {"d": [{"f": None}]}),
]


@pytest.mark.parametrize(("key", "change", "holds"), MUTANTS)
def test_mutant_changes_one_value_and_nothing_else(
    key: str, change: str, holds: dict[str, object]
) -> None:
    document = read_text(TEXT, "deploy-go.yaml")
    assert not isinstance(document, Problem)
    found = {
        (dotted_path(mutant.leaf.keys), mutant.change): mutant.text
        for mutant in mutants_of(document.roots[0])
    }
    changed = read_text(found[key, change], "deploy-go.yaml")
    assert not isinstance(changed, Problem)
    before = plain(document.roots[0])
    assert isinstance(before, dict)
    assert plain(changed.roots[0]) == before | holds
