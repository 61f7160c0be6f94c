"""Names of files and folders that name an environment, not a service."""

from __future__ import annotations

import re

_WORDS = frozenset(
    (
        *("ci", "dev", "development", "int", "integration", "local", "nonprod", "perf", "prd"),
        *("preprod", "preview", "prod", "production", "qa", "sandbox", "sit", "stage", "staging"),
        *("stg", "test", "testing", "uat"),
    )
)
_VALUES = "values"
_BETWEEN = re.compile(r"[-_.]")


def is_environment(name: str) -> bool:
    """Whether one word of a name is that of an environment: ``prod``, ``prod-eu``."""
    return not _WORDS.isdisjoint(_BETWEEN.split(name.lower()))


def without_environment(name: str) -> str:
    """A name without the word of an environment: ``shop-prod`` is shop; ``prod`` stays."""
    words = [word for word in _BETWEEN.split(name) if word.lower() not in _WORDS]
    return "-".join(words) if words and is_environment(name) else name


def layer_name(stem: str) -> str:
    """The rest of the name of a values file: ``values-prod`` is prod; "" for any other file."""
    words = _BETWEEN.split(stem)
    if len(words) > 1 and _VALUES in (words[0], words[-1]):
        words.remove(_VALUES)
        return "-".join(words)
    return ""
