"""Single differences of trees: what is named, and where."""

from __future__ import annotations

import pytest

from deploylint.compare.diff import DifferingItem, diff_items
from deploylint.compare.operators import Operand
from deploylint.documents.nodes import Node
from deploylint.documents.reader import Document, read_text
from deploylint.model.service import Value
from deploylint.model.types import TREE
from deploylint.readers.helm.field import field
from tests.support.values import value


def tree(text: str) -> Value:
    document = read_text(text, "a.yaml")
    assert isinstance(document, Document)
    return field(TREE, document.roots[0])


def line(node: Node | None) -> int:
    assert node is not None
    return node.source.position(node.start)[0] + 1


def items(reference: str, peer: str, operator: str) -> list[DifferingItem]:
    return list(diff_items(TREE, Operand(tree(reference), ()), Operand(tree(peer), ()), operator))


def told(item: DifferingItem) -> tuple[str, object, object, int]:
    return ".".join(item.path), item.expected.data, item.actual.data, line(item.actual.node)


@pytest.mark.parametrize("operator", ["equal", "contain"])
def test_renamed_key_is_one_difference_at_the_key(operator: str) -> None:
    found = items("level: info\nmode: x\n", "levle: info\nmode: x\n", operator)
    assert [told(item) for item in found] == [("", "level", "levle", 1)]


def test_item_in_another_position_does_not_replace_a_missing_one() -> None:
    found = items("a: {x: 1}\nb: {u: 1}\n", "a: {}\nb: {u: 1, z: 2}\n", "equal")
    assert [item.actual.state for item in found] == ["absent", "known"]


def test_changed_item_is_reported_at_its_line() -> None:
    found = items("a:\n  - p: 1\n", "a:\n  - p: 2\n", "equal")
    assert [told(item) for item in found] == [("a.0.p", 1, 2, 2)]


def test_missing_branch_is_reported_at_the_nearest_key() -> None:
    found = items("a:\n  x: 1\n  z: 2\nb: 1\n", "b: 1\na:\n  x: 1\n", "contain")
    assert [(".".join(i.path), i.actual.state, line(i.actual.node)) for i in found] == [
        ("a.z", "absent", 2)
    ]
    assert items("b: 1\n", "b: 1\na: 2\n", "contain") == []


def variables(text: str) -> Value:
    return value(f"env: {text}\n", "environment.variables")


@pytest.mark.parametrize(
    ("reference", "peer", "states"),
    [
        ("{A: '1', B: '2'}", "{A: '{{ .a }}', B: '2'}", {"A": ("known", "unknown")}),
        ("{A: '{{ .a }}', B: '2'}", "{A: '1', B: '2'}", {"A": ("unknown", "known")}),
        ("{A: '1'}", "{A: '{{ .a }}', C: '3'}", {"A": ("known", "unknown")}),  # no new name for A
    ],
)
def test_variable_that_is_a_template_is_unknown(
    reference: str, peer: str, states: dict[str, tuple[str, str]]
) -> None:
    one, other = (Operand(variables(text), ()) for text in (reference, peer))
    told = list(diff_items(TREE, one, other, "equal"))
    found = {item.path[0]: (item.expected.state, item.actual.state) for item in told}
    assert {name: found[name] for name in states} == states


def test_maps_with_few_common_keys_differ_key_by_key() -> None:
    found = items("a: 1\nb: 1\n", "b: 2\nc: 1\nd: 1\ne: 1\nf: 1\n", "contain")
    assert sorted(".".join(item.path) for item in found) == ["", "b"]


def test_mappings_are_compared_key_by_key_and_lists_item_by_item() -> None:
    reference = "mode: slow\nbelow: {a: 1, b: {c: [1, 2]}}\nsame: [1]\n"
    peer = "mode: quick\nbelow: {a: true, b: {c: [1, 3]}}\nsame: [1]\n"
    assert sorted(told(item)[:3] for item in items(reference, peer, "equal")) == [
        ("below.a", 1, True),
        ("below.b.c.1", 2, 3),
        ("mode", "slow", "quick"),
    ]


def test_key_with_two_underscores_is_compared() -> None:
    """DeepDiff by itself leaves such keys out, as private ones of Python."""
    found = items("__mode: slow\n", "__mode: quick\n", "equal")
    assert [told(item) for item in found] == [("__mode", "slow", "quick", 1)]
