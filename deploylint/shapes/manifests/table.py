"""The table of Kubernetes objects, ``profiles/kubernetes.yaml``, with its types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from deploylint.addresses import matching
from deploylint.elements import PRESENT
from deploylint.model import Role
from deploylint.shapes.profiles import Profile, compiled, definition, split
from deploylint.shapes.readers import GIVES
from deploylint.types import Plain

NAME = "kubernetes"
_FORMS = "helm-create"
"""The profile that holds the forms of the Kubernetes API."""


class Workload(NamedTuple):
    """A kind that runs pods: where its pod template stands, and the role it speaks for, if any.

    ``selector`` is whether it has to select its pods.
    """

    template: str
    selector: bool
    role: Role | None


class Attachment(NamedTuple):
    """How objects of a kind say which workloads they belong to; exactly one is not empty.

    ``called`` is where such an object says the name it is referred to by.
    """

    pods: str = ""
    services: str = ""
    target: str = ""
    backends: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    called: str = "metadata.name"


class Part(NamedTuple):
    """Under which key a component sees what: an object of a kind, or the item of a list in it."""

    key: str
    kind: str
    at: str
    where: tuple[tuple[str, str], ...]


class Evidence(NamedTuple):
    """What speaks for a role."""

    role: Role
    kind: bool
    label: tuple[str, ...]
    words: frozenset[str]
    command: frozenset[str]
    image: frozenset[str]
    silent: bool
    technology: bool


class Default(NamedTuple):
    """What the API fills in at an address, for workloads of some kinds or of all.

    ``when`` is an address and what it has to hold.
    """

    address: str
    value: Plain
    kinds: frozenset[str]
    when: tuple[str, Plain] | None


class Table(NamedTuple):
    """The whole table, and the profile that a component is read with.

    ``paths`` are the keys under which each address would be written, what readers fill too.
    """

    workloads: Mapping[str, Workload]
    attached: Mapping[str, Attachment]
    parts: tuple[Part, ...]
    identity: tuple[str, ...]
    default_container: str
    roles: tuple[Evidence, ...]
    siblings: tuple[tuple[str, ...], ...]
    component_label: str
    defaults: tuple[Default, ...]
    replacers: tuple[str, ...]
    profile: Profile
    paths: Mapping[str, tuple[str, ...]]


@cache
def table() -> Table:
    """The table, read and compiled once."""
    data = definition(NAME)
    forms = {"forms": definition(_FORMS)["forms"]}
    profile = compiled(NAME, data, [forms, data])
    return Table(
        workloads={
            kind: Workload(row["template"], row.get("selector", False), row.get("role"))
            for kind, row in data["workloads"].items()
        },
        attached={kind: _attachment(row) for kind, row in data["attached"].items()},
        parts=tuple(
            Part(key, row["kind"], row.get("at", ""), tuple(row.get("where", {}).items()))
            for key, row in data["parts"].items()
        ),
        identity=tuple(data["identity-labels"]),
        default_container=data["default-container"],
        roles=tuple(_evidence(row) for row in data["roles"]),
        siblings=tuple(tuple(labels) for labels in data["siblings"]),
        component_label=data["component-label"],
        defaults=tuple(one for row in data["defaults"] for one in _defaults(row)),
        replacers=tuple(data["replacers"]),
        profile=profile,
        paths={**dict(_read_paths(data["elements"])), **profile.paths["server"]},
    )


def _read_paths(elements: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The fields that readers fill, with the keys they read; the first of a field comes last."""
    for element, alternatives in elements.items():
        for row in reversed(alternatives):
            for path, gives in reversed(row.get("fields", {}).items()):
                at = row["at"][:1] or [""]
                keys = (*split(at[0]), *split(path))
                yield f"{element}.{PRESENT}", keys
                for field in GIVES.get(gives.strip("()"), ()) if isinstance(gives, str) else ():
                    yield f"{element}.{field}", keys


def _attachment(row: dict[str, Any]) -> Attachment:
    lists = {key: tuple(row.get(key, ())) for key in ("backends", "named")}
    return Attachment(**(row | lists))


def _evidence(row: dict[str, Any]) -> Evidence:
    return Evidence(
        role=row["role"],
        kind=row.get("kind", False),
        label=tuple(row.get("label", ())),
        words=frozenset(row.get("words", ())),
        command=frozenset(row.get("command", ())),
        image=frozenset(row.get("image", ())),
        silent=row.get("silent", False),
        technology=row.get("technology", False),
    )


def _defaults(row: dict[str, Any]) -> list[Default]:
    """A row for each address that a pattern names, and what it depends on in the same element."""
    found = []
    for address in matching(row["address"]):
        element = address.partition(".")[0]
        when = None
        for other, data in row.get("when", {}).items():
            when = f"{element}.{other.partition('.')[2]}", data
        found.append(Default(address, row["value"], frozenset(row.get("kinds", ())), when))
    return found
