"""The role of a workload, by its kind, labels, command or image, or as it opens no port.

The evidence for each role is data (``roles`` in ``profiles/objects.yaml``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deploylint.documents.nodes import Node, child, child_at, is_empty, text_of
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.field_values import FieldValue
from deploylint.model.service import Role
from deploylint.readers.commands.shell import Word
from deploylint.readers.commands.technologies import technologies
from deploylint.readers.commands.worker import line_words
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object, labels, pod_of
from deploylint.readers.kubernetes.schema import Evidence

_WORD = regex(r"[^A-Za-z0-9]+")
_FIRST = 3
"""The first words of a command among which its subcommand is, after options and their values."""


class RoleEvidence(Record):
    """A role, and the evidence for it in words."""

    role: Role
    because: str


def argv(container: Node) -> list[Word]:
    """The command line of a container; none if it is not a list of texts."""
    written = (child(container, key) for key in ("command", "args"))
    return line_words(node for node in written if node is not None and not is_empty(node)) or []


def all_labels(workload: Object) -> dict[str, str]:
    """The labels of a workload and of its pods."""
    on_pods = labels(child_at(pod_of(workload), "metadata", "labels"))
    return workload.labels("metadata.labels") | on_pods


def role_of(workload: Object, container: Node, values: Mapping[str, FieldValue]) -> RoleEvidence:
    """The role of a workload by the first evidence for one; a server without any."""
    every_label = all_labels(workload)
    line = [word.text for word in argv(container)]
    command = child(container, "command")
    if command is None or is_empty(command):
        line = ["", *line]  # the image decides what it starts
    image = str(values["image.repository"].data) if "image.repository" in values else ""
    for row in table().roles:
        because = (
            _by_kind(row, workload)
            or _by_label(row, every_label)
            or _by_command(row, line)
            or _by_technology(row, workload)
            or _by_image(row, image)
            or _by_silence(row, values)
        )
        if because:
            return RoleEvidence(row.role, because)
    return RoleEvidence("server", "default; no evidence of another role")


def _by_kind(row: Evidence, workload: Object) -> str:
    kind = table().workloads[workload.kind]
    return f"its kind {workload.kind}" if row.kind and kind.role == row.role else ""


def _by_label(row: Evidence, every_label: Mapping[str, str]) -> str:
    for label in row.label:
        if row.words.intersection(_WORD.split(every_label.get(label, "").lower())):
            return f"its label {label}: {every_label[label]}"
    return ""


def _by_command(row: Evidence, line: Sequence[str]) -> str:
    subcommands = [word for word in line[1:] if not word.startswith("-")][:_FIRST]
    subcommand = next((word for word in subcommands if word in row.command), "")
    program = f"command {line[0]} ..." if line[0] else "arguments"
    return f"its {program} {subcommand}" if subcommand else ""


def _by_technology(row: Evidence, workload: Object) -> str:
    technology, because = technology_of(workload) if row.technology else ("", "")
    return f"its {because}" if technology else ""


def _by_image(row: Evidence, image: str) -> str:
    name = image.rpartition("/")[2]
    known = name in row.image or name.rpartition("-")[2] in row.image
    return f"its image {image}" if known else ""


def _by_silence(row: Evidence, values: Mapping[str, FieldValue]) -> str:
    if not row.silent:
        return ""
    has_port = any(address.endswith("port") for address in values)
    is_served = has_port or "service.present" in values
    return "" if is_served else "no port, Service or port probe"


def technology_of(workload: Object) -> tuple[str, str]:
    """The worker technology in a label or the name of a workload, and the evidence."""
    known = {technology.name for technology in technologies()}
    for label, value in sorted(all_labels(workload).items()):
        for word in _WORD.split(value.lower()):
            if word in known:
                return word, f"label {label}: {value}"
    named = next((word for word in _WORD.split(workload.name.lower()) if word in known), "")
    return named, f"name {workload.name}" if named else ""


def main_container(workload: Object, containers: Sequence[Node]) -> Node:
    """The container of a pod that the workload is about.

    The one called like it, else the one that kubectl takes by default, else the first.
    """
    notes = labels(child_at(pod_of(workload), "metadata", "annotations"))
    names = filter(None, (workload.name, notes.get(table().default_container, "")))
    by_name = {text_of(child(container, "name")): container for container in containers[::-1]}
    return next((by_name[name] for name in names if name in by_name), containers[0])
