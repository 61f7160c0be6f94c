"""Records of our own tables: what a row becomes."""

from __future__ import annotations

import pytest

from deploylint.documents.record import Record
from deploylint.model.data import make_record


class Row(Record):
    word_count: int
    names: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    note: str = ""


def test_make_record_fills_tuples_and_sets_from_lists_and_single_values() -> None:
    row = {"word-count": 2, "names": ["a", "b"], "words": "c"}
    assert make_record(Row, row, note="x") == Row(2, ("a", "b"), frozenset({"c"}), "x")


def test_make_record_with_an_unknown_key_is_an_error() -> None:
    with pytest.raises(TypeError, match="colour"):
        make_record(Row, {"word-count": 1, "colour": "red"})
