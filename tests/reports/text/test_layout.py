"""Lines for people: where they break, and what they are painted with."""

from __future__ import annotations

import pytest

from deploylint.reports import Look
from deploylint.reports.text.layout import EMPTY, Piece, cells, render, section, wrap

CASES = [
    # the text, the width, its lines
    ("one two three", 8, ["one two", "  three"]),
    ("one  two", 80, ["one  two"]),
    ("abcdefghij", 4, ["abcd", "  ef", "  gh", "  ij"]),
    ("deploy/web.yaml", 10, ["deploy/", "  web.yaml"]),
    ("a/bcdefghijkl", 8, ["a/bcdefg", "  hijkl"]),
    ("漢字漢字", 4, ["漢字", "  漢", "  字"]),
    ("\x1b[31mred", 80, ["\\x1b[31mred"]),
    ("a" * 3, 1, ["a", "  a", "  a"]),
    ("", 10, [""]),
]


@pytest.mark.parametrize(("text", "width", "lines"), CASES)
def test_wrapped_text_breaks_between_words_and_inside_long_ones(
    text: str, width: int, lines: list[str]
) -> None:
    assert render(wrap([text], Look(width=width)), Look()).splitlines() == lines


def test_wrapped_text_beyond_ascii_is_as_wide_as_it_is_shown() -> None:
    for line in render(wrap(["漢 " * 40], Look(width=11)), Look()).splitlines():
        assert cells(line) <= 11


def test_rendered_line_is_coloured_by_style_alone() -> None:
    line = (Piece("bad", "violation"), Piece(" plain"), Piece(" odd", "no-style"))
    assert render([line], Look(colour=True)) == "\x1b[1;31mbad\x1b[0m plain odd\n"
    assert render([line], Look()) == "bad plain odd\n"


def test_section_without_lines_is_nothing() -> None:
    assert list(section("Title", [])) == []
    lines = list(section("Title", [(Piece("a"),)]))
    assert lines == [(Piece("Title", "title"),), (Piece("a"),), EMPTY]
