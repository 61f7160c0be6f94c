"""The structures of what is published as data, and the JSON Schemas of all that is published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast, get_args

import msgspec
from msgspec import Struct

from deploylint import __version__
from deploylint.config.schema import ConfigFile, RuleFile
from deploylint.documents.nodes import Problem
from deploylint.model.data import REPORT, definition
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

WORDS = {
    "AllowanceOrigin": AllowanceOrigin,
    "AllowanceState": AllowanceState,
    "Role": Role,
    "Severity": Severity,
    "State": State,
    "Status": Status,
    "Validity": Validity,
}
"""The types of the model that are one of some words."""

Data = dict[str, Any]
TOOL = {"name": "deploylint", "version": __version__}


def structure(kind: str, record: object = None, /, **given: Any) -> Data:
    """A structure with the given keys, and the record's attributes of the names of the others."""
    return {
        name: given[name] if name in given else _value(getattr(record, name), type_)
        for name, type_ in keys(kind).items()
    }


def keys(kind: str) -> Data:
    """The keys of a structure with their types."""
    return cast("Data", definition(REPORT)["structures"][kind]["keys"])


def _value(value: object, type_: object) -> object:
    return None if value == "" and type_ == "text?" else value


def errors(problems: Iterable[Problem]) -> list[Data]:
    """The problems of a report as structures."""
    return [structure("ErrorV1", problem) for problem in problems]


def sides(allowance: Allowance) -> Data:
    """The two values of an allowance, as they are written."""
    expected = allowance.expected
    return {"from": expected and expected.written, "to": allowance.actual.written}


SCHEMAS: dict[str, str | type[Struct]] = {
    "report": "ReportV1",
    "allowances": "AllowancesV1",
    "config": ConfigFile,
    "rules": RuleFile,
    "profiles": ProfileFile,
}
"""What the published schemas are of, by name: a structure of ours, or what people write."""

CONFIG_URL = "https://json.schemastore.org/deploylint.json"
"""Where editors find the schema of a configuration."""

FORMER_NAMES = {"ledger": "allowances"}
"""The former names of schemas."""


def json_schema(name: str) -> Data:
    """The JSON Schema (2020-12) of one of ``SCHEMAS``."""
    kind = SCHEMAS[name]
    if isinstance(kind, str):
        structures: Data = {}
        schema = _schema(kind, structures) | {"$defs": structures}
    else:
        schema = msgspec.json.schema(kind)
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return about | ({"$id": CONFIG_URL} if name == "config" else {}) | schema


def _schema(type_: Any, structures: Data) -> Data:
    """The schema of a type; the structures in it are added to those that are there."""
    report = definition(REPORT)
    if isinstance(type_, dict):
        return type_
    if isinstance(type_, list):
        return {"type": "array", "items": _schema(type_[0], structures)}
    if type_.endswith("?"):
        return {"anyOf": [_schema(type_[:-1], structures), {"type": "null"}]}
    if type_ in WORDS:
        return {"enum": sorted(get_args(WORDS[type_]))}
    if type_ in report["types"]:
        return cast("Data", report["types"][type_])
    if type_ not in structures:
        about = report["structures"][type_]["about"]
        whole = structures[type_] = {"title": type_, "description": about, "type": "object"}
        whole["properties"] = {name: _schema(one, structures) for name, one in keys(type_).items()}
        whole |= {"required": [*keys(type_)], "additionalProperties": False}
    return {"$ref": f"#/$defs/{type_}"}
