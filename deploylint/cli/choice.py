"""Checks the words that an option takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deploylint.documents.suggest import hint
from deploylint.model.errors import UsageError
from deploylint.model.rule import Severity

GATES: Mapping[str, Severity | None] = {"error": "error", "warning": "warning", "never": None}
"""The values of ``--fail-on``, and the lowest severity that fails."""


def check_choice(option: str, value: str, known: Iterable[str]) -> str:
    """A value that is one of the known. Raises UsageError with the nearest."""
    if value in known:
        return value
    raise UsageError(f"{option} {value}: invalid value; {hint(value, known)}")


def split_list(values: Iterable[str]) -> tuple[str, ...]:
    """The values of an option that may be repeated, and may hold several after commas."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
