"""YAML inside a text of YAML: it means what its text means, and stands where it really stands."""

from __future__ import annotations

from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.embedded import read_embedded
from deploylint.documents.locate import key_path
from deploylint.documents.nodes import Node, Problem, child, leaves, plain, span
from deploylint.documents.reader import Document, read_text


def text_node(outer: str) -> Node:
    found = read_text(outer, "app.yaml")
    assert isinstance(found, Document), found
    node = child(found.roots[0], "values")
    assert node is not None
    return node


def inside(outer: str) -> Document:
    found = read_embedded(text_node(outer))
    assert isinstance(found, Document), found
    return found


def spots(document: Document) -> dict[str, str]:
    """Where each scalar stands: ``line:column``, by its text."""
    places = ((leaf, span(leaf)) for root in document.roots for leaf in leaves(root))
    return {str(leaf.content): f"{at.line}:{at.column}" for leaf, at in places}


LINE_FOR_LINE = [
    # how the text is written, and where its scalars stand
    ("a: 0\nvalues: |\n  image:\n    tag: x\n", {"x": "4:10"}),
    ("values: |-\n  image: {tag: x}\nb: 1\n", {"x": "2:16"}),
    ("values: |+\n  tag: x\n\n\n", {"x": "2:8"}),
    ("values: |2\n   tag: x\n   b: y\n", {"x": "2:9", "y": "3:7"}),
    ("values: |  # said of it\n\n  # a comment\n  tag: x\n", {"x": "4:8"}),
    ("values: &block |\n  tag: x\n", {"x": "2:8"}),
    ("values: |\r\n  a: x\r\n  b: y\r\n", {"x": "2:6", "y": "3:6"}),
    ("values: |\n  ---\n  a: x\n", {"x": "3:6"}),
    ("values: |\n  # first\n  --- # start\n  a: x\n", {"x": "4:6"}),
    ("values: |\n  a: é\n  b: [ü, x]\n", {"é": "2:6", "ü": "3:7", "x": "3:10"}),
    # folded, and yet no line of it is
    ("values: >\n  a:\n    b: x\n", {"x": "3:8"}),
]


@pytest.mark.parametrize(("outer", "where"), LINE_FOR_LINE)
def test_embedded_block_has_the_positions_of_the_file(outer: str, where: dict[str, str]) -> None:
    assert spots(inside(outer)) == where


IN_ONE_PLACE = [
    ("values: 'a: x'\n", "1:9"),
    ('values: "a: x\\nb: x"\n', "1:9"),
    ("values: >\n  a: x\n\n  b: x\n", "1:9"),
    ("values: |\n  a: x\n  ---\n  b: x\n", "1:9"),
    ("b: 1\nvalues:\n  'a: x'\n", "3:3"),
]


@pytest.mark.parametrize(("outer", "where"), IN_ONE_PLACE)
def test_embedded_folded_text_has_the_position_of_its_start(outer: str, where: str) -> None:
    assert spots(inside(outer)) == {"x": where}


def test_embedded_text_of_one_position_keeps_its_keys() -> None:
    found = inside('values: "a: 1\\nb: {c: 2, d: [3, x]}"\n')
    leaf = list(leaves(found.roots[0]))[-1]
    assert key_path(found.roots[0], leaf) == ("b", "d", "[1]")


BROKEN = [
    ("values: |\n  a: 1\n   b: 2\n", "3:5", ""),
    ("b: |\n  [\nvalues: |\n  a: [1\n", "4:6", ""),
    ('values: "a: [1"\n', "1:9", "(line 1 of this text)"),
    ("values: |\n  a: {{ .x }}\n", "2:7", "template"),
    ("values: |\n  a: &x [*x]\n", "2:10", "repeats"),
]


@pytest.mark.parametrize(("outer", "where", "says"), BROKEN)
def test_embedded_mistake_has_its_position_in_the_file(outer: str, where: str, says: str) -> None:
    found = read_embedded(text_node(outer))
    assert isinstance(found, Problem)
    assert (found.file, f"{found.line}:{found.column}") == ("app.yaml", where)
    assert says in found.message


@pytest.mark.parametrize("outer", ["values: |\n  a: 1\n  a: 2\n", 'values: "a: 1\\na: 2"\n'])
def test_embedded_duplicate_keys_are_kept(outer: str) -> None:
    ((lost, wins),) = inside(outer).source.duplicates
    assert (lost.content, wins.content) == ("a", "a")
    assert lost.source is wins.source


def test_embedded_template_is_a_variable_of_the_same_length() -> None:
    node = text_node("values: |\n  a: {{ x }}\n  b: '{{.y}}-z'\n  c: d\n")
    found = read_embedded(node, filled_in=True)
    assert isinstance(found, Document)
    assert plain(found.roots[0]) == {"a": "$(xxxx)", "b": "$(xxx)-z", "c": "d"}
    assert spots(found)["d"] == "4:6"


@pytest.mark.parametrize("outer", ["values: |\n", "values: ''\n", "values: |\n  # nothing\n"])
def test_embedded_empty_text_has_no_document(outer: str) -> None:
    assert inside(outer).roots == ()


# --- laws ----------------------------------------------------------------------------------------

words = st.text("abcxyz019 é", min_size=1, max_size=6).map(lambda text: f"k{text.strip()}")
values = st.recursive(
    words,
    lambda below: (
        st.lists(below, min_size=1, max_size=3)
        | st.dictionaries(words, below, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def written(value: object, depth: int = 0) -> str:
    """Plain data as block style YAML."""
    pad = "  " * depth
    if isinstance(value, dict):
        return "".join(f"{pad}{key}:{_under(below, depth)}" for key, below in value.items())
    assert isinstance(value, list)
    return "".join(f"{pad}-{_under(below, depth)}" for below in value)


def _under(value: object, depth: int) -> str:
    return f" {value}\n" if isinstance(value, str) else "\n" + written(value, depth + 1)


@given(
    st.dictionaries(words, values, min_size=1, max_size=3),
    st.integers(0, 4),
    st.integers(1, 4),
    st.sampled_from("|>"),
)
def test_embedded_text_means_the_same_as_alone(
    data: dict[str, object], above: int, depth: int, sign: str
) -> None:
    alone = written(data)
    outer = "# above\n" * above + f"values: {sign}{depth}\n" + indent(alone, " " * depth)
    node = text_node(outer)
    found = read_embedded(node)
    by_itself = read_text(str(node.content), "alone.yaml")
    if isinstance(by_itself, Problem):
        assert isinstance(found, Problem)
        return
    assert isinstance(found, Document)
    assert [plain(root) for root in found.roots] == [plain(root) for root in by_itself.roots]


@given(st.dictionaries(words, values, min_size=1, max_size=3), st.integers(0, 4), st.integers(1, 4))
def test_embedded_scalar_has_its_position_in_the_file(
    data: dict[str, object], above: int, depth: int
) -> None:
    outer = "# above\n" * above + "values: |\n" + indent(written(data), " " * depth)
    lines = outer.split("\n")
    for leaf in leaves(inside(outer).roots[0]):
        at = span(leaf)
        assert lines[at.line - 1][at.column - 1 : at.end_column - 1] == leaf.content
