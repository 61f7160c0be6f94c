"""One profile as a run reads with it: what ``profile_schema`` decodes, without the decoder.

The fields are those of the structures there, in their order; a test holds both equal.
"""

from __future__ import annotations

from typing import Any

from deploylint.documents.record import Record
from deploylint.model.rule import Level
from deploylint.model.service import Role

Gift = str | dict[str, str]
"""What a key gives: a field, a (reader), or fixed values of fields."""


class LayerPlace(Record):
    """Where a component stands; see ``PlaceEntry``."""

    at: str
    role: Role
    technology: str
    except_: list[str]
    holds: list[str]


class LayerPrefix(Record):
    """A component with its keys at the root; see ``PrefixEntry``."""

    prefix: str
    role: Role


class LayerForeign(Record):
    """Keys that are another chart's values; see ``ForeignEntry``."""

    at: list[str]
    holds: list[str]


class Alternative(Record):
    """One way to write an element; see ``AlternativeEntry``."""

    at: list[str]
    fields: dict[str, Gift | list[Gift]]
    form: str
    for_: str
    switch: list[str]
    alone: bool
    pod: bool
    chart_decides: dict[str, list[str]]


class Layer(Record):
    """How one chart spells its values, without what it extends; see ``ProfileFile``."""

    profile: str
    about: str
    extends: str
    evidence: list[str]
    components: list[LayerPlace]
    prefixes: list[LayerPrefix]
    foreign: list[LayerForeign]
    elements: dict[str, list[Alternative]]
    forms: dict[str, dict[str, Gift | list[Gift]]]
    known: list[str]
    fallback: list[str] | None
    union: list[str] | None
    port_name: str | None
    port_variables: list[str] | None
    given_by_chart: list[str] | None
    complete: bool | None
    rules: dict[str, Level]


def make_layer(fields: list[Any]) -> Layer:
    """A layer from the fields of its structures, as ``fields_of`` gives them."""
    profile, about, extends, evidence, components, prefixes, foreign, elements, *rest = fields
    return Layer(
        profile,
        about,
        extends,
        evidence,
        [LayerPlace(*place) for place in components],
        [LayerPrefix(*prefix) for prefix in prefixes],
        [LayerForeign(*keys) for keys in foreign],
        {name: [Alternative(*way) for way in ways] for name, ways in elements.items()},
        *rest,
    )
