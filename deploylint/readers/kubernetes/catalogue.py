"""The table of Kubernetes objects, ``profiles/objects.yaml``, ready to be asked.

What a component is read with is the profile ``kubernetes``, beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from deploylint.documents.record import Record
from deploylint.model.fields import PRESENT
from deploylint.model.paths import matching
from deploylint.model.spellings import Spellings
from deploylint.model.types import Plain
from deploylint.readers.data import OBJECTS, definition
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.forms import READERS
from deploylint.readers.helm.key_tree import split
from deploylint.readers.helm.layer import Alternative, Gift
from deploylint.readers.helm.profile import Profile
from deploylint.readers.kubernetes.schema import (
    Attachment,
    DefaultEntry,
    Evidence,
    ObjectPart,
    PodSecurityRow,
    WorkloadKind,
    read_objects,
)

_PROFILE = "kubernetes"


class Default(Record):
    """What the API fills in at an address, for workloads of some kinds or of all.

    ``when`` is an address and what it has to hold.
    """

    address: str
    value: Plain
    kinds: frozenset[str]
    when: tuple[str, Plain] | None


class Table(Record):
    """The whole table, and the profile that a component is read with.

    ``paths`` are the keys under which each address would be written, what readers fill too.
    """

    workloads: Mapping[str, WorkloadKind]
    attached: Mapping[str, Attachment]
    parts: Mapping[str, ObjectPart]
    identity: tuple[str, ...]
    object_words: frozenset[str]
    automatic_labels: frozenset[str]
    injected_ports: frozenset[str]
    pod_security: tuple[PodSecurityRow, ...]
    node_agents: frozenset[str]
    default_container: str
    roles: tuple[Evidence, ...]
    siblings: tuple[tuple[str, ...], ...]
    component_label: str
    defaults: tuple[Default, ...]
    replacers: tuple[str, ...]
    profile: Profile
    paths: Spellings


@cache
def table() -> Table:
    """The table and the profile, read once."""
    file, profile = read_objects(definition(OBJECTS)), profiles.load(_PROFILE)
    elements = profiles.decoded(_PROFILE).elements
    return Table(
        workloads=file.workloads,
        attached=file.attached,
        parts=file.parts,
        identity=file.identity_labels,
        object_words=file.object_words,
        automatic_labels=file.automatic_labels,
        injected_ports=file.injected_ports,
        pod_security=file.pod_security,
        node_agents=file.node_agents,
        default_container=file.default_container,
        roles=file.roles,
        siblings=file.siblings,
        component_label=file.component_label,
        defaults=tuple(one for entry in file.defaults for one in _defaults(entry)),
        replacers=file.replacers,
        profile=profile,
        paths=Spellings(
            lambda: {**dict(_read_paths(elements)), **profile.trees["server"].paths},
            profile.root.field_at,
        ),
    )


Path = tuple[str, ...]


def _read_paths(
    elements: Mapping[str, Iterable[Alternative]],
) -> Iterator[tuple[str, Path]]:
    """The fields that readers fill, with the keys they read; the first of a field comes last."""
    for element, alternatives in elements.items():
        for written in reversed(list(alternatives)):
            for path, given in reversed(written.fields.items()):
                keys = (*split((written.at or [""])[0]), *split(path))
                yield f"{element}.{PRESENT}", keys
                yield from ((f"{element}.{name}", keys) for name in _filled(given))


def _filled(given: Gift | list[Gift]) -> Iterator[str]:
    """The fields that a reader fills."""
    for gift in given if isinstance(given, list) else [given]:
        if isinstance(gift, str) and gift.startswith("("):
            yield from READERS[gift.strip("()")].fields


def _defaults(entry: DefaultEntry) -> Iterator[Default]:
    """A row for each address that a pattern names, and what it depends on in the same element."""
    for address in matching(entry.address):
        element = address.partition(".")[0]
        when = None
        for other, data in entry.when.items():
            when = f"{element}.{other.partition('.')[2]}", data
        yield Default(address, entry.value, entry.kinds, when)
