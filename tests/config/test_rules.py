"""Rule files: a mistake in one is an error with its place and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.config import rules as rule_sets
from deploylint.config.rule_files import read_folders
from deploylint.model.errors import Misread
from deploylint.model.paths import matching

RULE = "rules:\n- id: tag\n  element: image.tag\n  must: equal\n  why: It matters.\n"
ALLOW = (
    "allow:\n- id: x/tag\n  rule: tag\n  from: a\n  to: b\n  because: It is so.\n  service: w*\n"
)
GOOD = RULE + ALLOW


def changed(old: str, new: str, text: str = GOOD) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


# What is in the file -> what is said of it.
WRONG = {
    "a key": (
        changed("  must:", "  msut:"),
        "4:3: unknown key 'msut'; did you mean 'must'?",
    ),
    "a key of an allowance": (
        changed("because", "becuase"),
        "11:3: unknown key 'becuase'; did you mean 'because'?",
    ),
    "a key of the file": (
        changed("allow:", "alow:"),
        "6:1: unknown key 'alow'; did you mean 'allow'?",
    ),
    "an address": (
        changed("image.tag", "image.tga"),
        "3:12: unknown element or field 'image.tga'; did you mean 'image.tag'?",
    ),
    "an element": (
        changed("image.tag", "[image, monitorign]"),
        "3:12: unknown element or field 'monitorign'; did you mean 'monitoring'?",
    ),
    "an exception": (
        changed("  must:", "  except: [image.tga]\n  must:"),
        "4:11: unknown element or field 'image.tga'; did you mean 'image.tag'?",
    ),
    "an allowance's address": (
        changed("  rule: tag\n", "  rule: tag\n  element: image.tga\n"),
        "9:12: unknown element or field 'image.tga'; did you mean 'image.tag'?",
    ),
    "an operator": (
        changed("equal", "eqaul"),
        "4:9: unknown operator 'eqaul'; did you mean 'equal'?",
    ),
    "an operator that needs a value": (
        changed("must: equal", "must: be"),
        "4:9: unknown operator 'be'; one of equal, contain, agree, within, be, not-be, be-among",
    ),
    "a ratio": (
        changed("must: equal", "must: {within: {ratio: 0}}"),
        "4:9: within takes {ratio: N} with N at least 1",
    ),
    "a pattern": (
        changed("must: equal", "must: {be: {one-of: 1}}"),
        "4:9: one-of takes a list of values",
    ),
    "a role": (
        changed("  must:", "  for: [sever]\n  must:"),
        "4:9: unknown value 'sever'; did you mean 'server'?",
    ),
    "a severity": (
        changed("  must:", "  severity: eror\n  must:"),
        "4:13: unknown value 'eror'; did you mean 'error'?",
    ),
    "no why": (
        changed("  why: It matters.\n", ""),
        "2:3: why is missing; add it",
    ),
    "an empty why": (
        changed("It matters.", "''"),
        "5:8: is empty; write a text",
    ),
    "a wrong type": (
        changed("id: tag\n  el", "id: 3\n  el"),
        "2:7: a text is expected here, not a number",
    ),
    "an id": (
        changed("id: tag\n  el", "id: Tag\n  el"),
        "2:7: invalid id; use small letters, digits and -, and begin with a letter",
    ),
    "a rule twice": (
        RULE + RULE.removeprefix("rules:\n") + ALLOW,
        "6:7: rule 'tag' is defined twice; first at rules/a.yaml:2",
    ),
    "an allowance twice": (
        GOOD + ALLOW.removeprefix("allow:\n"),
        "13:7: allowance 'x/tag' is defined twice; first at rules/a.yaml:7",
    ),
    "an own finding with a rule's id": (
        GOOD + "own:\n- {id: tag, severity: error, why: It matters.}\n",
        "14:8: rule 'tag' is defined twice; first at rules/a.yaml:2",
    ),
    "an allowance for nobody": (
        changed("  service: w*\n", ""),
        "7:3: has no scope; set service (a name or a glob), runtime or role",
    ),
    "an allowance without from": (
        changed("  from: a\n", ""),
        "7:3: from is missing; set from (expected value) and to (accepted value)",
    ),
    "an allowance for one value": (
        changed("to: b", "to: a"),
        "10:7: from and to are the same value; set two different values",
    ),
    "an allowance for no rule": (
        changed("rule: tag", "rule: tga"),
        "8:9: unknown rule 'tga'; did you mean 'tag'?",
    ),
    "a key twice": (
        GOOD + "  to: c\n",
        "13:3: key 'to' is written twice; first in line 10",
    ),
    "not YAML": (
        GOOD + "x: [\n",
        "13:5: not YAML: did not find expected node content while parsing a flow node",
    ),
    "nothing": ("# empty\n", "1:1: is empty; write its keys, or remove it"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "rules"
    made.mkdir()
    return made


@pytest.mark.parametrize("name", WRONG)
def test_rule_file_with_a_mistake_is_refused_with_its_location_and_a_suggestion(
    name: str, folder: Path
) -> None:
    text, says = WRONG[name]
    (folder / "a.yaml").write_text(text)
    with pytest.raises(Misread) as caught:
        read_folders([folder])
    at = caught.value.problem
    assert f"{at.file}:{at.line}:{at.column}: {at.message}" == f"rules/a.yaml:{says}"


def test_rule_file_is_read(folder: Path) -> None:
    (folder / "a.yaml").write_text(GOOD)
    rule_set = read_folders([folder])
    assert rule_set.ids == ["tag"]
    assert rule_set.rules[0].addresses == ("image.tag",)
    assert rule_set.rules[0].place == "rules/a.yaml:2"
    assert rule_set.allowances[0].place == "rules/a.yaml:7"


def test_allowance_may_name_a_rule_of_another_file(folder: Path) -> None:
    (folder / "a.yaml").write_text(ALLOW)
    (folder / "b.yaml").write_text(RULE)
    assert read_folders([folder]).allowances[0].rule == "tag"


def test_rule_element_means_its_fields_and_a_star_any_part_of_a_name() -> None:
    assert matching("replicas") == ["replicas.present", "replicas.count"]
    assert matching("*-probe.port") == [
        "liveness-probe.port",
        "readiness-probe.port",
        "startup-probe.port",
    ]
    assert matching("resources.limits.*") == [
        "resources.limits.cpu",
        "resources.limits.memory",
        "resources.limits.ephemeral-storage",
    ]


def test_shipped_rule_files_are_read() -> None:
    rule_set = rule_sets.shipped_rules()
    assert len(rule_set.rules) >= 20
    assert len(set(rule_set.ids)) == len(rule_set.ids)
