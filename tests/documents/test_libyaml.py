"""The C parser's places are those of the text: characters, and lines as the rest counts them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.libyaml import CParser, StreamEndEvent, YAMLError
from deploylint.documents.nodes import Source

ENDS = {
    "LF": "\n",
    "CR": "\r",
    "CR LF": "\r\n",
    "NEL": "\x85",
    "LS": "\u2028",
    "PS": "\u2029",
}


def marks(text: str) -> list[Any]:
    """The marks of every event up to the end of the text, or up to what is no YAML."""
    next_event: Any = CParser(text).get_event
    found = list[Any]()
    try:
        while type(event := next_event()) is not StreamEndEvent:
            found += [event.start_mark, event.end_mark]
    except YAMLError:
        pass
    return found


def hold(text: str) -> None:
    """That every mark stands where the text says that it stands."""
    source = Source("f", text)
    for mark in marks(text):
        if mark.index < len(text):
            assert source.position(mark.index) == (mark.line, mark.column)


@pytest.mark.parametrize("name", ENDS)
def test_libyaml_lines_end_like_those_of_the_parser(name: str) -> None:
    text = "ü: 日本\nb: [😀, 'x\ny']\nc: |\n  é\n  z\nd: 1\n".replace("\n", ENDS[name])
    assert len(marks(text)) > 20
    hold(text)


def test_libyaml_index_counts_characters() -> None:
    next_event: Any = CParser("ü: 日本 # 😀\n😀: x\n").get_event
    events = [next_event() for _ in range(7)]
    assert [(event.start_mark.index, event.end_mark.index) for event in events[3:]] == [
        (0, 1),
        (3, 5),
        (10, 11),
        (13, 14),
    ]


@given(
    st.lists(st.sampled_from([*ENDS.values(), "a", "é", "😀", ": ", "- ", " ", "[", "]", "'", "#"]))
)
def test_libyaml_positions_agree_in_any_text(parts: list[str]) -> None:
    hold("".join(parts))
