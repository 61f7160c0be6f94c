"""The files people write and programs read, as typed structures.

One decoder for rule files, configuration and the shipped defaults.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar, get_args

import msgspec
from msgspec import Meta, Struct, field

from deploylint.documents.nodes import Node, Problem, plain, span
from deploylint.documents.reader import Document
from deploylint.model import Gives, Role, Severity
from deploylint.nearest import nearest
from deploylint.types import Plain

T = TypeVar("T", bound=Struct)

Level = Literal["error", "warning", "skip"]
"""How bad it is when a rule does not hold; a skipped rule runs only when it is asked for."""


class Closed(Struct, forbid_unknown_fields=True):
    """A structure that takes no key it does not know."""


class ExampleEntry(Closed):
    """Fragments of a values file, and what the rule makes of them."""

    peer: Any
    gives: Gives
    reference: Any = None


class RuleEntry(Closed):
    """One rule; see ``docs/rules.md``."""

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$")]
    element: str | list[str]
    must: str | dict[str, Any]
    why: Annotated[str, Meta(min_length=1)]
    except_: list[str] = field(default_factory=list, name="except")
    for_: list[Role] | None = field(default=None, name="for")
    severity: Level = "error"
    examples: list[ExampleEntry] = field(default_factory=list)


class AllowanceEntry(Closed):
    """One allowed deviation, pinned to its two values.

    It is for a ``service`` (a name or a glob), a ``runtime`` or a ``role``. ``until`` is the last
    day it holds, as YYYY-MM-DD in UTC. Without an ``id`` it is called by its file and line.
    """

    rule: str
    because: Annotated[str, Meta(min_length=1, extra_json_schema={"pattern": r"\S"})]
    to: Any
    from_: Any = field(default=msgspec.UNSET, name="from")
    id: str = ""
    service: str = ""
    runtime: str = ""
    role: Role | Literal[""] = ""
    element: str | list[str] = field(default_factory=list)
    component: str = ""
    until: Annotated[str, Meta(extra_json_schema={"pattern": "^([0-9-]{10})?$"})] = ""
    owner: str = ""
    ticket: str = ""


_SCOPES = {"anyOf": [{"required": [one]} for one in ("service", "runtime", "role")]}
ForSomebody = Annotated[AllowanceEntry, Meta(extra_json_schema=_SCOPES)]


class OwnEntry(Closed):
    """What deploylint finds by itself: its id, how bad it is, why it matters.

    Only some of it may be allowed: what an allowance comes to cannot.
    """

    id: str
    severity: Severity
    why: str
    may_be_allowed: bool = field(default=False, name="may-be-allowed")


class RuleFile(Closed):
    """A file of rules, allowances, or both."""

    rules: list[RuleEntry] = field(default_factory=list)
    allow: list[ForSomebody] = field(default_factory=list)
    own: list[OwnEntry] = field(default_factory=list)


class RuleSetting(Closed):
    """What a project changes of one rule: how bad it is, what it demands, and of which roles."""

    severity: Level | None = None
    must: str | dict[str, Any] | None = None
    for_: list[Role] | None = field(default=None, name="for")


Settings = dict[str, Level | RuleSetting]
"""Rule id to what is changed; a word alone is the severity."""


class ServiceEntry(Closed):
    """Files of a group. With a ``name`` they are one service, without one a service each."""

    files: str | list[str]
    name: str = ""
    runtime: str = ""
    role: Role | Literal[""] = ""


class GroupEntry(Closed):
    """One deployment set: services that are compared with one of them, or with ``none``."""

    services: Annotated[list[ServiceEntry], Meta(min_length=1)]
    reference: str = ""
    profile: str = ""
    rules: Settings = field(default_factory=dict)


class ConfigFile(Closed):
    """A configuration; the shipped defaults are one. Paths are relative to the file.

    What a file says wins over what it includes; lists are joined. ``reference`` are the names of
    files that are the reference of a set that holds one of them, or ``none``.
    """

    version: Literal[1]
    include: list[str] = field(default_factory=list)
    reference: str | list[str] = ""
    profile: str = ""
    profile_folders: list[str] = field(default_factory=list, name="profile-folders")
    rule_folders: list[str] = field(default_factory=list, name="rule-folders")
    rules: Settings = field(default_factory=dict)
    groups: dict[str, GroupEntry] = field(default_factory=dict)
    exclude: list[str] = field(default_factory=list)
    allow: list[ForSomebody] = field(default_factory=list)
    disallow: list[str] = field(default_factory=list)
    forbid_inline: bool | None = field(default=None, name="forbid-inline")
    require_reason: bool | None = field(default=None, name="require-reason")


def encode(value: Any) -> str:
    """Any structure or plain data as indented JSON, ending with a line end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


class Misread(Exception):
    """A file of ours that is not what it must be; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def misread(node: Node, message: str) -> Misread:
    """The error that something is wrong at a node."""
    at = span(node)
    return Misread(Problem(node.source.file, at.line, at.column, message))


def is_set(value: object) -> bool:
    """Whether a key that may be left out was written."""
    return value is not msgspec.UNSET


_AT = re.compile(r"(?P<what>.*?)(?: - at `(?P<key>key in )?\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def decode(document: Document, kind: type[T]) -> T:
    """The structure a document holds. Raises Misread with the place of what is wrong."""
    if len(document.roots) != 1:
        message = "one YAML document is expected" if document.roots else "holds nothing"
        raise Misread(Problem(document.file, 1, 1, message))
    data = plain(document.roots[0])
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise Misread(_located(document, data, kind, str(error))) from None


def _located(document: Document, data: Plain, kind: type[Struct], text: str) -> Problem:
    matched = _AT.match(text)
    assert matched is not None
    node, held = document.roots[0], data
    for name, index in _STEP.findall(matched["path"] or ""):
        if isinstance(held, dict) and isinstance(node.content, dict):
            key = name or _at_fault(held, data, kind)
            node, held = node.content[key].value, held[key]
        elif isinstance(held, list) and isinstance(node.content, list):
            node, held = node.content[int(index)], held[int(index)]
    return _explained(document.file, node, matched["what"])


def _at_fault(held: dict[str, Plain], data: Plain, kind: type[Struct]) -> str:
    """Which of some keys of one kind is wrong: the first that is when it is there alone.

    ``held`` is part of the whole ``data``.
    """
    every = dict(held)
    for key in every:
        held.clear()
        held[key] = every[key]
        try:
            msgspec.convert(data, kind)
        except msgspec.ValidationError:
            return key
    raise AssertionError("one of them is wrong")


_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_OURS = {"`object`": "`mapping`", "`array`": "`list`"}
_OUR_WORDS = re.compile("|".join(_OURS))
"""What YAML calls a thing that the decoder names as JSON does."""

_NO_WORD = re.compile(r"Invalid enum value '(.*)'")
_NO_NUMBER = re.compile(r"Invalid enum value (-?\d+)")  # only a version is one of some numbers
_WORDS = (*get_args(Role), *get_args(Level), *get_args(Gives))


def _explained(file: str, node: Node, what: str) -> Problem:
    unknown = _UNKNOWN.match(what)
    message = _OUR_WORDS.sub(lambda word: _OURS[word[0]], what[:1].lower() + what[1:])
    if unknown is not None and isinstance(node.content, dict):
        word = unknown[1]
        meant = nearest(word, _KEYS)
        message = f"unknown key {word!r}" + (f"; did you mean {meant!r}?" if meant else "")
        node = node.content[word].key if word in node.content else node
    if (number := _NO_NUMBER.match(what)) is not None:
        message = f"version {number[1]} is not known; write version: 1"
    if (other := _NO_WORD.match(what)) is not None and (meant := nearest(other[1], _WORDS)):
        message += f"; did you mean {meant!r}?"
    place = span(node)
    return Problem(file, place.line, place.column, message)


_STRUCTURES: tuple[type[Struct], ...] = (
    *(ExampleEntry, RuleEntry, AllowanceEntry, OwnEntry, RuleFile),
    *(RuleSetting, ServiceEntry, GroupEntry, ConfigFile),
)
_KEYS = frozenset(
    info.encode_name for struct in _STRUCTURES for info in msgspec.structs.fields(struct)
)
