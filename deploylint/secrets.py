"""What is a secret, and how text that holds one is shown.

Values of secrets never leave the process. A literal counts as secret when the name it is given to
says so, or when it is a URL with a password in it. Names of secrets and references to them are not
secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, scalar
from deploylint.types import Plain

_NAME = re.compile(
    r"pass(word|wd|phrase)?$|(^|[_.-])pwd$|secret$|token$|api[_.-]?key$|access[_.-]?key$"
    r"|private[_.-]?key$|credentials?$|(^|[_.-])dsn$|secret[_.-]?key$|auth[_.-]?key$",
    re.IGNORECASE,
)
_URL = re.compile(
    r"(?P<head>[a-z][a-z0-9+.-]*://[^\s/:@]*:)(?P<password>[^\s@/]+)(?P<tail>@)", re.I
)
_REFERENCES = frozenset({"existingSecret", "secretName", "imagePullSecret", "existing-secret"})
_INNOCENT = re.compile(r"\s*|\$[({].*|.*\{\{.*", re.DOTALL)


def names_a_secret(name: str) -> bool:
    """Whether what is called so is expected to hold a secret (``DB_PASSWORD``, ``apiKey``)."""
    return name not in _REFERENCES and _NAME.search(name) is not None


def holds_a_secret(name: str, data: Plain) -> bool:
    """Whether a literal is a secret: by its name, or as a URL with a password.

    Empty texts, templates and ``$(VARIABLES)`` are not.
    """
    if isinstance(data, bool) or data is None or not isinstance(data, (str, int, float)):
        return False
    text = str(data)
    if _INNOCENT.fullmatch(text):
        return False
    return names_a_secret(name) or _URL.search(text) is not None


def redacted(name: str, data: Plain) -> Plain:
    """Plain data with every secret literal in it replaced by its length."""
    if isinstance(data, dict):
        label = data.get("name") if isinstance(data.get("name"), str) else None
        return {
            key: redacted(str(label) if label and key == "value" else key, value)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [redacted(name, item) for item in data]
    return _mask(str(data)) if holds_a_secret(name, data) else data


def _mask(text: str) -> str:
    masked = _URL.sub(
        lambda m: m["head"] + f"<redacted {len(m['password'])} chars>" + m["tail"], text
    )
    return masked if masked != text else f"<redacted {len(text)} chars>"


def secret_nodes(root: Node, name: str = "") -> Iterator[Node]:
    """Every scalar below a node that is a secret literal."""
    content = root.content
    if isinstance(content, str):
        if holds_a_secret(name, scalar_or_text(root)):
            yield root
    elif isinstance(content, list):
        for item in content:
            yield from secret_nodes(item, name)
    else:
        label = child(root, "name")
        for key, entry in content.items():
            named = key == "value" and label is not None and isinstance(label.content, str)
            yield from secret_nodes(entry.value, str(label.content) if named and label else key)


def scalar_or_text(node: Node) -> Plain:
    """A scalar's value, or its text where its tag cannot be followed."""
    try:
        return scalar(node)
    except ValueError:
        return str(node.content)
