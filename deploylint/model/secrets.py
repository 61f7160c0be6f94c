"""What is a secret, and how text that holds one is shown.

Values of secrets never leave the process. A literal counts as secret when the name it is given to
says so, or when it is a URL with a password in it. Names of secrets and references to them are not
secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from deploylint.documents.nodes import Node, child, leaves, scalar
from deploylint.documents.regex import regex
from deploylint.model.types import Plain

_NAME = regex(
    r"pass(words?|wd|phrase)?$|(^|[_.-])pwd$|secret$|token$|api[_.-]?keys?$|access[_.-]?keys?$"
    r"|private[_.-]?keys?$|credentials?$|(^|[_.-])dsn$|secret[_.-]?key$|auth[_.-]?key$",
    re.IGNORECASE,
)
_URL = regex(
    r"(?P<head>[a-z][a-z0-9+.-]{0,30}://[^\s/:@]*:)(?P<password>[^\s@/]+)(?P<tail>@)", re.I
)
_WORD = regex(r"[\w.-]+")
_VALUE = r"""(?P<value>\\"(?:(?!\\").)*|"[^"]*"|'[^']*'|[^\s,;&}\]"']+)"""
_ASSIGNED = regex(rf"""\\?["']?[ \t]*[:=][ \t]*{_VALUE}""")
_GIVEN = regex(rf"""["']?,?[ \t]+["']?(?!-){_VALUE}""")
_REFERENCES = frozenset({"existingSecret", "secretName", "imagePullSecret", "existing-secret"})
_HIDDEN = regex(r"<redacted \d+ chars>")
_INNOCENT = regex(
    r"\s*|(?i:true|false)|\$[({].*|.*\{\{.*|(\S*:)?<redacted \d+ chars>(@.*)?", re.DOTALL
)


@lru_cache(maxsize=4096)
def names_a_secret(name: str) -> bool:
    """Whether what is called so is expected to hold a secret (``DB_PASSWORD``, ``apiKey``)."""
    return name not in _REFERENCES and _NAME.search(name) is not None


def holds_a_secret(name: str, data: Plain) -> bool:
    """Whether a literal is a secret: by its name, or as a URL with a password.

    Empty texts, switches, templates and ``$(VARIABLES)`` are not.
    """
    if isinstance(data, bool) or data is None or not isinstance(data, (str, int, float)):
        return False
    text = str(data)
    if _INNOCENT.fullmatch(text):
        return False
    return names_a_secret(name) or _URL.search(text) is not None


def secret_spans(text: str) -> list[tuple[int, int]]:
    """Where secrets stand in free text: ``password=...``, ``--token ...``, a URL with a password.

    Start and end in characters, in order, the end exclusive.
    """
    found = [match.span("password") for match in _URL.finditer(text)]
    done = 0
    for word in _WORD.finditer(text):
        if word.start() < done:
            continue  # in a secret already; what follows would be looked through again and again
        name = word[0].lstrip("-.")
        if not name or not names_a_secret(name):
            continue
        given = _GIVEN.match(text, word.end()) if word[0].startswith("--") else None
        said = _ASSIGNED.match(text, word.end()) or given
        if said is None or _HIDDEN.match(text, said.start("value")):
            continue
        if not _INNOCENT.fullmatch(said["value"].strip("\\\"'")):
            found.append(said.span("value"))
            done = said.end("value")
    return sorted(found)


def redacted(name: str, data: Plain) -> Plain:
    """Plain data with every secret literal in it replaced by its length."""
    if isinstance(data, dict):
        label = data.get("name") if isinstance(data.get("name"), str) else None
        return {
            key: redacted(str(label) if label and key == "value" else key, value)
            for key, value in data.items()
        }
    if isinstance(data, (int, float)):
        is_secret = names_a_secret(name) and not isinstance(data, bool)
        return _mask(str(data)) if is_secret else data
    if isinstance(data, list):
        return [
            redacted(_item_name(name, before), item)
            for before, item in zip([None, *data], data, strict=False)
        ]
    if holds_a_secret(name, data):
        return _mask(str(data))
    return _masked(data, secret_spans(data)) if isinstance(data, str) else data


def hides(data: Plain) -> bool:
    """Whether data is shown with a secret in it left out."""
    return "<redacted " in str(data)


def _item_name(name: str, before: Plain) -> str:
    """What an item of a list belongs to: the flag before it (``[--token, x]``), else the list."""
    flag = isinstance(before, str) and before.startswith("--") and "=" not in before
    return str(before).lstrip("-") if flag and names_a_secret(str(before).lstrip("-")) else name


def _mask(text: str) -> str:
    urls = [match.span("password") for match in _URL.finditer(text)]
    return _masked(text, urls or [(0, len(text))])


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    masked, done = "", 0
    for start, end in spans:
        if start >= done:
            masked += f"{text[done:start]}<redacted {end - start} chars>"
            done = end
    return masked + text[done:]


def secret_nodes(root: Node, name: str = "") -> Iterator[Node]:
    """Every scalar below a node that is a secret literal."""
    content = root.content
    if isinstance(content, str):
        if holds_a_secret(name, scalar_or_text(root)):
            yield root
    elif isinstance(content, list):
        for before, item in zip([None, *content], content, strict=False):
            yield from secret_nodes(item, _item_name(name, before and before.content))
    else:
        if is_secret(root):
            content = {key: entry for key, entry in content.items() if key not in _HELD}
            yield from (
                leaf for key in _HELD if (held := child(root, key)) for leaf in leaves(held)
            )
        label = child(root, "name")
        for key, entry in content.items():
            named = key == "value" and label is not None and isinstance(label.content, str)
            yield from secret_nodes(entry.value, str(label.content) if named and label else key)


_HELD = ("data", "stringData")
"""What a Secret holds (https://kubernetes.io/docs/concepts/configuration/secret/)."""


def is_secret(root: Node) -> bool:
    """Whether a document is a Secret, all of whose values are secret."""
    kind = child(root, "kind")
    return kind is not None and kind.content == "Secret" and child(root, "metadata") is not None


def scalar_or_text(node: Node) -> Plain:
    """A scalar's value, or its text where its tag cannot be followed."""
    try:
        return scalar(node)
    except ValueError:
        return str(node.content)
