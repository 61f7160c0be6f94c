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


FILLED_IN = "$"
"""What a variable is in a text without variables."""

_VARIABLE = regex(r"\{\{.*?\}\}|\$\{.*?\}|\$\(.*?\)|\$[A-Z][A-Z0-9_]*")


def without_variables(text: str) -> str:
    """A text with a ``$`` for each variable, whatever stands in it; one for all if one is open."""
    if not is_variable(text):
        return text
    replaced = _VARIABLE.sub(FILLED_IN, text)
    return FILLED_IN if is_variable(replaced) else replaced
