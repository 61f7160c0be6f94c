"""The records of ``profiles/objects.yaml``; a key that no record has is a TypeError."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from deploylint.documents.record import Record
from deploylint.model.service import Role
from deploylint.model.types import Plain

NOTHING: Mapping[str, str] = MappingProxyType({})


class WorkloadKind(Record):
    """A kind that runs pods.

    ``template``: the path of its pod template.
    ``selector``: whether it has to select its pods.
    ``role``: the role that the kind implies, if any.
    ``pods``: what decides on the number of pods, if no field does.
    """

    template: str
    selector: bool = False
    role: Role | None = None
    pods: str = ""


class PodTemplates(Record):
    """The pod templates of kinds that Kubernetes does not have.

    ``exact`` are the API groups with templates of Kubernetes as they are, ``own`` the fields that
    a pod of another group may have beside its others.
    ``patterns`` are the groups with patterns of pods, which run none.
    """

    exact: frozenset[str]
    own: frozenset[str]
    patterns: frozenset[str]


class Backend(Record):
    """Where an object names Services: at a path, the keys of the name and of the port there."""

    at: str
    name: str
    port: tuple[str, ...] = ()


class Attachment(Record):
    """How objects of a kind refer to their workloads; exactly one is not empty.

    ``plain`` is whether the selector at ``pods`` is a mapping of labels.
    ``runs`` is whether they run the pods of the workload at ``target``.
    ``called`` is the path of the name that others refer to such an object by.
    ``endpoints`` are the ports that a monitor asks.
    ``rules`` are what a policy lets in, with its ``ports`` below each of them.
    ``secrets`` are where they name Secrets.
    """

    pods: str = ""
    plain: bool = False
    services: str = ""
    target: str = ""
    runs: bool = False
    backends: tuple[Backend, ...] = ()
    named: tuple[str, ...] = ()
    called: str = "metadata.name"
    endpoints: str = ""
    rules: str = ""
    ports: str = ""
    secrets: tuple[str, ...] = ()


class ObjectPart(Record):
    """What a component has under a key: an object of a kind, or the item of a list in it."""

    kind: str
    at: str = ""


class Evidence(Record):
    """The evidence for a role."""

    role: Role
    kind: bool = False
    label: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    command: frozenset[str] = frozenset()
    image: frozenset[str] = frozenset()
    serves_http: bool = True
    silent: bool = False
    technology: bool = False


class PodSecurityRow(Record):
    """What is forbidden in a pod: texts at paths, or any but an empty one, 0 and what is taken."""

    check: str
    at: tuple[str, ...] = ()
    texts: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()


class Default(Record):
    """What the API fills in at an address, or at every address that a pattern names.

    ``kinds``: the kinds of workloads; empty for all.
    ``when``: the values that other fields of the element must have.
    ``present`` is the address of the presence of its element, ``note`` what a report says of it.
    """

    address: str
    value: Plain
    kinds: frozenset[str] = frozenset()
    when: Mapping[str, str] = NOTHING
    present: str = ""
    note: str = ""


class RetiredVersion(Record):
    """The version of Kubernetes that removed an API version, and the one to write now."""

    since: str
    now: str


class Kustomization(Record):
    """The keys of a kustomization.

    ``versions`` are its kinds, each with its API.
    ``overlaid`` are its lists of files that are laid over others, with the key of the file in an
    item; "" for an item that is the file.
    ``deployed`` are the lists of what it deploys, ``components`` that of its components.
    ``changing`` are the keys that change values of objects, among them ``patches``, the lists of
    patches, and ``unknown``, the keys of changes that are not applied. ``names`` are those of what
    is put around the names of objects, ``charts`` is the list of charts to render. ``plugins`` are
    the lists of files that say what programs beside it read, ``generators`` those of what it makes
    of files, and ``others`` its other keys.
    ``merge_keys`` are the keys by which items of a list are merged.
    ``label_templates`` and ``label_selectors`` are the paths, by kind, of the labels of pods and of
    those that select pods, ``label_matches`` of those that are changed only where there are some.
    """

    versions: Mapping[str, str] = MappingProxyType({})
    overlaid: Mapping[str, str] = MappingProxyType({})
    deployed: tuple[str, ...] = ()
    components: str = ""
    changing: tuple[str, ...] = ()
    patches: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    charts: str = ""
    plugins: tuple[str, ...] = ()
    generators: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    merge_keys: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    label_templates: Mapping[str, str] = MappingProxyType({})
    label_selectors: Mapping[str, str] = MappingProxyType({})
    label_matches: Mapping[str, str] = MappingProxyType({})

    @property
    def keys(self) -> frozenset[str]:
        """All keys that it may have; kustomize refuses others."""
        known = (*self.deployed, *self.changing, *self.names, *self.plugins, *self.generators)
        return frozenset((*known, *self.others, *self.overlaid, self.charts, self.components))
