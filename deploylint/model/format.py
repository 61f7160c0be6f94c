"""How plain data and names are written in a sentence of a message."""

from __future__ import annotations

from collections.abc import Sequence

from deploylint.documents.regex import regex
from deploylint.documents.scalars import resolve
from deploylint.model.types import Plain


def format_as_written(data: Plain) -> str:
    """Plain data as one writes it in a sentence, a text that YAML reads as no text in quotes."""
    is_odd = isinstance(data, str) and data.isprintable() and not isinstance(resolve(data), str)
    return _as_json(data) if is_odd else format_value(data)


def format_value(data: Plain) -> str:
    """Plain data as one writes it in a sentence."""
    if isinstance(data, str):
        return data if data and data.isprintable() and data == data.strip() else _as_json(data)
    if isinstance(data, (list, dict)):
        return _as_json(data, ensure_ascii=False)
    return str(data) if data.__class__ is int else _as_json(data)


def _as_json(data: Plain, *, ensure_ascii: bool = True) -> str:
    from json import dumps  # a clean run writes none

    return dumps(data, ensure_ascii=ensure_ascii)


def enumerate_names(names: Sequence[str], most: int) -> str:
    """Some names; of more than ``most`` the first, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def share_of(number: int, asked: int) -> str:
    """How many of the services that were asked have something."""
    return f"{number} of {asked} services"


_SHARE = regex(r"\b\d+ of \d+ services\b")


def without_shares(text: str) -> str:
    """A text without how many services have something: groups and environments differ in that."""
    return _SHARE.sub("most services", text)
