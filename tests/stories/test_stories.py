"""Every folder of ``fixtures`` is a story: a deployment, and by hand what deploylint says of it.

``expect.yaml`` holds the ``exit`` code and the ``findings``, optionally further command line
arguments (``args``), the files that are passed over (``skipped``), the places of what could not be
checked (``errors``), texts that some message must contain (``says``), the states of the project's
own allowances (``allowances``), a text that no report may print (``never``), and, where values
stand inside other files, how many there are (``leaves``). The configuration lies beside its
``deploy`` and is found as any is. A new story is a new folder; nothing here knows one by name but
the pair, which is told four times.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from deploylint.documents.paths import display_path
from deploylint.model.finding import Finding
from deploylint.reports import FORMATS
from tests.support.folders import FIXTURES
from tests.support.stories import KEYS, PAIR, checked, expectation, report, story, told


def multiset(findings: Iterable[dict[str, Any]]) -> Counter[str]:
    return Counter(json.dumps([finding[key] for key in KEYS]) for finding in findings)


def flat(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding of the report with its place beside the rest, as a story writes it."""
    at = finding["location"]
    return finding | {"file": Path(at["file"]).name, "line": at["line"]}


def test_fixtures_are_all_stories() -> None:
    folders = {path for path in FIXTURES.iterdir() if path.is_dir()}
    assert {path for path in folders if not (path / "expect.yaml").is_file()} == set()


@story
def test_story_has_its_expected_findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = expectation(folder)
    code, found = report(folder, capsys)
    assert multiset(map(flat, found["findings"])) == multiset(expected["findings"])
    errors = [(Path(e["file"]).name, e["line"]) for e in found["errors"]]
    assert errors == [(e["file"], e["line"]) for e in expected.get("errors", [])]
    assert code == expected["exit"]


@story
def test_story_names_its_skipped_files(folder: Path) -> None:
    found = checked(folder)
    skipped = [Path(one.file).name for one in found.skipped]
    assert skipped == expectation(folder).get("skipped", [])


@story
def test_story_loses_no_file(folder: Path) -> None:
    """Each file of the folder is read in a group, skipped, in a skipped folder, or an error."""
    found = checked(folder)
    named = {document.file for group in found.groups for document in group.loaded.documents}
    named |= {one.file for one in found.skipped} | {one.file for one in found.problems}
    folders = tuple(one.file for one in found.skipped if one.file.endswith("/"))
    files = (display_path(file) for file in (folder / "deploy").rglob("*.y*ml"))
    assert [name for name in files if name not in named and not name.startswith(folders)] == []


@story
def test_story_messages_contain_the_expected_texts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found = report(folder, capsys)
    said = [one["message"] for one in (*found["findings"], *found["errors"])]
    for text in expectation(folder).get("says", []):
        assert any(text in message for message in said), text


@story
def test_story_allowances_have_their_expected_states(folder: Path) -> None:
    own = [one for one in checked(folder).allowances if one.allowance.origin != "shipped"]
    states = {one.allowance.id.removeprefix(f"fixtures/{folder.name}/"): one.state for one in own}
    assert states == expectation(folder).get("allowances", {})


@story
def test_story_with_no_allow_reports_exactly_its_covered_differences(folder: Path) -> None:
    """What is said of the allowances themselves goes with them."""
    before, after = checked(folder).findings, checked(folder, allow=False).findings
    about_allowances = {"unused-allowance", "expiring-allowance", "overlapping-allowance"}
    kept = [f for f in before if f.rule not in about_allowances]
    assert Counter(map(verdict, after)) == Counter(map(verdict, kept))
    assert not any(f.status == "allowed" for f in after)


def verdict(finding: Finding) -> tuple[str, ...]:
    """A finding without what an allowance has to do with it."""
    status = "violation" if finding.status == "allowed" else finding.status
    return (status, finding.severity, str(finding.location), *finding.identity)


@pytest.mark.parametrize("format_", FORMATS)
@story
def test_story_is_printed_in_every_format_without_hidden_texts(
    folder: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text = told(folder, format_, capsys)
    assert text
    never = expectation(folder).get("never")
    assert never is None or never not in text


PINNED = {"expected.txt": (), "expected-v.txt": ("-v",)}
"""The files of a story with its report for people, and the options that write it."""


@pytest.mark.parametrize(
    "file", [path for name in PINNED for path in FIXTURES.glob(f"*/{name}")], ids=str
)
def test_story_has_its_expected_report(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    _, text = told(file.parent, "text", capsys, *PINNED[file.name])
    assert text == file.read_text(encoding="utf-8")


# --- one deployment, four spellings --------------------------------------------------------------


PLACES = {"location", "reference_location", "related", "files", "profile"}
LEAVES = {"compared", "unknown", "uncompared"}


def without_places(data: object) -> object:
    """A report without files, keys, lines, the profile's name and the counts of leaves."""
    if isinstance(data, dict):
        kept = {key: value for key, value in data.items() if key not in PLACES | LEAVES}
        return {key: without_places(value) for key, value in kept.items()}
    return sorted(map(json.dumps, map(without_places, data))) if isinstance(data, list) else data


@pytest.mark.parametrize("name", PAIR[1:])
def test_story_of_the_pair_is_the_same_in_every_profile(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, first = report(FIXTURES / PAIR[0], capsys)
    _, other = report(FIXTURES / name, capsys)
    assert without_places(other) == without_places(first)
    profiles = [one["groups"][0]["profile"] for one in (first, other)]
    assert len(set(profiles)) == 2
