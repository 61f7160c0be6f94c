"""The report as typed structures, and the JSON Schemas of all that is published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from deploylint import __version__
from deploylint.config.schema import ConfigFile, RuleFile
from deploylint.documents.nodes import Problem
from deploylint.model.decode import Closed
from deploylint.model.finding import (
    Allowance,
    AllowanceOrigin,
    AllowanceState,
    Status,
    Validity,
)
from deploylint.model.rule import Severity
from deploylint.model.service import Role, State
from deploylint.readers.helm.profile_schema import ProfileFile

Positive = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=0)]


class LocationV1(Closed):
    """A place in a file; 1-based, the end exclusive."""

    file: str
    key: str
    line: Positive
    column: Positive
    end_line: Positive
    end_column: Positive


class RelatedV1(Closed):
    """A place that has to do with a finding."""

    role: str
    file: str
    line: Positive
    column: Positive
    text: str


class AllowanceV1(Closed):
    """The allowance that covered a finding; ``source`` is the file and line it is written at."""

    id: str
    because: str
    from_: Any = field(name="from")
    to: Any
    owner: str | None
    ticket: str | None
    until: str | None
    state: Validity
    source: str


class FindingV1(Closed):
    """One finding about one place; ``cause`` is the same in all findings of one cause."""

    status: Status
    severity: Severity
    rule: str
    element: str
    group: str
    environment: str | None
    service: str
    component: str
    path: str
    message: str
    fingerprint: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
    cause: str
    expected: Any
    expected_state: State
    actual: Any
    actual_state: State
    location: LocationV1
    reference_location: LocationV1 | None
    related: list[RelatedV1]
    allowance: AllowanceV1 | None
    fixes: Annotated[list[str], Meta(max_length=0)]


class ServiceV1(Closed):
    """One service of a group; a guest is not compared with others.

    ``files`` are those of the group's environment.
    """

    name: str
    runtime: str | None
    role: Role
    files: list[str]
    environments: dict[str, list[str]]
    chart: str | None
    guest: bool


class ExtraKeyV1(Closed):
    """A key that no element owns and only one of a service and its reference has."""

    service: str
    component: str
    key: str
    side: Literal["service", "reference"]
    file: str
    line: Positive
    column: Positive


class GroupV1(Closed):
    """One group, in one environment where it has several."""

    name: str
    environment: str | None
    shape: str
    profile: str
    reference: str | None
    reference_because: str
    services: list[ServiceV1]
    structure: list[ExtraKeyV1]


class ExplainedV1(Closed):
    """Values that a majority does not compare, by the reason.

    Siblings have their keys (``asked``), or none has (``alone``); they are sizes, connect a service
    with others (``wiring``), or are of a guest; or too ``few`` siblings have their keys.
    """

    asked: Count
    alone: Count
    size: Count
    wiring: Count
    guest: Count
    few: Count


class SummaryV1(Closed):
    """The counts of a run; compared, unknown and uncompared are leaves and add up to all.

    Without a reference, ``explained`` counts those that are not compared by the reason.
    """

    services: Count
    rules: Count
    compared: Count
    unknown: Count
    uncompared: Count
    explained: ExplainedV1
    matches: Count
    violations: Count
    allowed: Count
    expiring: Count
    unused_allowances: Count
    waiting_reasons: Count


class ErrorV1(Closed):
    """Something that could not be checked."""

    file: str
    line: Positive
    column: Positive
    message: str


class SkippedV1(Closed):
    """A path that was skipped, and why."""

    path: str
    reason: str


class ToolV1(Closed):
    """The program that wrote the report."""

    name: Literal["deploylint"]
    version: str


class ReportV1(Closed):
    """A report, version 1: additive changes only."""

    schema: Literal["deploylint/v1"]
    tool: ToolV1
    groups: list[GroupV1]
    summary: SummaryV1
    findings: list[FindingV1]
    errors: list[ErrorV1]
    skipped: list[SkippedV1]


class UseV1(Closed):
    """One place that an allowance covers."""

    group: str
    service: str
    path: str
    file: str
    line: Positive
    column: Positive


class AllowanceStatusV1(Closed):
    """One allowance: its rule and scope, the reason, its state, and where it is used."""

    id: str
    state: AllowanceState
    origin: AllowanceOrigin
    rule: str
    service: str | None
    group: str | None
    runtime: str | None
    role: str | None
    component: str | None
    elements: list[str]
    from_: Any = field(name="from")
    to: Any
    because: str
    owner: str | None
    ticket: str | None
    until: str | None
    source: str
    uses: list[UseV1]


class AllowancesSummaryV1(Closed):
    """How many allowances are in each state, and how many wait for their reason."""

    allowances: Count
    active: Count
    expiring: Count
    expired: Count
    missed: Count
    unused: Count
    untried: Count
    waiting_reasons: Count


class AllowancesV1(Closed):
    """The list of allowances, version 1: additive changes only."""

    schema: Literal["deploylint/ledger/v1"]
    tool: ToolV1
    today: str
    summary: AllowancesSummaryV1
    allowances: list[AllowanceStatusV1]
    errors: list[ErrorV1]


TOOL = ToolV1("deploylint", __version__)

Structure = TypeVar("Structure", bound=Struct)


def fill_structure(kind: type[Structure], record: object, /, **given: Any) -> Structure:
    """A structure of the given fields, and the record's attributes of the names of the others.

    A text that may be null is null where it is empty.
    """
    for name in kind.__struct_fields__:
        if name not in given:
            value = getattr(record, name)
            is_null = value == "" and "None" in str(kind.__annotations__[name])
            given[name] = None if is_null else value
    return kind(**given)


def errors(problems: Iterable[Problem]) -> list[ErrorV1]:
    """The problems of a report as structures."""
    return [ErrorV1(*problem[:4]) for problem in problems]


def sides(allowance: Allowance) -> dict[str, Any]:
    """The two values of an allowance, as they are written."""
    expected = allowance.expected
    return {"from_": expected and expected.written, "to": allowance.actual.written}


SCHEMAS: dict[str, type[Struct]] = {
    "report": ReportV1,
    "allowances": AllowancesV1,
    "config": ConfigFile,
    "rules": RuleFile,
    "profiles": ProfileFile,
}
"""The published schemas by name."""

CONFIG_URL = "https://json.schemastore.org/deploylint.json"
"""Where editors find the schema of a configuration."""

FORMER_NAMES = {"ledger": "allowances"}
"""The former names of schemas."""


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of ``SCHEMAS``."""
    schema = msgspec.json.schema(SCHEMAS[name])
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return about | ({"$id": CONFIG_URL} if name == "config" else {}) | schema
