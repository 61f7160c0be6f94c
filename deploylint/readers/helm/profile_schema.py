"""The structure of a profile file: how the values of one chart map to fields.

Published by ``deploylint schema profiles``; ``docs/profiles.md`` is the guide.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from deploylint.model.decode import Closed
from deploylint.model.rule import Level
from deploylint.model.service import Role
from deploylint.readers.helm.layer import Gift


class ComponentEntry(Closed):
    """The path of a component: ``*`` is any key, ``[]`` each item of a list."""

    at: str
    role: Role
    technology: str = ""
    except_: list[str] = field(default_factory=list, name="except")
    holds: list[str] = field(default_factory=list)


class PrefixEntry(Closed):
    """A component with its keys at the root: ``worker`` for ``workerResources``."""

    prefix: Annotated[str, Meta(min_length=1)]
    role: Role


class ForeignEntry(Closed):
    """Keys that are another chart's values, always or where they hold one of some keys."""

    at: list[str]
    holds: list[str] = field(default_factory=list)


class AlternativeEntry(Closed):
    """One way to write an element.

    ``switch`` are keys elsewhere that turn it off, ``alone`` is whether the other ways have no
    effect beside it, ``chart-decides`` maps keys to the fields that they settle as only the chart
    knows. ``pod`` is whether it is about the pod: at the root it also holds for a component with
    settings of its own container.
    """

    at: list[str]
    fields: dict[str, Gift | list[Gift]] = field(default_factory=dict)
    form: str = ""
    for_: Role | Literal[""] = field(default="", name="for")
    switch: list[str] = field(default_factory=list)
    alone: bool = False
    pod: bool = False
    chart_decides: dict[str, list[str]] = field(default_factory=dict, name="chart-decides")


class ProfileFile(Closed):
    """How the values of one chart map to fields; see ``docs/profiles.md``."""

    profile: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$")]
    about: Annotated[str, Meta(min_length=1)]
    extends: str = ""
    evidence: list[str] = field(default_factory=list)
    components: list[ComponentEntry] = field(default_factory=list)
    prefixes: list[PrefixEntry] = field(default_factory=list)
    foreign: list[ForeignEntry] = field(default_factory=list)
    elements: dict[str, list[AlternativeEntry]] = field(default_factory=dict)
    forms: dict[str, dict[str, Gift | list[Gift]]] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)
    backends: dict[str, list[str]] = field(default_factory=dict)
    copied: dict[str, str] = field(default_factory=dict)
    fallback: list[str] | None = None
    union: list[str] | None = None
    port_name: str | None = field(default=None, name="port-name")
    port_variables: list[str] | None = field(default=None, name="port-variables")
    given_by_chart: list[str] | None = field(default=None, name="given-by-chart")
    complete: bool | None = None
    rules: dict[str, Level] = field(default_factory=dict)
