"""What the API server refuses in parts of an object, though all of their fields are right.

``INSIDE`` lists the checks by the type of ``api.yaml`` that they are about. To add one, write a
function from a node to Faults and name it there. The rules are those of the API server's
validation (https://github.com/kubernetes/kubernetes/tree/master/pkg/apis, validation.go).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from deploylint.documents.nodes import (
    Collection,
    Node,
    child,
    child_at,
    entries_of,
    is_empty,
    items_of,
    scalar,
    text_of,
)
from deploylint.documents.regex import regex
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import hint, nearest
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.model.types import MOST_PORT
from deploylint.readers.contradictions import HANDLERS, command_faults, exclusive_fields
from deploylint.readers.host_names import names_at
from deploylint.readers.kubernetes.faults.applications import source_faults
from deploylint.readers.kubernetes.faults.field_paths import (
    field_path_faults,
    resource_path_faults,
)
from deploylint.readers.kubernetes.faults.metrics import metric_faults
from deploylint.readers.kubernetes.faults.pods import (
    containers_of,
    image_faults,
    pod_faults,
    repeated_names,
)
from deploylint.readers.kubernetes.faults.routes import (
    backend_faults,
    path_faults,
)
from deploylint.readers.kubernetes.faults.schedules import schedule_faults
from deploylint.readers.kubernetes.faults.services import port_list_faults, service_faults
from deploylint.readers.kubernetes.faults.volumes import every, mode_at
from deploylint.readers.kubernetes.faults.words import label_faults, name_faults
from deploylint.readers.kubernetes.label_selector import requirement_faults
from deploylint.readers.variable_faults import variable_faults
from deploylint.readers.variable_references import variable_references

_SOURCES = ("configMapRef", "secretRef")
_REFERENCES = (
    *("ConfigMapEnvSource", "SecretEnvSource", "ConfigMapKeySelector", "SecretKeySelector"),
)
"""The references to an object that have to say its name, though their types do without."""

_BESIDE_A_NAME = frozenset({"defaultMode", "items", "key", "name", "optional"})
"""What may stand in a reference; any other key may be meant as its name."""

_KEYS = ("configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef")


def _one_of(fields: tuple[str, ...], others: Container[str]) -> Callable[[Node], Iterator[Fault]]:
    """A check that a mapping has exactly one of some fields, beside others."""

    def check(node: Node) -> Iterator[Fault]:
        entries = {name: e for name, e in entries_of(node).items() if name not in others}
        left = {n: e for n, e in entries.items() if not (e.value.is_scalar and is_empty(e.value))}
        meant = [e.key for n, e in left.items() if n not in fields and nearest(n, fields)]
        if len(meant) == len(left):
            message = f"{_name(node)} has none of {', '.join(fields)}"
            yield Fault("missing-field", (*meant, node.key)[0], message)
        yield from _at_most_one(node, fields)  # another one is at a wrong level

    return check


def _volume_faults(volume: Node) -> Iterator[Fault]:
    """A name that the API refuses, and more than one source (Volume)."""
    yield from name_faults(volume)
    yield from _at_most_one(volume)


_TIMINGS = (
    *("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "terminationGracePeriodSeconds"),
    *("failureThreshold", "successThreshold"),
)


def _name(node: Node) -> str:
    """What a message calls a part: its key, or the key of the list that it is in."""
    path = node.path
    while path.is_item and path.parent is not None:
        path = path.parent
    return path.name


def _at_most_one(node: Node, fields: Container[str] = ()) -> Iterator[Fault]:
    """More than one of the fields that are structures; of some ``fields`` only, if there are."""
    if type(node) is Collection:  # without a view of each field: nearly all have one structure
        table = node.table
        rows = [row for row in table.rows_below(node.row) if table.texts[row] is None]
        if len(rows) < 2:
            return iter(())
    entries = ((n, e.value) for n, e in entries_of(node).items() if not fields or n in fields)
    return exclusive_fields({name: value for name, value in entries if value.is_mapping})


def _word(field: str, *words: str) -> Callable[[Node], Iterator[Fault]]:
    """A check that a field has one of some words, which its Go type does not say."""

    def check(node: Node) -> Iterator[Fault]:
        written = child(node, field)
        text = text_of(written)
        if written is not None and text and text not in words and not is_variable(text):
            yield Fault("wrong-choice", written, f"{field} is {text!r}; {hint(text, words)}")

    return check


def _needs(field: str) -> Callable[[Node], Iterator[Fault]]:
    """A check that a mapping has a field that its type may lack, and the API server demands."""

    def check(node: Node) -> Iterator[Fault]:
        if not text_of(child(node, field)) and _BESIDE_A_NAME.issuperset(key_names(node)):
            message = f"{_name(node)} has no {field}; the API server refuses it"
            yield Fault("missing-field", node.key, message)

    return check


def _either(*names: str) -> Callable[[Node], Iterator[Fault]]:
    """A check that a mapping has one of some fields at most."""

    def check(node: Node) -> Iterator[Fault]:
        values = ((name, child(node, name)) for name in names)
        return exclusive_fields({name: v for name, v in values if v is not None})

    return check


def _strategy_faults(strategy: Node) -> Iterator[Fault]:
    """Settings of a rolling update that does not happen, or cannot (DeploymentStrategy)."""
    rolling = child(strategy, "rollingUpdate")
    if rolling is None or is_empty(rolling):
        return
    if text_of(child(strategy, "type")) == "Recreate":
        message = "rollingUpdate is set and type is Recreate; the API server takes only one"
        yield Fault("exclusive-fields", rolling.key, message)
    surge, unavailable = (child(rolling, name) for name in ("maxSurge", "maxUnavailable"))
    for bound in filter(None, (surge, unavailable)):
        if not (is_empty(bound) or is_variable(text_of(bound)) or _SHARE.fullmatch(text_of(bound))):
            message = f"{bound.path.name} is {text_of(bound)!r}; the API takes a number, or percent"
            yield Fault("wrong-value", bound.key, message)
    if surge is not None and text_of(surge) in _NONE and text_of(unavailable) in _NONE:
        message = "maxSurge and maxUnavailable are both 0; no pod could be replaced"
        yield Fault("contradiction", surge.key, message)


_NONE = ("0", "0%")
_RESTARTS = ("Always", "Never", "OnFailure")


def _unique(*keys: str) -> Callable[[Node], Iterator[Fault]]:
    """A check that no two items of a list have the same text under any of some keys."""

    def check(items: Node) -> Iterator[Fault]:
        for key in keys:
            yield from repeated_names(child(item, key) for item in items_of(items))

    return check


def _container_faults(container: Node) -> Iterator[Fault]:
    """Several words in one item of the command, and variables that it does not have (Container)."""
    yield from name_faults(container)
    parts = [child(container, key) for key in ("command", "args")]
    yield from command_faults(parts, has_program=parts[0] is not None)
    if child(container, "image") is not None:  # else a patch, and its object may have them
        yield from variable_references(container)


def _variable_name_faults(variable: Node) -> Iterator[Fault]:
    """A name that no variable has (EnvVar)."""
    name = child(variable, "name")
    if name is not None and name.is_scalar and _NO_VARIABLE.search(text_of(name)):
        yield Fault("wrong-value", name, f"no variable is called {text_of(name)!r}")


_NO_VARIABLE = regex(r"^[^{}$]*[\s=][^{}$]*$")
"""What is not the NAME of NAME=value, the form of an environment (POSIX, 8.1), nor a template."""


def _toleration_faults(toleration: Node) -> Iterator[Fault]:
    """A value that an operator does not look at (Toleration)."""
    operator, value = (child(toleration, key) for key in ("operator", "value"))
    if text_of(operator) == "Exists" and value is not None and not is_empty(value):
        message = "value is set, and operator is Exists; the API server refuses both"
        yield Fault("exclusive-fields", value.key, message)


def _medium_faults(volume: Node) -> Iterator[Fault]:
    """A medium that the kubelet does not have (EmptyDirVolumeSource)."""
    medium = child(volume, "medium")
    text = text_of(medium)
    is_known = text == "Memory" or text.startswith("HugePages") or is_variable(text)
    if medium is not None and not is_empty(medium) and not is_known:
        yield Fault("wrong-choice", medium, f"medium is {text!r}; {hint(text, _MEDIA)}")


_MEDIA = ("Memory", "HugePages")


def _resource_faults(resources: Node) -> Iterator[Fault]:
    """Names of resources that the API server refuses (ResourceRequirements).

    A node has others by the domain of what offers them
    (https://kubernetes.io/docs/tasks/administer-cluster/extended-resource-node/).
    """
    for amounts in (child(resources, "limits"), child(resources, "requests")):
        for name, entry in entries_of(amounts).items():
            is_known = name in _RESOURCES or "/" in name or name.startswith("hugepages-")
            if not is_known and not is_variable(name):
                message = f"a container has no resource {name!r}; {hint(name, _RESOURCES)}"
                yield Fault("unknown-field", entry.key, message)


_RESOURCES = ("cpu", "memory", "ephemeral-storage")


def _exec_faults(action: Node) -> Iterator[Fault]:
    """Several words in one item of the command (ExecAction)."""
    yield from command_faults([child(action, "command")])


def _port_faults(*numbers: str) -> Callable[[Node], Iterator[Fault]]:
    """A check of the numbers and the name of a port (ContainerPort, ServicePort)."""

    def check(port: Node) -> Iterator[Fault]:
        for key in numbers:
            number = child(port, key)
            if number is None or not number.is_scalar:
                continue
            value = scalar(number)
            if type(value) is int and not 0 < value <= MOST_PORT:
                message = f"{key} is {value}; a port is a number from 1 to {MOST_PORT}"
                yield Fault("wrong-value", number.key, message)
        name = child(port, "name")
        text, longest = text_of(name), 15 if "containerPort" in numbers else 63
        if name is None or not text or is_variable(text):
            return
        if len(text) > longest or not _PORT_NAME.fullmatch(text):
            message = f"name is {text!r}; the API takes at most {longest} lower-case letters"
            yield Fault("wrong-value", name.key, f"{message}, digits and hyphens")

    return check


_PORT_NAME = regex(r"[a-z0-9](-?[a-z0-9])*")


def _budget_faults(budget: Node) -> Iterator[Fault]:
    """Two bounds, one that is no share of all pods, or no pods (PodDisruptionBudgetSpec)."""
    yield from _either("minAvailable", "maxUnavailable")(budget)
    for key in ("minAvailable", "maxUnavailable"):
        bound = child(budget, key)
        text = text_of(bound)
        if bound is not None and text and not (is_variable(text) or _BOUND.fullmatch(text)):
            message = f"{key} is {text!r}; the API takes a number of pods, or up to 100%"
            yield Fault("wrong-value", bound.key, message)
    if child(budget, "selector") is None:
        message = "the budget has no selector, so it protects no pod"
        yield Fault("missing-field", budget.key, message)


_BOUND, _SHARE = regex(r"\d+|0*(\d\d?|100)%"), regex(r"\d+%?")


def _workload_faults(policies: tuple[str, ...]) -> Callable[[Node], Iterator[Fault]]:
    """A check of what starts pods by a template: its selector, restarts and mounts."""

    def check(spec: Node) -> Iterator[Fault]:
        selector = child(spec, "selector")
        if selector is not None and "Always" in policies and _selects_any(selector):
            own = [e.key for e in entries_of(selector).values() if not is_empty(e.value)]
            message = "the selector is empty; the API server refuses it"
            if own:
                message = f"{own[0].content} is not in matchLabels; move it there"
            yield Fault("selector-mismatch", (*own, selector.key)[0], message)
        pod = child_at(spec, "template", "spec")
        if pod is None:
            return
        containers = items_of(child(pod, "containers"))
        if selector is not None and all(child(item, "image") is None for item in containers):
            yield from image_faults(containers)  # a patch has no selector
        extra = child(pod, "ephemeralContainers")
        if extra is not None and not is_empty(extra):
            message = "a template has no ephemeralContainers; move them to containers"
            yield Fault("misplaced-field", extra.key, message)
        policy = child(pod, "restartPolicy")
        if policy is not None and text_of(policy) not in ("", *policies):
            message = f"restartPolicy is {text_of(policy)!r}; {hint(text_of(policy), policies)}"
            yield Fault("wrong-choice", policy.key, message)
        elif policy is None and "Always" not in policies:
            message = f"{_name(pod)} has no restartPolicy; a job takes {' or '.join(policies)}"
            yield Fault("missing-field", pod.key, message)
        yield from _mount_faults(spec, pod)

    return check


def _selects_any(selector: Node) -> bool:
    """Whether a selector has no term."""
    terms = (child(selector, key) for key in ("matchLabels", "matchExpressions"))
    return all(term is None or is_empty(term) for term in terms)


def _mount_faults(spec: Node, pod: Node) -> Iterator[Fault]:
    """Mounts of volumes that the pod does not have (VolumeMount)."""
    claims = (child(claim, "metadata") for claim in items_of(child(spec, "volumeClaimTemplates")))
    owners = (*items_of(child(pod, "volumes")), *(claim for claim in claims if claim is not None))
    volumes = [text_of(child(owner, "name")) for owner in owners]
    for container in containers_of(pod):
        for mount in items_of(child(container, "volumeMounts")):
            name = child(mount, "name")
            if name is not None and text_of(name) and text_of(name) not in volumes:
                message = f"the pod has no volume {text_of(name)!r}"
                near = f"; {hint(text_of(name), volumes)}" if volumes else ""
                yield Fault("misspelt-reference", name, f"{message}{near}")


_RUNS_ON, _ENDS = _workload_faults(("Always",)), _workload_faults(("OnFailure", "Never"))

INSIDE: dict[str, Callable[[Node], Iterator[Fault]]] = {
    "EnvVar[]": variable_faults,
    "EnvVar": _variable_name_faults,
    "ObjectMeta": label_faults,
    "PodSpec": pod_faults,
    "Probe": _one_of(tuple(HANDLERS), _TIMINGS),
    "LifecycleHandler": _one_of(("exec", "httpGet", "sleep", "tcpSocket"), ()),
    "EnvFromSource": _one_of(_SOURCES, ("prefix",)),
    "EnvVarSource": _one_of(_KEYS, ()),
    **dict.fromkeys(_REFERENCES, _needs("name")),
    "ConfigMapVolumeSource": every(_needs("name"), mode_at("defaultMode")),
    "SecretVolumeSource": every(_needs("secretName"), mode_at("defaultMode")),
    **dict.fromkeys(("DownwardAPIVolumeSource", "ProjectedVolumeSource"), mode_at("defaultMode")),
    **dict.fromkeys(("DownwardAPIVolumeFile", "KeyToPath"), mode_at("mode")),
    "Volume": _volume_faults,
    "Volume[]": _unique("name"),
    "VolumeMount[]": _unique("mountPath"),
    "ContainerPort[]": _unique("name"),
    "ContainerPort": _port_faults("containerPort", "hostPort"),
    "ServiceSpec": service_faults,
    "ServicePort[]": port_list_faults,
    "Toleration": _toleration_faults,
    "EmptyDirVolumeSource": _medium_faults,
    "ServicePort": _port_faults("port"),
    **dict.fromkeys(("CronJobSpec", "CronJobSpec-v1beta1"), schedule_faults),
    **dict.fromkeys(("HTTPIngressPath", "HTTPIngressPath-v1", "HTTPPathMatch"), path_faults),
    **dict.fromkeys(("IngressRule", "IngressRule-v1"), names_at("host")),
    "IngressTLS": names_at("hosts[]"),
    "HTTPRouteSpec": names_at("hostnames[]"),
    "IngressServiceBackend": backend_faults,
    "ServiceBackendPort": _either("name", "number"),
    "IngressBackend-v1": _at_most_one,
    "Container": every(_container_faults, _word("restartPolicy", *_RESTARTS)),
    "ExecAction": _exec_faults,
    "ResourceRequirements": _resource_faults,
    "LabelSelectorRequirement": requirement_faults,
    "ObjectFieldSelector": field_path_faults,
    "ResourceFieldSelector": resource_path_faults,
    "MetricTarget": _word("type", "AverageValue", "Utilization", "Value"),
    "MetricSpec": metric_faults,
    "MetricSpec-v2beta1": metric_faults,
    "DeploymentSpec": _RUNS_ON,
    "StatefulSetSpec": _RUNS_ON,
    "DaemonSetSpec": _RUNS_ON,
    "ReplicaSetSpec": _RUNS_ON,
    "JobSpec": _ENDS,
    "DeploymentStrategy": _strategy_faults,
    "PodDisruptionBudgetSpec": _budget_faults,
    "ApplicationSpec": source_faults,
    # https://fluxcd.io/flux/components/helm/helmreleases/
    "CrossNamespaceObjectReference": _word("kind", "Bucket", "GitRepository", "HelmRepository"),
    "CrossNamespaceSourceReference": _word(
        "kind", "ExternalArtifact", "HelmChart", "OCIRepository"
    ),
    # https://keda.sh/docs/latest/reference/scaledobject-spec/
    "ScaleTriggers": _word("metricType", "AverageValue", "Utilization", "Value"),
}
"""The checks by the type of the table that they are about."""
