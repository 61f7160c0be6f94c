"""The files people write and programs read, as typed structures, and their JSON Schemas.

One decoder for rule files, configuration and the shipped defaults; the report's structures stand
beside them because their schema is published the same way. The only user of msgspec.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from deploylint.documents.nodes import Node, Problem, plain, span
from deploylint.documents.reader import Document
from deploylint.model import Role, Severity, State, Status
from deploylint.nearest import nearest

T = TypeVar("T")


class Closed(Struct, forbid_unknown_fields=True):
    """A structure that takes no key it does not know."""


class ExampleEntry(Closed):
    """Fragments of a values file, and what the rule makes of them."""

    peer: Any
    gives: Literal["match", "violation", "unknown", "nothing"]
    reference: Any = None


class RuleEntry(Closed):
    """One rule; see ``docs/rules.md``."""

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$")]
    element: str | list[str]
    must: str | dict[str, Any]
    why: Annotated[str, Meta(min_length=1)]
    except_: list[str] = field(default_factory=list, name="except")
    for_: list[Role] | None = field(default=None, name="for")
    severity: Severity = "error"
    examples: list[ExampleEntry] = field(default_factory=list)


class AllowanceEntry(Closed):
    """One allowed deviation, pinned to its two values."""

    id: Annotated[str, Meta(min_length=1)]
    rule: str
    because: Annotated[str, Meta(min_length=1)]
    to: Any
    from_: Any = field(default=msgspec.UNSET, name="from")
    service: str = ""
    runtime: str = ""
    role: Role | Literal[""] = ""
    element: str | list[str] = field(default_factory=list)


class OwnEntry(Closed):
    """What deploylint finds by itself: its id, how bad it is, and why it matters."""

    id: str
    severity: Severity
    why: str


class RuleFile(Closed):
    """A file of rules, allowances, or both."""

    rules: list[RuleEntry] = field(default_factory=list)
    allow: list[AllowanceEntry] = field(default_factory=list)
    own: list[OwnEntry] = field(default_factory=list)


class ConfigFile(Closed):
    """A configuration; the shipped defaults are one."""

    version: Literal[1]
    reference: list[str] = field(default_factory=list)


Positive = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=0)]


class LocationV1(Closed):
    """Where something stands; 1-based, the end exclusive."""

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
    """The allowance that covered a finding."""

    id: str
    because: str
    from_: Any = field(name="from")
    to: Any
    owner: str | None
    ticket: str | None
    until: str | None
    state: Literal["active", "expiring", "expired"]


class FindingV1(Closed):
    """One verdict about one place."""

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
    """One service of a group."""

    name: str
    runtime: str | None
    role: Role
    files: list[str]


class GroupV1(Closed):
    """One deployment set."""

    name: str
    shape: str
    profile: str
    reference: str | None
    reference_because: str
    services: list[ServiceV1]


class SummaryV1(Closed):
    """The counts of a run; compared, unknown and uncompared are leaves and add up to all."""

    services: Count
    rules: Count
    compared: Count
    unknown: Count
    uncompared: Count
    matches: Count
    violations: Count
    allowed: Count
    expiring: Count
    unused_allowances: Count


class ErrorV1(Closed):
    """Something that could not be checked."""

    file: str
    line: Positive
    column: Positive
    message: str


class ToolV1(Closed):
    """What wrote the report."""

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


SCHEMAS: dict[str, type[Struct]] = {"report": ReportV1, "config": ConfigFile, "rules": RuleFile}
"""The published schemas by name."""


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of ``SCHEMAS``."""
    schema = msgspec.json.schema(SCHEMAS[name])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def encode(value: Any) -> str:
    """Any structure or plain data as indented JSON, ending with a line end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


class Misread(Exception):
    """A file of ours that is not what it must be; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


_AT = re.compile(r"(?P<what>.*?)(?: - at `(?P<key>key in )?\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")


def decode(document: Document, kind: type[T]) -> T:
    """The structure a document holds. Raises Misread with the place of what is wrong."""
    if len(document.roots) != 1:
        message = "one YAML document is expected" if document.roots else "holds nothing"
        raise Misread(Problem(document.file, 1, 1, message))
    root = document.roots[0]
    try:
        return msgspec.convert(plain(root), kind)
    except msgspec.ValidationError as error:
        raise Misread(_located(document.file, root, str(error))) from None


def _located(file: str, root: Node, text: str) -> Problem:
    matched = _AT.match(text)
    assert matched is not None
    node, key_of = root, list[str]()
    for name, index in _STEP.findall(matched["path"] or ""):
        content = node.content
        if isinstance(content, dict) and name in content:
            node = content[name].value
        elif isinstance(content, list) and index and int(index) < len(content):
            node = content[int(index)]
        key_of.append(name)
    return _explained(file, node, matched["what"])


_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")


def _explained(file: str, node: Node, what: str) -> Problem:
    unknown = _UNKNOWN.match(what)
    message = what[:1].lower() + what[1:]
    if unknown is not None and isinstance(node.content, dict):
        word = unknown[1]
        meant = nearest(word, _KEYS)
        message = f"unknown key {word!r}" + (f"; did you mean {meant!r}?" if meant else "")
        node = node.content[word].key if word in node.content else node
    place = span(node)
    return Problem(file, place.line, place.column, message)


_KEYS = frozenset(
    info.encode_name
    for struct in (ExampleEntry, RuleEntry, AllowanceEntry, OwnEntry, RuleFile, ConfigFile)
    for info in msgspec.structs.fields(struct)
)
