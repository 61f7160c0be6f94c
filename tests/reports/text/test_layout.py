"""Lines for people: where they break, and what they are painted with."""

from __future__ import annotations

from pathlib import Path
from socket import gethostname
from urllib.parse import quote

import pytest

from deploylint.model.finding import Location
from deploylint.reports import Look
from deploylint.reports.text.layout import (
    EMPTY,
    Line,
    Piece,
    at_most,
    cells,
    fit,
    place_piece,
    render,
    section,
    wrap,
)

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


def test_place_of_a_file_is_a_link_where_the_terminal_has_links() -> None:
    place = Location("de ploy/\x1b]8;;http:/evil/a.yaml", "", 3, 5, 3, 6)
    rows = wrap([place_piece(place), " what"], Look(width=24))
    path = quote(f"{Path.cwd()}/{place.file}")
    start = f"\x1b]8;;file://{gethostname()}{path}\x1b\\"
    linked = render(rows, Look(links=True, colour=True))
    assert linked.count(start) == linked.count("\x1b]8;;\x1b\\") > 1
    for sequence in (start, "\x1b]8;;\x1b\\"):
        linked = linked.replace(sequence, "")
    assert linked == render(rows, Look(colour=True))
    assert "\x1b]" not in linked


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_lines_are_cut_with_a_mark_at_their_end(most: int) -> None:
    look = Look(width=12)
    lines = wrap(["one two three four five"], look)
    shown = render(at_most(lines, most, look), look).splitlines()
    assert (
        shown
        == [[], ["one two..."], ["one two", "  three..."], ["one two", "  three four", "  five"]][
            most
        ]
    )


@pytest.mark.parametrize(
    ("room", "sizes"),
    [
        (9, [3, 0, 2, 1]),
        (6, [3, 0, 2, 1]),
        (5, [3, 0, 1, 1]),
        (4, [2, 0, 1, 1]),
        (3, [1, 0, 1, 1]),
        (2, [1, 0, 1, 0]),
        (1, [1, 0, 0, 0]),
        (0, [0, 0, 0, 0]),
    ],
)
def test_fitted_texts_have_a_line_each_before_the_first_has_more(
    room: int, sizes: list[int]
) -> None:
    texts = [list[Line]([(Piece("a"),)] * size) for size in (3, 0, 2, 1)]
    assert [len(lines) for lines in fit(texts, room, Look())] == sizes
