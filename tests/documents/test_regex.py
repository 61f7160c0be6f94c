"""A regular expression that waits does what a compiled one does."""

from __future__ import annotations

import re

import pytest

from deploylint.documents.regex import regex


def test_regex_equals_a_compiled_one() -> None:
    made, like = regex(r"(\d)(?P<b>[a-z])", re.IGNORECASE), re.compile(r"(\d)(?P<b>[a-z])", re.I)
    for _ in range(2):
        assert made.findall("1A 2b") == like.findall("1A 2b")
        assert made.sub(r"\2", "1A 2b") == like.sub(r"\2", "1A 2b")
        assert made.fullmatch("1A") is not None
        assert made.search("1A") is not None
        assert (made.pattern, made.groupindex) == (like.pattern, like.groupindex)


def test_regex_that_is_invalid_is_an_error_on_first_use() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.search("a")
