"""What contradicts itself in the parts of a pod: of a manifest, or of values that a chart copies.

To add a kind, write a function from a node to Faults, and call it where such a node is read:
``helm.fill`` for values, ``kubernetes.validation`` for manifests.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from deploylint.documents.nodes import Node, child, is_empty
from deploylint.documents.scalars import go_text
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import nearest
from deploylint.model.fault import Fault
from deploylint.model.field_values import NOT_SET
from deploylint.model.secrets import scalar_or_text
from deploylint.model.service import Component
from deploylint.model.templates import is_variable

HANDLERS = ("exec", "grpc", "httpGet", "tcpSocket")
"""How a probe can ask (Probe)."""


def exclusive_fields(values: Sequence[Node]) -> Iterator[Fault]:
    """The fields of a mapping that may have only the first of them."""
    for value in values[1:]:
        first, other = values[0].key, value.key
        message = f"{first.content} and {other.content} are both set; the API server takes one"
        yield Fault("exclusive-fields", other, message, (("beside", first, str(first.content)),))


def choice_fault(node: Node, words: Sequence[str]) -> Fault | None:
    """A text near one that the API server takes; of any other only the chart knows the meaning."""
    text = str(node.content)
    meant = next((word for word in words if word.lower() == text.lower()), nearest(text, words))
    if text in words or not meant:
        return None
    message = f"{node.key.content} is {text!r}; did you mean {meant!r}?"
    return Fault("wrong-choice", node.key, message)


def probe_faults(probe: Node) -> Iterator[Fault]:
    """Two handlers of a probe that has no key of the chart's own, which might choose among them."""
    names = key_names(probe)
    is_several = sum(name in HANDLERS for name in names) > 1
    if is_several and all(name in HANDLERS or name.endswith(_OF_PROBES) for name in names):
        yield from exclusive_fields(_written(probe, HANDLERS))


def _written(node: Node, fields: Container[str]) -> list[Node]:
    """What stands under some keys of a mapping, but for what is empty."""
    values = (child(node, name) for name in key_names(node) if name in fields)
    return [value for value in values if value is not None and not is_empty(value)]


_OF_PROBES = ("Seconds", "Threshold", "enabled")


def variable_faults(variables: Node) -> Iterator[Fault]:
    """Variables of one list that are set twice, or from two sources (EnvVar)."""
    known = dict[str, Node]()
    for item in variables.content if isinstance(variables.content, list) else []:
        yield from exclusive_fields(_written(item, ("value", "valueFrom")))
        name = child(item, "name")
        if name is None or not isinstance(name.content, str) or is_variable(name.content):
            continue
        if (first := known.setdefault(name.content, name)) is not name:
            message = f"variable {name.content} is set twice; the later value hides the earlier"
            yield Fault("duplicate-variable", name, message, (("lost", first, name.content),))


def source_faults(sources: Node) -> Iterator[Fault]:
    """References to one key in a list that takes whole Secrets and ConfigMaps (EnvFromSource)."""
    for item in sources.content if isinstance(sources.content, list) else []:
        for field, meant in _WHOLE.items():
            reference = child(item, field)
            if reference is not None and reference.is_mapping:
                message = f"{field} is not a field of envFrom; write {meant}, or move it to env"
                yield Fault("misplaced-field", reference.key, message)


_WHOLE = {"secretKeyRef": "secretRef", "configMapKeyRef": "configMapRef"}


def text_faults(variables: Iterable[tuple[str, Node, Node]]) -> Iterator[Fault]:
    """Variables with an unquoted text that YAML and Helm make another one of."""
    for name, label, value in variables:
        if isinstance(value.content, str) and not value.style and value.tag is None:
            data = scalar_or_text(value)
            if isinstance(data, bool) and value.content.lower() not in ("true", "false"):
                what = f"{value.content}, which YAML reads as {go_text(data)}"
            elif isinstance(data, int | float) and _is_rewritten(data, value.content):
                what = "a number, which Helm writes in another way"
            else:
                continue
            yield Fault("unquoted-text", label, f"variable {name} is {what}; quote it")


def _is_rewritten(number: int | float, text: str) -> bool:
    """Whether Helm prints a number in another way: it takes all of them for floats."""
    return not isinstance(number, bool) and (abs(number) >= 1e6 or go_text(number) != text)


def user_faults(components: Iterable[Component]) -> Iterator[Fault]:
    """Root as the user of components that must not run as root (SecurityContext)."""
    for component in components:
        fields = component.values.fields
        user, non_root = (fields.get(address) or NOT_SET for address in _USER)
        is_judged = not (user.inherited and non_root.inherited)  # else where they are written
        if user.at is not None and is_judged and is_root_refused(user.data, non_root.data):
            yield root_user_fault(component.values.rows.node(user.at).key)


_USER = ("security-context.user", "security-context.non-root")


def is_root_refused(user: object, non_root: object) -> bool:
    """Whether a user is root, who must not be."""
    return type(user) is int and user == 0 and non_root is True


def root_user_fault(user: Node) -> Fault:
    """Root at the key of a user that must not be root."""
    what = "runAsUser is 0, which is root, and runAsNonRoot is true"
    return Fault("root-user", user, f"{what}; the kubelet starts no container")
