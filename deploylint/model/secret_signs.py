"""What shows that a value is a secret: its name, its shape, or the mapping that it is in.

There are two thresholds. What is *surely* a secret is a violation where it is written literally:
strong names, tokens of providers, private keys. What *may* be one is masked in every output, and
only its presence is compared: it costs little to mask too much. Digests, commit ids and tags have
neither name nor shape of a secret.

The words and shapes are data, ``secret_signs.yaml``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from deploylint.documents.regex import regex
from deploylint.model.data import SECRET_SIGNS, definition

_SIGNS = definition(SECRET_SIGNS)


def _words_of(name: str) -> frozenset[str]:
    """A list of words of the table."""
    return frozenset(_SIGNS[name])


# --- names ----------------------------------------------------------------------------------------

_SURE = regex(
    r"(?<!com)(?<!by)pass(words?|wd|phrase)?$|(^|_)pwd$|secret$|token$|(^|_)dsn$|credentials?$"
    r"|(api|access|private|secret|auth|signing|encryption|master|fernet)_?keys?$"
)
"""The end of a name that surely names a secret, once what only qualifies it is left out."""
_SURE_ENDS = (
    *("word", "words", "pass", "wd", "phrase", "secret", "token", "dsn"),
    *("credential", "credentials", "key", "keys"),
)
"""How such a name ends: most do not, and are not searched."""

_QUALIFIERS = _words_of("qualifiers")
"""Words that change nothing behind a name; so do numbers and versions (``API_KEY_V2``)."""
_MAY, _MAY_END, _MAY_LAST = _words_of("may"), tuple(_SIGNS["may-end"]), _words_of("may-last")
_HARMLESS_LAST = _words_of("harmless-last")
_PHRASES = frozenset(
    (first, then) for row in _SIGNS["phrases"] for first in row["first"] for then in row["then"]
)
_PLACES, _HOLDERS = _words_of("places"), _words_of("holders")
_DESCRIPTIONS = _words_of("descriptions")

_BOUNDARY = regex(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


@lru_cache(maxsize=4096)
def surely_names_a_secret(name: str) -> bool:
    """Whether what is called so is expected to hold a secret (``DB_PASSWORD``, ``apiKey``)."""
    if name in _PLACES:
        return False
    words = _words(name)
    while len(words) > 1 and (words[-1] in _QUALIFIERS or words[-1].removeprefix("v").isdecimal()):
        words.pop()
    text = "_".join(words)
    return text.endswith(_SURE_ENDS) and _SURE.search(text) is not None


@lru_cache(maxsize=4096)
def may_name_a_secret(name: str) -> bool:
    """Whether what is called so may hold a secret, and is shown as one."""
    if surely_names_a_secret(name):
        return True
    words = _words(name)
    if not words or name in _PLACES or words[0] == "existing":
        return False
    if words[-1] in _HARMLESS_LAST and not {"webhook", "webhooks"}.intersection(words):
        return False
    return (
        not _MAY.isdisjoint(words)
        or words[-1] in _MAY_LAST
        or any(word.removesuffix("s").endswith(_MAY_END) for word in words)
        or not _PHRASES.isdisjoint(pairwise(words))
    )


def holds_names(name: str) -> bool:
    """Whether a list that is called so holds names of secrets (``imagePullSecrets``)."""
    return _words(name)[-1:] == ["secrets"]


def holds_secrets(name: str) -> bool:
    """Whether all values of a mapping that is called so are secret."""
    return name in _HOLDERS


def is_about_a_secret(name: str) -> bool:
    """Whether a key of such a mapping names a secret or describes it, and holds none."""
    return name in _PLACES or name in _DESCRIPTIONS


def _words(name: str) -> list[str]:
    return [word.lower() for word in _BOUNDARY.split(name) if word]


# --- shapes ---------------------------------------------------------------------------------------

URL = regex(
    r"(?P<head>\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@\"']*:)"
    r"(?P<value>(?!\d{1,5}(?:[/?#\s]|$))[^\s\"']{1,500})@",
    re.IGNORECASE,
)
"""A URL with a password, in which any character may be but a blank or a quote."""

_STRICT_URL = regex(
    r"\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@]*:(?!\$\(\w+\)@|\$\{\w+\}@)[^\s@/]+@", re.IGNORECASE
)
_TOKENS = tuple((letters, regex(shape)) for letters, shape in _SIGNS["tokens"].items())
_SHAPES = (*_TOKENS, *((letters, regex(shape)) for letters, shape in _SIGNS["shapes"].items()))
_RANDOM = regex(r"(?<![\w+/=.:@-])[A-Za-z0-9_-][A-Za-z0-9+/_-]{22,}={0,2}(?![\w+/=])")
_CHANGE = regex(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")


def surely_is_a_secret(text: str) -> bool:
    """Whether a text has the shape of a token of a provider, a private key or a URL's password."""
    if "://" in text and _STRICT_URL.search(text) is not None:
        return True
    folded = text.casefold()
    return any(shape.search(text) for letters, shape in _TOKENS if letters in folded)


def shaped_spans(text: str) -> list[tuple[int, int]]:
    """Where a text has the shape of a secret."""
    spans = (
        [match.span("value") for match in URL.finditer(text)]
        if "://" in text and "@" in text
        else []
    )
    folded = text.casefold()
    for letters, shape in _SHAPES:
        if letters in folded:
            spans += [match.span(match.lastgroup or 0) for match in shape.finditer(text)]
    if text != folded:
        spans += [match.span() for match in _RANDOM.finditer(text) if _is_random(match[0])]
    return spans


def _is_random(text: str) -> bool:
    """Whether letters and digits are mixed as no name mixes them: neither a digest nor a path."""
    if not re.search("[a-z]", text) or not re.search("[A-Z]", text) or not re.search("[0-9]", text):
        return False
    return len(_CHANGE.findall(text)) * 4 >= len(text)
