"""``deploylint rules`` and ``explain``: every rule, what it demands, why, and examples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from deploylint.config import rules as rule_sets
from deploylint.config.rule_files import read_folders
from deploylint.config.rules import RuleSet
from deploylint.documents.nodes import plain
from deploylint.documents.reader import Document, read_text
from deploylint.model.rule import Rule
from deploylint.reports import OF_COMMANDS, Look, explain, writer
from deploylint.reports.rule_text import check_text, compact
from deploylint.reports.yaml_out import block, entry
from tests.support.reports import WIDTHS, squeezed

PACK = rule_sets.with_examples(rule_sets.shipped_rules())
RULES = [pytest.param(rule, id=rule.id) for rule in PACK.rules]


@pytest.mark.parametrize("name", OF_COMMANDS["rules"])
def test_rules_lists_every_rule(name: str) -> None:
    written = squeezed(writer(name, "rules")(PACK, Look()))
    for rule in PACK.rules:
        assert rule.id in written
        assert squeezed(check_text(rule)).replace('"', "") in written.replace("\\", "").replace(
            '"', ""
        )


def test_rules_json_has_the_allowances() -> None:
    data = json.loads(writer("json", "rules")(PACK, Look()))
    assert [rule["id"] for rule in data["rules"]] == PACK.ids
    assert [one["id"] for one in data["allow"]] == [one.id for one in PACK.allowances]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("rule", RULES)
def test_explain_describes_a_rule(rule: Rule, width: int) -> None:
    written = explain.write(PACK, rule.id, Look(width=width))
    whole = squeezed(written)
    assert max(map(cell_len, written.splitlines())) <= width
    for wanted in (
        f"{rule.level}[{rule.id}]",
        rule.why,
        check_text(rule),
        *compact(rule.addresses),
    ):
        assert squeezed(wanted) in whole
    assert written.count("Example: ") == len(rule.examples)
    for allowance in PACK.allowances:
        assert (f"Allowed: {allowance.id}\n" in written) is (allowance.rule == rule.id)
        assert allowance.rule != rule.id or squeezed(allowance.because) in whole


@pytest.mark.parametrize("width", [60, 200])
@pytest.mark.parametrize("rule", RULES)
def test_explain_shows_examples_as_yaml(rule: Rule, width: int) -> None:
    for example in rule.examples:
        assert data_of("\n".join(block(example.peer, Look(width=width), 0))) == example.peer


@pytest.mark.parametrize("own", PACK.builtin.values(), ids=lambda own: own.id)
def test_explain_describes_a_builtin_check(own: Rule) -> None:
    written = explain.write(PACK, own.id, Look())
    assert f"{own.level}[{own.id}]" in written
    assert squeezed(own.why) in squeezed(written)


def test_rule_text_names_the_operator_in_words(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "rules:\n"
        "- {id: a, element: replicas, must: {within: {ratio: 2}}, why: x}\n"
        "- {id: b, element: image.tag, must: {not-be: latest}, why: x}\n"
        "- {id: c, element: image.tag, must: {be: {one-of: [a, b]}}, why: x}\n"
        "- {id: d, element: image.tag, must: {be: present}, why: x}\n",
        "utf-8",
    )
    rule_set: RuleSet = read_folders([tmp_path])
    assert [check_text(rule) for rule in rule_set.rules] == [
        "within 2 times the reference's value, either way",
        "must not be latest",
        "must be one of a, b",
        "must be set",
    ]


SCALARS = [
    *("plain", "", " ", "yes", "no", "~", "null", "8000", "0x1F", "1e3", "1_000", ".5", "012"),
    *("true", "a: b", "a #b", "- a", "? a", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "[a]"),
    *("{a}", "'", '"', "\\", "\\n", "a\nb", "\ttab", "trailing ", " leading", "é", "山田太郎"),
    *("\U0001f600", "\u202e", "\x07", "\x9b", "\u2028", "\ufeff", "x" * 300, "x y " * 80),
    *(" " * 300, "山" * 100, "\\" * 90, "2001-01-01", "12:30:45", "=", "<<", "---", "...", "a,b"),
    *("-", "/api/v1", "{{ x }}", "$(A)", 8000, -1, 0, 1.5, 1e100, True, False, None),
]


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [60, 200])
@pytest.mark.parametrize("data", SCALARS, ids=ascii)
def test_yaml_output_reads_back_any_scalar(data: object, width: int, unicode: bool) -> None:
    look = Look(width=width, unicode=unicode)
    for value in (data, [data], {"k": data, "l": [data, {"m": data}]}):
        lines = entry("key", value, look, 4)
        assert data_of("\n".join(lines)) == {"key": value}
        assert all(line.isprintable() for line in lines)
        assert max(map(cell_len, lines)) <= width
        assert unicode or "".join(lines).isascii()


def data_of(text: str) -> object:
    document = read_text(text, "x.yaml")
    assert isinstance(document, Document), document
    (root,) = document.roots
    return plain(root)
