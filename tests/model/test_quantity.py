"""Quantities are worth what Kubernetes says: see tests/data/README.md for its answers.

That those answers can be made again is tested in tests/documents/test_scalars.py.
"""

import json
from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.model.quantity import NANOS, parse
from tests.support.folders import DATA

ROWS = [
    json.loads(line)
    for line in (DATA / "quantities.jsonl").read_text(encoding="utf-8").splitlines()
]

# Small enough for the binary suffixes not to stop at 2**63 - 1.
NUMBERS = st.integers(-8000, 8000)
DECIMALS = st.decimals(-7, 7, places=6).map("{:f}".format)


def test_recorded_cases_are_enough() -> None:
    assert len(ROWS) == 300


@pytest.mark.parametrize("row", ROWS, ids=lambda row: repr(row["text"]))
def test_quantities_are_read_as_in_kubernetes(row: dict[str, Any]) -> None:
    if "value" in row:
        assert parse(row["text"]) == Fraction(row["value"]) * NANOS
    else:
        with pytest.raises(ValueError):
            parse(row["text"])


SUFFIXES = "n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei, or an exponent like e3"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "a quantity cannot be empty"),
        ("1 Gi", "'1 Gi' has a space in it"),
        ("one", "'one' does not start with a number"),
        ("1.2.3", "'1.2.3' has more than one decimal point"),
        ("1K", "'1K' has the unknown suffix 'K'; use k or Ki"),
        ("1KB", "'1KB' has the unknown suffix 'KB'; use k or Ki"),
        ("1MB", "'1MB' has the unknown suffix 'MB'; use M or Mi"),
        ("1GB", "'1GB' has the unknown suffix 'GB'; use G or Gi"),
        ("1TB", "'1TB' has the unknown suffix 'TB'; use T or Ti"),
        ("1ki", "'1ki' has the unknown suffix 'ki'; use Ki"),
        ("1KI", "'1KI' has the unknown suffix 'KI'; use Ki"),
        ("1mi", "'1mi' has the unknown suffix 'mi'; use Mi"),
        ("1MI", "'1MI' has the unknown suffix 'MI'; use Mi"),
        ("1g", "'1g' has the unknown suffix 'g'; use G"),
        ("1gi", "'1gi' has the unknown suffix 'gi'; use Gi"),
        ("1b", "'1b' has the unknown suffix 'b'; use none"),
        ("1e", f"'1e' has the unknown suffix 'e'; use one of {SUFFIXES}"),
        ("1_000", f"'1_000' has the unknown suffix '_000'; use one of {SUFFIXES}"),
        ("Pi", "'Pi' has no digits"),
        ("1e1001", "'1e1001' has an exponent beyond 1000"),
        ("1" * 1001, "a quantity cannot have more than 1000 characters"),
    ],
)
def test_quantity_of_another_text_is_refused_with_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as error:
        parse(text)
    assert str(error.value) == complaint


@pytest.mark.parametrize("text", ["1" * 1000, "1e1000", "1e-1000", "0" * 1000])
def test_quantity_at_the_limits_is_read(text: str) -> None:
    assert parse(text) >= 0


@given(NUMBERS)
def test_quantity_of_one_is_a_thousand_milli(number: int) -> None:
    assert parse(f"{number}") == number * NANOS == parse(f"{number * 1000}m")


@given(DECIMALS, st.integers(0, 5))
def test_quantity_binary_suffix_is_1024_times_the_one_before(number: str, index: int) -> None:
    suffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    assert parse(number + suffixes[index + 1]) == 1024 * parse(number + suffixes[index])


@given(DECIMALS, st.integers(0, 8))
def test_quantity_decimal_suffix_is_an_exponent(number: str, index: int) -> None:
    exponent = [-9, -6, -3, 3, 6, 9, 12, 15, 18][index]
    assert parse(number + "numkMGTPE"[index]) == parse(f"{number}e{exponent}")


@given(st.decimals(0, 10**6, places=15).map("{:f}".format))
def test_quantity_is_rounded_up_by_less_than_a_nano(number: str) -> None:
    assert 0 <= parse(number) - Fraction(number) * NANOS < 1
    assert parse(f"-{number}") == -parse(number)


@given(st.text(alphabet="0123456789.+-eEinumkKMGTP _", max_size=12))
def test_quantity_of_any_text_is_read_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(parse(text), int)


@pytest.mark.parametrize(
    ("length", "words"),
    [(1000, "does not start with a number"), (1001, "cannot have more than 1000 characters")],
)
def test_quantity_that_is_too_long_is_refused_for_that_from_the_first_character_too_many(
    length: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        parse("x" * length)
