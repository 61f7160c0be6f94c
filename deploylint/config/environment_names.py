"""Names of files and folders that name an environment, not a service."""

from __future__ import annotations

from deploylint.documents.regex import regex

_WORDS = frozenset(
    (
        *("ci", "dev", "development", "int", "integration", "local", "nonprod", "perf", "prd"),
        *("preprod", "preview", "prod", "production", "qa", "sandbox", "sit", "stage", "staging"),
        *("stg", "test", "testing", "uat"),
    )
)
_VALUES = "values"
_WORD = regex(r"[^-_.]+")


def is_environment(name: str) -> bool:
    """Whether one word of a name is that of an environment: ``prod``, ``prod-eu``."""
    return not _WORDS.isdisjoint(_words(name.lower()))


def without_environment(name: str) -> str:
    """A name without the word of an environment: ``shop-prod`` is shop; ``prod`` stays."""
    words = [word for word in _words(name) if word.lower() not in _WORDS]
    return "-".join(words) if words and is_environment(name) else name


def split_environment(stem: str) -> tuple[str, str]:
    """The name of a file without that of its environment, and this, or "".

    ``shop-prod-eu`` is shop in prod-eu, and ``dev.shop`` is shop in dev.
    """
    words = list(_WORD.finditer(stem))
    first = next((n for n, word in enumerate(words) if word[0].lower() in _WORDS), None)
    if first is None:
        return stem, ""
    if first or len(words) == 1:
        return stem[: max(words[first].start() - 1, 0)], stem[words[first].start() :]
    return stem[words[1].start() :], words[0][0]


def layer_name(stem: str) -> str:
    """The rest of the name of a values file: ``values-prod`` is prod; "" for any other file."""
    words = _words(stem)
    if len(words) > 1 and _VALUES in (words[0], words[-1]):
        words.remove(_VALUES)
        return "-".join(words)
    return ""


def _words(name: str) -> list[str]:
    return name.replace("_", "-").replace(".", "-").split("-")
