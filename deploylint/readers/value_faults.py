"""Faults in the values of a component: a value is not of its type, or contradicts another one.

A type refuses what it cannot read (``model.types``). Contradictions are rows of
``model/fields.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.data import FIELDS, definition, make_record
from deploylint.model.fault import Fault
from deploylint.model.field_values import MOST_KNOWN, NOT_SET, FieldRow, FieldValue
from deploylint.model.fields import ACCEPTED, ADDRESSES
from deploylint.model.format import format_value
from deploylint.model.service import Component
from deploylint.model.types import NAMES, WORD, Plain, Type
from deploylint.readers.commands.worker import subcommand_faults
from deploylint.readers.contradictions import command_faults

WRONG_VALUE, CONTRADICTION = "wrong-value", "contradiction"


class Contradiction(Record):
    """Two fields that contradict each other.

    With ``pair`` they have exactly these two values; without it the first is above the other.
    """

    field: str
    other: str
    because: str
    pair: tuple[Plain, ...] = ()


CONTRADICTIONS: tuple[Contradiction, ...] = tuple(
    make_record(Contradiction, row) for row in definition(FIELDS)["contradictions"]
)


class _Wrong(Record):
    """A fault in a field, or in an item of it (``part``)."""

    check: str
    path: str
    part: str
    message: str


def value_faults(components: Iterable[Component]) -> Iterator[Fault]:
    """The values of some components that are not of their type or contradict another one."""
    for component in components:
        values = component.values
        fields = values.fields
        of_type = (
            wrong
            for path, value in zip(fields.layout, fields.row, strict=True)
            if value.state == "known" and not value.inherited
            if value.data.__class__ is not str or path not in _OF_ANY_TEXT
            for wrong in (_not_of_type if value.is_shared else _type_faults)(path, value)
        )
        for wrong in (*of_type, *_contradicting(fields), *_of_versions(fields)):
            value = fields.get(wrong.path) or NOT_SET
            at = (value.parts or {})[wrong.part][1] if wrong.part else value.at
            if at is not None:
                yield Fault(wrong.check, values.rows.node(at), wrong.message)
        if component.command_line is not None:
            line = component.command_line
            yield from command_faults(line.nodes, has_program=line.has_program)
            if component.role != "worker":  # its command is read whole
                yield from subcommand_faults(line)


def _of_versions(fields: FieldRow) -> Iterator[_Wrong]:
    """A tag of the image without a version, and variables that state another one than the tag."""
    variables, tag = fields.get(_VARIABLES) or NOT_SET, fields.get("image.tag") or NOT_SET
    if tag.state != "known":
        return
    is_own = isinstance(tag.data, str) and not (tag.inherited or tag.derived or tag.default)
    if is_own and tag.data not in MOVING and not _VERSION.search(str(tag.data)):
        yield _Wrong("unversioned-tag", "image.tag", "", f"image tag {tag.data} has no version")
    data = variables.data if isinstance(variables.data, dict) else {}
    for name in _OF_VERSIONS.intersection(data):
        version, stated = _version(tag.data), _version(data[name])
        if version and stated and version != stated and name in (variables.parts or {}):
            what = f"variable {name} is {data[name]}, and the tag of the image is {tag.data}"
            yield _Wrong("stale-version", _VARIABLES, name, what)


_VARIABLES = "environment.variables"

MOVING = frozenset(("latest", "main", "master", "develop", "nightly", "edge"))
"""The tags without a version that the rule image-tag forbids; a test holds both equal."""

_VERSION = regex(r"[0-9]|^[A-Z]+(_[A-Z]+)+$")
"""What a tag with a version has. A name in capitals is filled in by a script, as ``sed`` does."""

_OF_VERSIONS = frozenset(
    ("APP_VERSION", "DD_VERSION", "IMAGE_TAG", "IMAGE_VERSION", "SERVICE_VERSION", "VERSION")
)
"""The variables from which a process knows its own version."""

_RELEASE = regex(r"v?(\d+\.\d+\.\d+(?:[-+.][\w.+-]*)?)")
"""A version of three numbers; of fewer it may be that of an API."""


def _version(data: object) -> str:
    """The version that a text is, without a v in front; "" where it is none."""
    match = _RELEASE.fullmatch(data) if isinstance(data, str) else None
    return "" if match is None else match[1]


_OF_ANY_TEXT = frozenset(
    path
    for path, kind in ADDRESSES.items()
    if kind.normalise in (WORD.normalise, NAMES.normalise) and path not in ACCEPTED
)


def _type_faults(path: str, value: FieldValue) -> tuple[_Wrong, ...]:
    """The faults in the value of one field."""
    if value.derived or value.default:
        return ()
    reason = _refused(ADDRESSES[path], value.data)
    if reason:
        return (_Wrong(WRONG_VALUE, path, "", f"{path}: {reason}"),)
    if path not in ACCEPTED:
        return ()
    items = {"": value.data} if value.parts is None else {name: name for name in value.parts}
    reasons = ((part, _refused(ACCEPTED[path], data)) for part, data in items.items())
    return tuple(
        _Wrong(WRONG_VALUE, path, part, f"{path}: {reason}") for part, reason in reasons if reason
    )


_not_of_type = lru_cache(maxsize=MOST_KNOWN)(_type_faults)
"""The same, for values that files written alike share."""


def _refused(kind: Type, data: Plain) -> str:
    """Why data is not of a type; "" if it is."""
    try:
        kind.normalise(data)
    except ValueError as error:
        return str(error)
    return ""


def _contradicting(fields: FieldRow) -> Iterator[_Wrong]:
    for row in CONTRADICTIONS:
        value, other = fields.get(row.field) or NOT_SET, fields.get(row.other) or NOT_SET
        is_written = value.at is not None and not (value.inherited and other.inherited)
        if value.state == other.state == "known" and is_written and _clash(row, value, other):
            texts = format_value(value.data), format_value(other.data)
            what = f"{row.field} is {texts[0]} and {row.other} {texts[1]}; {row.because}"
            yield _Wrong(CONTRADICTION, row.field, "", what)


@lru_cache(maxsize=MOST_KNOWN)
def _clash(row: Contradiction, value: FieldValue, other: FieldValue) -> bool:
    """Whether two known values contradict each other; one that is not of its type does not."""
    try:
        least = ADDRESSES[row.field].normalise(value.data)
        most = ADDRESSES[row.other].normalise(other.data)
    except ValueError:
        return False
    if row.pair:
        return (least, most) == row.pair
    assert isinstance(least, (int, float))
    assert isinstance(most, (int, float))
    return least > most
