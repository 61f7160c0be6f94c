"""Decides the role of a workload by its kind, labels, command or image, or if it has no port.

The evidence for each role is data (``roles`` in ``profiles/objects.yaml``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial

from deploylint.documents.nodes import Node, child, child_at, is_empty, text_of
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.field_values import MOST_KNOWN, FieldValue
from deploylint.model.fields import ADDRESSES
from deploylint.model.service import Role
from deploylint.readers.commands.shell import Word
from deploylint.readers.commands.technologies import technologies
from deploylint.readers.commands.technologies import technology_of as technology_of_program
from deploylint.readers.commands.worker import line_words
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object, labels
from deploylint.readers.kubernetes.schema import Evidence
from deploylint.readers.wrapped.values import nodes_at

_WORD = regex(r"[^A-Za-z0-9]+")
_FIRST = 3
"""A subcommand is among this many words of a command, after options and their values."""


class RoleEvidence(Record):
    """A role, and the evidence for it in words."""

    role: Role
    because: str


def argv(container: Node) -> list[Word]:
    """The command line of a container; none if it is not a list of texts."""
    written = (child(container, key) for key in ("command", "args"))
    return line_words(node for node in written if node is not None and not is_empty(node)) or []


def role_of(workload: Object, container: Node, values: Mapping[str, FieldValue]) -> RoleEvidence:
    """The role of a workload by the first evidence; a server without evidence."""
    every_label = workload.all_labels
    line = [word.text for word in argv(container)]
    command = child(container, "command")
    if command is None or is_empty(command) or not line:
        line = ["", *line]  # the image decides what it starts
    image = str(values["image.repository"].data) if "image.repository" in values else ""
    is_served = not _SERVED.isdisjoint(values)
    is_http = (
        not _BY_HTTP.isdisjoint(values)
        or any(values[handler].data == "http" for handler in _HANDLERS if handler in values)
        or any(text_of(name).startswith("http") for name in nodes_at(container, "ports[].name"))
    )
    for row in table().roles:
        if is_http and not row.serves_http:
            continue
        for because in _evidence(row, workload, every_label, line, image):
            return RoleEvidence(row.role, because)
        if row.silent and not is_served:
            return RoleEvidence(row.role, "no port, Service or port probe")
    return RoleEvidence("server", "default; no evidence of another role")


_SERVED = frozenset({"service.present", *(a for a in ADDRESSES if a.endswith("port"))})
"""The fields of what is asked for something."""

_BY_HTTP = frozenset({"route.present"})
_HANDLERS = ("liveness-probe.handler", "readiness-probe.handler", "startup-probe.handler")


def _evidence(
    row: Evidence, workload: Object, every_label: Mapping[str, str], line: Sequence[str], image: str
) -> Iterator[str]:
    """The evidence of a workload for a role, in words."""
    if row.kind and workload.workload is not None and workload.workload.role == row.role:
        yield f"its kind {workload.kind}"
    for label in row.label:
        if label in every_label and not row.words.isdisjoint(_words(every_label[label])):
            yield f"its label {label}: {every_label[label]}"
    program = f"command {line[0]} ..." if any(line[:1]) else "arguments"
    for word in [word for word in line[1:] if not word.startswith("-")][:_FIRST]:
        if word in row.command:
            yield f"its {program} {word}"
    technology, because = technology_of(workload) if row.technology else ("", "")
    if technology:
        yield f"its {because}"
    if row.technology and _starts_a_worker(line):
        yield f"its {program}"
    if image.rpartition("/")[2] in row.image:
        yield f"its image {image}"


def _starts_a_worker(line: Sequence[str]) -> bool:
    """Whether a command is a program that is nothing but a worker, such as dramatiq."""
    technology = technology_of_program(line[0]) if any(line[:1]) else None
    return technology is not None and technology.mode == "worker"


def technology_of(workload: Object) -> tuple[str, str]:
    """The worker technology in a label or the name of a workload, and the evidence."""
    for label, value in sorted(workload.all_labels.items()):
        for word in _words(value):
            if word in _technologies():
                return word, f"label {label}: {value}"
    named = next((word for word in _words(workload.name) if word in _technologies()), "")
    return named, f"name {workload.name}" if named else ""


@cache
def _technologies() -> frozenset[str]:
    return frozenset(technology.name for technology in technologies())


@lru_cache(maxsize=MOST_KNOWN)
def _words(text: str) -> list[str]:
    """The words of a label or a name, in small letters."""
    return _WORD.split(text.lower())


def main_container(workload: Object, attached: Iterable[Object]) -> Node:
    """The container of a pod that the workload is about.

    Its name is that of the workload; else kubectl takes it by default, its image has that name, it
    opens the first port of the Service that any opens, it has a probe, or it is the first. A proxy
    that is put beside programs is not asked for a probe.
    """
    if len(workload.containers) == 1:
        return workload.containers[0]
    notes = labels(child_at(workload.pod, "metadata", "annotations"))
    default = notes.get(table().default_container, "")
    ports = dict.fromkeys(
        text_of(child(port, key))
        for service in attached
        if service.kind == "Service"
        for port in nodes_at(service.node, "spec.ports[]")
        for key in ("targetPort", "port")
    )
    tests: tuple[Callable[[Node], bool], ...] = (
        lambda node: text_of(child(node, "name")) == workload.name,
        lambda node: bool(default) and text_of(child(node, "name")) == default,
        lambda node: _IMAGE_NAME.sub("", text_of(child(node, "image"))) == workload.name,
        *(partial(_opens, port) for port in ports),
    )
    meant = (container for test in tests for container in workload.containers if test(container))
    programs = [one for one in workload.containers if not _is_a_proxy(one)] or workload.containers
    probed = (one for one in programs if any(child(one, probe) is not None for probe in _PROBES))
    return next(meant, None) or next(probed, programs[0])


def _is_a_proxy(container: Node) -> bool:
    """Whether a container is a proxy that is put beside programs, by its name or its image's."""
    image = _IMAGE_NAME.sub("", text_of(child(container, "image")))
    return not {text_of(child(container, "name")), image}.isdisjoint(table().injected_containers)


_IMAGE_NAME = regex(r"^.*/|[:@].*$")
"""The parts of an image reference around its own name."""

_PROBES = ("readinessProbe", "livenessProbe")


def _opens(port: str, container: Node) -> bool:
    """Whether a container lists a port, by its name or number, or is probed at it."""
    ports = (nodes_at(container, f"ports[].{key}") for key in ("name", "containerPort"))
    probed = (nodes_at(container, f"{probe}.*.port") for probe in _PROBES)
    return bool(port) and any(text_of(node) == port for each in (*ports, *probed) for node in each)
