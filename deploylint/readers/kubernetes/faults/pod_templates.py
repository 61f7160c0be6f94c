"""What is wrong in the pod template of a kind that Kubernetes does not have (``pod-templates``)."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, text_of
from deploylint.model.data import API, definition
from deploylint.model.fault import Fault
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.faults.api import faults_of
from deploylint.readers.kubernetes.objects import Object


def template_faults(item: Object) -> Iterator[Fault]:
    """What no pod has, of an object of a kind that is not in the table of the API."""
    version, template = text_of(child(item.node, "apiVersion")), item.pod
    if template is None or f"{version} {item.kind}" in definition(API)["objects"]:
        return
    is_exact = version.partition("/")[0] in table().pod_templates.exact
    for fault in faults_of(template, "PodTemplateSpec"):
        if is_exact or _is_wrong_in_any(fault, template):
            yield fault


def _is_wrong_in_any(fault: Fault, template: Node) -> bool:
    """Whether a fault is one in a kind that may have fields and defaults of its own, too."""
    path = fault.node.path
    is_of_pod = path.parent is not None and path.parent.parent is template.path
    is_own = is_of_pod and path.name in table().pod_templates.own
    is_unknown = fault.check == "unknown-field" and not fault.meant
    return fault.check != "missing-field" and not is_own and not is_unknown
