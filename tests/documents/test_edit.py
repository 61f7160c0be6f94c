"""What is added to a text is there, and all the rest of it is as it was, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.edit import ListItem, append_items
from deploylint.documents.nodes import Problem, plain
from deploylint.documents.reader import Document, read_text

WORD = ListItem(("- new",), "new")
MAPPING = ListItem(("- id: new", "  to: [1, 2]"), "{id: new, to: [1, 2]}")


def extended(text: str, items: list[ListItem]) -> str:
    edited = append_items(document(text), "list", items)
    assert isinstance(edited, str), edited
    return edited


def document(text: str) -> Document:
    read = read_text(text, "list.yaml")
    assert not isinstance(read, Problem), (text, read)
    return read


ROWS = {
    "after the last item": ("list:\n- a\n- b\n", "list:\n- a\n- b\n- new\n"),
    "as far in as the others": ("list:\n  - a\nx: 1\n", "list:\n  - a\n  - new\nx: 1\n"),
    "after the comment of the last item": ("list:\n- a # c\n", "list:\n- a # c\n- new\n"),
    "before the comment of the next key": (
        "list:\n- a\n\n# next\nx: 1\n",
        "list:\n- a\n- new\n\n# next\nx: 1\n",
    ),
    "after a block scalar": ("list:\n- |\n  # a\nx: 1\n", "list:\n- |\n  # a\n- new\nx: 1\n"),
    "after a block scalar that keeps its end": (
        "list:\n- |+\n  a\n\nx: 1\n",
        "list:\n- |+\n  a\n\n- new\nx: 1\n",
    ),
    "without a line end": ("list:\n- a", "list:\n- a\n- new\n"),
    "with the line ends that are there": ("list:\r\n- a\r\n", "list:\r\n- a\r\n- new\r\n"),
    "in brackets": ("list: [a, b]\n", "list: [a, b, new]\n"),
    "in empty brackets": ("list: [ ] # c\n", "list: [new ] # c\n"),
    "before a comment in brackets": ("list: [#c\n]\n", "list: [new #c\n]\n"),
    "in brackets with a comma at the end": (
        "list: [\n  a, # c\n]\n",
        "list: [\n  a, new, # c\n]\n",
    ),
    "as a key of its own": ("x: 1\n\n# end\n", "x: 1\n\n# end\nlist:\n- new\n"),
    "as a key before the end of the document": ("x: 1\n...\n", "x: 1\nlist:\n- new\n...\n"),
    "as a key in braces": ("{x: 1}\n", "{x: 1, list: [new]}\n"),
    "as a key as far in as the others": ("  x: {y: 1}\n", "  x: {y: 1}\n  list:\n  - new\n"),
}


@pytest.mark.parametrize(("before", "after"), ROWS.values(), ids=ROWS)
def test_edit_adds_an_item(before: str, after: str) -> None:
    assert append_items(document(before), "list", [WORD]) == after


@pytest.mark.parametrize(
    "text", ["list:\n", "list: word\n", "list: {a: 1}\n", "a: &a [x]\nlist: *a\n"]
)
def test_edit_of_another_node_is_refused_with_its_location(text: str) -> None:
    problem = append_items(document(text), "list", [WORD])
    assert isinstance(problem, Problem)
    assert problem.line == text[: text.index("list")].count("\n") + 1
    assert "list cannot be extended" in problem.message


COMMENTS = st.sampled_from(["", " # why", "  #", " # [a, b]: - {"])
LINES = st.sampled_from(["", "\n", "# alone\n", "   # further in\n", "\n\n# - x\n"])
SCALARS = st.sampled_from(["a", "'q'", '"- x"', "1", "[a, {b: c}]", "{a: [1]}", "''", "~"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A mapping with comments everywhere, which holds a list in one of its forms or none."""
    indent = draw(st.sampled_from(["", "  "]))
    items = draw(st.lists(SCALARS, min_size=1, max_size=4))
    block = "".join(f"{indent}- {item}{draw(COMMENTS)}\n{draw(LINES)}" for item in items if item)
    flow = f"list: [{', '.join(items)}]{draw(COMMENTS)}\n"
    forms = [f"list:{draw(COMMENTS)}\n{draw(LINES)}{block}", flow, "list: []\n", ""]
    before, after = (f"{draw(LINES)}{key}: {draw(SCALARS)}{draw(COMMENTS)}\n" for key in "xy")
    text = before + draw(st.sampled_from(forms)) + draw(st.sampled_from([after, ""])) + draw(LINES)
    text = draw(st.sampled_from([text, text.rstrip("\n")]))
    return draw(st.sampled_from([text, text.replace("\n", "\r\n")]))


@given(texts(), st.lists(st.sampled_from([WORD, MAPPING]), min_size=1, max_size=3))
def test_edit_changes_nothing_else(text: str, items: list[ListItem]) -> None:
    edited = extended(text, items)
    places = range(len(text) + 1)
    assert any(edited.startswith(text[:at]) and edited.endswith(text[at:]) for at in places)


@given(texts(), st.lists(st.sampled_from([WORD, MAPPING]), min_size=1, max_size=3))
def test_edit_reads_back_old_and_new_data(text: str, items: list[ListItem]) -> None:
    before, after = (plain(document(one).roots[0]) for one in (text, extended(text, items)))
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    count = len(before.get("list", []))
    assert after["list"][:count] == before.get("list", [])
    assert after["list"][count:] == [
        "new" if item is WORD else {"id": "new", "to": [1, 2]} for item in items
    ]
    assert {**after, "list": 0} == {**before, "list": 0}
