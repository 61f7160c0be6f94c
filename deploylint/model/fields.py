"""The elements of a deployment and their fields: the one table of what deploylint can compare.

Readers fill these addresses, rules and allowances name them, findings print them. To add a field,
add one row here and one path for it in each reader that can express it. Every element also has a
field ``present``: whether the element is there at all.

The fields follow the Kubernetes API reference (https://kubernetes.io/docs/reference/kubernetes-api/):
Container, Probe, SecurityContext, HorizontalPodAutoscaler, NetworkPolicy, Ingress and HTTPRoute,
and the Prometheus Operator's ServiceMonitor and PodMonitor.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from deploylint.documents.record import Record
from deploylint.model.types import (
    APPLICATION,
    CAPABILITY,
    COMMAND,
    CPU,
    DURATION,
    FEWER_NAMES,
    FLAG,
    FLAG_FALSE,
    FLAG_TRUE,
    FLAGS,
    MEMORY,
    MODULES,
    NAME,
    NAMES,
    NODE_CPU,
    NUMBER,
    POD_MEMORY,
    PORT,
    PORTS,
    PROGRAMS,
    PULL_POLICY,
    REGISTRY,
    REPOSITORY,
    RESTART_POLICY,
    ROUTES,
    SCHEME,
    SECCOMP,
    SECONDS,
    SERVICE_TYPE,
    STRATEGY,
    TAG,
    TASKS,
    TREE,
    WORD,
    Type,
    choice,
)

PRESENT, CODE, DOCKERFILE = "present", "code", "dockerfile"

KEY = "key"
"""Stands for the element of what no element owns: its field path is ``key:`` and a key path."""


class Element(Record):
    """One shared part of a deployment.

    ``fields`` maps a field's name to its type. ``inherited`` elements are looked up from a
    component to the root of its file; the others belong to the component that sets them.
    ``decided_by`` names a field that, when it differs, makes the fields listed with it meaningless
    to compare. An element that ``is_source`` is compared only where its source was read.
    """

    fields: Mapping[str, Type]
    inherited: bool = False
    decided_by: tuple[str, tuple[str, ...]] | None = None
    is_source: bool = False


def _element(
    fields: dict[str, Type],
    inherited: bool = False,
    decided_by: tuple[str, tuple[str, ...]] | None = None,
    is_source: bool = False,
) -> Element:
    return Element(MappingProxyType({PRESENT: FLAG} | fields), inherited, decided_by, is_source)


_PROBE = _element(
    {
        "handler": WORD,
        "path": WORD,
        "port": PORT,
        "scheme": WORD,
        "command": COMMAND,
        "success-threshold": NUMBER,
        "failure-threshold": NUMBER,
    }
    | dict.fromkeys(("initial-delay", "period", "timeout"), SECONDS),
    decided_by=("handler", ("path", "port", "scheme", "command")),
)

_OF_QUEUES = "shared-queues", "idle-queues", "unopened-ports"
_ODD = "equals-signs", "repeated-options", "uneven-queues", "stray-words", "misplaced-options"
_IN_CODE = "queues", "sent-queues", "handlers", "subcommands", "flags", "flags-behind-words"

ELEMENTS: Mapping[str, Element] = MappingProxyType(
    {
        "image-pull-secrets": _element({"names": NAMES}, inherited=True),
        "image": _element(
            {
                "registry": WORD,
                "repository": NAME,
                "tag": WORD,
                "digest": WORD,
                "pull-policy": PULL_POLICY,
            },
            inherited=True,
        ),
        "service": _element(
            {
                "name": NAME,
                "type": SERVICE_TYPE,
                "port": PORT,
                "target-port": PORT,
                "container-port": PORT,
                "protocol": WORD,
                "external-ips": NAMES,
            }
        ),
        "liveness-probe": _PROBE,
        "readiness-probe": _PROBE,
        "startup-probe": _PROBE,
        "resources": _element(
            {
                "requests.cpu": CPU,
                "requests.memory": MEMORY,
                "requests.ephemeral-storage": MEMORY,
                "limits.cpu": CPU,
                "limits.memory": MEMORY,
                "limits.ephemeral-storage": MEMORY,
            },
            inherited=True,
        ),
        "security-context": _element(
            {
                "non-root": FLAG_TRUE,
                "user": NUMBER,
                "group": NUMBER,
                "fs-group": NUMBER,
                "read-only-root": FLAG_TRUE,
                "privilege-escalation": FLAG_FALSE,
                "privileged": FLAG_FALSE,
                "drop-capabilities": NAMES,
                "add-capabilities": FEWER_NAMES,
                "seccomp": SECCOMP,
            },
            inherited=True,
        ),
        "monitoring": _element(
            {
                "mechanism": NAMES,
                "port": PORT,
                "path": WORD,
                "interval": DURATION,
                "scrape-timeout": DURATION,
                "labels": TREE,
            }
        ),
        "environment": _element(
            {
                "secrets": NAMES,
                "config-maps": NAMES,
                "variables": TREE,
                "secret-variables": TREE,
                "literal-secrets": NAMES,
                "port": PORT,
            },
            inherited=True,
        ),
        "replicas": _element({"count": NUMBER}),
        "autoscaling": _element(
            {"min": NUMBER, "max": NUMBER, "cpu": NUMBER, "memory": NUMBER, "behavior": TREE}
        ),
        "network-policy": _element({"directions": NAMES, "ingress": TREE, "egress": TREE}),
        "route": _element(
            {
                "kind": WORD,
                "hosts": NAMES,
                "paths": NAMES,
                "class": WORD,
                "gateway": WORD,
                "tls": FLAG_TRUE,
            }
        ),
        "pod": _element(
            {
                "service-account": NAME,
                "grace-period": SECONDS,
                "restart-policy": RESTART_POLICY,
                "strategy": STRATEGY,
                "priority-class": WORD,
                "min-available": WORD,
                "max-unavailable": WORD,
                "lifecycle": TREE,
            }
            | dict.fromkeys(("share-process-namespace", "automount-token", "paused"), FLAG_FALSE)
        ),
        "workers": _element(
            {
                "queues": NAMES,
                "technology": WORD,
                "program": NAME,
                "application": APPLICATION,
            }
            | {"concurrency": TASKS}
            | dict.fromkeys(("autoscale.min", "autoscale.max", "capacity"), NUMBER)
            | dict.fromkeys(("mode", "log-level"), WORD)
            | dict.fromkeys((*_OF_QUEUES, *_ODD, "flags", "flags-behind-words"), NAMES)
        ),
        CODE: _element(
            {"routes": ROUTES, "ports": PORTS, "modules": MODULES} | dict.fromkeys(_IN_CODE, NAMES),
            is_source=True,
        ),
        DOCKERFILE: _element(
            {
                "user": WORD,
                "users": NAMES,
                "non-root": FLAGS,
                "ports": PORTS,
                "port": PORT,
                "entrypoint": COMMAND,
                "command": COMMAND,
                "programs": PROGRAMS,
            }
            | {"program": WORD, "mode": WORD, "lost-arguments": COMMAND},
            is_source=True,
        ),
        "runtime": _element({"language": WORD, "port": PORT, "application": APPLICATION}),
    }
)

ADDRESSES: Mapping[str, Type] = MappingProxyType(
    {
        f"{name}.{field}": kind
        for name, element in ELEMENTS.items()
        for field, kind in element.fields.items()
    }
)
"""Every ``element.field`` and its type."""

ACCEPTED: Mapping[str, Type] = MappingProxyType(
    {
        "security-context.drop-capabilities": CAPABILITY,
        "security-context.add-capabilities": CAPABILITY,
        "network-policy.directions": choice("ingress", "egress"),
        "image.registry": REGISTRY,
        "image.repository": REPOSITORY,
        "image.tag": TAG,
    }
    | dict.fromkeys((f"{one}-probe.scheme" for one in ("liveness", "readiness", "startup")), SCHEME)
    | dict.fromkeys(
        (f"{one}-probe.success-threshold" for one in ("liveness", "startup")), choice("1")
    )
    | dict.fromkeys((f"resources.{one}.cpu" for one in ("requests", "limits")), NODE_CPU)
    | dict.fromkeys((f"resources.{one}.memory" for one in ("requests", "limits")), POD_MEMORY)
)
"""What the API or a node accepts where a field's type is wider: types of a value, or of an item."""

SERVICE_WIDE = frozenset(
    {f"workers.{field}" for field in ("queues", "shared-queues", "idle-queues")}
    | {"runtime.language", "runtime.present"}
)
"""Addresses of the service as a whole; the main component holds their values."""


IMAGE = f"image.{PRESENT}"
"""What makes a file a deployment of its own: one that has none may only overlay a sibling."""
SET_ELSEWHERE = frozenset(("image", "environment", "runtime", "replicas"))
"""The elements that files of other tools set too, such as those that say how a program is built."""
TYPE_OF_SERVICE, ROUTE = "service.type", f"route.{PRESENT}"
"""What decides whether a component is reached from outside of the cluster."""
IMAGE_NAME = "image.repository"
"""Components that run images of one name run one program."""
QUEUES = "workers.queues"
"""Workers of two services are paired by the queues that they share, not by their names."""

PROBES = tuple(name for name in ELEMENTS if name.endswith("-probe"))

VARIABLES = "environment.variables"
OWN_NATURE = frozenset(("service", "route", "image"))
"""The elements that a service has by its nature: no majority says whether it needs one."""
BAGS = frozenset(("pod", "environment"))
"""The elements that hold what has nothing in common: each field is there for itself."""
WIRING = frozenset(
    (
        *(f"{element}.{PRESENT}" for element in OWN_NATURE | BAGS),
        *(f"environment.{name}" for name in ("secrets", "config-maps", "secret-variables", "port")),
        *(f"route.{name}" for name in ("hosts", "paths", "class", "gateway")),
        "service.name",
    )
)
"""What connects a service with others: each has its own, so no majority says what it is."""

HANDLED = frozenset(
    f"{probe}.{name}" for probe in PROBES for name in ("handler", "path", "scheme", "command")
)
"""How a program answers whether it is alive."""

OF_PROGRAM = (
    HANDLED
    | {VARIABLES}
    | {f"pod.{name}" for name in ("service-account", "restart-policy", "strategy", "lifecycle")}
)
"""What depends on the program that runs: few services that have one value have it by chance."""

ROLE_FREE = frozenset(
    address
    for address in ADDRESSES
    if address.partition(".")[0] in ("security-context", "image-pull-secrets")
) | {"image.pull-policy", "pod.service-account", "pod.automount-token"}
"""What is decided for a fleet, whatever the role of a service."""

MAPPED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"service.port": ("service.target-port", "service.container-port")}
)
"""What need not be alike where one of others is written: a Service may have a port of its own."""


LISTED_PORT, TARGET_PORT = "service.container-port", "service.target-port"
"""The port that a container lists, and the port that its Service leads to."""

ASKING: tuple[frozenset[str], ...] = (
    frozenset(f"{name}.port" for name in PROBES),
    frozenset(("monitoring.port",)),
)
"""What asks a container for a port; what asks together asks for one."""


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
