"""What one file holds: values of services, inside it or as a whole, manifests, or none and why."""

from __future__ import annotations

from deploylint.documents.nodes import Node, Problem, child
from deploylint.documents.reader import Document
from deploylint.readers.helm import umbrella
from deploylint.readers.wrapped.documents import read_wrapped, template_reason
from deploylint.readers.wrapped.values import FileContents


def read_contents(document: Document | Problem) -> FileContents:
    """What a file holds, or what keeps it from being read."""
    if isinstance(document, Problem):
        reason = template_reason(document)
        return FileContents(skipped=(reason,)) if reason else FileContents(problems=(document,))
    if (wrapped := read_wrapped(document)) is not None:
        return wrapped
    if any(map(_is_object, document.roots)):
        return FileContents(skipped=(NO_VALUES,), manifests=document)
    if reason := _not_values(document):
        return FileContents(skipped=(reason,))
    return umbrella.contents(document)


def _not_values(document: Document) -> str:
    if not document.roots:
        return "empty"
    if not all(root.is_mapping for root in document.roots):
        return "not a mapping"
    return ""


NO_VALUES = "a Kubernetes manifest; only Helm values are read"
"""Why a file of manifests is passed over, unless its set is read as manifests."""


def _is_object(root: Node) -> bool:
    """Whether a document is a Kubernetes object, or a list of some."""
    kind = child(root, "kind")
    if kind is None or child(root, "apiVersion") is None:
        return False
    return any(child(root, key) is not None for key in ("metadata", "items"))
