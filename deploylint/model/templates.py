"""Text that something fills in before a program sees it."""

TEMPLATE = "set by a template or variable"
"""Why a value is unknown that is such a text."""


def is_variable(text: str) -> bool:
    """Whether a text is filled in elsewhere: a template or an environment variable."""
    return "{{" in text or "$(" in text or "${" in text
