"""The nearest known word to a misspelled one, for every "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable

MAX_DISTANCE = 2
"""How many letters may be added, left out, changed or swapped with their neighbour."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word nearest to ``word``, within two letters and half its length, or ""."""
    limit = min(MAX_DISTANCE, (len(word) - 1) // 2)
    scored = [
        (distance(word, other), other) for other in known if abs(len(other) - len(word)) <= limit
    ]
    return min((s for s in scored if 0 < s[0] <= limit), default=(0, ""))[1]


def hint(word: str, known: Iterable[str]) -> str:
    """Advice for an unknown word: the nearest known one, else all of them."""
    words = list(known)
    meant = nearest(word, words)
    return f"did you mean {meant!r}?" if meant else f"one of {', '.join(words)}"


def distance(word: str, other: str) -> int:
    """The Damerau-Levenshtein distance (optimal string alignment) of two words."""
    before, above = list[int](), list(range(len(other) + 1))
    for i, a in enumerate(word, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and word[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]
