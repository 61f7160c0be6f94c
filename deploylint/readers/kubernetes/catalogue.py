"""The table of Kubernetes objects, ``profiles/objects.yaml``.

Components are read with the profile ``kubernetes`` beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from deploylint.documents.record import Record
from deploylint.model.data import OBJECTS, definition, make_record
from deploylint.model.fields import PRESENT, PRESENT_OF, element_of
from deploylint.model.format import format_value
from deploylint.model.paths import matching
from deploylint.model.service import Spellings
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.key_tree import split
from deploylint.readers.helm.profile import Profile
from deploylint.readers.kubernetes.schema import (
    Attachment,
    Backend,
    Default,
    Evidence,
    Kustomization,
    ObjectPart,
    PodTemplates,
    RetiredVersion,
    WorkloadKind,
)

if TYPE_CHECKING:
    from deploylint.readers.helm.profile_schema import AlternativeEntry

_PROFILE = "kubernetes"


class Table(Record):
    """The whole table, and the profile that a component is read with.

    ``paths`` are the keys of each address, also of those that readers fill.
    """

    workloads: Mapping[str, WorkloadKind]
    pod_templates: PodTemplates
    alike: Mapping[str, str]
    attached: Mapping[str, Attachment]
    parts: Mapping[str, ObjectPart]
    retired: Mapping[str, RetiredVersion]
    default_container: str
    component_label: str
    kustomization: Kustomization
    profile: Profile
    paths: Spellings
    identity: tuple[str, ...] = ()
    roles: tuple[Evidence, ...] = ()
    siblings: tuple[tuple[str, ...], ...] = ()
    defaults: tuple[Default, ...] = ()
    replacers: tuple[str, ...] = ()
    stream_registries: frozenset[str] = frozenset()
    object_words: frozenset[str] = frozenset()
    automatic_labels: frozenset[str] = frozenset()
    injected_ports: frozenset[str] = frozenset()
    injected_containers: frozenset[str] = frozenset()
    node_agents: frozenset[str] = frozenset()
    deployment_keys: frozenset[str] = frozenset()


@cache
def table() -> Table:
    """The table and the profile, read once."""
    return make_table(definition(OBJECTS))


def make_table(data: Mapping[str, Any]) -> Table:
    """The table of a file's plain data. Raises TypeError for a key that no record has."""
    profile, elements = profiles.load(_PROFILE), profiles.decode_layer(_PROFILE).elements
    records = {
        name: {key: make_record(kind, row) for key, row in data[name].items()}
        for name, kind in _BY_KEY.items()
    }
    defaults = (make_record(Default, row) for row in data["defaults"])
    paths = Spellings(
        lambda: {**dict(_read_paths(elements)), **profile.trees["server"].paths.by_address},
        profile.root.field_at,
    )
    made = {
        **records,
        "attached": {kind: _attachment(row) for kind, row in data["attached"].items()},
        "pod-templates": make_record(PodTemplates, data["pod-templates"]),
        "kustomization": make_record(Kustomization, data["kustomization"]),
        "roles": [make_record(Evidence, row) for row in data["roles"]],
        "siblings": list(map(tuple, data["siblings"])),
        "defaults": [default for pattern in defaults for default in _defaults(pattern)],
    }
    rows = {key: row for key, row in {**data, **made}.items() if key != "pod-security"}
    return cast("Table", make_record(Table, rows, profile=profile, paths=paths))


def _attachment(row: Mapping[str, Any]) -> Any:
    backends = [make_record(Backend, backend) for backend in row.get("backends", ())]
    return make_record(Attachment, {**row, "backends": backends})


_BY_KEY = {"workloads": WorkloadKind, "parts": ObjectPart, "retired": RetiredVersion}


Path = tuple[str, ...]


def _read_paths(elements: Mapping[str, Iterable[AlternativeEntry]]) -> Iterator[tuple[str, Path]]:
    """The fields that readers fill, with the keys they read; the first of a field comes last."""
    for element, alternatives in elements.items():
        for written in reversed(list(alternatives)):
            for path, given in reversed(written.fields.items()):
                keys = (*split((written.at or [""])[0]), *split(path))
                yield f"{element}.{PRESENT}", keys
                values = given if isinstance(given, list) else [given]
                readers = [value for value in values if str(value).startswith("(")]
                fields = profiles.filled_fields(readers)
                yield from ((f"{element}.{name}", keys) for name in fields)


def _defaults(pattern: Default) -> Iterator[Default]:
    """A row for each address that a pattern names, and what it depends on in the same element."""
    for address in matching(pattern.address):
        element = element_of(address)
        when = {f"{element}.{key.partition('.')[2]}": data for key, data in pattern.when.items()}
        note = f"API default {format_value(pattern.value)}"
        present = PRESENT_OF[element]
        yield pattern._replace(address=address, when=when, present=present, note=note)
