"""Every leaf of every fixture is accounted for: compared, unknown or uncompared.

The leaves are counted here over plain data of the YAML library's own pure reader, which shares
nothing with ``deploylint.documents``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from deploylint.config import load as config
from deploylint.documents.paths import display_path
from deploylint.engine import check
from deploylint.engine.result import Report
from tests.support.folders import FIXTURES
from tools import TODAY

FOLDERS = sorted(FIXTURES.glob("*/deploy"))
PEER = "deploy-go.yaml"


def count(data: object) -> int:
    """Leaves of plain data: scalars and empty collections."""
    if isinstance(data, dict) and data:
        return sum(map(count, data.values()))
    return sum(map(count, data)) if isinstance(data, list) and data else 1


def walked(path: Path) -> int:
    reader = YAML(typ="safe", pure=True)
    reader.allow_duplicate_keys = True  # one of the two is lost, whichever it is
    return sum(map(count, reader.load_all(path.read_text(encoding="utf-8"))))


def run(folder: Path, reference: str = "") -> Report:
    """A run that only compares: what is left is counted, whatever is made of it."""
    options = check.CheckOptions(skip_rules=("same-structure",), reference=reference)
    return check.check([folder], options, config.load(), TODAY)


def accounted(report: Report) -> int:
    counts = report.summary
    return counts.compared + counts.unknown + counts.uncompared


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.parent.name)
def test_coverage_accounts_for_every_value(folder: Path) -> None:
    report = run(folder)
    read = {file for group in report.groups for s in group.loaded.services for file in s.files}
    skipped = tuple(one.file for one in report.skipped if one.file not in read) + tuple(
        problem.file for problem in report.problems if "not YAML" in problem.message
    )
    paths = sorted(folder.rglob("*.y*ml"))
    files = [path for path in paths if not display_path(path).startswith(skipped)]
    assert accounted(report) == (carried(folder) or sum(map(walked, files)))


def test_coverage_of_a_worker_value_equal_to_its_server_is_compared() -> None:
    report = run(FIXTURES / "rendered-chart" / "deploy", "ai-backend")
    [group] = report.groups
    reasons = [one.reason for one in group.coverage.places]
    assert [reason for reason in reasons if "security-context" in reason] == []


def test_coverage_names_the_key_of_an_uncompared_value_in_any_document() -> None:
    report = run(FIXTURES / "rendered-chart" / "deploy", "ai-backend")
    [group] = report.groups
    assert all(one.place.key for one in group.coverage.places)


def carried(folder: Path) -> int:
    """The leaves of a story's services as it says, where their values stand inside other files."""
    story = (folder.parent / "expect.yaml").read_text(encoding="utf-8")
    return int(YAML(typ="safe", pure=True).load(story).get("leaves", 0))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.parent.name)
def test_coverage_lists_each_uncompared_value_once(folder: Path) -> None:
    report = run(folder)
    listed = [one.place for group in report.groups for one in group.coverage.places]
    assert len(set(listed)) == len(listed) == report.summary.uncompared


@pytest.mark.parametrize(
    "peer", sorted(FIXTURES.glob(f"*/deploy/{PEER}")), ids=lambda path: path.parents[1].name
)
def test_coverage_counts_an_unknown_key_as_uncompared(peer: Path, tmp_path: Path) -> None:
    for path in peer.parent.iterdir():
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    before = run(tmp_path).summary
    with (tmp_path / peer.name).open("a", encoding="utf-8") as file:
        file.write("\ntolerations: [{key: a}]\n")
    after = run(tmp_path).summary
    more = {**before.explained, "alone": before.explained.get("alone", 0) + 1}
    explained = more if before.explained else {}
    assert after == before._replace(uncompared=before.uncompared + 1, explained=explained)


@pytest.mark.parametrize(
    ("file", "unknown", "violations"), [(PEER, 0, 2), ("deploy-python.yaml", 2, 1)]
)
def test_coverage_accounts_for_a_value_of_another_type(
    file: str, unknown: int, violations: int, tmp_path: Path
) -> None:
    """It is wrong by itself. A peer's differs, too; with a reference's nothing can be compared."""
    story = FIXTURES / "fraiday" / "deploy"
    for path in story.iterdir():
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    changed = tmp_path / file
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace("interval: 30s", "interval: 30t"), encoding="utf-8")
    before, after = run(story).summary, run(tmp_path).summary
    assert (before.unknown, before.violations) == (0, 0)
    assert (after.unknown, after.violations) == (unknown, violations)
    assert accounted(run(tmp_path)) == accounted(run(story))


# --- without a reference --------------------------------------------------------------------------

BODY = """\
image: {repository: acme/NAME, tag: '1'}
mesh: {mode: strict}
envFrom: [{secretRef: {name: NAME-env}}]
resources: {limits: {memory: 64Mi}}
"""


@pytest.mark.parametrize(("more", "count"), [("zone: x\n", 1), ("hooks: [a, b]\n", 2)])
def test_coverage_says_why_a_majority_does_not_compare_a_value(
    more: str, count: int, tmp_path: Path
) -> None:
    for name in "abcde":
        text = BODY.replace("NAME", name) + (more if name == "e" else "")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    counts = run(tmp_path).summary
    assert sum(counts.explained.values()) == counts.uncompared
    assert counts.explained["alone"] == count
    assert {"asked", "wiring"} <= counts.explained.keys()


def test_coverage_of_guests_and_of_too_few_siblings_is_named(tmp_path: Path) -> None:
    texts = {name: f"image: acme/{name}:1\nmesh: {{mode: strict}}\n" for name in "abcd"}
    texts |= {"a": texts["a"] + "team: x\n", "b": texts["b"] + "team: y\n"}
    for name, text in {**texts, "redis": "image: bitnami/redis:1\nmode: x\n"}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    explained = run(tmp_path).summary.explained
    assert (explained["few"], explained["guest"]) == (2, 2)


def test_coverage_with_a_reference_has_no_reason_of_a_majority(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(BODY.replace("NAME", name), encoding="utf-8")
    assert run(tmp_path, "a").summary.explained == {}
