"""Nodes know what they mean, where they stand and what is around them."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from deploylint.documents.locate import key_path
from deploylint.documents.merge import merge_roots
from deploylint.documents.nodes import (
    Node,
    Source,
    Span,
    child,
    child_at,
    entries_of,
    is_empty,
    items_of,
    leaves,
    plain,
    scalar,
    span,
    text_of,
)
from deploylint.documents.parser import parse


def root(text: str) -> Node:
    (node,) = parse(Source("f.yaml", text))
    return node


def at(node: Node, *path: str | int) -> Node:
    for step in path:
        if isinstance(step, int):
            assert isinstance(node.content, list)
            node = node.content[step]
        else:
            below = child(node, step)
            assert below is not None
            node = below
    return node


def sliced(node: Node) -> str:
    """What stands where a node says that it stands."""
    place, lines = span(node), node.source.lines
    if place.line == place.end_line:
        return lines[place.line - 1][place.column - 1 : place.end_column - 1]
    first = lines[place.line - 1][place.column - 1 :]
    last = lines[place.end_line - 1][: place.end_column - 1]
    return "\n".join([first, *lines[place.line : place.end_line - 1], last])


SPANS = {
    "plain": ("a: xy # c\n", "a", Span(1, 4, 1, 6), "xy"),
    "single quotes": ("a: 'x y'\n", "a", Span(1, 4, 1, 9), "'x y'"),
    "double quotes": ('a: "x\\n"\n', "a", Span(1, 4, 1, 9), '"x\\n"'),
    "plain over two lines": ("a: x\n  y\nb: 1\n", "a", Span(1, 4, 2, 4), "x\n  y"),
    "quotes over two lines": ("a: 'x\n  y'\n", "a", Span(1, 4, 2, 5), "'x\n  y'"),
    "flow": ("a: [x, {b: 1}]\n", "a", Span(1, 4, 1, 15), "[x, {b: 1}]"),
    "block map": ("a:\n  b: 1\n  c: 2\n\n# end\nd: 1\n", "a", Span(2, 3, 3, 7), "b: 1\n  c: 2"),
    "block list": ("a:\n- x\n- y\n", "a", Span(2, 1, 3, 4), "- x\n- y"),
    "literal": ("a: |\n  x\n  y\n\nb: 1\n", "a", Span(1, 4, 3, 4), "|\n  x\n  y"),
    "folded": ("a: >-\n  x\n  y\nb: 1\n", "a", Span(1, 4, 3, 4), ">-\n  x\n  y"),
    "literal at the end": ("a: |\n  x\n", "a", Span(1, 4, 2, 4), "|\n  x"),
    "nothing": ("a:\nb: 1\n", "a", Span(1, 3, 1, 3), ""),
    "beyond other line ends": (
        "b: 1\x85c: 2\u2028d: 3\re: 4\r\na: x\n",
        "a",
        Span(5, 4, 5, 5),
        "x",
    ),
    "wide characters": ("a: über\n", "a", Span(1, 4, 1, 8), "über"),
}


@pytest.mark.parametrize("name", SPANS)
def test_span_covers_the_written_text(name: str) -> None:
    text, key, expected, written = SPANS[name]
    node = at(root(text), key)
    assert span(node) == expected
    if written:
        assert sliced(node) == written


def test_key_path_names_keys_and_items() -> None:
    tree = root("a:\n  b:\n  - x\n  - c: y\nd: z\n")
    assert key_path(tree, at(tree, "a", "b", 1, "c")) == ("a", "b", "[1]", "c")
    assert key_path(tree, at(tree, "d")) == ("d",)
    assert key_path(tree, tree) == ()


def test_key_path_of_a_key() -> None:
    tree = root("a:\n  b: 1\n")
    below = at(tree, "a")
    assert isinstance(below.content, dict)
    assert key_path(tree, below.content["b"].key) == ("a", "b")


def test_leaves_are_scalars_and_empty_collections_in_order() -> None:
    tree = root("a: 1\nb: [x, [], {c: {}}]\nd:\n")
    assert [plain(leaf) for leaf in leaves(tree)] == [1, "x", [], {}, None]


def test_alias_has_leaves_wherever_it_is_used() -> None:
    assert [leaf.content for leaf in leaves(root("a: &x [p, q]\nb: *x\n"))] == ["p", "q", "p", "q"]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\n", {"a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 3}}),
        ("b: {q: 3, <<: {q: 2}}\n", {"b": {"q": 2}}),
        ("b: {<<: [{p: 1}, {p: 2, q: 2}]}\n", {"b": {"p": 1, "q": 2}}),
        ("b: {<<: {p: 1}, <<: {p: 2}}\n", {"b": {"p": 2}}),
        ("b: {'<<': {p: 1}}\n", {"b": {"<<": {"p": 1}}}),
        ("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}),
        ("8080: a\ntrue: b\n1.10: c\n0x10: d\n", {"8080": "a", "true": "b", "1.1": "c", "16": "d"}),
        (
            "a: !foo 3\nb: ! 3\nc: !!int '3'\nd: !!binary w7w=\n",
            {"a": "3", "b": "3", "c": 3, "d": "ü"},
        ),
        ("a: 1\na: 2\n", {"a": 2}),
        ("a: yes\nb: 'yes'\nc: 0o17\nd: 1e3\n", {"a": True, "b": "yes", "c": 15, "d": 1000.0}),
        ("? a\n: 1\n", {"a": 1}),
    ],
)
def test_plain_data_is_what_go_reads(text: str, data: object) -> None:
    assert plain(root(text)) == data


def lost_and_winning(text: str) -> list[tuple[int, int]]:
    source = Source("f.yaml", text)
    parse(source)
    return [(span(lost).line, span(wins).line) for lost, wins in source.duplicates]


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("a: 1\nb: 2\na: 3\n", [(1, 3)]),
        ("a: 1\na: 2\na: 3\n", [(1, 2), (2, 3)]),
        ("8080: 1\n'8080': 2\n", [(1, 2)]),
        ("x: &x\n  p: 1\ny:\n  <<: *x\n  p: 2\n", []),
        ("x: &x\n  p: 1\ny:\n  p: 2\n  <<: *x\n", [(4, 2)]),
        ("x: &x\n  p: 1\ny:\n  <<: *x\n  p: 2\n  p: 3\n", [(5, 6)]),
    ],
)
def test_keys_that_lose_their_value_are_kept(text: str, lost: list[tuple[int, int]]) -> None:
    assert lost_and_winning(text) == lost


@pytest.mark.parametrize("text", ["a: ~", "a: {}", "a: []", "a: ''", "a:", "a: null"])
def test_is_empty_for_values_without_content(text: str) -> None:
    assert is_empty(at(root(text), "a"))


@pytest.mark.parametrize("text", ["a: 'null'", "a: 0", "a: false", "a: [~]", "a: ' '"])
def test_is_empty_not_for_values_with_content(text: str) -> None:
    assert not is_empty(at(root(text), "a"))


def test_documents_merge_as_in_helm() -> None:
    roots = parse(Source("f", "a: {p: 1, q: [1, 2]}\n---\na: {q: [3], r: ~}\n---\nb: 1\n"))
    together = merge_roots(roots)
    assert together is not None
    assert plain(together) == {"a": {"p": 1, "q": [3], "r": None}, "b": 1}
    assert merge_roots([]) is None


# Text that YAML can hold: no control characters, nor the line ends that its writer would fold.
TEXTS = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co"),
        exclude_characters="\ufeff/",
    ),
    max_size=12,
)
TREES = st.recursive(
    TEXTS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=15,
)


def quoted(data: object) -> object:
    """Plain data in which every text will be written in quotes."""
    if isinstance(data, dict):
        return {DoubleQuotedScalarString(key): quoted(value) for key, value in data.items()}
    if isinstance(data, list):
        return [quoted(item) for item in data]
    return DoubleQuotedScalarString(str(data))


@given(st.dictionaries(TEXTS, TREES, min_size=1, max_size=4))
def test_document_written_by_ruamel_is_read_back(data: dict[str, object]) -> None:
    writer, text = YAML(typ="rt", pure=True), StringIO()
    writer.dump(quoted(data), text)
    assert plain(root(text.getvalue())) == data


WORDS = st.from_regex(r"[a-z][a-z0-9.-]{0,8}[a-z0-9]", fullmatch=True)


@given(st.dictionaries(WORDS, st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_leaf_spans_what_was_written(data: dict[str, list[str]]) -> None:
    text = StringIO()
    YAML(typ="rt", pure=True).dump(data, text)
    for leaf in leaves(root(text.getvalue())):
        assert sliced(leaf).strip("'\"") == leaf.content


@given(st.text(max_size=60))
def test_parser_reads_any_text_or_refuses_it_with_a_position(text: str) -> None:
    from deploylint.documents.reader import Document, read_text

    read = read_text(text, "f")
    if isinstance(read, Document):
        for document in read.roots:
            for leaf in leaves(document):
                assert isinstance(leaf.content, (list, dict)) or scalar(leaf) != float("inf")
    else:
        lines = Source("f", text).lines
        assert 1 <= read.line <= len(lines)
        assert 1 <= read.column <= len(lines[read.line - 1]) + 1


def test_parts_of_a_node_of_another_kind_are_empty() -> None:
    top = root("a: {b: text}\nc: [1, 2]\n")
    assert text_of(child_at(top, "a", "b")) == "text"
    assert [text_of(item) for item in items_of(child(top, "c"))] == ["1", "2"]
    assert list(entries_of(top)) == ["a", "c"]
    assert child_at(top, "a", "b", "c") is child_at(top, "x", "y") is None
    for node in (child(top, "c"), child_at(top, "a", "b"), None):
        assert entries_of(node) == {}
    for node in (top, None):
        assert (items_of(node), text_of(node)) == ([], "")


def test_duplicates_within_a_node_are_those_written_in_it() -> None:
    top = root("a: {b: 1, b: 2}\nc: 1\nc: 2\n")
    inner = child(top, "a")
    assert inner is not None
    within = top.source.duplicates_within
    assert [wins.content for _, wins in within([inner])] == ["b"]
    assert {wins.content for _, wins in within([top])} == {"b", "c"}
    assert within([]) == []
