"""What a workload is for, by what it shows: its kind, labels, command, image, or that it is silent.

What speaks for which role is data (``roles`` in ``profiles/objects.yaml``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deploylint.documents.nodes import Node, child, is_empty
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.field_values import FieldValue
from deploylint.model.service import Role
from deploylint.readers.commands.shell import Word
from deploylint.readers.commands.technologies import technologies
from deploylint.readers.commands.worker import words
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object, labels, pod_of, text
from deploylint.readers.kubernetes.schema import Evidence

_WORD = regex(r"[^A-Za-z0-9]+")
_FIRST = 3
"""How many words into a command its subcommand may stand, after options and their values."""


class RoleEvidence(Record):
    """A role, and the evidence for it in words."""

    role: Role
    because: str


def argv(container: Node) -> list[Word]:
    """The command line of a container; none where it is no list of texts."""
    line: list[Word] = []
    for key in ("command", "args"):
        node = child(container, key)
        if node is not None and not is_empty(node):
            try:
                line += words(node)
            except ValueError:
                return line
    return line


def all_labels(workload: Object) -> dict[str, str]:
    """The labels of a workload and of its pods."""
    template = pod_of(workload)
    about = child(template, "metadata") if template is not None else None
    on_pods = labels(child(about, "labels")) if about is not None else {}
    return workload.labels("metadata.labels") | on_pods


def role_of(workload: Object, container: Node, values: Mapping[str, FieldValue]) -> RoleEvidence:
    """The role of a workload by the first evidence that it shows; a server where it shows none."""
    said = all_labels(workload)
    line = [word.text for word in argv(container)]
    command = child(container, "command")
    if command is None or is_empty(command):
        line = ["", *line]  # the image says what it starts
    image = str(values["image.repository"].data) if "image.repository" in values else ""
    for row in table().roles:
        because = (
            _by_kind(row, workload)
            or _by_label(row, said)
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


def _by_label(row: Evidence, said: Mapping[str, str]) -> str:
    for label in row.label:
        if row.words.intersection(_WORD.split(said.get(label, "").lower())):
            return f"its label {label}: {said[label]}"
    return ""


def _by_command(row: Evidence, line: Sequence[str]) -> str:
    subcommands = [word for word in line[1:] if not word.startswith("-")][:_FIRST]
    found = next((word for word in subcommands if word in row.command), "")
    program = f"command {line[0]} ..." if any(line[:1]) else "arguments"
    return f"its {program} {found}" if found else ""


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
    spoken = has_port or "service.present" in values
    return "" if spoken else "no port, Service or port probe"


def technology_of(workload: Object) -> tuple[str, str]:
    """The worker technology that a label or the name of a workload says, and the evidence."""
    known = {technology.name for technology in technologies()}
    for label, value in sorted(all_labels(workload).items()):
        for word in _WORD.split(value.lower()):
            if word in known:
                return word, f"label {label}: {value}"
    named = next((word for word in _WORD.split(workload.name.lower()) if word in known), "")
    return named, f"name {workload.name}" if named else ""


def main_container(workload: Object, listed: Sequence[Node]) -> Node:
    """Of the containers of a pod the one that the workload is about.

    The one called like it, else the one that kubectl takes by default, else the first.
    """
    template = pod_of(workload)
    about = child(template, "metadata") if template is not None else None
    notes = labels(child(about, "annotations")) if about is not None else {}
    for name in (workload.name, notes.get(table().default_container, "")):
        for container in listed:
            if name and text(child(container, "name")) == name:
                return container
    return listed[0]
