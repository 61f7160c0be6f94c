"""What the API server refuses in a reference to a field of the pod itself, or to its resources.

https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from deploylint.documents.nodes import Node, child, is_empty, text_of
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


def _one_of(
    key: str, words: tuple[str, ...], others: re.Pattern[str]
) -> Callable[[Node], Iterator[Fault]]:
    """A check that a key has one of some words, or a text of a form."""

    def check(reference: Node) -> Iterator[Fault]:
        node = child(reference, key)
        text = text_of(node)
        if node is None or is_empty(node) or is_variable(text) or others.fullmatch(text):
            return
        if text not in words:
            yield Fault("wrong-choice", node, f"{key} is {text!r}; {hint(text, words)}")

    return check


field_path_faults = _one_of("fieldPath", _FIELDS, _OF_A_KEY)
"""A field that no pod offers (ObjectFieldSelector)."""

resource_path_faults = _one_of("resource", _RESOURCES, _PAGES)
"""A resource that no container offers (ResourceFieldSelector)."""
