"""Retired words stay out: one thing has one name, and texts are plain English.

The words, what stands for them and the exceptions are in ``retired_words.yaml``.
"""

from __future__ import annotations

import re
import tokenize
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.folders import ROOT

TABLE: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("retired_words.yaml").read_text(encoding="utf-8")
)
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
WORDS = re.compile(rf"\b(?:{'|'.join(map(re.escape, TABLE['words']))})\b", re.IGNORECASE)
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


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
def test_file_holds_no_retired_word(name: str) -> None:
    instead = {word: TABLE["words"].get(word, "the noun") for word in retired(name)}
    assert not instead, f"write instead: {instead}"


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
