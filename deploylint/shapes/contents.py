"""What one file holds: values of services, inside it or as a whole, or none and why."""

from __future__ import annotations

from deploylint.documents.nodes import Problem, child
from deploylint.documents.reader import Document
from deploylint.shapes import carriers, wrappers
from deploylint.shapes.carried import Contents


def of(document: Document | Problem) -> Contents:
    """What a file holds, or what keeps it from being read."""
    if isinstance(document, Problem):
        reason = carriers.template(document)
        return Contents(passed_over=(reason,)) if reason else Contents(problems=(document,))
    if (carried := carriers.contents(document)) is not None:
        return carried
    if reason := _not_values(document):
        return Contents(passed_over=(reason,))
    return wrappers.contents(document)


def _not_values(document: Document) -> str:
    if not document.roots:
        return "holds nothing"
    if not all(isinstance(root.content, dict) for root in document.roots):
        return "holds no mapping"
    root = document.roots[0]
    if all(child(root, key) is not None for key in ("apiVersion", "kind", "metadata")):
        return "a Kubernetes manifest; only Helm values are read"
    return ""
