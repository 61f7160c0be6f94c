"""Files over files: what Helm makes of the same ones, and the laws of laying one over another."""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.merge import IDLE, OVERRIDDEN, REMOVAL, UNSAID, merge_layers, merge_roots
from deploylint.documents.nodes import Node, Problem, Span, child, leaves, plain, span
from deploylint.documents.reader import Document, read_text
from tests.support.folders import DATA

SCRIPT = DATA / "make_layers.py"
CASES = list(runpy.run_path(str(SCRIPT))["cases"]())
ABOUT = [case.about for case in CASES]
MAJORS = (3, 4)


def answers(major: int) -> list[dict[str, Any]]:
    """What Helm answered to each case."""
    text = (DATA / "helm-values" / f"helm-{major}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()][1:]


HELM_3, HELM_4 = map(answers, MAJORS)


def document(text: str, file: str = "f.yaml") -> Document:
    found = read_text(text, file)
    assert not isinstance(found, Problem), found
    return found


def stack(*texts: str, chart: str | None = None, take: Callable[[Document], Document]) -> object:
    below = None if chart is None else take(document(chart))
    return data(merge_layers([take(document(text)) for text in texts], below).root)


def data(root: Node | None) -> object:
    return {} if root is None else plain(root)


def as_json(data: object) -> str:
    """Plain data as text, where 1 and true are not the same."""
    return json.dumps(data, sort_keys=True)


def whole(read: Document) -> Document:
    return read


def first(read: Document) -> Document:
    return read._replace(roots=read.roots[:1])


# --- Helm ----------------------------------------------------------------------------------------


def test_merge_cases_have_their_answers() -> None:
    assert len(set(ABOUT)) == len(ABOUT) >= 40
    assert [row["about"] for row in HELM_3] == [row["about"] for row in HELM_4] == ABOUT


@pytest.mark.parametrize("number", range(len(CASES)), ids=ABOUT)
def test_files_merge_as_in_helm_4(number: int) -> None:
    case = CASES[number]
    ours = stack(*case.files, chart=case.chart, take=whole)
    assert as_json(ours) == as_json(HELM_4[number]["values"])


@pytest.mark.parametrize("number", range(len(CASES)), ids=ABOUT)
def test_helm_3_differs_by_later_documents_and_by_nulls_of_the_chart(number: int) -> None:
    case, helm = CASES[number], HELM_3[number]["values"]
    ours = stack(*case.files, chart=case.chart, take=first)
    if "null" in (case.chart or "") or "~" in (case.chart or ""):
        ours, helm = without_nulls(ours), without_nulls(helm)
    assert as_json(ours) == as_json(helm)


def without_nulls(data: object) -> object:
    if not isinstance(data, dict):
        return data
    return {key: without_nulls(value) for key, value in data.items() if value is not None}


def test_generated_cases_are_those_that_the_script_makes(tmp_path: Path) -> None:
    runpy.run_path(str(SCRIPT))["main"]("cases", str(tmp_path))
    name = "generated.jsonl"
    assert (tmp_path / name).read_bytes() == (DATA / "helm-values" / name).read_bytes()


@pytest.mark.slow
def test_recorded_answers_of_helm_are_current(tmp_path: Path) -> None:
    if shutil.which("helm") is None:
        pytest.skip("helm is not installed")
    subprocess.run([sys.executable, SCRIPT, "helm", tmp_path], check=True, timeout=600)
    (made,) = tmp_path.iterdir()
    if made.name not in {f"helm-{major}.jsonl" for major in MAJORS}:
        pytest.skip("this major version of helm was never asked")
    asked = DATA / "helm-values" / made.name
    # The first line is Helm's version, which may be a newer one.
    assert made.read_bytes().splitlines()[1:] == asked.read_bytes().splitlines()[1:]


# --- laws ----------------------------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "x", "null"])
LEAVES = st.recursive(SCALARS, lambda below: st.lists(below, max_size=2), max_leaves=3)
KEYS = st.sampled_from("abc")
ANY = st.dictionaries(
    KEYS, st.recursive(LEAVES, lambda below: st.dictionaries(KEYS, below)), max_size=3
)
# Where a key is a map in one file it is one in all of them: such keys are upper case.
OF_ONE_KIND = st.recursive(
    st.dictionaries(KEYS, LEAVES, max_size=3),
    lambda below: st.tuples(
        st.dictionaries(KEYS, LEAVES, max_size=2),
        st.dictionaries(st.sampled_from("ABC"), below, max_size=2),
    ).map(lambda both: both[0] | both[1]),
    max_leaves=6,
)
FILES = ("low.yaml", "mid.yaml", "top.yaml")
STACKS = st.lists(ANY, min_size=1, max_size=3)


def written(layer: object, file: str = "f.yaml") -> Document:
    return document(json.dumps(layer, indent=1), file)


def stacked(layers: Iterable[object]) -> list[Document]:
    return [written(layer, file) for layer, file in zip(layers, FILES, strict=False)]


def single(documents: list[Document]) -> list[Document]:
    """Documents merged to one."""
    root = merge_layers(documents).root
    return [documents[0]._replace(roots=() if root is None else (root,))]


@given(st.tuples(OF_ONE_KIND, OF_ONE_KIND, OF_ONE_KIND))
def test_merge_is_associative(layers: tuple[object, ...]) -> None:
    low, mid, top = stacked(layers)
    there = data(merge_layers([low, mid, top]).root)
    assert there == data(merge_layers([*single([low, mid]), top]).root)
    assert there == data(merge_layers([low, *single([mid, top])]).root)


def test_merge_is_not_associative_around_a_scalar() -> None:
    low, mid, top = stacked([{"a": {"x": 1}}, {"a": None}, {"a": {"z": 2}}])
    assert data(merge_layers([low, mid, top]).root) == {"a": {"z": 2}}
    assert data(merge_layers([low, *single([mid, top])]).root) == {"a": {"x": 1, "z": 2}}


@given(ANY, ANY)
def test_merge_of_an_empty_file_changes_nothing(one: object, other: object) -> None:
    low, top = stacked([one, other])
    there = merge_layers([low, top])
    for text in ("", "{}", "# nothing\n---\n", "~"):
        empty = document(text)
        for files in ([empty, low, top], [low, empty, top], [low, top, empty]):
            assert merge_layers(files) == there
        assert merge_layers([low, top], empty) == there


@given(ANY)
def test_merge_of_a_file_with_itself_is_the_file(layer: object) -> None:
    one = written(layer)
    assert merge_layers([one]) == (merge_roots(one.roots), ())
    assert data(merge_layers([one]).root) == data(merge_layers([one, written(layer)]).root) == layer


def ids(nodes: Iterable[Node]) -> list[int]:
    return [id(leaf) for node in nodes for leaf in leaves(node)]


@given(STACKS, ANY | st.none())
def test_merge_keeps_or_overrides_every_value(layers: list[object], chart: object) -> None:
    files = stacked(layers)
    below = None if chart is None else written(chart, "values.yaml")
    root, lost = merge_layers(files, below)
    roots = [r for one in (*files, below) if one is not None for r in one.roots]
    there = [] if root is None else [root]
    known = set(ids(roots))
    # A map that lost all its keys is a leaf that no file wrote.
    found = [one for one in ids([*there, *(one.node for one in lost)]) if one in known]
    assert sorted(found) == sorted(known)


def paths(node: Node, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Each value that is no map with keys in it, and the keys that lead to it."""
    if isinstance(node.content, dict) and node.content:
        for key, entry in node.content.items():
            yield from paths(entry.value, (*above, key))
    else:
        yield above, node


def reached(root: Node, path: tuple[str, ...]) -> tuple[int, Node]:
    """How far a path leads, and to what."""
    for depth, key in enumerate(path):
        below = child(root, key)
        if below is None:
            return depth, root
        root = below
    return len(path), root


@given(STACKS)
def test_merge_takes_each_value_from_the_topmost_file(layers: list[object]) -> None:
    files = stacked(layers)
    root = merge_layers(files).root
    for path, leaf in [] if root is None else paths(root):
        number = FILES.index(leaf.source.file)
        (own,) = files[number].roots
        assert reached(own, path) == (len(path), leaf)
        for higher in files[number + 1 :]:
            for top in higher.roots:
                depth, stop = reached(top, path)
                assert depth < len(path)
                assert isinstance(stop.content, dict)


# --- what is not in the tree ---------------------------------------------------------------------

LOST = [
    ({"a": 1}, {"a": 2}, None, [("low.yaml", OVERRIDDEN, "top.yaml")]),
    ({"a": {"x": 1}}, {"a": []}, None, [("low.yaml", OVERRIDDEN, "top.yaml")]),
    ({"a": {}}, {"a": {"x": 1}}, None, [("low.yaml", OVERRIDDEN, "top.yaml")]),
    ({"a": {"x": 1}}, {"a": {}}, None, [("top.yaml", IDLE, "low.yaml")]),
    (
        {"b": 1},
        {"a": {"x": None}},
        {"a": {"x": 1}},
        [("values.yaml", OVERRIDDEN, "top.yaml"), ("top.yaml", REMOVAL, "values.yaml")],
    ),
    ({"b": 1}, {"c": 1}, {"a": {"x": None}}, [("values.yaml", UNSAID, None)]),
    ({"b": None}, {"c": {"x": None}}, {"a": {"x": 1}}, []),
]


@pytest.mark.parametrize(("low", "top", "chart", "expected"), LOST)
def test_merge_knows_overridden_values_and_their_layer(
    low: object, top: object, chart: object, expected: list[tuple[str, str, str | None]]
) -> None:
    files = [written(low, "low.yaml"), written(top, "top.yaml")]
    lost = merge_layers(files, None if chart is None else written(chart, "values.yaml")).lost
    assert [
        (one.node.source.file, one.why, None if one.by is None else one.by.source.file)
        for one in lost
    ] == expected


def test_merge_keeps_the_positions_of_keys_and_values() -> None:
    low = document("a:\n  x: 1\n  v: [1]\nb: 2\n", "low.yaml")
    top = document("\n\na:\n  v: [2]\n  z: 3\n", "top.yaml")
    root = merge_layers([low, top]).root
    assert root is not None
    a = child(root, "a")
    assert a is not None
    assert isinstance(root.content, dict)
    assert isinstance(a.content, dict)
    places = {
        key: (entry.key.source.file, span(entry.key).line, entry.value.source.file)
        for key, entry in (root.content | a.content).items()
    }
    assert places == {
        "a": ("top.yaml", 3, "top.yaml"),
        "b": ("low.yaml", 4, "low.yaml"),
        "x": ("low.yaml", 2, "low.yaml"),
        "v": ("top.yaml", 4, "top.yaml"),
        "z": ("top.yaml", 5, "top.yaml"),
    }
    assert span(a) == Span(4, 3, 5, 7)


def test_merge_does_not_change_the_base() -> None:
    base = document("a: {x: 1}\nb: &b {v: 1}\nc: *b\n")
    before = data(merge_layers([base]).root)
    staging = merge_layers([base, document("a: {x: 2}\nb: {v: 2}\n")]).root
    assert data(merge_layers([base], base).root) == data(merge_layers([base]).root) == before
    assert data(staging) == {"a": {"x": 2}, "b": {"v": 2}, "c": {"v": 1}}
