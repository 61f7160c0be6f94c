"""What Argo CD refuses in an Application."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, items_of
from deploylint.documents.structure import key_names
from deploylint.model.fault import Fault


def source_faults(spec: Node) -> Iterator[Fault]:
    """A source of nothing (ApplicationSpec); a patch of one has no destination.

    https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/
    """
    if child(spec, "destination") is None:
        return
    source = child(spec, "source")
    for each in (*([] if source is None else [source]), *items_of(child(spec, "sources"))):
        if "repoURL" in key_names(each) and _OF_A_SOURCE.isdisjoint(key_names(each)):
            message = "the source has no path and no chart; Argo CD deploys nothing"
            yield Fault("missing-field", each.key, message)


_OF_A_SOURCE = frozenset(("path", "chart", "ref", "directory", "plugin", "kustomize"))
"""What is deployed from a repository; without a path it is all of it for some tools."""
