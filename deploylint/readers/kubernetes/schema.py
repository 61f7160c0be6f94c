"""The structure of ``profiles/objects.yaml``, as people write it."""

from __future__ import annotations

from msgspec import field

from deploylint.model.decode import Closed
from deploylint.model.service import Role


class Workload(Closed):
    """A kind that runs pods: where its pod template stands, and the role it speaks for, if any.

    ``selector`` is whether it has to select its pods.
    """

    template: str
    selector: bool = False
    role: Role | None = None


class Attachment(Closed):
    """How objects of a kind say which workloads they belong to; exactly one is not empty.

    ``called`` is where such an object says the name it is referred to by.
    """

    pods: str = ""
    services: str = ""
    target: str = ""
    backends: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    called: str = "metadata.name"


class Part(Closed):
    """What a component sees under a key: an object of a kind, or the item of a list in it."""

    kind: str
    at: str = ""
    where: dict[str, str] = field(default_factory=dict)


class Evidence(Closed):
    """What speaks for a role."""

    role: Role
    kind: bool = False
    label: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    command: frozenset[str] = frozenset()
    image: frozenset[str] = frozenset()
    silent: bool = False
    technology: bool = False


class DefaultEntry(Closed):
    """A default as it is written: at every address that a pattern names."""

    address: str
    value: str | int
    kinds: frozenset[str] = frozenset()
    when: dict[str, str] = field(default_factory=dict)


class ObjectsFile(Closed):
    """``profiles/objects.yaml``."""

    workloads: dict[str, Workload]
    attached: dict[str, Attachment]
    parts: dict[str, Part]
    identity: tuple[str, ...] = field(name="identity-labels")
    default_container: str = field(name="default-container")
    roles: tuple[Evidence, ...]
    siblings: tuple[tuple[str, ...], ...]
    component_label: str = field(name="component-label")
    defaults: tuple[DefaultEntry, ...]
    replacers: tuple[str, ...]
