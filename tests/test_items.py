"""Single differences of trees: what is named, and where."""

from __future__ import annotations

import pytest

from deploylint.documents.nodes import Node
from deploylint.documents.reader import Document, read_text
from deploylint.items import Item, differing
from deploylint.model import Value
from deploylint.shapes.fields import field
from deploylint.types import TREE
from deploylint.verbs import Side


def tree(text: str) -> Value:
    document = read_text(text, "a.yaml")
    assert isinstance(document, Document)
    return field(TREE, document.roots[0])


def line(node: Node | None) -> int:
    assert node is not None
    return node.source.position(node.start)[0] + 1


def items(reference: str, peer: str, verb: str) -> list[Item]:
    return list(differing(TREE, Side(tree(reference), ()), Side(tree(peer), ()), verb))


def told(item: Item) -> tuple[str, object, object, int]:
    return ".".join(item.path), item.expected.data, item.actual.data, line(item.actual.node)


@pytest.mark.parametrize("verb", ["equal", "contain"])
def test_a_key_under_another_name_is_one_difference_at_the_key(verb: str) -> None:
    found = items("level: info\nmode: x\n", "levle: info\nmode: x\n", verb)
    assert [told(item) for item in found] == [("", "level", "levle", 1)]


def test_what_replaces_something_elsewhere_is_not_taken_for_it() -> None:
    found = items("a: {x: 1}\nb: {u: 1}\n", "a: {}\nb: {u: 1, z: 2}\n", "equal")
    assert [item.actual.state for item in found] == ["absent", "known"]


def test_a_changed_value_is_found_at_its_line() -> None:
    found = items("a:\n  - p: 1\n", "a:\n  - p: 2\n", "equal")
    assert [told(item) for item in found] == [("a.0.p", 1, 2, 2)]


def test_a_missing_branch_stands_at_the_nearest_key() -> None:
    found = items("a:\n  x: 1\n  z: 2\nb: 1\n", "b: 1\na:\n  x: 1\n", "contain")
    assert [(".".join(i.path), i.actual.state, line(i.actual.node)) for i in found] == [
        ("a.z", "absent", 2)
    ]
    assert items("b: 1\n", "b: 1\na: 2\n", "contain") == []
