"""How a service's own name is found in a text: only as a whole word between ``-_/.:``."""

from __future__ import annotations

import re


def holds_word(text: str, word: str) -> bool:
    """Whether a text holds a word as a whole, between ``-``, ``_``, ``/``, ``.`` and ``:``."""
    return text == word or re.search(_whole(word), text) is not None


def with_service(text: str, names: tuple[str, ...]) -> str:
    """A text in which the service's own names are written ``{service}``."""
    for name in names:
        if name in text:
            text = re.sub(_whole(name), "{service}", text)
    return text


def _whole(word: str) -> str:
    return rf"(?<![^-_/.:]){re.escape(word)}(?![^-_/.:])"
