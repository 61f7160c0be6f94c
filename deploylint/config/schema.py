"""The files people write, as typed structures: rule files, configuration, the shipped defaults."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, field

from deploylint.model.decode import Closed
from deploylint.model.rule import Gives, Level
from deploylint.model.service import Role


class ExampleEntry(Closed):
    """Fragments of a values file, and what the rule makes of them.

    ``code`` are the service's source files, by name, ``dockerfile`` the text of its Dockerfile.
    """

    peer: Any
    gives: Gives
    reference: Any = None
    code: dict[str, str] = field(default_factory=dict)
    dockerfile: str = ""


class RuleEntry(Closed):
    """One rule; see ``docs/rules.md``."""

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$")]
    must: str | dict[str, Any]
    why: Annotated[str, Meta(min_length=1)]
    element: str | list[str] = field(default_factory=list)
    key: str | list[str] = field(default_factory=list)
    except_: list[str] = field(default_factory=list, name="except")
    across: Literal["services", "environments"] = "services"
    for_: list[Role] | None = field(default=None, name="for")
    severity: Level = "error"
    examples: list[ExampleEntry] = field(default_factory=list)


_SUBJECTS = {"oneOf": [{"required": [one]} for one in ("element", "key")]}
AboutOne = Annotated[RuleEntry, Meta(extra_json_schema=_SUBJECTS)]
"""A rule is about elements or about keys."""


class AllowanceEntry(Closed):
    """One allowed deviation, pinned to its two values.

    It is for a ``service`` (a name, a glob, or a list of them), a ``runtime`` or a ``role``; in one
    ``group`` of the configuration, or in all of them.
    ``until`` is the last day it holds, as YYYY-MM-DD in UTC. Without an ``id`` it is called by its
    file and line.
    """

    rule: str
    because: Annotated[str, Meta(min_length=1, extra_json_schema={"pattern": r"\S"})]
    to: Any
    from_: Any = field(default=msgspec.UNSET, name="from")
    id: str = ""
    service: str | list[str] = ""
    group: str = ""
    runtime: str = ""
    role: Role | Literal[""] = ""
    element: str | list[str] = field(default_factory=list)
    key: str | list[str] = field(default_factory=list)
    component: str = ""
    environment: str = ""
    until: Annotated[
        str, Meta(extra_json_schema={"pattern": r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"})
    ] = ""
    owner: str = ""
    ticket: str = ""


_SCOPES = {"anyOf": [{"required": [one]} for one in ("service", "runtime", "role")]}
ForSomebody = Annotated[AllowanceEntry, Meta(extra_json_schema=_SCOPES)]


class OwnExample(Closed):
    """The text of a deployment file, and whether a built-in check reports something in it.

    ``line`` is the line that it reports, 0 where that is left open.
    """

    file: str
    gives: Literal["violation", "nothing"]
    line: int = 0


class OwnEntry(Closed):
    """A built-in check: its id, its level, why it matters.

    Only some may be allowed: checks of allowances may not. ``source`` is where it is
    documented, ``fix`` what ends it.
    """

    id: str
    severity: Level
    why: str
    source: str = ""
    fix: str = ""
    may_be_allowed: bool = field(default=False, name="may-be-allowed")
    examples: list[OwnExample] = field(default_factory=list)


class RuleFile(Closed):
    """A file of rules, allowances, or both."""

    rules: list[AboutOne] = field(default_factory=list)
    allow: list[ForSomebody] = field(default_factory=list)
    own: list[OwnEntry] = field(default_factory=list)


class RuleSetting(Closed):
    """The settings of one rule: its level, its operator, and the roles and keys it is about."""

    severity: Level | None = None
    key: str | list[str] | None = None
    must: str | dict[str, Any] | None = None
    for_: list[Role] | None = field(default=None, name="for")


Settings = dict[str, Level | RuleSetting]
"""The settings of rules by id; a word alone is the level."""


class ServiceEntry(Closed):
    """Files of a group. With a ``name`` they are one service, without one a service each.

    Several files of one service are layers, the lowest first, as in ``helm -f base -f prod``; each
    of its ``environments`` lays further files over them. ``environment`` names those that the files
    are of alone. ``code`` is the folder of its source code, ``dockerfile`` what its image is built
    with, else the one that lies beside its files.
    """

    files: str | list[str] = field(default_factory=list)
    name: str = ""
    environment: str | list[str] = field(default_factory=list)
    environments: dict[str, str | list[str]] = field(default_factory=dict)
    runtime: str = ""
    role: Role | Literal[""] = ""
    code: str = ""
    dockerfile: str = ""


WithFiles = Annotated[
    ServiceEntry,
    Meta(extra_json_schema={"anyOf": [{"required": ["files"]}, {"required": ["environments"]}]}),
]
"""A service names its files, those of its environments, or both."""


class GroupEntry(Closed):
    """One group of services that are compared with one of them, or with ``none``.

    ``guests`` are the names or globs of services that run other people's programs, and need not be
    like the others; an empty list for none. Without it, images show them.
    """

    services: Annotated[list[WithFiles], Meta(min_length=1)]
    reference: str = ""
    guests: list[str] | None = None
    profile: str = ""
    rules: Settings = field(default_factory=dict)


class ConfigFile(Closed):
    """A configuration; the shipped defaults are one. Paths are relative to the file.

    A file overrides those that it includes; lists are joined. ``reference`` are the names of
    files that are the reference of a group that has one of them, or ``none``.
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
