"""Text that something fills in before a program sees it."""

from deploylint.documents.regex import regex

TEMPLATE = "set by a template or variable"
"""Why a value is unknown that is such a text."""

_PART = regex(r"(?:^|[/:@.-])\$[A-Z][A-Z0-9_]*(?=[/:@.-]|$)")
"""A shell's variable as a whole part of a name, as in ``$REGISTRY/api:$TAG`` (envsubst)."""


def is_variable(text: str) -> bool:
    """Whether a text is filled in elsewhere: a template or an environment variable."""
    if "$" not in text:
        return "{{" in text
    return "{{" in text or "$(" in text or "${" in text or _PART.search(text) is not None
