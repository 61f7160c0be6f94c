"""The scoring of a fleet against a truth, on a fleet where each outcome happens once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.folders import FIXTURES
from tools import accuracy
from tools.checked import Inventory, Reported, checked
from tools.truth import Listed, Record, read_truth

SCORED = FIXTURES / "scored"


def test_accuracy_sample_has_each_outcome_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert accuracy.main([str(SCORED / "deploy"), str(SCORED / "truth.json")]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "pair: drift found 1 of 3, 1 of 2 with high confidence"
    assert second.strip() == (
        "1 found, 1 missed, 1 false, 1 wrong line, 1 legitimate reported, 1 negative touched"
    )


def test_accuracy_absent_value_may_be_reported_anywhere_in_its_block(tmp_path: Path) -> None:
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    for path in (SCORED / "deploy").iterdir():
        text = path.read_text(encoding="utf-8")
        if "web" in path.name:
            text = text.replace('  limits: {cpu: "1", memory: 2Gi}\n', "")
        (deploy / path.name).write_text(text, encoding="utf-8")
    truth = tmp_path / "truth.json"
    truth.write_text(
        '[{"set": "a", "kind": "drift", "service": "web", "element": "resources.limits", '
        '"file": "deploy-web.yaml", "line": 7, "confidence": "high", "actual": "absent"}, '
        '{"set": "a", "kind": "negative", "service": "none", "element": "image", '
        '"file": "deploy-python.yaml", "line": 1}]',
        encoding="utf-8",
    )
    (score,) = accuracy.scores(deploy, truth, None)
    assert score.counts[accuracy.FOUND] == 1


def test_accuracy_ignores_records_of_missing_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = tmp_path / "truth.json"
    truth.write_text(
        '[{"set": "a", "kind": "drift", "service": "web", "element": "image", "line": 1, '
        '"file": "gone.yaml"}]',
        encoding="utf-8",
    )
    assert accuracy.main([str(SCORED / "deploy"), str(truth)]) == 0
    assert capsys.readouterr().out.strip() == "left out: 1 records about 1 files that are not there"


def test_accuracy_without_fleet_or_truth_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert accuracy.main([]) == 2
    assert "make accuracy FLEET=DIR TRUTH=FILE" in capsys.readouterr().err


def test_accuracy_document_has_the_printed_output() -> None:
    document = SCORED.parent.parent / "docs" / "evidence" / "accuracy.md"
    scores = accuracy.scores(SCORED / "deploy", SCORED / "truth.json", None)
    assert "\n".join(accuracy.lines(scores)) in document.read_text(encoding="utf-8")


def test_accuracy_of_several_sets_is_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    fleet = SCORED / "deploy"
    page, records = SCORED / "truth.md", SCORED / "truth.json"
    assert accuracy.main([f"{fleet}={page}", f"{fleet}={records}"]) == 0
    fleets, values = capsys.readouterr().out.split("\n\n")
    header, judged, recorded = (re.split("  +", line) for line in fleets.splitlines())
    by_page = dict(zip(header, judged, strict=True))
    assert by_page["own"] == "2/3 67 %"  # of three services that are listed one is a guest
    assert by_page["inventory"] == "2/5 40 %"  # not gone, its environment, and so not the group
    assert by_page["true"] == "2/3 67 %"  # what is drift, and what was judged true
    assert by_page["false/20"] == "16.7"  # one of three of five, among two services
    assert (by_page["drift"], by_page["sure"]) == ("1/2 50 %", "1/1 100 %")
    by_list = dict(zip(header, recorded, strict=True))
    assert (by_list["inventory"], by_list["true"]) == ("-", "1/3 33 %")
    header, *_, counted = (re.split("  +", line) for line in values.splitlines())
    by_reason = dict(zip(header, counted, strict=True))
    assert (by_reason["rest"], by_reason["explained"]) == ("0 %", "34/34 100 %")


def test_accuracy_repeats_of_one_cause_are_judged_by_one_and_counted_once(tmp_path: Path) -> None:
    for name in ("api", "web", "mail"):
        (tmp_path / f"deploy-{name}.yaml").write_text(
            f"image: {{repository: acme.io/{name}, tag: latest}}\nreplicaCount: 2\n",
            encoding="utf-8",
        )
    findings = [one for one in checked(tmp_path).violations if one.rule == "image-tag"]
    place = f"{findings[0].file}:{findings[0].line}"
    page = tmp_path / "page.md"
    page.write_text(
        "\n## Findings\n\n| true | place | service | rule | field | reason |\n|---|---|\n"
        f"| no | {place} | {findings[0].service} | image-tag | {findings[0].path} | a sandbox |\n",
        encoding="utf-8",
    )
    fleet = accuracy.score_fleet(tmp_path, read_truth(page))
    assert (fleet.true, fleet.true_causes) == (accuracy.Share(0, 3), accuracy.Share(0, 1))


def test_accuracy_group_with_a_service_of_another_is_wrong() -> None:
    listed = [
        Listed("shop", "web", "shop/*", frozenset(), guest=False),
        Listed("bank", "api", "bank/*", frozenset({"prod"}), guest=False),
    ]
    mixed = [
        Inventory("all", "web", frozenset({"shop/web.yaml"}), frozenset()),
        Inventory("all", "api", frozenset({"bank/api.yaml"}), frozenset({"prod"})),
    ]
    parted = [one._replace(group=name) for one, name in zip(mixed, ("a", "b"), strict=True)]
    assert accuracy.compare_inventory(listed, mixed) == accuracy.Share(3, 5)
    assert accuracy.compare_inventory(listed, parted) == accuracy.Share(5, 5)


def test_accuracy_of_a_fleet_with_a_wrong_configuration_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = SCORED / "truth.md"
    configuration = tmp_path / ".deploylint.yaml"
    configuration.write_text("nonsense: 1\n", encoding="utf-8")
    assert accuracy.main([f"{tmp_path}={page}"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_accuracy_draws_one_finding_of_each_cause_first() -> None:
    one = Reported("a.yaml", 1, "", "a", "probes", "", "p", "a message", "first", "1")
    repeats = [one._replace(line=line, fingerprint=str(line)) for line in range(1, 40)]
    other = one._replace(file="z.yaml", cause="second")
    drawn = accuracy.draw([*repeats, other])
    assert len(drawn) == accuracy.DRAWN
    assert {finding.cause for finding in drawn[:2]} == {"first", "second"}
    assert drawn == accuracy.draw([other, *reversed(repeats)])


def test_accuracy_drawn_findings_are_rows_of_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert accuracy.main([str(SCORED / "deploy")]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("| ? | deploy-web.yaml:2 | web | image | server/image.pull-policy | ")


def test_accuracy_cause_is_true_where_most_of_it_is() -> None:
    one = Reported("a.yaml", 1, "", "a", "probes", "", "p", "a message", "first", "1")
    three = [one._replace(line=line) for line in (1, 2, 3)]
    assert accuracy.judge_causes(dict(zip(three, (True, True, False), strict=True)))["first"]
    assert not accuracy.judge_causes(dict(zip(three, (True, False), strict=False)))["first"]


@pytest.mark.parametrize(
    ("element", "found"), [("env.ZONE", 1), ("env.AREA", 0), ("duplicate-variable", 1)]
)
def test_accuracy_built_in_check_is_about_what_its_message_names(
    element: str, found: int, tmp_path: Path
) -> None:
    message = "variable ZONE is set twice"
    check = Reported("a.yaml", 3, "", "a", "duplicate-variable", "", "job/", message, "c", "1")
    record = Record("drift", "s", "a", element, "a.yaml", 3, "high", absent=False)
    score = accuracy._score("s", [record], [check], tmp_path)
    assert score.counts[accuracy.FOUND] == found
