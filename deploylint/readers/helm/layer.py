"""One profile as a run reads with it: what ``profile_schema`` decodes, without the decoder.

A shipped profile is compiled to the fields of its structures. ``make_layer`` makes objects with the
same attributes of them: a type checker sees the structures themselves.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from deploylint.readers.helm.profile_schema import ProfileFile

Gift = str | dict[str, str]
"""What a key gives: a field, a (reader), or fixed values of fields."""


def make_layer(fields: dict[str, Any]) -> ProfileFile:
    """A layer from the fields of its structures, as ``fields_of`` gives them."""
    lists = ("components", "prefixes", "foreign")
    made: dict[str, Any] = {name: _structures(fields[name]) for name in lists}
    made["elements"] = {name: _structures(ways) for name, ways in fields["elements"].items()}
    return cast("ProfileFile", SimpleNamespace(**fields | made))


def _structures(rows: list[dict[str, Any]]) -> list[SimpleNamespace]:
    return [SimpleNamespace(**row) for row in rows]
