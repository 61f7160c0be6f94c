"""What the API server refuses in a reference to a field of the pod itself, or to its resources.

https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
"""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, text_of
from deploylint.documents.regex import regex
from deploylint.documents.suggest import hint
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable

_FIELDS = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_OF_A_KEY = regex(r"(metadata\.(?:annotations|labels))\['[^']+'\]")
_RESOURCES = tuple(
    f"{kind}.{name}"
    for kind in ("limits", "requests")
    for name in ("cpu", "ephemeral-storage", "memory")
)
_PAGES = regex(r"(?:limits|requests)\.hugepages-\w+")


def field_path_faults(reference: Node) -> Iterator[Fault]:
    """A field that no pod offers (ObjectFieldSelector)."""
    path = child(reference, "fieldPath")
    text = text_of(path)
    if path is None or not text or is_variable(text) or _OF_A_KEY.fullmatch(text):
        return
    if text not in _FIELDS:
        message = f"fieldPath is {text!r}; {hint(text, _FIELDS)}"
        yield Fault("wrong-choice", path, message)


def resource_path_faults(reference: Node) -> Iterator[Fault]:
    """A resource that no container offers (ResourceFieldSelector)."""
    resource = child(reference, "resource")
    text = text_of(resource)
    if resource is None or not text or is_variable(text) or _PAGES.fullmatch(text):
        return
    if text not in _RESOURCES:
        message = f"resource is {text!r}; {hint(text, _RESOURCES)}"
        yield Fault("wrong-choice", resource, message)
