"""Plain data as a sentence of a message writes it."""

from __future__ import annotations

import pytest

from deploylint.model.format import format_value


@pytest.mark.parametrize(
    ("data", "written"),
    [
        ("8000", "8000"),
        ("two words", "two words"),
        ("", '""'),
        (" padded", '" padded"'),
        ("padded ", '"padded "'),
        ("a\nb", '"a\\nb"'),
        ("\u202ex", '"\\u202ex"'),
        ("é", "é"),
        (8000, "8000"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        (["a", 1], '["a", 1]'),
        (["é"], '["é"]'),
        ({"a": None}, '{"a": null}'),
        ([], "[]"),
    ],
)
def test_format_value_reads_back_the_same(data: object, written: str) -> None:
    assert format_value(data) == written
