"""What a variable is for, by its name: it connects a service with others, or sets how it runs.

Each service needs connections of its own, so nothing follows from those of others. How a service
runs is alike in a fleet: its log level, its time zone, its flags.
"""

from __future__ import annotations

from deploylint.documents.nodes import text_of
from deploylint.documents.regex import regex
from deploylint.model.data import FIELDS, definition
from deploylint.model.service import Value

_WORDS = "|".join(definition(FIELDS)["connecting"])
_CONNECTING = regex(rf"(?i:(?:^|[^a-z])(?:{_WORDS}))$")
"""Names of variables with the last word of one that connects."""

_ADDRESS = regex(r"://|^[\w.-]*:\d+$|\.svc\b|^[^\s@]+@[^\s@]+$|^(?:\d+\.){3}\d+$")


def without_connections(variables: Value) -> Value:
    """Variables without those that connect a service with others, or name what it works on.

    A template is its text: ``${ZONE}`` is one value for all that have it.
    """
    if not isinstance(variables.data, dict):
        return variables
    texts = {name: text_of(entry.value) for name, entry in (variables.parts or {}).items()}
    data = {**texts, **variables.data}
    return variables._replace(data={k: v for k, v in data.items() if not _connects(k, str(v))})


def _connects(name: str, value: str) -> bool:
    return _CONNECTING.search(name) is not None or _ADDRESS.search(value) is not None
