"""The nearest known word to a misspelled one, for every "did you mean"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from deploylint.documents.regex import regex

MAX_DISTANCE = 2
"""How many letters may be added, left out, changed or swapped with their neighbour."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word nearest to ``word``, within two letters and half its length, or ""."""
    limit = min(MAX_DISTANCE, (len(word) - 1) // 2)
    near = (other for other in known if other != word and is_near(word, other, limit))
    return min(((distance(word, other), other) for other in near), default=(0, ""))[1]


class NearWords:
    """Known words, to be found by one that is a letter off, or ``most`` letters of few words.

    Two words are so many letters apart where they are alike without as many letters of each. A
    look-up is as long as its word, however many the known ones are.
    """

    LONGEST = 253
    """The longest name of an object in Kubernetes; a longer word is near none."""

    FEW, SHORT = 1000, 40
    """Of more words, and in longer ones, one letter alone may be off."""

    ALIKE = 50
    """So many words that share a form are looked at: more differ in what they are numbered by."""

    def __init__(self, known: Iterable[str], most: int = 1) -> None:
        self._known = sorted(known)
        self._most = most if len(self._known) <= self.FEW else 1

    @cached_property
    def _by_form(self) -> Mapping[str, Sequence[str]]:
        by_form: dict[str, list[str]] = {}
        for word in self._known:
            for form in self._forms(word):
                alike = by_form.setdefault(form, [])
                if len(alike) < self.ALIKE:
                    alike.append(word)
        return by_form

    def near(self, word: str) -> list[str]:
        """The other known words that are so few letters off, in their alphabetical order."""
        alike = {other for form in self._forms(word) for other in self._by_form.get(form, ())}
        return sorted(other for other in alike - {word} if is_near(word, other, self._most))

    def _forms(self, word: str) -> Collection[str]:
        """A word, and all ways to write it with so many letters less."""
        if len(word) > self.LONGEST:
            return ()
        forms = last = dict.fromkeys((word,))
        for _ in range(self._most if len(word) <= self.SHORT else 1):
            shorter = (form[:at] + form[at + 1 :] for form in last for at in range(len(form)))
            last = dict.fromkeys(shorter)
            forms = forms | last
        return forms


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


def is_same_or_plural(word: str, other: str) -> bool:
    """Whether two words are alike but for their signs, capitals and the s of several things."""
    return letters(word).removesuffix("s") == letters(other).removesuffix("s")


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


# --- slips ----------------------------------------------------------------------------------------

SHORTEST, LONG = 5, 8
"""How long a misspelt word is at least, and how long one with another letter in it."""

_LETTERS = regex(r"([A-Za-z]+)")


def misspelt_word(text: str, known: str, shortest: int = SHORTEST) -> str:
    """The only word in a text that is another one in a known text but for a letter; or ""."""
    if not -1 <= len(text) - len(known) <= 1:
        return ""
    parts, others = _LETTERS.split(text), _LETTERS.split(known)
    words = [(a, b) for a, b in zip(parts, others, strict=False) if a != b]
    if len(parts) != len(others) or len(words) != 1:
        return ""
    word, meant = words[0]
    is_long = min(len(word), len(meant)) >= shortest and word.isalpha()
    return word if is_long and is_near(word, meant, 1) else ""


def is_misspelt(text: str, known: str) -> bool:
    """Whether a text is a known one with a slip in a word; a short one has two letters swapped."""
    word = misspelt_word(text, known, SWAPPED)
    meant = misspelt_word(known, text, SWAPPED)
    return (
        bool(word)
        and (sorted(word) == sorted(meant) or len(word) >= SHORTEST)
        and is_slip(word, meant)
    )


def words_in(text: str) -> list[str]:
    """The words of letters in a text, as ``misspelt_word`` looks at them."""
    return _LETTERS.findall(text)


def is_slip(word: str, meant: str) -> bool:
    """Whether a word that is a letter off another one is a slip of it, and no word of its own."""
    if any(word.removesuffix(end) == meant.removesuffix(end) for end in _ENDINGS):
        return False
    return sorted(word) == sorted(meant) or len(word) != len(meant) or len(word) >= LONG


_ENDINGS = ("s", "d", "r")
"""What several things, what is done and who does it end in, beside the word itself."""


def is_misspelt_key(name: str, known: str) -> bool:
    """Whether a key or option is another one with a slip, or with an end more or less.

    Of a short word only two letters are swapped.
    """
    if name == known or name.startswith("["):
        return False
    short, long = sorted((name, known), key=len)
    if long.startswith(short) and long.removeprefix(short) in _KEY_ENDS:
        return len(short) >= _SHORTEST_PLURAL
    if sorted(name) == sorted(known):
        return bool(misspelt_word(name, known, SWAPPED))
    if min(len(name), len(known)) < SHORTEST:
        return False
    if not (name.isalpha() and known.isalpha()):
        return bool(misspelt_word(name, known))
    return distance(name, known) <= (2 if len(known) >= LONG else 1)


_KEY_ENDS = ("s", "Seconds", "age")
"""What keys are written with and without: ``tags``, ``initialDelaySeconds``, ``...Percentage``."""
_SHORTEST_PLURAL = 3
"""How long a word is at least that is one of several: ``tag``, and no ``p`` of ``page``."""
SWAPPED = 4
"""How long a word with two letters swapped is at least."""
