"""The elements of a deployment and their fields, from the table ``fields.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from deploylint.documents.record import Record
from deploylint.model import types
from deploylint.model.data import FIELDS, definition, make_record
from deploylint.model.types import Type

PRESENT, CODE, DOCKERFILE = "present", "code", "dockerfile"

KEY = "key"
"""Stands for the element of what no element owns: its field path is ``key:`` and a key path."""

_TABLE = definition(FIELDS)
_TYPES = {
    name.lower().replace("_", "-"): kind
    for name, kind in vars(types).items()
    if isinstance(kind, Type)
}


class Element(Record):
    """One shared part of a deployment; ``fields.yaml`` documents its columns.

    ``fields`` maps a field's name to its type.
    """

    fields: Mapping[str, Type]
    inherited: bool = False
    decided_by: tuple[str, Sequence[str]] | None = None
    is_source: bool = False


def _element(row: Mapping[str, Any]) -> Element:
    fields = {name: _TYPES[kind] for name, kind in row["fields"].items()}
    made: Element = make_record(
        Element, row, fields=MappingProxyType({PRESENT: types.FLAG} | fields)
    )
    return made


ELEMENTS: Mapping[str, Element] = MappingProxyType(
    {name: _element(row) for name, row in _TABLE["elements"].items()}
)

ADDRESSES: Mapping[str, Type] = MappingProxyType(
    {
        f"{name}.{field}": kind
        for name, element in ELEMENTS.items()
        for field, kind in element.fields.items()
    }
)
"""Every ``element.field`` and its type."""

ACCEPTED = {address: _TYPES[kind] for address, kind in _TABLE["accepted"].items()}
"""What the API or a node accepts where a field's type is wider: types of a value, or of an item."""


def _address_set(name: str) -> frozenset[str]:
    """A set of the table; an element in it stands for all of its fields."""
    entries = _TABLE["sets"][name]
    elements = [entry for entry in entries if entry in ELEMENTS]
    below = [f"{name}.{field}" for name in elements for field in ELEMENTS[name].fields]
    return frozenset(entries).intersection(ADDRESSES).union(below)


SERVICE_WIDE = _address_set("service-wide")
"""Addresses of the service as a whole; the main component holds their values."""

IMAGE = f"image.{PRESENT}"
"""What makes a file a deployment of its own: one that has none may only overlay a sibling."""
SET_ELSEWHERE = frozenset(("image", "environment", "runtime", "replicas"))
"""The elements that files of other tools set too, such as those that say how a program is built."""
OF_A_DOCKERFILE = frozenset(("image", "runtime"))
"""The elements that a Dockerfile beside values shows too."""
TYPE_OF_SERVICE, ROUTE = "service.type", f"route.{PRESENT}"
"""What decides whether a component is reached from outside of the cluster."""
IMAGE_NAME = "image.repository"
"""Components that run images of one name run one program."""
PULL_POLICY = "image.pull-policy"
PULL_SECRETS = ("image-pull-secrets.present", "image-pull-secrets.names")
IMAGE_REGISTRY, IMAGE_TAG = "image.registry", "image.tag"
"""Images in one folder of a registry may be released together, under one tag."""
QUEUES, TECHNOLOGY = "workers.queues", "workers.technology"
"""Workers of two services are paired by the queues that they share, not by their names."""

PROBES = tuple(name for name in ELEMENTS if name.endswith("-probe"))
READINESS, STARTUP = f"readiness-probe.{PRESENT}", f"startup-probe.{PRESENT}"
"""Whether a Service waits for a server before it sends it requests, and other probes for it."""

DELAYS = tuple(f"{name}.initial-delay" for name in PROBES if not STARTUP.startswith(name))
"""What no probe needs beside one for the start
(https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/)."""

VARIABLES, SECRET_VARIABLES = "environment.variables", "environment.secret-variables"
SERVICE_ACCOUNT = "pod.service-account"
OWN_NATURE = frozenset(("service", "route", "image"))
"""The elements that a service has by its nature: no majority says whether it needs one."""
BAGS = frozenset(("pod", "environment"))
"""The elements that hold what has nothing in common: each field is there for itself."""
OF_TECHNOLOGY, OF_KIND = _address_set("of-technology"), _address_set("of-kind")
"""What only workers of one technology have, and what differs between kinds of workloads."""
WIRING = _address_set("wiring")
"""What connects a service with others: each has its own, so no majority says what it is."""
ASKED_BY_VALUE = _address_set("asked-by-value")
"""What each service has of its own: only where most have one value is there a majority."""
HANDLED = _address_set("handled")
"""How a program answers whether it is alive."""
OF_PROGRAM = HANDLED | _address_set("of-program")
"""What depends on the program that runs: few services that have one value have it by chance."""
ROLE_FREE = _address_set("role-free")
"""What is decided for a fleet, whatever the role of a service."""

MAPPED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"service.port": ("service.target-port", "service.container-port")}
)
"""What need not be alike where one of others is written: a Service may have a port of its own."""

LISTED_PORT, TARGET_PORT = "service.container-port", "service.target-port"
"""The port that a container lists, and the port that its Service leads to."""

OPENED_PORT = "runtime.port"
"""The only port that a web server opens, by its own command line."""

ASKING: tuple[frozenset[str], ...] = (
    frozenset(f"{name}.port" for name in PROBES),
    frozenset(("monitoring.port",)),
)
"""What asks a container for a port; what asks together asks for one."""


OBJECTS = frozenset(_TABLE["objects"])
"""Keys with an object in each entry below them."""
OBJECT_NAMES = frozenset(_TABLE["object-names"])
"""What such an object is called that is not called after its use."""


def element_of(address: str) -> str:
    """The element of an address: ``resources.limits.cpu`` -> ``resources``."""
    return _ELEMENT_OF.get(address) or (KEY if is_key(address) else address.partition(".")[0])


def is_key(path: str) -> bool:
    """Whether a field path is a key path, of what no element owns."""
    return path.startswith(_KEY_SIGN)


_KEY_SIGN = f"{KEY}:"
_ELEMENT_OF = {address: address.partition(".")[0] for address in ADDRESSES}

PRESENT_OF: Mapping[str, str] = {name: f"{name}.{PRESENT}" for name in ELEMENTS}
"""By element, the address of its presence."""

PRESENT_BESIDE: Mapping[str, str] = {
    address: PRESENT_OF[element] for address, element in _ELEMENT_OF.items()
}
"""By address, the address of the presence of its element."""

INHERITED = frozenset(
    address for address, element in _ELEMENT_OF.items() if ELEMENTS[element].inherited
)
"""The addresses that a component inherits from the root where it sets nothing."""
