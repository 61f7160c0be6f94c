"""Detects the content of a file: values of services, manifests, or neither."""

from __future__ import annotations

from pathlib import PurePath

from deploylint.documents.nodes import Node, Problem, child, child_at, entries_of, text_of
from deploylint.documents.reader import ENCRYPTED, Document
from deploylint.documents.regex import regex
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import is_near
from deploylint.readers.helm import umbrella
from deploylint.readers.wrapped.documents import read_wrapped, template_reason
from deploylint.readers.wrapped.values import FileContents


def read_contents(document: Document | Problem) -> FileContents:
    """The content of a file, or why it is not read."""
    if isinstance(document, Problem):
        is_encrypted = document.message == ENCRYPTED
        reason = ENCRYPTED if is_encrypted else template_reason(document)
        return FileContents(skipped=(reason,)) if reason else FileContents(problems=(document,))
    if (wrapped := read_wrapped(document)) is not None:
        return umbrella.unwrap_releases(wrapped)
    if any(map(is_object, document.roots)):
        return FileContents(skipped=(NO_VALUES,), manifests=document)
    if not document.roots or not all(root.is_mapping for root in document.roots):
        return FileContents(skipped=("not a mapping" if document.roots else EMPTY,))
    if any(map(_is_compose, document.roots)):
        return FileContents(skipped=("a compose file",))
    return umbrella.read_values(document)


EMPTY = "empty"
"""Why a file without a value is skipped."""

NO_VALUES = "a Kubernetes manifest; only Helm values are read"
"""Why a file of manifests is skipped, unless its group is read as manifests."""


_OF_COMPOSE = frozenset(
    ("configs", "include", "name", "networks", "secrets", "services", "version", "volumes")
)
"""The keys at the top of a compose file (https://docs.docker.com/reference/compose-file/)."""


def _is_compose(root: Node) -> bool:
    """Whether a document is a compose file: it has its keys alone, and each service can be run.

    A file that is called after values is one only with more of its keys than ``services``.
    """
    runs = [entry.value for entry in entries_of(child(root, "services")).values()]
    if not runs or not all(key in _OF_COMPOSE or key[:2] == "x-" for key in entries_of(root)):
        return False
    if len(entries_of(root)) == 1 and _CALLED_VALUES.match(PurePath(root.source.file).name):
        return False
    return all(
        any(child(run, key) is not None for key in ("build", "extends"))
        or ((image := child(run, "image")) is not None and image.is_scalar)
        for run in runs
    )


_CALLED_VALUES = regex(r"values\b")


def is_object(root: Node) -> bool:
    """Whether a document is a Kubernetes object, also without a part of its head, or some of them.

    What has only an API or only a kind could be another thing, but for a name, what an object
    holds or nearly the key that it lacks, and the capital letter of a kind.
    """
    api, kind, about = (child(root, key) for key in ("apiVersion", "kind", "metadata"))
    if api is not None and kind is not None:
        has_part = any(child(root, key) is not None for key in ("metadata", "items", "spec"))
        return has_part or any(is_near(key, "metadata", 2) for key in key_names(root))
    if (api is None and kind is None) or child_at(about, "name") is None:
        return False
    if kind is not None and not text_of(kind)[:1].isupper():
        return False
    lacks = "apiVersion" if api is None else "kind"
    others = [key for key in key_names(root) if key not in ("apiVersion", "kind", "metadata")]
    return not others or any(key in _OF_OBJECTS or is_near(key, lacks, 2) for key in others)


_OF_OBJECTS = ("spec", "data", "stringData")
