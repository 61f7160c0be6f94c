"""How a service's own name is found in a text: only as a whole word between ``-_/.:``."""

from __future__ import annotations

from collections.abc import Iterator

_BETWEEN = frozenset("-_/.:")
SELF = "{service}"


def holds_word(text: str, word: str) -> bool:
    """Whether a text holds a word as a whole, between ``-``, ``_``, ``/``, ``.`` and ``:``."""
    return next(_places(text, word), None) is not None


def with_service(text: str, names: tuple[str, ...]) -> str:
    """A text in which the service's own names are written ``{service}``."""
    for name in names:
        if name in text:
            for start in reversed(list(_places(text, name))):
                text = text[:start] + SELF + text[start + len(name) :]
    return text


def _places(text: str, word: str) -> Iterator[int]:
    """Where a word begins. No regular expression: a fleet has as many words as services."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if (start == 0 or text[start - 1] in _BETWEEN) and (
            end == len(text) or text[end] in _BETWEEN
        ):
            yield start
            start = end - 1
        start = text.find(word, start + 1)
