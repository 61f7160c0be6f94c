"""Redacts secrets in data and text, and finds the literals that are secret.

Values of secrets never leave the process: each is shown as ``<redacted>``, so any two are equal.
``secret_signs`` has the signs of a secret. Names of secrets and references to them are not secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from deploylint.documents.nodes import Node, child, leaves, scalar, text_of
from deploylint.documents.regex import regex
from deploylint.model.secret_signs import (
    URL,
    holds_names,
    holds_secrets,
    is_about_a_secret,
    may_name_a_secret,
    shaped_spans,
    surely_is_a_secret,
    surely_names_a_secret,
)

if TYPE_CHECKING:  # the types mask what they compare
    from deploylint.model.types import Plain

MASK = "<redacted>"

_FORMER = regex(r"<redacted \d+ chars>")
"""A secret as older allowances write it."""

_VARIABLE = r"\$(?:\(\w+\)|\{\w+\})"
_NO_LITERAL = regex(
    rf"(?:/(?=[\w.-]*(?:[a-z_.-]|{_VARIABLE}))(?:[\w.-]|{_VARIABLE})+){{2,}}"
    r"|\$(?:\([^)]*\)|\{\w+\})/[a-z0-9][a-z0-9.-]*"
    rf"|[a-z][a-z0-9+.-]{{0,30}}://[^\s/:@]*:{_VARIABLE}@\S*"
)
"""The path of a file, which a secret may be mounted as, or its name in a variable's namespace.

Variables may fill in parts of both. In an address one may be the password.
"""

_SHORT = regex(r"[\w./-]{0,14}")
"""A text too short for a secret, unless it has the name of one."""

_QUOTES = "\"'"
"""What a shell takes off around a value, or a variable of it."""

_WORD = regex(r"[\w.-]+")
_VALUE = r"""(?P<value>\\"(?:(?!\\").)*|"[^"]*"|'[^']*'|[^\s,;&}\]"']+)"""
_ASSIGNED = regex(rf"""\\?["']?[ \t]*[:=][ \t]*{_VALUE}""")
_GIVEN = regex(rf"""["']?,?[ \t]+(?!["']?-){_VALUE}""")
_GIVING = frozenset(":=")
"""One of these, or the dashes of an option, is in a text that gives something to a name."""

_DEFAULT = regex(r"\$\{(?P<name>\w+):?[-=](?P<value>[^}]*)\}")
_INNOCENT = regex(
    r"\s*|(?i:true|false|yes|no|on|off|null)|[01]|\$\([^)]*\)|\$\{[^}:=-]*\}|\$\w+|[\s\S]*\{\{[\s\S]*"
)


def holds_a_secret(name: str, data: Plain) -> bool:
    """Whether a literal surely is a secret: by its name, or by its shape.

    Empty texts, switches, templates and ``$(VARIABLES)`` are not.
    """
    if isinstance(data, bool) or not isinstance(data, (str, int, float)):
        return False
    text = str(data)
    is_named = surely_names_a_secret(name) and not _NO_LITERAL.fullmatch(text)
    if not is_named and not surely_is_a_secret(text):
        return False
    return not (_INNOCENT.fullmatch(text) or MASK in text or _FORMER.search(text))


@lru_cache(maxsize=4096)
def literal_in(before: str, text: str) -> str:
    """What holds a literal secret in a word of a command, behind another word; "" for nothing.

    Of a script of several lines only a text that has the shape of a secret counts: what its
    variables are given may be the name of a secret.
    """
    words = [before, *text.split()] if "\n" not in text.strip() else []
    for option, word in pairwise(words):
        name, _, value = word.partition("=")
        if holds_a_secret(name.lstrip("-"), value.strip(_QUOTES)):
            return name
        is_given = option.startswith("-") and "=" not in option and not word.startswith("-")
        if is_given and holds_a_secret(option.lstrip("-"), word.strip(_QUOTES)):
            return option
    return text.split(maxsplit=1)[0].partition("=")[0] if surely_is_a_secret(text) else ""


def secret_spans(text: str) -> list[tuple[int, int]]:
    """The spans of secrets in free text: ``password=...``, ``--token ...``, or by their shape.

    Start and end in characters, in order, the end exclusive; no two overlap.
    """
    spans = [span for span in (*shaped_spans(text), *_named_spans(text)) if _is_shown(text, *span)]
    joined = list[tuple[int, int]]()
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _is_shown(text: str, start: int, end: int) -> bool:
    return start < end and not text.startswith(MASK, start)


def _named_spans(text: str) -> Iterator[tuple[int, int]]:
    for match in _DEFAULT.finditer(text) if "${" in text else ():
        if may_name_a_secret(match["name"]):
            yield match.span("value")
    done = 0
    for word in () if _GIVING.isdisjoint(text) and "--" not in text else _WORD.finditer(text):
        if word.start() < done:
            continue  # in a secret; a match from here reads the rest of the text again
        name = word[0].lstrip("-.")
        if not name or not may_name_a_secret(name):
            continue
        given = _GIVEN.match(text, word.end()) if word[0].startswith("--") else None
        value = _ASSIGNED.match(text, word.end()) or given
        if value is not None and value["value"].startswith("[") and holds_names(name):
            continue  # imagePullSecrets: [{name: registry}]
        if value is not None and not _INNOCENT.fullmatch(value["value"].strip("\\\"'")):
            yield value.span("value")
            done = value.end("value")


def redact(name: str, data: Plain) -> Plain:
    """Plain data with ``<redacted>`` for every secret in it; done again, it stays the same."""
    if isinstance(data, str):
        return _redacted_text(name, data)
    if isinstance(data, dict):
        is_holder = holds_secrets(name)
        return {key: _redacted_entry(key, value, data, is_holder) for key, value in data.items()}
    if isinstance(data, list):
        return [
            redact(_item_name(name, before, isinstance(item, dict)), item)
            for before, item in zip([None, *data], data, strict=False)
        ]
    is_secret = surely_names_a_secret(name) and isinstance(data, (int, float))
    return MASK if is_secret and not isinstance(data, bool) else data


def _redacted_entry(key: str, value: Plain, mapping: Mapping[str, Plain], is_holder: bool) -> Plain:
    """A value of a mapping; ``is_holder`` is whether all of them are secret."""
    if key == "value" and isinstance(label := mapping.get("name", mapping.get("key")), str):
        key = label
    if not is_holder or is_about_a_secret(key):
        return redact(key, value)
    if isinstance(value, dict):
        return {name: _redacted_entry(name, item, value, True) for name, item in value.items()}
    return redact("password", value)


@lru_cache(maxsize=4096)
def _redacted_text(name: str, text: str) -> str:
    if not may_name_a_secret(name) and _SHORT.fullmatch(text):
        return text
    text = _FORMER.sub(MASK, text) if MASK[:-1] in text else text
    if name in _LOGIN_NAMES and ":" in text and "//" not in text:
        return f"{text.partition(':')[0]}:{MASK}"
    if may_name_a_secret(name) and not _INNOCENT.fullmatch(text) and URL.match(text) is None:
        return MASK
    masked = _masked(text, secret_spans(text))
    while masked != text:  # the rest may have the shape of a secret
        masked, text = _masked(masked, secret_spans(masked)), masked
    return masked


def hides(data: Plain) -> bool:
    """Whether redacted data leaves out a secret."""
    return MASK in str(data)


def _item_name(name: str, before: Any, is_mapping: bool) -> str:
    """The name for an item of a list: the flag before it (``[--token, x]``), else the list's.

    A text in a list of secrets is the name of one.
    """
    if not isinstance(before, str) or not before.startswith("-") or "=" in before:
        return "" if holds_names(name) and not is_mapping else name
    flag = before.lstrip("-")
    return flag if before in _LOGIN or (before[:2] == "--" and may_name_a_secret(flag)) else name


_LOGIN, _LOGIN_NAMES = ("-u", "--user"), ("u", "user")
"""Options of curl and others that take ``user:password``."""


def _masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    masked, done = "", 0
    for start, end in spans:
        masked += text[done:start] + MASK
        done = end
    return masked + text[done:]


def secret_nodes(root: Node, name: str = "") -> Iterator[Node]:
    """Every scalar below a node that is a secret literal, or has one of several lines in it."""
    content = root.content
    if isinstance(content, str):
        if _is_secret_scalar(name, root):
            yield root
    elif isinstance(content, list):
        for before, item in zip([None, *content], content, strict=False):
            is_mapping = isinstance(item.content, dict)
            yield from secret_nodes(item, _item_name(name, before and before.content, is_mapping))
    else:
        secret_keys = _SECRET_KEYS if is_secret(root) else ()
        for key, entry in content.items():
            if key in secret_keys:
                yield from leaves(entry.value)
            elif holds_secrets(name) and not is_about_a_secret(key):
                nested = isinstance(entry.value.content, dict)
                yield from secret_nodes(entry.value, name if nested else "password")
            else:
                yield from secret_nodes(entry.value, _label(root) if key == "value" else key)


def _is_secret_scalar(name: str, node: Node) -> bool:
    data = scalar_or_text(node)
    shown = redact(name, data)
    if shown == data:
        return False
    if shown == MASK or name in _LOGIN_NAMES:
        return True
    is_url = isinstance(shown, str) and URL.match(shown) is not None
    return is_url or any("\n" in str(data)[start:end] for start, end in secret_spans(str(data)))


def _label(mapping: Node) -> str:
    """The name of the value in ``{name: X, value: Y}``."""
    label = child(mapping, "name") or child(mapping, "key")
    return label.content if label is not None and isinstance(label.content, str) else "value"


_SECRET_KEYS = ("data", "stringData")
"""The keys of a Secret with its values (https://kubernetes.io/docs/concepts/configuration/secret/)."""


def is_secret(root: Node) -> bool:
    """Whether a document is a Secret; all its values are secret."""
    return text_of(child(root, "kind")) == "Secret" and child(root, "metadata") is not None


def scalar_or_text(node: Node) -> Plain:
    """A scalar's value, or its text if it does not fit its tag."""
    try:
        return scalar(node)
    except ValueError:
        return str(node.content)
