"""Retired words stay out: one thing has one name, and texts are plain English.

The words, what stands for them, exceptions and the files that still hold some are in
``retired_words.yaml``.
"""

from __future__ import annotations

import re
import tokenize
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.folders import ROOT

HERE = Path(__file__).with_name("retired_words.yaml")
TABLE: dict[str, Any] = yaml.safe_load(HERE.read_text(encoding="utf-8"))
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder, endings in (
        ("deploylint", (".py", ".yaml")),
        ("rules", (".yaml",)),
        ("docs", (".md",)),
    )
    for path in (ROOT / folder).rglob("*")
    if path.suffix in endings
)
TO_DO = sorted(TABLE["to-do"])
WORDS = re.compile(rf"\b(?:{'|'.join(map(re.escape, TABLE['words']))})\b", re.IGNORECASE)
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@cache
def retired(name: str) -> frozenset[str]:
    """The retired words and names of a file that it may not hold."""
    path = ROOT / name
    if path.suffix != ".py":
        return retired_in(path.read_text(encoding="utf-8"), [], name)
    with tokenize.open(path) as stream:
        tokens = list(tokenize.generate_tokens(stream.readline))
    names = [token.string for token in tokens if token.type == tokenize.NAME]
    return retired_in(" ".join(map(as_text, tokens)), names, name)


def retired_in(text: str, names: list[str], file: str) -> frozenset[str]:
    # A phrase may go over two lines, of a comment too.
    words = WORDS.findall(re.sub(r"[\s#]+", " ", text))
    allowed = {one["word"] for one in TABLE["allowed"] if file in one["files"]}
    return frozenset({word.lower() for word in words} | set(names) & set(TABLE["names"])) - allowed


def as_text(token: tokenize.TokenInfo) -> str:
    """A comment or a string as it is, a name as its words."""
    if token.type == tokenize.NAME:
        return CAPITAL.sub(" ", token.string).replace("_", " ")
    return token.string if token.type in (tokenize.STRING, tokenize.COMMENT) else ""


@pytest.mark.parametrize("name", FILES)
def test_file_that_is_done_holds_no_retired_word(name: str) -> None:
    instead = {word: TABLE["words"].get(word, "the noun") for word in retired(name)}
    assert name in TO_DO or not instead, f"write instead: {instead}"


@pytest.mark.parametrize("name", TO_DO)
def test_file_still_to_do_holds_a_retired_word(name: str) -> None:
    assert name in FILES, f"{name} is gone: remove it from {HERE.name}"
    assert retired(name), f"{name} is done: remove it from {HERE.name}"


def test_exceptions_are_needed_and_explained() -> None:
    for exception in TABLE["allowed"]:
        assert exception["reason"]
        for name in exception["files"]:
            text = (ROOT / name).read_text(encoding="utf-8")
            assert exception["word"] in text.lower(), name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def tally_line(): ...", {"tally"}),
        ("class LoneKey: ...", {"lone"}),
        ("# which cannot be\n# known here", {"cannot be known"}),
        ('"""What nobody\nsays."""', {"nobody"}),
        ("found = 1", {"found"}),
        ("found_here = findings", set()),
        ('text = "a clone, talllying"', set()),
    ],
)
def test_retired_words_of_a_text_are_seen(text: str, words: set[str]) -> None:
    tokens = list(tokenize.generate_tokens(iter([f"{text}\n"]).__next__))
    names = [token.string for token in tokens if token.type == tokenize.NAME]
    assert retired_in(" ".join(map(as_text, tokens)), names, "") == words
