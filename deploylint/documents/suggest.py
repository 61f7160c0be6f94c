"""The nearest known word to a misspelled one, for every "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable

from deploylint.documents.grouping import items_by_key

MAX_DISTANCE = 2
"""How many letters may be added, left out, changed or swapped with their neighbour."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word nearest to ``word``, within two letters and half its length, or ""."""
    limit = min(MAX_DISTANCE, (len(word) - 1) // 2)
    near = (other for other in known if other != word and is_near(word, other, limit))
    return min(((distance(word, other), other) for other in near), default=(0, ""))[1]


class NearWords:
    """Known words, to be found by one that is a letter off; each look-up is as long as its word.

    Two words are a letter apart where they are alike without one letter of each, or of one of them.
    """

    LONGEST = 253
    """The longest name of an object in Kubernetes; a longer word is near none."""

    def __init__(self, known: Iterable[str]) -> None:
        self._by_form = items_by_key((form, word) for word in known for form in self._forms(word))

    def near(self, word: str) -> list[str]:
        """The other known words that are one letter off, in their alphabetical order."""
        alike = {other for form in self._forms(word) for other in self._by_form.get(form, ())}
        return sorted(other for other in alike - {word} if is_near(word, other, 1))

    def _forms(self, word: str) -> Iterable[str]:
        """A word, and all ways to write it with one letter less."""
        if len(word) > self.LONGEST:
            return ()
        return (word, *(word[:at] + word[at + 1 :] for at in range(len(word))))


MOST, FEW = 5, 8
"""How many words are suggested, unless there are only a few."""


def hint(word: str, known: Iterable[str]) -> str:
    """Advice for an unknown word: the nearest known one, else those that hold it, else others."""
    words = list(known)
    if meant := nearest(word, words):
        return f"did you mean {meant!r}?"
    known_part = word if word and word not in words else " "
    alike = [other for other in words if other.startswith(known_part)]
    alike = alike or [other for other in words if known_part in other] or words
    if len(alike) <= FEW:
        return f"one of {', '.join(alike)}"
    return f"one of {', '.join(alike[:MOST])} and {len(alike) - MOST} more"


def letters(word: str) -> str:
    """The letters and digits of a word in lower case, whatever signs are between them."""
    return "".join(filter(str.isalnum, word)).lower()


def is_near(word: str, other: str, most: int) -> bool:
    """Whether two words are at most so far apart; letters that only one has tell soonest."""
    return (
        abs(len(word) - len(other)) <= most
        and len({*word}.symmetric_difference(other)) <= 2 * most
        and distance(word, other) <= most
    )


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
