"""What matches is what ``re`` matches, and no pattern keeps a run waiting."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploylint.model.matching import LONGEST, matches

SLOW = (
    "^([a-z0-9.]+)+[A-Z]$",
    "(a+)+b",
    "(a|a)*b",
    "(a|aa)+b",
    "(.*a){20}b",
    ".*.*.*.*.*.*b",
    "((a*)*)*b",
    "(a?){60}a{60}b",
    "(?=(a+)+b)a*",
)


TEXTS = (
    *("team-a", "v1.2.3-rc.1", "ACME.example/a-b", "latest", "latest2", "a:b", "x y", "yyy"),
    *("abcd", "c", "a", "a\n", "a-b@1", "", "\u00e9", "\uff211"),
)


@pytest.mark.parametrize("pattern", SLOW)
@pytest.mark.parametrize("length", [40, 300])
def test_matching_of_a_pattern_that_splits_a_text_ends_soon(pattern: str, length: int) -> None:
    begun = time.monotonic()
    assert not matches(pattern, "a" * length + "!")
    assert time.monotonic() - begun < 5


def test_text_that_is_too_long_matches_nothing() -> None:
    assert matches(".*", "a" * LONGEST)
    assert not matches(".*", "a" * (LONGEST + 1))


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", "(?<=a)b", "(?>a)b", "(?P<x>a)(?P=x)", "((((a*)*)*)*)*"]
)
def test_pattern_that_cannot_be_bounded_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):
        matches(pattern, "a")


@pytest.mark.parametrize(
    "pattern",
    [
        "team-.*",
        r"v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?",
        r"(?i)Acme\.example/[a-z/-]+",
        r"(?!latest$).+",
        r"[^:\s]+:\S+",
        r"\bx\b.*|y{2,3}",
        "[a-c]*?d",
        "(?:a|b|)c",
        r"\Aa\Z",
        "a$",
        r"[\w-]+@[\W\d]",
        "",
    ],
)
@pytest.mark.parametrize("text", TEXTS)
def test_pattern_matches_what_re_matches(pattern: str, text: str) -> None:
    assert matches(pattern, text) is (re.fullmatch(pattern, text) is not None)


PARTS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", "$", "^", r"\b", "(?=a)", "(?!b)"])
PATTERNS = st.recursive(
    PARTS,
    lambda inner: (
        st.builds("{}{}".format, inner, inner)
        | st.builds("(?:{}|{})".format, inner, inner)
        | st.builds(
            "(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "*?"])
        )
    ),
    max_leaves=5,
)


@given(PATTERNS, st.text("ab-\n", max_size=6))
@settings(max_examples=300)
def test_any_pattern_matches_what_re_matches(pattern: str, text: str) -> None:
    try:
        found = matches(pattern, text)
    except ValueError:
        return
    assert found is (re.fullmatch(pattern, text) is not None)
