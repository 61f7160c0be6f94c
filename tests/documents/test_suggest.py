"""What is suggested for a word that is not known: at most five words, the likeliest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.suggest import MOST, NearWords, distance, hint, is_misspelt, is_near

RULES = (
    "probes",
    "pod",
    "ports",
    "probe-path",
    "image",
    "image-tag",
    "image-pull-secrets",
    "user",
    "zone",
)
MANY = tuple(f"word-{number}" for number in range(66))


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("prbes", "did you mean 'probes'?"),
        ("prob", "one of probes, probe-path"),
        ("pull", "one of image-pull-secrets"),
        ("zzzzzz", "one of probes, pod, ports, probe-path, image and 4 more"),
        ("", "one of probes, pod, ports, probe-path, image and 4 more"),
    ],
)
def test_hint_names_the_likeliest_words(word: str, advice: str) -> None:
    assert hint(word, RULES) == advice


@pytest.mark.parametrize("word", ["word", "word-", "x", "6"])
def test_hint_names_at_most_five_words(word: str) -> None:
    assert len(hint(word, MANY).split(",")) <= MOST


@pytest.mark.parametrize(
    ("text", "is_slip"),
    [
        ("registry.acme.exmaple", True),
        ("regisrty.acme.example", True),
        ("registry.amce.example", True),  # two letters swapped
        ("registry.acne.example", False),
        ("registry.acme.examples", False),
        ("registry.acme.example", False),
        ("regisrty.acme.exmaple", False),  # two words
        ("registry.acme.example/a", False),
    ],
)
def test_text_is_misspelt_that_has_a_slip_in_one_word(text: str, is_slip: bool) -> None:
    assert is_misspelt(text, "registry.acme.example") is is_slip


@given(*2 * [st.text("abkK1", max_size=7)], st.integers(0, 3))
def test_is_near_is_a_bound_of_the_distance(word: str, other: str, most: int) -> None:
    assert is_near(word, other, most) == (distance(word, other) <= most)


@given(st.lists(st.text("abc", max_size=6)), st.text("abc", max_size=6), st.sampled_from((1, 2)))
def test_near_words_are_those_so_many_letters_off(known: list[str], word: str, most: int) -> None:
    assert NearWords(known, most).near(word) == sorted(
        {other for other in known if 0 < distance(word, other) <= most}
    )


def test_near_words_of_many_are_one_letter_off() -> None:
    words = [*map(str, range(10**6, 10**6 + NearWords.FEW)), "alpha"]
    assert NearWords(words[1:], 2).near("alhpax") == ["alpha"]
    assert NearWords(words, 2).near("alhpax") == []
    assert NearWords(words, 2).near("alhpa") == ["alpha"]


def test_near_words_of_a_text_longer_than_a_name_are_none() -> None:
    long = "a" * (NearWords.LONGEST + 1)
    assert NearWords([long, "a" * 253]).near(f"{long}b") == []
    assert NearWords([long, "a" * 253]).near("a" * 252) == ["a" * 253]
